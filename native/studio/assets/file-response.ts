/** A file's bytes over HTTP, whole or in part (RFC 9110, ranges), for players: never in memory, at the reader's pace, and open no longer than it reads. */
import { type FileHandle, open } from 'node:fs/promises';
import { matches } from './conditions.ts';

const blockBytes = 256 * 1024;

/** Inclusive, as HTTP counts. */
interface Span {
  first: number;
  last: number;
}

/** GET or HEAD of a file. Throws when it cannot be opened. */
export async function fileResponse(path: string, type: string, request: Request): Promise<Response> {
  const handle = await open(path);
  let isUsed = false;
  try {
    const file = await handle.stat();
    if (!file.isFile()) throw new Error(`${path} is not a file.`);
    const etag = `"${file.size.toString(36)}-${Math.round(file.mtimeMs).toString(36)}"`;
    const headers = {
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      etag,
      'last-modified': file.mtime.toUTCString(),
    };
    if (matches(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
    const span = request.method === 'GET' && isSame(request, etag) ? parseRange(request.headers.get('range'), file.size) : null;
    if (span === 'outside')
      return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${file.size}`, 'content-length': '0' } });
    const { first, last } = span ?? { first: 0, last: file.size - 1 };
    const told = { ...headers, 'content-type': type, 'content-length': String(last - first + 1) };
    const status = span ? 206 : 200;
    const part = { ...told, ...(span && { 'content-range': `bytes ${first}-${last}/${file.size}` }) };
    if (request.method === 'HEAD' || last < first) return new Response(null, { status, headers: part });
    isUsed = true;
    return new Response(bodyOf(handle, { first, last }, request.signal), { status, headers: part });
  } finally {
    if (!isUsed) await handle.close();
  }
}

/** Whether a range still means the file that the asker has a part of. Dates are too coarse to tell. */
function isSame(request: Request, etag: string): boolean {
  const asked = request.headers.get('if-range');
  return asked === null || asked === etag;
}

/** One range; null for none, for several and for what is none, which are all answered with the whole file. */
export function parseRange(header: string | null, size: number): Span | 'outside' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return null;
  if (from === '') return Number(to) === 0 || size === 0 ? 'outside' : { first: Math.max(0, size - Number(to)), last: size - 1 };
  if (to !== '' && Number(to) < Number(from)) return null;
  if (Number(from) >= size) return 'outside';
  return { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

function bodyOf(handle: FileHandle, { first, last }: Span, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = first;
  let closing: Promise<void> | null = null;
  const close = () => {
    signal.removeEventListener('abort', close);
    closing ??= handle.close();
    return closing;
  };
  signal.addEventListener('abort', close);
  if (signal.aborted) void close();
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      try {
        const block = new Uint8Array(Math.min(blockBytes, last - at + 1));
        const { bytesRead } = await handle.read(block, 0, block.length, at);
        if (bytesRead === 0) throw new Error('The file became shorter while it was read.');
        at += bytesRead;
        controller.enqueue(block.subarray(0, bytesRead));
        if (at <= last) return;
        await close();
        controller.close();
      } catch (error) {
        await close();
        controller.error(error);
      }
    },
    cancel: close,
  });
}
