/** Small files that are made when they are first asked for: once for all who ask at once, kept while there is room, gone with the studio. */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { abortError } from '../../contract/errors.ts';

export interface DiskCache {
  /**
   * The bytes of `name`. `make` writes them where it is told; its signal aborts when nobody waits for them any more. Throws
   * what `make` throws, or the reason of `signal`.
   */
  read(name: string, make: (path: string, signal: AbortSignal) => Promise<unknown>, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Bytes on the disk. */
  size(): number;
  close(): void;
}

interface Work {
  done: Promise<void>;
  abort: AbortController;
  waiting: number;
}

/** `folder` is its own, and emptied. `most` is in bytes. */
export function createDiskCache(folder: string, most: number): DiskCache {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  /** Bytes by name, the longest unused first. */
  const kept = new Map<string, number>();
  const making = new Map<string, Work>();
  let total = 0;
  let made = 0;
  let isClosed = false;

  function drop(name: string): void {
    total -= kept.get(name) ?? 0;
    kept.delete(name);
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // On Windows a file that is being read stays: it goes with the studio.
    }
  }

  function put(name: string, partial: string): void {
    renameSync(partial, join(folder, name));
    const { size } = statSync(join(folder, name));
    kept.set(name, size);
    total += size;
    for (const oldest of kept.keys()) {
      if (total <= most || oldest === name) break;
      drop(oldest);
    }
  }

  function start(name: string, make: (path: string, signal: AbortSignal) => Promise<unknown>): Work {
    const abort = new AbortController();
    const partial = join(folder, `${name}.${++made}.part`);
    const run = async () => {
      try {
        await make(partial, abort.signal);
        if (!isClosed && !kept.has(name)) put(name, partial);
      } finally {
        rmSync(partial, { force: true });
        if (making.get(name) === work) making.delete(name);
      }
    };
    const work: Work = { done: Promise.resolve(), abort, waiting: 0 };
    work.done = run();
    work.done.catch(() => {}); // told to those who wait, if there are any left
    making.set(name, work);
    return work;
  }

  return {
    async read(name, make, signal) {
      if (signal.aborted) throw abortError(signal);
      const bytes = kept.get(name);
      if (bytes === undefined) {
        const work = making.get(name) ?? start(name, make);
        work.waiting++;
        try {
          await orAbort(work.done, signal);
        } finally {
          if (--work.waiting === 0 && making.get(name) === work) {
            making.delete(name); // who comes now begins anew
            work.abort.abort();
          }
        }
      } else {
        kept.delete(name);
        kept.set(name, bytes);
      }
      return new Uint8Array(await readFile(join(folder, name)));
    },
    size: () => total,
    close() {
      isClosed = true;
      for (const { abort } of making.values()) abort.abort();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function orAbort(done: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(abortError(signal));
    signal.addEventListener('abort', leave, { once: true });
    done.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
