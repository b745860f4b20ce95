/** What a player and a timeline are shown of a job's source, beside its bytes: pictures, peaks and a proxy, made by workers and kept on the disk. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Job } from '../../contract/contract.ts';
import type { MediaInfo } from '../../contract/media.ts';
import { blockSeconds, chunkSeconds, type ProxyInfo, pictureWidths, viewed } from '../../contract/viewing.ts';
import { matches } from './conditions.ts';
import { createDiskCache } from './disk-cache.ts';
import type { Viewer } from './viewer.ts';

/** Answers what comes after /assets/KIND/JOB/, or null where there is no such thing. Throws where it cannot be made. */
export type View = (job: Job, rest: string[], request: Request) => Promise<Response | null>;

export interface Views {
  kinds: Record<'proxy' | 'still' | 'frame' | 'waveform', View>;
  close(): void;
}

/** Kept on the disk at most, bytes: an hour of a proxy. */
const mostBytes = 500e6;

/** `folder` is the studio's own for pictures. */
export function createViews(viewer: Viewer, folder: string, most = mostBytes): Views {
  const cache = createDiskCache(join(folder, 'viewing'), most);

  /** Makes it or finds it made; it is made anew when the source has changed. */
  async function answer(job: Job, what: string, type: string, request: Request, make: Make): Promise<Response> {
    const { size, mtimeMs } = await stat(job.source);
    const name = createHash('sha256').update(`${job.source}|${size}|${mtimeMs}|${what}`).digest('hex').slice(0, 32);
    const headers = { 'content-type': type, 'cache-control': 'private, no-cache', etag: `"${name}"` };
    if (matches(request.headers.get('if-none-match'), headers.etag)) return new Response(null, { status: 304, headers });
    const bytes = await cache.read(name + extname(what), (out, signal) => make(job.source, out, signal), request.signal);
    return new Response(request.method === 'HEAD' ? null : bytes, { headers: { ...headers, 'content-length': String(bytes.length) } });
  }

  const picture =
    (kind: string, exact: boolean): View =>
    async (job, [time, wide, ...more], request) => {
      const [ms, width] = [whole(time, true), whole(wide)];
      if (ms === null || width === null || !pictureWidths.includes(width) || more.length > 0 || !job.media) return null;
      if (!viewed(job.media).video) return null;
      return answer(job, `${kind} ${ms} ${width}.jpg`, 'image/jpeg', request, (path, out, signal) =>
        viewer.view('still', { path, ms, width, exact, out }, exact ? 0 : 2, signal),
      );
    };

  return {
    kinds: {
      still: picture('still', false),
      frame: picture('frame', true),
      async waveform(job, [number, ...more], request) {
        const block = whole(number);
        if (block === null || more.length > 0 || !job.media) return null;
        if (!viewed(job.media).audio || isBeyond(job.media, block * blockSeconds)) return null;
        return answer(job, `waveform ${block}.peaks`, 'application/octet-stream', request, (path, out, signal) =>
          viewer.view('waveform', { path, block, out }, 3, signal),
        );
      },
      async proxy(job, [number, ...more], request) {
        if (more.length > 0 || !job.media) return null;
        const info = proxyInfo(job.media);
        if (!info) return null;
        if (number === 'info') return Response.json(info, { headers: { 'cache-control': 'no-store' } });
        const chunk = whole(number);
        if (chunk === null || isBeyond(job.media, chunk * chunkSeconds)) return null;
        return answer(job, `proxy ${chunk}.webm`, info.video ? 'video/webm' : 'audio/webm', request, (path, out, signal) =>
          viewer.view('proxy', { path, chunk, out }, 1, signal),
        );
      },
    },
    close: cache.close,
  };
}

type Make = (path: string, out: string, signal: AbortSignal) => Promise<void>;

/** Nothing is there for sure. Lengths that are only guessed prove nothing. */
const isBeyond = (media: MediaInfo, seconds: number) => media.durationIsExact && seconds >= (viewed(media).duration ?? Infinity);

/** A whole number as it is written, without zeros before it. */
function whole(text: string | undefined, signed = false): number | null {
  const shape = signed ? /^(0|-?[1-9]\d{0,9})$/ : /^(0|[1-9]\d{0,9})$/;
  return text !== undefined && shape.test(text) ? Number(text) : null;
}

/** What a page needs for MediaSource; null where there is nothing to play. */
export function proxyInfo(media: MediaInfo): ProxyInfo | null {
  const { video, audio, start, duration } = viewed(media);
  if (!video && !audio) return null;
  const codecs = [...(video ? ['vp8'] : []), ...(audio ? ['opus'] : [])].join(',');
  const mime = `${video ? 'video' : 'audio'}/webm; codecs="${codecs}"`;
  return { duration, start, video: video !== null, audio: audio !== null, mime, chunkSeconds };
}
