/** The file a job writes into before it has a name: room for it on its disk, and how it is taken away again. */
import { rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StudioError } from '../contract/errors.ts';

/** Room that is never used up, so that the system and the queue's own records can go on (OBS stops at the same figure). */
const reserveBytes = 50e6;
const spaceCheckMs = 2000;

/** So much must be free again before a job that waits goes on, or it would stop again at once. */
const enoughBytes = 2 * reserveBytes;

/**
 * Looks after the free space of a file's folder: throws disk-full now, where `expected` bytes have no room. The returned
 * function is to be called often: when space runs out it throws, too, or with `wait` returns a promise to be waited for.
 */
export function watchSpace(
  path: string,
  expected: number,
  wait?: (isOver: () => boolean) => Promise<void>,
): () => Promise<void> | undefined {
  const folder = dirname(path);
  if (freeBytes(folder) < reserveBytes + expected) throw diskFull(folder);
  let checked = performance.now();
  return () => {
    if (performance.now() - checked < spaceCheckMs) return;
    checked = performance.now();
    if (freeBytes(folder) >= reserveBytes) return;
    if (!wait) throw diskFull(folder);
    return wait(() => freeBytes(folder) >= enoughBytes);
  };
}

function freeBytes(folder: string): number {
  try {
    const disk = statfsSync(folder);
    return disk.bavail * disk.bsize;
  } catch (error) {
    throw new StudioError('output-unwritable', `The folder ${folder} cannot be reached.`, String(error));
  }
}

const diskFull = (folder: string) =>
  new StudioError('disk-full', `There is too little free space in ${folder}. Make room or choose another folder, then retry.`);

/** Takes a partial file away. It may never have been created, and its disk may be gone. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Nothing is left to be done for it.
  }
}
