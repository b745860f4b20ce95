/** The command that follows the queue: a program with its arguments, without a shell, told how the jobs ended. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { FailedJob } from './run.ts';

export interface CommandNews {
  done: number;
  failed: FailedJob[];
}

/** Of what it wrote to standard error, for the one who wonders why it failed, characters. */
const keptWords = 4000;
/** How long it may take to end when the studio closes, ms. */
const graceMs = 2000;
/** How long what it left running may keep its last words open, ms. */
const settleMs = 500;

/**
 * Resolves when it has ended well. It gets `MUXWELL_DONE` and `MUXWELL_FAILED`, the numbers of jobs, and on standard input a line
 * of JSON for each job that failed. Throws command-failed; aborting ends it.
 */
export function runCommand([program = '', ...args]: string[], { done, failed }: CommandNews, signal: AbortSignal): Promise<void> {
  const name = basename(program);
  return new Promise((resolve, reject) => {
    const env = { ...process.env, MUXWELL_DONE: String(done), MUXWELL_FAILED: String(failed.length) };
    const child = spawn(program, args, { env, stdio: ['pipe', 'ignore', 'pipe'], windowsHide: true });
    let words = '';
    let failure: string | null = null;
    let late: NodeJS.Timeout | undefined;
    const end = () => {
      child.kill();
      late = setTimeout(() => child.kill('SIGKILL'), graceMs);
    };
    signal.addEventListener('abort', end, { once: true });
    const settle = () => {
      clearTimeout(late);
      signal.removeEventListener('abort', end);
      child.stderr.destroy();
      if (failure === null) resolve();
      else reject(new StudioError('command-failed', failure, words.trim()));
    };
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-keptWords);
    });
    child.stdin.on('error', () => {}); // one that reads nothing need not
    child.stdin.end(failed.map((job) => `${JSON.stringify(job)}\n`).join(''));
    child.once('error', (error) => {
      words = String(error);
      failure = `The command ${name} could not be started.`;
      settle();
    });
    child.once('exit', (code, ended) => {
      if (code !== 0) failure = `The command ${name} ended with ${ended ?? `exit code ${code}`}.`;
      clearTimeout(late);
      late = setTimeout(settle, settleMs);
    });
    child.once('close', settle);
  });
}
