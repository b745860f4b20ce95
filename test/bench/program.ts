/** Runs a program to its end, and finds out what the machine has. */
import { type StdioOptions, spawn, spawnSync } from 'node:child_process';
import { type Peaks, watchPeaks } from './measure.ts';

/** No single run takes nearly so long; whatever does hangs. */
const timeoutMs = 600_000;
const keptWords = 2000;
const stdio: StdioOptions = ['ignore', 'ignore', 'pipe'];

/** Ends well or throws with the program's last words. Resolves to its memory peaks if `watched`. */
export function runProgram(program: string, args: string[], watched = false): Promise<Peaks | null> {
  const child = spawn(program, args, { stdio, timeout: timeoutMs, killSignal: 'SIGKILL' });
  const watch = watched && child.pid ? watchPeaks(child.pid) : null;
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-keptWords);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (code, signal) => {
      const peaks = watch?.stop() ?? null;
      if (code === 0) resolve(peaks);
      else reject(new Error(`${program} ended with ${signal ?? `exit code ${code}`}:\n${lastWords}`));
    });
  });
}

/** An ffmpeg that can make what Muxwell makes. */
export interface Ffmpeg {
  program: string;
  version: string;
}

/** The one that FFMPEG names, or the one on PATH; else a sentence about what is missing. */
export function findFfmpeg(): Ffmpeg | string {
  const program = process.env['FFMPEG'] || 'ffmpeg';
  const ask = (...args: string[]) => {
    const { stdout, status } = spawnSync(program, ['-nostdin', '-v', 'error', ...args], { encoding: 'utf8', timeout: 20_000 });
    return status === 0 ? stdout : '';
  };
  const version = /^ffmpeg version (\S+)/.exec(ask('-version'))?.[1];
  if (!version) return `There is no ffmpeg to measure against (“${program}” cannot be run): these are Muxwell's own figures.`;
  if (!/ libx264 /.test(ask('-encoders'))) return `ffmpeg ${version} has no libx264 to measure against: these are Muxwell's own figures.`;
  return { program, version };
}
