/** Worker processes: real ones, killed, hung, aborted, worn out and orphaned. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../native/contract/errors.ts';
import type { MediaInfo } from '../native/contract/media.ts';
import type { Progress } from '../native/contract/worker-contract.ts';
import { makePlan } from '../native/studio/plan.ts';
import { createPool, type Lease, type Pool, type PoolOptions } from '../native/studio/pool.ts';
import { findPreset } from '../native/studio/preset.ts';
import { createProber } from '../native/studio/prober.ts';
import { longClip, shortClip, slow } from './fixtures/sources.ts';
import { eventually, isAlive, seeded } from './fixtures/wait.ts';
import { type WatchedWorkers, watchedWorkers } from './fixtures/watched-workers.ts';

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
const oddWorker = fixture('odd-worker.ts');

let folder: string;
let short: string;
let long: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-pool-'));
  short = shortClip(join(folder, 'short.mp4'));
  long = longClip(join(folder, 'holiday.mp4'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: { pool: { close(): Promise<void> }; workers: WatchedWorkers }[] = [];
afterEach(async () => {
  for (const { pool, workers } of open.splice(0)) {
    await pool.close();
    expect(workers.alive()).toEqual([]);
  }
});

/** `engine` stands for the real worker program. */
function start(options: Partial<PoolOptions> = {}, program: string = oddWorker): { pool: Pool; workers: WatchedWorkers } {
  const workers = watchedWorkers(program === 'engine' ? undefined : program);
  const pool = createPool({ spawn: workers.spawn, size: 1, ...options });
  open.push({ pool, workers });
  return { pool, workers };
}

/** Asks a worker of the odd program to do what `what` says. */
const ask = (lease: Lease, what: string, signal?: AbortSignal, onProgress?: () => void): Promise<MediaInfo> =>
  lease.call(
    'probe',
    { path: `${what}.mp4` },
    { work: `Reading ${what}.mp4`, ...(signal && { signal }), ...(onProgress && { onProgress }) },
  );

/** One call with a place of its own; tells which process answered. */
async function visit(pool: Pool, what = 'answer'): Promise<number> {
  const lease = await pool.acquire();
  try {
    return Number((await ask(lease, what)).tags['pid']);
  } finally {
    lease.release();
  }
}

/** A call's end as a value, so that nobody has to be listening when it comes. */
const outcome = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
const errorLike = (code: StudioError['code'], message?: string) =>
  expect.objectContaining({ name: 'StudioError', code, ...(message && { message }) });

/** Has a real worker encode the long clip; comes back when that is well under way. */
async function encodeLong(pool: Pool, partial: string, signal?: AbortSignal): Promise<{ lease: Lease; ended: Promise<unknown> }> {
  const lease = await pool.acquire();
  const media = await lease.call('probe', { path: long }, { work: 'Reading holiday.mp4' });
  const plan = makePlan({ media, settings: findPreset(slow.preset), overrides: slow.overrides });
  let ended: Promise<unknown> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const onProgress = ({ fraction }: Progress) => fraction > 0 && resolve();
    const options = { work: 'Encoding holiday.mp4', onProgress, ...(signal && { signal }) };
    ended = outcome(lease.call('encode', { plan, partial, threads: 0 }, options));
    void ended.then((value) => reject(new Error(`it ended too soon: ${value}`)));
  });
  return { lease, ended };
}

