/** What is on air, for pages: GET /assets/live/SESSION is its newest picture as JPEG. */
import { readFile } from 'node:fs/promises';

/** null where another is asked for something. `pathOf` tells where a session's picture lies. */
export async function livePicture(request: Request, pathOf: (session: string) => string | null): Promise<Response | null> {
  const [, room, kind, session = '', ...rest] = new URL(request.url).pathname.split('/');
  if (room !== 'assets' || kind !== 'live') return null;
  const path = ['GET', 'HEAD'].includes(request.method) && rest.length === 0 ? pathOf(session) : null;
  const picture = path && (await readFile(path).catch(() => null)); // not there yet, or not any more
  if (!picture) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } });
  return new Response(new Uint8Array(picture), { headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' } });
}
