/** The page's figures: how soon it can be used, how much it loads, how it scrolls, what it is sent, what its host needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { WebSocket } from 'ws';
import type { Job, JobStatus } from '../../native/contract/contract.ts';
import { childWorkers } from '../../native/hosts/child-worker.ts';
import { createProber } from '../../native/studio/prober.ts';
import { openStorage } from '../../native/studio/storage.ts';
import { launchBrowser } from '../fixtures/browser.ts';
import { ordinaryClip } from '../fixtures/clips.ts';

export interface PageFigure {
  name: string;
  value: number;
  unit: string;
  /** At most this. */
  bar: number;
  /** How the value was found. */
  how: string;
}

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const jobCount = 10_000;
const idleMs = 5000;
const listenMs = 10_000;
const token = 'a-token-for-measuring-only';

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const quantile = (values: number[], part: number) => values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? 0;

interface Host {
  process: ChildProcess;
  url: string;
  stop(): Promise<void>;
}

/** The built command, as a person starts it. */
async function startHost(data: string): Promise<Host> {
  const child = spawn(process.execPath, [fromRoot('dist/muxwell.js'), 'serve', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, MUXWELL_TOKEN: token },
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill();
    await exited;
  };
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return { process: child, url, stop };
  }
  throw new Error('The host ended before it told its address.');
}

const usable = (page: Page) => page.getByRole('button', { name: 'Add files' }).first().waitFor();

/** From the start of the command to a page that takes its first press, seconds. */
async function startToUsable(browser: Browser, data: string): Promise<number> {
  const page = await browser.newPage();
  const begun = performance.now();
  const host = await startHost(data);
  await page.goto(host.url, { waitUntil: 'commit' });
  await usable(page);
  const seconds = (performance.now() - begun) / 1000;
  await page.close();
  await host.stop();
  return seconds;
}

/** What comes later and when it is needed only (graphs, another language) is not counted. */
function scriptKilobytes(): number {
  const folder = fromRoot('dist/page');
  const scripts = [...readFileSync(join(folder, 'index.html'), 'utf8').matchAll(/(?:src|href)="([^"]+\.js)"/g)];
  return scripts.reduce((sum, [, name = '']) => sum + gzipSync(readFileSync(join(folder, name))).length, 0) / 1000;
}