describe('a worker that dies', () => {
  test('SIGSEGV in the middle of an encode names the work and the signal, and the next job gets a worker that works', async () => {
    const { pool, workers } = start({}, 'engine');
    const { lease, ended } = await encodeLong(pool, join(folder, 'crash.part.mp4'));
    const [pid = 0] = workers.pids;
    process.kill(pid, 'SIGSEGV');
    expect(await ended).toEqual(errorLike('worker-crashed', 'Encoding holiday.mp4 stopped unexpectedly (SIGSEGV).'));
    lease.release();
    expect(pool.pids()).toEqual([]);
    const next = await pool.acquire();
    expect((await next.call('probe', { path: short }, { work: 'Reading short.mp4' })).duration).toBeCloseTo(1, 1);
    next.release();
    expect(pool.pids()).toEqual([workers.pids[1]]);
  });

  test('an exit tells its code, and keeps what was last said as the detail', async () => {
    const { pool } = start();
    for (let round = 0; round < 10; round++) {
      const lease = await pool.acquire();
      const error = await outcome(ask(lease, 'exit'));
      lease.release();
      expect(error).toEqual(errorLike('worker-crashed', 'Reading exit.mp4 stopped unexpectedly (exit code 3).'));
      expect((error as StudioError).detail).toContain('the driver gave up');
    }
  });

  test('one that dies while idle is not handed out', async () => {
    const { pool, workers } = start();
    const first = await visit(pool);
    process.kill(first, 'SIGKILL');
    await workers.exits.get(first);
    expect(await visit(pool)).not.toBe(first);
  });

  test('one that cannot even be started fails its call and gives its place back', async () => {
    const { execPath } = process;
    const { pool } = start();
    process.execPath = join(folder, 'no-such-node');
    const lease = await pool.acquire();
    process.execPath = execPath;
    const error = await Promise.race([outcome(ask(lease, 'answer')), new Promise((resolve) => setTimeout(resolve, 5000, 'never'))]);
    expect(error).toEqual(errorLike('worker-crashed'));
    lease.release();
    expect(await visit(pool)).toBeGreaterThan(0);
  });

  test('a start that throws does not cost the pool a place', async () => {
    const workers = watchedWorkers(oddWorker);
    let failures = 1;
    const spawn = () => {
      if (failures-- > 0) throw new Error('spawn ENOMEM');
      return workers.spawn();
    };
    const pool = createPool({ size: 1, spawn });
    open.push({ pool, workers });
    await expect(pool.acquire()).rejects.toThrow('ENOMEM');
    const lease = await pool.acquire(AbortSignal.timeout(5000));
    expect((await ask(lease, 'answer')).tags['pid']).toBe(String(workers.pids[0]));
    lease.release();
  });
});

describe('a worker that hangs', () => {
  test('is killed after hangSeconds without a sign of life; one that gives signs may take as long as it wants', async () => {
    const { pool, workers } = start({ size: 2, hangSeconds: 2 });
    const [hanging, lively] = await Promise.all([pool.acquire(), pool.acquire()]);
    const began = performance.now();
    const [hung, slowly] = await Promise.all([outcome(ask(hanging, 'hang')), outcome(ask(lively, 'lively'))]);
    expect(hung).toEqual(errorLike('worker-hung', 'Reading hang.mp4 stopped responding and was ended. Retry it.'));
    expect(slowly).toMatchObject({ path: 'lively.mp4' });
    expect(performance.now() - began).toBeLessThan(6000);
    expect(workers.killed).toEqual([workers.pids[0]]);
    hanging.release();
    lively.release();
    expect(pool.pids()).toEqual([workers.pids[1]]);
  });
});

