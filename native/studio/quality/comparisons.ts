/** Pictures of comparisons: each page has those of its last one, which go with the next one and with the page. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface PicturePair {
  /** Where a worker puts them, and their URLs. */
  paths: { before: string; after: string };
  urls: { before: string; after: string };
  remove(): void;
}

export interface ComparisonPictures {
  create(): PicturePair;
  /** Answers GET and HEAD of /assets/compare/ID/before.png and after.png; null where something else is asked. */
  respond(request: Request): Promise<Response | null>;
  close(): void;
}

const route = /^\/assets\/compare\/([\da-f-]{36})\/(before|after)\.png$/;

/** `folder` is its own, and emptied. */
export function createComparisonPictures(folder: string): ComparisonPictures {
  rmSync(folder, { recursive: true, force: true });
  const known = new Set<string>();
  const pathOf = (id: string, which: string) => join(folder, `${id}-${which}.png`);

  return {
    create() {
      mkdirSync(folder, { recursive: true });
      const id = randomUUID();
      known.add(id);
      const pair = (make: (which: string) => string) => ({ before: make('before'), after: make('after') });
      return {
        paths: pair((which) => pathOf(id, which)),
        urls: pair((which) => `/assets/compare/${id}/${which}.png`),
        remove() {
          known.delete(id);
          for (const which of ['before', 'after']) rmSync(pathOf(id, which), { force: true });
        },
      };
    },
    async respond(request) {
      const [, id = '', which = ''] = route.exec(new URL(request.url).pathname) ?? [];
      if (!known.has(id) || !['GET', 'HEAD'].includes(request.method)) return null;
      try {
        const bytes = new Uint8Array(await readFile(pathOf(id, which)));
        const headers = { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600', 'content-length': String(bytes.length) };
        return new Response(request.method === 'HEAD' ? null : bytes, { headers });
      } catch {
        return null; // not made yet, or gone in this moment
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