/** Resident memory with a page open and nothing to do, MB; null where the system has no /proc. */
async function idleMegabytes(browser: Browser, data: string): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const host = await startHost(data);
  const page = await browser.newPage();
  await page.goto(host.url);
  await usable(page);
  await new Promise((resolve) => setTimeout(resolve, idleMs));
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.process.pid}/status`, 'utf8'))?.[1];
  await page.close();
  await host.stop();
  return Number(kilobytes) / 1000;
}

/** A queue as it is after a long life: every state, long names. */
async function fillQueue(data: string, source: string): Promise<void> {
  const prober = createProber(childWorkers(fromRoot('dist/worker.js')));
  const media = await prober.probe(source);
  await prober.close();
  const storage = openStorage(join(data, 'studio.db'));
  const statuses: JobStatus[] = [
    { phase: 'waiting' },
    { phase: 'cancelled' },
    { phase: 'failed', error: { code: 'source-damaged', message: 'It is damaged.' } },
  ];
  storage.together(() => {
    for (let index = 0; index < jobCount; index++) {
      const id = `job-${String(index).padStart(5, '0')}`;
      const job: Job = {
        id,
        order: index + 1,
        source: `${source.slice(0, -4)} of day ${index} in the north.mp4`,
        preset: 'fast-1080p30',
        lossless: null,
        overrides: {},
        output: { template: '{name}', overwrite: false },
        media,
        outline: null,
        notes: [{ kind: 'loss', text: 'Sound track 1 is mixed down to stereo.' }],
        device: null,
        chosen: 'H.264 by the processor (libx264).',
        ...{ priority: 'normal', group: index % 10 < 8 ? `Day ${Math.floor(index / 50)}` : null, paused: false },
        estimatedBytes: 1e6 * index,
        added: index,
      };
      storage.put('job', id, job);
      storage.put('status', id, statuses[index % statuses.length]);
    }
  });
  storage.close();
}

/** Work of one frame while a list of 10,000 is scrolled: script, style, layout and paint, ms. */
async function scrollFrames(browser: Browser, data: string): Promise<number[]> {
  const host = await startHost(data);
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(host.url);
  await page.getByRole('row').nth(5).waitFor();
  const frames = await page.evaluate(async () => {
    const list = document.querySelector('[role=treegrid]') as HTMLElement;
    const channel = new MessageChannel();
    const frame = (step: number) =>
      new Promise<number>((resolve) => {
        requestAnimationFrame(() => {
          const begun = performance.now();
          list.scrollTop += step;
          // Told after this frame has been drawn.
          channel.port1.onmessage = () => resolve(performance.now() - begun);
          channel.port2.postMessage(null);
        });
      });
    const times: number[] = [];
    // A slow wheel, a fast one, and the thumb of the scroll bar.
    for (const step of [40, 400, 4000]) for (let at = 0; at < 120; at++) times.push(await frame(step));
    return times;
  });
  await page.close();
  await host.stop();
  return frames;
}

/** What a page is sent while eight jobs run, kB a second. */
async function pushedKilobytes(data: string, source: string, out: string): Promise<number> {
  const host = await startHost(data);
  const address = new URL(host.url);
  const socket = new WebSocket(`ws://${address.host}/wire`, { headers: { authorization: `Bearer ${token}` } });
  let bytes = 0;
  let running = 0;
  const runs = new Promise<void>((resolve) => {
    socket.on('message', (message: Buffer) => {
      bytes += message.length;
      const frame = JSON.parse(message.toString()) as { data?: { put?: { queue?: { studio?: { running: number } } } } };
      running = frame.data?.put?.queue?.studio?.running ?? running;
      if (running === 8) resolve();
    });
  });
  await new Promise((resolve) => socket.once('open', resolve));
  const send = (id: number, method: string, input: unknown) => socket.send(JSON.stringify({ type: 'call', id, method, input }));
  send(1, 'changeSettings', { parallel: 8 });
  send(2, 'addJobs', { sources: Array(8).fill(source), preset: 'fast-1080p30', overrides: { speed: 'veryslow' }, output: { folder: out } });
  send(3, 'startQueue', {});
  await runs;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  bytes = 0;
  await new Promise((resolve) => setTimeout(resolve, listenMs));
  const rate = bytes / listenMs;
  if (running !== 8) throw new Error('A job ended while it was measured: the clip is too short for this machine.');
  socket.close();
  await host.stop();
  return rate;
}

/** Measures all; `folder` is the caller's to take away. */
export async function measurePage(folder: string, rounds: number): Promise<PageFigure[]> {
  const browser = await launchBrowser();
  try {
    const data = (name: string) => join(folder, `data-${name}`);
    const starts: number[] = [];
    for (let round = 0; round <= rounds; round++) starts.push(await startToUsable(browser, data('start')));
    const idle = await idleMegabytes(browser, data('start'));
    const film = ordinaryClip(join(folder, 'a holiday film with a name as long as they are.mp4'), 60, '1280x720');
    await fillQueue(data('scroll'), film);
    const frames = await scrollFrames(browser, data('scroll'));
    const pushed = await pushedKilobytes(data('push'), film, join(folder, 'exports'));
    return [
      {
        name: 'start to usable page',
        value: median(starts.slice(1)),
        unit: 's',
        bar: 1.5,
        how: `median of ${rounds}, from the command's start`,
      },
      { name: 'page script, gzipped', value: scriptKilobytes(), unit: 'kB', bar: 250, how: 'all scripts of the first load' },
      { name: 'scroll frame, p95', value: quantile(frames, 0.95), unit: 'ms', bar: 16, how: `${jobCount} jobs, ${frames.length} frames` },
      { name: 'pushed, 8 jobs running', value: pushed, unit: 'kB/s', bar: 10, how: `over ${listenMs / 1000} s` },
      ...(idle === null ? [] : [{ name: 'host at rest', value: idle, unit: 'MB', bar: 120, how: 'resident, one page open' }]),
    ];
  } finally {
    await browser.close();
  }
}

export function pageTable(figures: PageFigure[]): string {
  const rows = figures.map(({ name, value, unit, bar, how }) =>
    [name.padEnd(24), `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`.padStart(12), `bar ${bar}`.padStart(10), `  ${how}`].join(''),
  );
  return ['page  the page and its host', ...rows.map((row) => `  ${row}`)].join('\n');
}