describe('abort', () => {
  test('a worker that stops when asked is asked, not killed', async () => {
    const { pool, workers } = start();
    const lease = await pool.acquire();
    const abort = new AbortController();
    const call = outcome(ask(lease, 'polite', abort.signal, () => abort.abort()));
    expect(await call).toEqual(errorLike('cancelled'));
    expect(workers.killed).toEqual([]);
    expect(workers.alive()).toEqual(workers.pids);
    lease.release();
  });

  test('a real encode stops within a second when asked, and its partial file is gone when the call is over', async () => {
    const { pool, workers } = start({}, 'engine');
    const partial = join(folder, 'abort.part.mp4');
    const abort = new AbortController();
    const { lease, ended } = await encodeLong(pool, partial, abort.signal);
    expect(existsSync(partial)).toBe(true);
    const began = performance.now();
    abort.abort(new StudioError('cancelled', 'Enough.'));
    expect(await ended).toEqual(errorLike('cancelled', 'Enough.'));
    expect(performance.now() - began).toBeLessThan(1000);
    expect(existsSync(partial)).toBe(false);
    expect(workers.killed).toEqual([]);
    lease.release();
  });

  test('a stubborn one is killed after graceMs, and the call still says cancelled', async () => {
    const { pool, workers } = start({ graceMs: 300 });
    const lease = await pool.acquire();
    const abort = new AbortController();
    let aborted = 0;
    const onProgress = () => {
      if (aborted) return;
      aborted = performance.now();
      abort.abort();
    };
    expect(await outcome(ask(lease, 'stubborn', abort.signal, onProgress))).toEqual(errorLike('cancelled'));
    expect(performance.now() - aborted).toBeGreaterThan(290);
    expect(performance.now() - aborted).toBeLessThan(3000);
    expect(workers.killed).toEqual(workers.pids);
    lease.release();
    expect(await visit(pool)).not.toBe(workers.pids[0]);
  });

  test('before a call and while waiting for a place it costs nothing', async () => {
    const { pool, workers } = start();
    await expect(pool.acquire(AbortSignal.abort())).rejects.toThrow(StudioError);
    const lease = await pool.acquire();
    const abort = new AbortController();
    const waiting = pool.acquire(abort.signal);
    const behind = pool.acquire();
    abort.abort(new StudioError('cancelled', 'Changed my mind.'));
    expect(await outcome(waiting)).toEqual(errorLike('cancelled', 'Changed my mind.'));
    expect(await outcome(ask(lease, 'answer', AbortSignal.abort()))).toEqual(errorLike('cancelled'));
    lease.release();
    const next = await behind;
    expect((await ask(next, 'answer')).tags['pid']).toBe(String(workers.pids[0]));
    next.release();
    expect(workers.pids).toHaveLength(1);
  });
});

describe('places', () => {
  test('a place that rests is another’s meanwhile, is taken again at once, and is counted once however it ends', async () => {
    const { pool } = start({ size: 1 });
    const first = await pool.acquire();
    const second = pool.acquire();
    first.rest(true);
    first.rest(true);
    const other = await second;
    first.rest(false);
    expect(pool.busy()).toBe(2);
    expect(first.isWelcome()).toBe(false);
    other.release();
    expect([pool.busy(), pool.spare()]).toEqual([1, null]);
    first.rest(true);
    first.release();
    first.rest(false);
    expect(pool.busy()).toBe(0);
    const last = await pool.acquire();
    expect(pool.spare()).toBeNull();
    last.release();
  });

  test('200 random takings, givings and aborts: never more than 3 at once, and no place is lost', async () => {
    const size = 3;
    const { pool, workers } = start({ size, warm: size });
    const random = seeded(20_261_122);
    const pick = <T>(list: T[]): T | undefined => list.splice(Math.floor(random() * list.length), 1)[0];
    const held: Lease[] = [];
    const asked: AbortController[] = [];
    const settled: Promise<unknown>[] = [];
    let most = 0;
    const acquire = () => {
      const abort = new AbortController();
      asked.push(abort);
      const taken = pool.acquire(abort.signal).then((lease) => {
        held.push(lease);
        most = Math.max(most, held.length);
      });
      settled.push(outcome(taken).finally(() => asked.splice(asked.indexOf(abort), 1)));
    };
    for (let step = 0; step < 200; step++) {
      const dice = random();
      if (dice < 0.5) acquire();
      else if (dice < 0.7) pick([...asked])?.abort();
      else {
        const lease = pick(held);
        if (lease && dice < 0.85) await outcome(ask(lease, random() < 0.2 ? 'fail' : 'answer'));
        lease?.release();
        if (random() < 0.1) lease?.release(); // giving back twice must not make a place
      }
      // Sometimes everything has time to settle, sometimes the next operation comes in the same turn.
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
    }
    for (const abort of asked) abort.abort();
    await Promise.all(settled);
    expect(most).toBe(size);
    for (const lease of held.splice(0)) lease.release();
    const again = await Promise.all(Array.from({ length: size }, () => pool.acquire()));
    const answers = await Promise.all(again.map((lease) => ask(lease, 'answer')));
    expect(new Set(answers.map(({ tags }) => tags['pid'])).size).toBe(size);
    const abort = new AbortController();
    const oneMore = pool.acquire(abort.signal);
    const first = await Promise.race([oneMore, new Promise((resolve) => setImmediate(resolve, 'waits'))]);
    expect(first).toBe('waits');
    abort.abort();
    await outcome(oneMore);
    for (const lease of again) lease.release();
    expect(workers.alive().length).toBeLessThanOrEqual(size);
  });

  test('more places let waiting work in at once; fewer stop nothing that runs', async () => {
    const { pool } = start({ size: 1, warm: 3 });
    const first = await pool.acquire();
    const second = pool.acquire();
    pool.resize(2);
    const leases = [first, await second];
    pool.resize(1);
    const third = pool.acquire();
    leases[0]?.release();
    expect(await Promise.race([third, new Promise((resolve) => setImmediate(resolve, 'waits'))])).toBe('waits');
    leases[1]?.release();
    (await third).release();
  });

  test('a lease that was given back reaches no worker: it may be at somebody else’s work', async () => {
    const { pool } = start();
    const old = await pool.acquire();
    old.release();
    const next = await pool.acquire();
    expect(await outcome(ask(old, 'answer'))).toBeInstanceOf(StudioError);
    next.release();
  });
});

