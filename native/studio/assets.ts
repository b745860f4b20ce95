/** Pictures, films and sound for the page, by URL: a web host and Electron's protocol handler ask it as it is. Only jobs are named, never paths. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, State } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import { fileResponse } from './assets/file-response.ts';
import { mediaType } from './assets/media-type.ts';
import type { Viewer } from './assets/viewer.ts';
import { createViews, type View } from './assets/views.ts';
import type { Prober } from './prober.ts';

export interface Assets {
  /**
   * Answers GET and HEAD of what is named by a job, else 404:
   * - /assets/thumbnail/JOB, /assets/preview/JOB: JPEG;
   * - /assets/source/JOB: the source's bytes, also in part;
   * - /assets/still/JOB/MS/WIDTH: JPEG of the keyframe at or before a time, /assets/frame/JOB/MS/WIDTH: of what is shown then,
   *   in milliseconds of the source's own clock;
   * - /assets/proxy/JOB/info and /assets/proxy/JOB/N: a light WebM for MediaSource, in chunks;
   * - /assets/waveform/JOB/BLOCK: peaks, a byte each. Lengths and widths stand in contract/viewing.ts.
   */
  respond(request: Request): Promise<Response>;
  /** Where a job's worker puts its previews. */
  previewPath(job: string): string;
  forgetPreview(job: string): void;
  /** Throws away what is not kept from run to run. */
  close(): void;
}

const thumbnailWidth = 480;
/** Thumbnails kept from run to run, about 15 kB each. */
const mostKept = 5000;

/** `folder` is the studio's own for pictures. */
export function createAssets(state: StateOwner<State>, prober: Prober, viewer: Viewer, folder: string): Assets {
  const thumbnails = join(folder, 'thumbnails');
  const previews = join(folder, 'previews');
  rmSync(previews, { recursive: true, force: true }); // of a run that is over
  mkdirSync(thumbnails, { recursive: true });
  mkdirSync(previews, { recursive: true });
  trim(thumbnails);
  const making = new Map<string, Promise<unknown>>();
  const previewPath = (job: string) => join(previews, `${hash(job)}.jpg`);
  const views = createViews(viewer, folder);

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

  const picture =
    (find: (job: Job) => Promise<string> | string): View =>
    async (job, rest) => {
      if (rest.length > 0) return null;
      const bytes = await readFile(await find(job));
      return new Response(new Uint8Array(bytes), { headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=3600' } });
    };

  const kinds: Record<string, View> = {
    thumbnail: picture(thumbnail),
    preview: picture(({ id }) => previewPath(id)),
    source: async ({ source, media }, rest, request) =>
      media && rest.length === 0 ? fileResponse(source, mediaType(media), request) : null,
    ...views.kinds,
  };

  return {
    async respond(request) {
      const [, room, kind = '', id = '', ...rest] = new URL(request.url).pathname.split('/');
      const view = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      const job = state.get('jobs', id);
      if (!['GET', 'HEAD'].includes(request.method) || room !== 'assets' || !view || !job) return nothing();
      try {
        return (await view(job, rest, request)) ?? nothing();
      } catch {
        return nothing(); // there is none, or none any more: the page shows its own sign for that
      }
    },
    previewPath,
    forgetPreview: (job) => rmSync(previewPath(job), { force: true }),
    close: views.close,
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
