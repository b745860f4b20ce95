/** What the page's status bar says of the machine: what it is, and how much room is left for results. */
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, homedir, hostname, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Disk, Machine, State } from '../contract/contract.ts';
import type { StateOwner } from '../contract/state.ts';

const lookMs = 5000;
/** Changes smaller than this are not told, bytes. */
const grain = 100e6;

export const describeMachine = (version: string, trash: boolean): Omit<Machine, 'whenDone'> => ({
  version,
  name: hostname(),
  platform: process.platform,
  processor: cpus()[0]?.model.trim() ?? 'Processor',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  home: homedir(),
  trash,
});

/** Keeps the state's disk true to the folder that `folder` tells. Returns the way out. */
export function watchDisk(state: StateOwner<State>, folder: () => string): () => void {
  let looking = false;
  const look = async () => {
    if (looking) return; // a share that does not answer must not gather questions
    looking = true;
    try {
      const path = nearest(folder());
      const { bavail, blocks, bsize } = await statfs(path);
      const disk: Disk = { folder: path, freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      const known = state.get('disk', 'studio');
      if (known?.folder !== path || Math.abs(known.freeBytes - disk.freeBytes) > grain) state.put('disk', 'studio', disk);
    } catch {
      state.remove('disk', 'studio'); // it went away: nothing is shown rather than something untrue
    } finally {
      looking = false;
    }
  };
  void look();
  const timer = setInterval(look, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** A folder that is still to be made lies on its parent's disk. */
function nearest(folder: string): string {
  let path = folder;
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  return path;
}
