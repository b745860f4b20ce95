/** The page's files and pictures as `(Request) => Response`, with the headers that keep it to itself: for every host. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Everything the page uses is its own; styles may be set by script, but neither script nor style stands in the document. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=()',
};

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};
const packable = new Set(['.html', '.js', '.css', '.svg', '.json']);

interface File {
  body: Uint8Array<ArrayBuffer>;
  packed: Uint8Array<ArrayBuffer> | null;
  headers: Record<string, string>;
}

/**
 * Reads the built page once: what is answered later is looked up by name, so no request can reach any other file.
 * `pictures` answers everything under /assets/.
 */
export function createPage(folder: string, pictures: (request: Request) => Promise<Response>): (request: Request) => Promise<Response> {
  const files = new Map<string, File>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const url = posix.join('/', name.replaceAll('\\', '/'));
    files.set(url === '/index.html' ? '/' : url, readPageFile(path, url.startsWith('/static/')));
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    const answer = pathname.startsWith('/assets/') ? await pictures(request) : serveFile(files.get(pathname), request);
    for (const [name, value] of Object.entries(securityHeaders)) answer.headers.set(name, value);
    return answer;
  };
}

/** `hashed` files have their content's hash in their name and never change. */
function readPageFile(path: string, hashed: boolean): File {
  const body = new Uint8Array(readFileSync(path));
  const extension = extname(path);
  return {
    body,
    packed: packable.has(extension) ? new Uint8Array(gzipSync(body)) : null,
    headers: {
      'content-type': types[extension] ?? 'application/octet-stream',
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  };
}

function serveFile(file: File | undefined, request: Request): Response {
  if (!file) return new Response('There is no such page.', { status: 404, headers: { 'content-type': 'text/plain; charset=utf-8' } });
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
  const pack = file.packed && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const body = pack ? file.packed : file.body;
  return new Response(request.method === 'HEAD' ? null : body, {
    headers: { ...file.headers, vary: 'accept-encoding', ...(pack && { 'content-encoding': 'gzip' }) },
  });
}
