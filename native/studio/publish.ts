/** The last step of a job: a proved partial file takes its final name, once, however often the studio dies on the way. */
import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Proof, spareOf } from '../contract/plan.ts';

/** Takes a partial file away. It may never have been made, and its folder or disk may be gone. */
export function discard(path: string): void {
  for (const one of [path, spareOf(path)]) {
    try {
      rmSync(one, { force: true });
    } catch {
      // Nothing is left to be done for it.
    }
  }
}

/** What is written down before the file is renamed, so that a restarted studio knows whether it was. */
export interface Publication {
  partial: string;
  output: string;
  /** The file itself, whatever it is called: device, inode and size. */
  identity: string;
  overwrite: boolean;
  proof: Proof;
  seconds: number;
  warnings: string[];
}

export function identityOf(path: string): string | null {
  const file = statSync(path, { throwIfNoEntry: false, bigint: true });
  return file ? `${file.dev}:${file.ino}:${file.size}` : null;
}

/**
 * Gives the partial file its final name and returns it. `nextName` tells another name when somebody else took the wanted
 * one meanwhile; `announce` is called before each try.
 */
export async function publish(publication: Publication, nextName: () => string, announce: (output: string) => void): Promise<string> {
  const { partial, overwrite } = publication;
  await flush(partial, 'r+');
  let { output } = publication;
  for (;;) {
    announce(output);
    if (giveName(partial, output, overwrite)) break;
    output = nextName();
  }
  await flush(dirname(output), 'r').catch(() => {}); // some systems cannot flush a folder
  return output;
}

/** False when the name is taken. */
function giveName(partial: string, output: string, overwrite: boolean): boolean {
  if (overwrite) {
    renameSync(partial, output);
    return true;
  }
  try {
    linkSync(partial, output); // unlike rename, never replaces
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(output)) return false;
    renameSync(partial, output); // a file system without links (exFAT, some shares)
    return true;
  }
  rmSync(partial);
  return true;
}

/** `mode`: Windows flushes only what may be written to, Linux opens folders only for reading. */
async function flush(path: string, mode: 'r' | 'r+'): Promise<void> {
  const file = await open(path, mode);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** After a restart: what became of a publication. */
export function recall(publication: Publication): 'published' | 'pending' | 'lost' {
  if (identityOf(publication.output) === publication.identity) {
    discard(publication.partial);
    return 'published';
  }
  return identityOf(publication.partial) === publication.identity ? 'pending' : 'lost';
}
