/** Moves the media of a file towards its end, in place, to make room before it. */
import { read, write } from 'node:fs';
import { promisify } from 'node:util';
import { abortError } from '../../contract/errors.ts';
import { fileError, type OpenFile } from '../chapters.ts';
import { refuse } from './layout.ts';

/** A stretch of the file that goes `by` bytes towards its end. */
export interface Move {
  from: number;
  to: number;
  by: number;
}

export interface MoveOptions {
  /** Called after every block with bytes done and to do; what it returns is waited for. */
  onProgress?(done: number, total: number): unknown;
  signal?: AbortSignal;
}

/** Two of these are in memory, bytes. */
const blockSize = 2 << 20;

const readAt = promisify(read);
const writeAt = promisify(write);

/** Moves media from its end on, so that nothing is written over before it was read; one block is read while another is written. */
export async function moveMedia(file: OpenFile, all: Move[], { onProgress, signal }: MoveOptions): Promise<void> {
  const moves = all.filter((move) => move.by > 0);
  const total = moves.reduce((sum, move) => sum + move.to - move.from, 0);
  const size = Math.min(blockSize, total);
  let [next, other] = [Buffer.allocUnsafe(size), Buffer.allocUnsafe(size)];
  let done = 0;
  let reading: Promise<void> = Promise.resolve();
  let writing: Promise<void> = Promise.resolve();
  try {
    for (const { from, to, by } of moves.toReversed()) {
      for (let end = to; end > from; end -= size) {
        const start = Math.max(from, end - size);
        const block = next.subarray(0, end - start);
        reading = readBlock(file, block, start);
        await Promise.all([reading, writing]);
        await onProgress?.(done, total);
        if (signal?.aborted) throw abortError(signal);
        writing = writeBlock(file, block, start + by);
        done += block.length;
        [next, other] = [other, next];
      }
    }
    await writing;
    if (total > 0) await onProgress?.(done, total);
  } finally {
    // The file must not be closed under them.
    await Promise.allSettled([reading, writing]);
  }
}

async function readBlock(file: OpenFile, block: Buffer, at: number): Promise<void> {
  for (let done = 0; done < block.length; ) {
    const { bytesRead } = await readAt(file.fd, block, done, block.length - done, at + done).catch((error) => {
      throw fileError(error, 'read', file.name);
    });
    if (bytesRead === 0) throw refuse(file, 'it got shorter');
    done += bytesRead;
  }
}

async function writeBlock(file: OpenFile, block: Buffer, at: number): Promise<void> {
  for (let done = 0; done < block.length; ) {
    const { bytesWritten } = await writeAt(file.fd, block, done, block.length - done, at + done).catch((error) => {
      throw fileError(error, 'write', file.name);
    });
    done += bytesWritten;
  }
}
