/** Pictures for the page, by URL: a web host and Electron's protocol handler ask it as it is. Only jobs are named, never paths. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import type { Prober } from './prober.ts';

export interface Assets {
  /** Answers GET /assets/thumbnail/JOB and /assets/preview/JOB with a JPEG, else with 404. */
  respond(request: Request): Promise<Response>;
  /** Where a job's worker puts its previews. */
  previewPath(job: string): string;
  forgetPreview(job: string): void;
}

const thumbnailWidth = 480;
/** Thumbnails kept from run to run, about 15 kB each. */
const mostKept = 5000;

/** `folder` is the studio's own for pictures. */
export function createAssets(state: StateOwner<State>, prober: Prober, folder: string): Assets {
  const thumbnails = join(folder, 'thumbnails');
  const previews = join(folder, 'previews');
  rmSync(previews, { recursive: true, force: true }); // of a run that is over
  mkdirSync(thumbnails, { recursive: true });
  mkdirSync(previews, { recursive: true });
  trim(thumbnails);
  const making = new Map<string, Promise<unknown>>();
  const previewPath = (job: string) => join(previews, `${hash(job)}.jpg`);

  async function thumbnail({ media, source }: Job): Promise<string> {
    const picture = media?.streams.find((stream) => stream.kind === 'video' && stream.decodable);
    if (!media || !picture) throw new StudioError('nothing-to-export', 'There is no picture in this file.');
    const out = join(thumbnails, `${hash(`${source}|${media.bytes}|${media.modified}`)}.jpg`);
    if (existsSync(out)) return out;
    // A little into the film: the first picture is often black.
    const at = Math.min(60, (media.duration ?? 0) * 0.1);
    let made = making.get(out);
    if (!made)
      making.set(out, (made = prober.thumbnail({ path: source, at, width: thumbnailWidth, out }).finally(() => making.delete(out))));
    await made;
    return out;
  }

  const kinds: Record<string, (job: Job) => Promise<string> | string> = { thumbnail, preview: (job) => previewPath(job.id) };

  return {
    async respond(request) {
      const [, room, kind = '', id = '', ...rest] = new URL(request.url).pathname.split('/');
      const find = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      const job = state.get('jobs', id);
      if (!['GET', 'HEAD'].includes(request.method) || room !== 'assets' || !find || !job || rest.length > 0) return nothing();
      try {
        const picture = await readFile(await find(job));
        return new Response(new Uint8Array(picture), {
          headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=3600' },
        });
      } catch {
        return nothing(); // no picture, or none any more: the page shows its own sign for that
      }
    },
    previewPath,
    forgetPreview: (job) => rmSync(previewPath(job), { force: true }),
  };
}

const nothing = () => new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } });
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Keeps the newest. */
function trim(folder: string): void {
  const files = readdirSync(folder).map((name) => ({ path: join(folder, name), time: statSync(join(folder, name)).mtimeMs }));
  files.sort((a, b) => b.time - a.time);
  for (const { path } of files.slice(mostKept)) rmSync(path, { force: true });
}