describe('healthy workers are used again', () => {
  test('the same process answers until maxCalls, then another', async () => {
    const { pool } = start({ maxCalls: 3 });
    const pids = [];
    for (let round = 0; round < 6; round++) pids.push(await visit(pool));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(new Set(pids.slice(3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
  });

  test('an error costs a worker its place, unless keepAfterError says otherwise', async () => {
    const [strict, mild] = [start(), start({ keepAfterError: true })];
    for (const { pool } of [strict, mild]) {
      await visit(pool);
      await expect(visit(pool, 'fail')).rejects.toThrow('fail.mp4 is not a media file.');
      await visit(pool);
    }
    expect(strict.workers.pids).toHaveLength(2);
    expect(mild.workers.pids).toHaveLength(1);
  });

  test('one that has grown by more than maxGrowth is replaced, one that has grown less is not', async () => {
    const { pool, workers } = start({ maxGrowth: 200e6 });
    const first = await visit(pool);
    expect(await visit(pool, 'grow')).toBe(first);
    expect(await visit(pool, 'grow')).toBe(first);
    expect(await visit(pool)).not.toBe(first);
    expect(workers.pids).toHaveLength(2);
  });

  test('of four only `warm` are kept, started ahead when asked, and close leaves none', async () => {
    const { pool, workers } = start({ size: 4, warm: 2 });
    pool.prewarm();
    expect(workers.pids).toHaveLength(2);
    const leases = await Promise.all([1, 2, 3, 4].map(() => pool.acquire()));
    expect(workers.pids).toHaveLength(4);
    for (const lease of leases) await ask(lease, 'answer');
    for (const lease of leases) lease.release();
    await eventually(() => pool.pids().length === 2, 'two of four workers end');
    expect(workers.alive()).toEqual(pool.pids());
    await pool.close();
    expect(workers.alive()).toEqual([]);
  });

  test('the libuv pool of a worker is large enough for FFmpeg’s threads', async () => {
    const { pool } = start();
    const lease = await pool.acquire();
    expect(Number((await ask(lease, 'answer')).tags['threads'])).toBeGreaterThanOrEqual(16);
    lease.release();
  });

  test('FFmpeg is not loaded before the first job', async ({ skip }) => {
    if (process.platform !== 'linux') {
      console.log('skipped: only Linux tells what a process has loaded (/proc/PID/maps)');
      skip();
    }
    const { pool, workers } = start({}, 'engine');
    const lease = await pool.acquire();
    const [pid] = workers.pids;
    const hasFFmpeg = () => /node-av\.node|seydx/.test(readFileSync(`/proc/${pid}/maps`, 'utf8'));
    await lease.call('pause', {}, { work: 'Nothing' }); // it is up and answers
    expect(hasFFmpeg()).toBe(false);
    await lease.call('probe', { path: short }, { work: 'Reading short.mp4' });
    expect(hasFFmpeg()).toBe(true);
    lease.release();
  });
});

describe('the end', () => {
  test('close ends running and waiting calls, starts nothing further and leaves no process', async () => {
    const { pool, workers } = start();
    const lease = await pool.acquire();
    let underWay = () => {};
    const working = new Promise<void>((resolve) => {
      underWay = resolve;
    });
    const running = outcome(ask(lease, 'stubborn', undefined, underWay)).finally(() => lease.release());
    const waiting = outcome(pool.acquire());
    await working;
    await pool.close();
    expect(await running).toEqual(errorLike('cancelled'));
    expect(await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 2000, 'never'))])).toEqual(errorLike('cancelled'));
    expect(await outcome(pool.acquire())).toEqual(errorLike('cancelled'));
    expect(workers.pids).toHaveLength(1);
    expect(workers.alive()).toEqual([]);
  });

  test('the host is killed with -9 while a worker encodes: the worker ends by itself and takes its partial file with it', async () => {
    const partial = join(folder, '.holiday.orphan.part.mp4');
    const host = fork(fixture('pool-host.ts'), [long, partial], { execArgv: [] });
    const [{ worker }] = (await once(host, 'message')) as [{ worker: number }];
    expect(isAlive(worker)).toBe(true);
    await eventually(() => (statSync(partial, { throwIfNoEntry: false })?.size ?? 0) > 0, 'the partial file has bytes', 10_000);
    const gone = once(host, 'exit');
    host.kill('SIGKILL');
    await gone;
    await eventually(() => !isAlive(worker), 'the orphan ends');
    expect(existsSync(partial)).toBe(false);
  });
});

