/**
 * Lines in files that never grow beyond a bound. Every write opens the newest file by its name, so that several processes (the app
 * and a command beside it) can share one, and what was written is there whatever becomes of the process.
 */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface RotatingFile {
  /** Takes a line with its line feed. All lines of one turn are written together, in its end. Never throws. */
  write(line: string): void;
  /** Writes what waits, now. */
  flush(): void;
  /** The newest lines, oldest first. */
  tail(count: number): string[];
}

export interface Bounds {
  /** Of one file, bytes. */
  bytes: number;
  /** With the one that is written to. */
  files: number;
}

/** When a file was last put away, ms since 1970; never the same twice, so that no other is overwritten. */
let turned = 0;

/** 20 MB in all. */
const usual: Bounds = { bytes: 4e6, files: 5 };

/** The folder is made when it is not there. */
export function openRotatingFile(folder: string, { bytes, files }: Bounds = usual): RotatingFile {
  const newest = join(folder, 'muxwell.log');
  let waiting: string[] = [];
  let failed = false;

  /** By age: their names begin with the time. */
  const older = () =>
    readdirSync(folder)
      .filter((name) => /^muxwell-.+\.log$/.test(name))
      .sort();

  function rotate(): void {
    turned = Math.max(Date.now(), turned + 1);
    const time = new Date(turned).toISOString().replaceAll(/[:.]/g, '-');
    renameSync(newest, join(folder, `muxwell-${time}-${process.pid}.log`));
    for (const name of older().slice(0, -(files - 1))) rmSync(join(folder, name), { force: true });
  }

  function append(text: string): void {
    const size = statSync(newest, { throwIfNoEntry: false })?.size ?? 0;
    try {
      if (size > 0 && size + Buffer.byteLength(text) > bytes) rotate();
    } catch (error) {
      // Another process was faster, or somebody reads it just now (Windows): it is put away the next time.
      if (size > 2 * bytes) throw error;
    }
    appendFileSync(newest, text, { mode: 0o600 });
  }

  function flush(): void {
    const lines = waiting;
    waiting = [];
    try {
      for (const text of together(lines, bytes)) append(text);
      failed = false;
    } catch (error) {
      // A disk that is full must not end what it is told of; where somebody reads along it is said, once.
      if (!failed) console.error(`The log cannot be written: ${error instanceof Error ? error.message : error}`);
      failed = true;
    }
  }

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    write(line) {
      if (waiting.push(line) === 1) queueMicrotask(flush);
    },
    flush,
    tail(count) {
      flush();
      const lines: string[] = [];
      for (const name of ['muxwell.log', ...older().reverse()]) {
        if (lines.length >= count) break;
        lines.unshift(...linesOf(join(folder, name)).slice(-(count - lines.length)));
      }
      return lines;
    },
  };
}

/** Lines put together to texts that fit one file. */
function together(lines: string[], bytes: number): string[] {
  const texts: string[] = [];
  let size = Infinity;
  for (const line of lines) {
    size += Buffer.byteLength(line);
    if (size > bytes) {
      texts.push('');
      size = Buffer.byteLength(line);
    }
    texts[texts.length - 1] += line;
  }
  return texts;
}

/** Another process may just have moved it. */
function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  } catch {
    return [];
  }
}
