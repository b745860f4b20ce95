/** What lies in a watched folder, and which of it has come to rest. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { mediaExtensions } from '../browse.ts';

export interface FoundFile {
  path: string;
  bytes: number;
  /** ms since 1970. */
  modified: number;
}

export interface LookOptions {
  subfolders: boolean;
  /** Folders that are passed by: results, and sources that are through. */
  without: ReadonlySet<string>;
}

/** Media files of a folder. Throws the system's error when the folder itself cannot be read; others that cannot are passed by. */
export async function look(folder: string, options: LookOptions): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) {
      if (options.subfolders && !options.without.has(path)) found.push(...(await look(path, options).catch(() => [])));
    } else if (mediaExtensions.includes(extname(entry.name).slice(1).toLowerCase())) {
      const file = await stat(path).catch(() => null); // it may go at any moment
      if (file?.isFile()) found.push({ path, bytes: file.size, modified: file.mtimeMs });
    }
  }
  return found;
}

export interface Rest {
  /** Whether a file has kept its size and time for long enough. Files that are not seen again are forgotten. */
  settled(files: FoundFile[], now: number): FoundFile[];
}

/** `restMs`: a file that nobody wrote to for so long is whole; copies over a network pause for a second or two. */
export function createRest(restMs: number): Rest {
  let seen = new Map<string, { bytes: number; modified: number; since: number }>();
  return {
    settled(files, now) {
      const next: typeof seen = new Map();
      for (const { path, bytes, modified } of files) {
        const before = seen.get(path);
        const same = before?.bytes === bytes && before.modified === modified;
        next.set(path, same ? before : { bytes, modified, since: now });
      }
      seen = next;
      return files.filter(({ path, bytes }) => bytes > 0 && now - (seen.get(path)?.since ?? now) >= restMs);
    },
  };
}