describe('the prober', () => {
  const startProber = (program?: string, timeoutMs?: number) => {
    const workers = watchedWorkers(program);
    const prober = createProber(workers.spawn, timeoutMs);
    open.push({ pool: prober, workers });
    return { prober, workers };
  };

  test('a file that hangs it costs only its own answer; the next ones are answered', async () => {
    const { prober, workers } = startProber(oddWorker, 1000);
    await prober.probe('answer.mp4'); // so that the second counts for the file alone
    const [hung, ...others] = await Promise.all(
      ['hang.mp4', 'answer.mp4', 'fail.mp4', 'answer.mp4'].map((path) => outcome(prober.probe(path))),
    );
    expect(hung).toEqual(errorLike('timed-out', 'hang.mp4 could not be read in 1 s.'));
    const second = String(workers.pids[1]);
    expect(others).toEqual([
      expect.objectContaining({ tags: expect.objectContaining({ pid: second }) }),
      errorLike('not-media'),
      expect.objectContaining({ tags: expect.objectContaining({ pid: second }) }),
    ]);
    expect(workers.pids).toHaveLength(2);
  });

  test('a file that kills it is named; strange files do not cost the real one its place', async () => {
    const odd = startProber(oddWorker);
    expect(await outcome(odd.prober.probe('exit.mp4'))).toEqual(
      errorLike('worker-crashed', 'Reading exit.mp4 stopped unexpectedly (exit code 3).'),
    );
    expect(await outcome(odd.prober.probe('answer.mp4'))).toMatchObject({ path: 'answer.mp4' });

    const real = startProber();
    expect(await outcome(real.prober.probe(fixture('odd-worker.ts')))).toEqual(errorLike('not-media'));
    expect(await outcome(real.prober.probe(join(folder, 'nowhere.mp4')))).toEqual(errorLike('source-missing'));
    expect(await outcome(real.prober.probe(folder))).toEqual(errorLike('not-media'));
    const picture = join(folder, 'picture.jpg');
    expect(await real.prober.thumbnail({ path: short, at: 0.5, width: 160, out: picture })).toEqual({ width: 160, height: 120 });
    expect(readFileSync(picture).subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(real.workers.pids).toHaveLength(1);
  });
});
