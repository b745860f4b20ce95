/** The wire, the shared state and the client over every transport there is, each with real ports, sockets, threads and processes. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Server as SocketServer, WebSocket, WebSocketServer } from 'ws';
import { type Client, createClient } from '../native/contract/client.ts';
import { commands, emptyState, type Job, parseWith, type State, stateTopic } from '../native/contract/contract.ts';
import { type ErrorData, StudioError } from '../native/contract/errors.ts';
import { ipcPort, socketPort, type UtilityProcessLike, utilityPort } from '../native/contract/ports.ts';
import { applyPatch, createState, type Patch, type StateOwner } from '../native/contract/state.ts';
import { connect, type Frame, type Port, serve } from '../native/contract/wire.ts';
import { answer, type Seen, threadPort } from './fixtures/wire-service.ts';

const limits = { timeout: 20_000 };

/** A port with the service of wire-service.ts at its other end. */
interface Pair {
  port: Port;
  /** Takes the other side away without a word. */
  kill(): unknown;
  /** The other side is through: how many of its running handlers were told, or null when it was killed before it could. */
  ended: Promise<number | null>;
}

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const programUrl = new URL('./fixtures/wire-program.ts', import.meta.url);
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function startProgram(role: string, serialization: 'json' | 'advanced' = 'json') {
  const child = fork(fileURLToPath(programUrl), [role], { execArgv: [], serialization });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  cleanups.push(() => {
    child.kill('SIGKILL');
    return ended;
  });
  return { child, ended };
}

/** Electron's UtilityProcess, played by a forked process: messages by structured clone, `kill` asks politely, `exit` comes last. */
class FakeUtilityProcess implements UtilityProcessLike {
  private readonly child: ChildProcess;
  constructor(child: ChildProcess) {
    this.child = child;
  }
  postMessage(value: unknown): void {
    this.child.send(value as object, () => {});
  }
  kill(): boolean {
    return this.child.kill();
  }
  on(event: 'message' | 'exit', listener: (value: never) => void): this {
    this.child.on(event, listener as (value: unknown) => void);
    return this;
  }
}

async function listen(port = 0): Promise<SocketServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  cleanups.push(() => closeServer(server));
  return server;
}

async function closeServer(server: SocketServer): Promise<void> {
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
}

const urlOf = (server: SocketServer) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;

type AnySocket = WebSocket | globalThis.WebSocket;
const opened = (socket: AnySocket) =>
  new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error('The socket did not open.')));
  });

const closed = (socket: AnySocket) => new Promise<void>((resolve) => socket.addEventListener('close', () => resolve()));

/** Two ends of one WebSocket; what travels before someone listens waits in the ports. */
async function socketPair(makeSocket: (url: string) => AnySocket) {
  const server = await listen();
  const accepted = once(server, 'connection') as Promise<[WebSocket]>;
  const near = makeSocket(urlOf(server));
  const port = socketPort(near);
  const [far] = await accepted;
  const farPort = socketPort(far);
  await opened(near);
  return { port, near, far, farPort };
}

async function answeredSocket(makeSocket: (url: string) => AnySocket): Promise<Pair> {
  const { port, far, farPort } = await socketPair(makeSocket);
  return { port, kill: () => far.terminate(), ended: answer(farPort).ended };
}

const transports: Record<string, { open(): Promise<Pair>; diesWithItsPort?: true }> = {
  'a WebSocket of ws': { open: () => answeredSocket((url) => new WebSocket(url)) },
  'a WebSocket as a page has it': { open: () => answeredSocket((url) => new globalThis.WebSocket(url)) },
  'a MessagePort': {
    async open() {
      const { port1, port2 } = new MessageChannel();
      cleanups.push(() => port1.close());
      return { port: threadPort(port1), kill: () => port2.close(), ended: answer(threadPort(port2)).ended };
    },
  },
  'a MessagePort into a worker thread': {
    async open() {
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(programUrl, { execArgv: [], argv: ['thread'], workerData: { wire: port2 }, transferList: [port2] });
      const ended = new Promise<number>((resolve) => worker.once('exit', resolve));
      cleanups.push(() => worker.terminate());
      return { port: threadPort(port1), kill: () => worker.terminate(), ended };
    },
  },
  'a child process': {
    async open() {
      const { child, ended } = startProgram('child');
      return { port: ipcPort(child), kill: () => child.kill('SIGKILL'), ended };
    },
  },
  'a utility process': {
    async open() {
      const { child, ended } = startProgram('utility', 'advanced');
      return { port: utilityPort(new FakeUtilityProcess(child)), kill: () => child.kill('SIGKILL'), ended };
    },
    diesWithItsPort: true,
  },
};

/** Reproducible randomness (mulberry32): 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function shuffled<T>(random: () => number, values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

const prototypeNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const words = ['', 'call', 'reply', 'abort', 'push', 'type', 'id', 'ok', 'error', ...prototypeNames, '“naïve” \u0000 😀'];

function randomJson(random: () => number, depth = 0): unknown {
  const many = Math.floor(random() * 4);
  return pick<() => unknown>(random, [
    () => null,
    () => random() < 0.5,
    () => Math.floor(random() * 100) - 50,
    () => random() * 1e300,
    () => pick(random, words),
    () => (depth > 3 ? [] : Array.from({ length: many }, () => randomJson(random, depth + 1))),
    () => (depth > 3 ? {} : Object.fromEntries(Array.from({ length: many }, () => [pick(random, words), randomJson(random, depth + 1)]))),
  ])();
}

/** Ids the wire never gave out, most of them no ids at all. */
const strangeIds = [0, -1, 1.5, '1', '', null, true, [1], {}, 2 ** 53, 1e300, 70_001, 70_002, 2 ** 53 - 1];
/** Ids of three calls that are running while the strange frames come. */
const runningIds = [1, 2, 3];

const noTypes = [null, 0, '', 'Reply', 'replies', [], ['reply'], {}, ...prototypeNames];

/** Something like a frame, but nothing that an honest side would send: it may name running calls only where it is malformed. */
function strangeFrame(random: () => number): unknown {
  const id = pick<unknown>(random, strangeIds);
  const running = pick<unknown>(random, runningIds);
  const malformed = pick<unknown>(random, [
    undefined,
    null,
    'no',
    7,
    [],
    {},
    { code: 'internal' },
    { code: 1, message: 2 },
    { message: 'x' },
  ]);
  return pick<() => unknown>(random, [
    () => randomJson(random),
    () => ({ type: pick<unknown>(random, noTypes), id: running, ok: true, value: 'wrong', method: 'echo' }),
    () => ({ type: 'reply', id, ok: true, value: 'wrong' }),
    () => ({ type: 'reply', id, ok: false, error: { code: 'internal', message: 'wrong' } }),
    () => ({ type: 'reply', id: running, ok: pick(random, ['true', 1, null, {}, []]), value: 'wrong' }),
    () => ({ type: 'reply', id: running, ok: false, error: malformed }),
    () => ({ type: 'reply', id: running, value: 'wrong' }),
    () => ({ type: 'abort', id }),
    () => ({ type: 'call', id, method: pick(random, words), input: randomJson(random) }),
    () => ({ type: 'call', id, method: 'probe', input: pick(random, [null, {}, { path: '' }, { path: 7 }]) }),
    () => ({ type: 'call', id: running, method: 'echo', input: { value: 'wrong' } }),
    () => ({ type: 'call', id: 70_003, method: randomJson(random), input: {} }),
    () => ({ type: 'push', topic: pick<unknown>(random, [...words, null, 3, {}]), data: randomJson(random) }),
  ])();
}

/** The error a promise was rejected with, as data. */
async function failure(call: Promise<unknown>): Promise<ErrorData> {
  const value = await call.catch((thrown: unknown) => thrown);
  expect(value).toBeInstanceOf(StudioError);
  const { code, message, detail } = value as StudioError;
  return { code, message, ...(detail !== undefined && { detail }) };
}

/** Reads a port without the wire: every value that comes, and a way to wait for one. */
function tap(port: Port) {
  const frames: unknown[] = [];
  let wake = () => {};
  port.onFrame((frame) => {
    frames.push(frame);
    wake();
  });
  return {
    frames,
    async until(wanted: (frame: Record<string, unknown>) => boolean): Promise<void> {
      while (!frames.some((frame) => isObject(frame) && wanted(frame))) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

for (const [name, transport] of Object.entries(transports)) {
  describe(`over ${name}`, limits, () => {
    async function open() {
      const pair = await transport.open();
      cleanups.push(() => {
        pair.kill();
        return pair.ended;
      });
      const connection = connect(pair.port);
      const call = connection.call;
      return { ...pair, connection, call, seen: async () => (await call('seen', {})) as Seen };
    }

    test('replies come in any order and each finds its call', async () => {
      const { call } = await open();
      const keys = Array.from({ length: 20 }, (_, index) => `call ${index}`);
      const settled: unknown[] = [];
      const calls = keys.map((key) => call('hold', { key }).then((value) => settled.push([key, value])));
      const order = shuffled(seeded(1), keys);
      for (const key of order) await call('release', { key, value: `answer to ${key}` });
      await Promise.all(calls);
      expect(settled).toEqual(order.map((key) => [key, `answer to ${key}`]));
    });

    test('1000 calls at once each get their own reply exactly once', async () => {
      const { port } = await open();
      const replies = new Map<number, number>();
      const counted: Port = {
        ...port,
        onFrame: (listener) =>
          port.onFrame((frame) => {
            if (isObject(frame) && frame['type'] === 'reply') replies.set(Number(frame['id']), (replies.get(Number(frame['id'])) ?? 0) + 1);
            listener(frame);
          }),
      };
      const { call } = connect(counted);
      const numbers = Array.from({ length: 1000 }, (_, index) => index);
      expect(await Promise.all(numbers.map((value) => call('echo', { value })))).toEqual(numbers);
      expect(replies.size).toBe(1000);
      expect([...replies.values()].every((count) => count === 1)).toBe(true);
    });

    test('values arrive as they were sent, however large or strange', async () => {
      const { call } = await open();
      const random = seeded(2);
      const values = [...Array.from({ length: 300 }, () => randomJson(random)), 'long '.repeat(300_000), [[[[[[[[[[1]]]]]]]]]]];
      for (const value of values) expect(await call('echo', { value })).toEqual(value);
      expect(await call('release', { key: 'nobody waits' })).toBeNull(); // no value is null, on every transport
    });

    test('an error crosses with its code, message and detail', async () => {
      const { call } = await open();
      const error: ErrorData = { code: 'disk-full', message: 'The disk “Films” is full.', detail: 'ENOSPC\n  at write' };
      expect(await failure(call('fail', error))).toEqual(error);
      const short: ErrorData = { code: 'cancelled', message: 'Cancelled.' };
      expect(await failure(call('fail', short))).toEqual(short);
    });

    test('an error nobody foresaw becomes internal and keeps its stack', async () => {
      const { call } = await open();
      const error = await failure(call('crash', { how: 'error' }));
      expect(error.code).toBe('internal');
      expect(error.message).not.toContain('foresaw');
      expect(error.detail).toMatch(/TypeError: nobody foresaw this\n\s+at .*wire-service/);
      expect(await failure(call('crash', { how: 'text' }))).toMatchObject({ code: 'internal', detail: 'only words' });
    });

    test('an answer that cannot be sent is an internal error and not a silence', async () => {
      const { call } = await open();
      expect((await failure(call('crash', { how: 'unsendable' }))).code).toBe('internal');
      expect(await call('echo', { value: 'still here' })).toBe('still here');
    });

    test("input is checked against the command's schema before a handler sees it", async () => {
      const { call, seen } = await open();
      const error = await failure(call('addJobs', { sources: [], preset: 'fast-1080p30' }));
      expect(error.code).toBe('bad-input');
      expect(error.message).toContain('addJobs');
      expect(error.detail).toContain('sources');
      for (const input of [null, 'x', [], {}, { path: 5 }]) expect((await failure(call('probe', input))).code).toBe('bad-input');
      expect((await seen()).handled).toBe(0);
      expect(await call('plan', { path: 'a.mov', preset: 'web', stray: 1 })).toEqual({ path: 'a.mov', preset: 'web', overrides: {} });
    });

    test('a method that is no command is unknown, also one that every object has', async () => {
      const { call, seen } = await open();
      for (const method of ['eject', '', ...prototypeNames]) {
        const error = await failure(call(method, {}));
        expect(error.code).toBe('unknown-command');
        expect(error.message).toContain(`“${method}”`);
      }
      expect((await failure(call('x'.repeat(100_000), {}))).message.length).toBeLessThan(200);
      expect((await seen()).handled).toBe(0);
    });

    test("an abort reaches the handler's signal and the caller settles with the handler's answer", async () => {
      const { call, seen } = await open();
      const [answered, thrown, deaf] = [new AbortController(), new AbortController(), new AbortController()];
      const answers = call('untilAborted', { how: 'answer' }, answered.signal);
      const throws = failure(call('untilAborted', { how: 'throw' }, thrown.signal));
      const holds = call('hold', { key: 'deaf' }, deaf.signal);
      expect(await seen()).toEqual({ handled: 3, aborted: 0 });
      answered.abort();
      expect(await answers).toBe('stopped in order');
      thrown.abort();
      expect((await throws).code).toBe('cancelled');
      deaf.abort();
      expect((await seen()).aborted).toBe(3);
      await call('release', { key: 'deaf', value: 'finished all the same' });
      expect(await holds).toBe('finished all the same');
    });

    test('an abort in the same breath as its call arrives after it', async () => {
      const { call } = await open();
      const abort = new AbortController();
      const answers = call('untilAborted', { how: 'answer' }, abort.signal);
      abort.abort();
      expect(await answers).toBe('stopped in order');
    });

    test('a call that was aborted before it was sent never reaches the other side', async () => {
      const { call, seen } = await open();
      expect((await failure(call('echo', {}, AbortSignal.abort()))).code).toBe('cancelled');
      const reason = new StudioError('timed-out', 'It took too long.');
      await expect(call('echo', {}, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect((await seen()).handled).toBe(0);
    });

    test('an abort after the reply disturbs nobody', async () => {
      const { call, seen } = await open();
      const abort = new AbortController();
      expect(await call('echo', { value: 1 }, abort.signal)).toBe(1);
      const other = call('hold', { key: 'other' });
      abort.abort();
      expect((await seen()).aborted).toBe(0);
      await call('release', { key: 'other', value: 2 });
      expect(await other).toBe(2);
    });

    test('pushes come in order, to the listener of their topic, before the reply that was sent after them', async () => {
      const { connection, call } = await open();
      const ticks: unknown[] = [];
      const tocks: unknown[] = [];
      connection.onPush('tick', (value) => ticks.push(value));
      connection.onPush('tock', (value) => tocks.push(value));
      const values = Array.from({ length: 500 }, (_, index) => index);
      void call('news', { topic: 'tick', values });
      void call('news', { topic: 'nobody listens', values });
      await call('news', { topic: 'tock', values: [{ deep: [1] }] });
      expect(ticks).toEqual(values);
      expect(tocks).toEqual([{ deep: [1] }]);
    });

    test('closing the port ends every pending call once, and every handler on the other side', async () => {
      const { connection, port, call, seen, ended } = await open();
      let closings = 0;
      port.onClose(() => closings++);
      const calls = Array.from({ length: 50 }, () => call('untilAborted', { how: 'answer' }));
      expect((await seen()).handled).toBe(50);
      connection.close();
      connection.close();
      for (const pending of calls) expect((await failure(pending)).code).toBe('disconnected');
      expect(await ended).toBe(transport.diesWithItsPort ? null : 50);
      expect(closings).toBe(1);
      let late = 0;
      port.onClose(() => late++);
      expect(late).toBe(1);
    });

    test('a closed port takes nothing more: calls fail at once, sends and aborts do nothing', async () => {
      const { connection, port, call, seen, ended } = await open();
      const abort = new AbortController();
      const pending = failure(call('hold', { key: 'x' }, abort.signal));
      await seen();
      connection.close();
      expect((await failure(call('echo', { value: 1 }))).code).toBe('disconnected');
      expect(() => port.send({ type: 'push', topic: 'x', data: 1 })).not.toThrow();
      expect(() => abort.abort()).not.toThrow();
      expect((await pending).code).toBe('disconnected');
      await ended;
      expect(() => port.send({ type: 'push', topic: 'x', data: 1 })).not.toThrow();
    });

    test('when the other side hangs up, every pending call is disconnected', async () => {
      const { port, call, ended } = await open();
      let closings = 0;
      port.onClose(() => closings++);
      const calls = Array.from({ length: 20 }, () => call('untilAborted', { how: 'throw' }));
      const last = call('hangUp', {});
      for (const pending of [...calls, last]) expect((await failure(pending)).code).toBe('disconnected');
      expect(await ended).toBe(21); // the one that hung up was still running
      expect(closings).toBe(1);
      expect((await failure(call('echo', {}))).code).toBe('disconnected');
    });

    test('when the other side is killed, every pending call is disconnected', async () => {
      const { port, call, seen, kill, ended } = await open();
      let closings = 0;
      port.onClose(() => closings++);
      const calls = Array.from({ length: 20 }, (_, index) => call('hold', { key: `${index}` }));
      await seen();
      kill();
      for (const pending of calls) expect((await failure(pending)).code).toBe('disconnected');
      await ended;
      expect(closings).toBe(1);
      expect((await failure(call('echo', {}))).code).toBe('disconnected');
    });

    test('the first reply to a call stands; a second one and replies to nobody are ignored', async () => {
      const { call } = await open();
      const first = call('hold', { key: 'first' }); // id 1
      const second = call('hold', { key: 'second' }); // id 2
      const reply = (id: number, value: unknown) => ({ type: 'reply', id, ok: true, value });
      const refusal = { type: 'reply', id: 1, ok: false, error: { code: 'internal', message: 'too late' } };
      await call('send', { frames: [reply(1, 'forged'), reply(1, 'again'), refusal, reply(70_000, 'nobody'), reply(1, 'once more')] });
      expect(await first).toBe('forged');
      await call('release', { key: 'first', value: 'the real one, too late' });
      await call('release', { key: 'second', value: 'mine' });
      expect(await second).toBe('mine');
    });

    test('3000 strange values from the answering side settle nothing', async () => {
      const { connection, call } = await open();
      const heard: unknown[] = [];
      connection.onPush('news', (value) => heard.push(value));
      const early: unknown[] = [];
      const held = runningIds.map((id) => call('hold', { key: `${id}` }));
      for (const pending of held) {
        pending.then(
          (value) => early.push(value),
          (error) => early.push(error),
        );
      }
      const random = seeded(3);
      await call('send', { frames: Array.from({ length: 3000 }, () => strangeFrame(random)) });
      expect(early).toEqual([]);
      for (const id of runningIds) await call('release', { key: `${id}`, value: { answer: id } });
      expect(await Promise.all(held)).toEqual(runningIds.map((id) => ({ answer: id })));
      await call('news', { topic: 'news', values: ['honest'] });
      expect(heard).toEqual(['honest']);
    });

    test('3000 strange values from the calling side run nothing', async () => {
      const { port, call, seen } = await open();
      const held = runningIds.map((id) => call('hold', { key: `${id}` }));
      const random = seeded(4);
      for (let sent = 0; sent < 3000; sent++) port.send(strangeFrame(random) as Frame);
      expect(await seen()).toEqual({ handled: runningIds.length, aborted: 0 });
      for (const id of runningIds) await call('release', { key: `${id}`, value: { answer: id } });
      expect(await Promise.all(held)).toEqual(runningIds.map((id) => ({ answer: id })));
    });

    test('a second call under a running id gets no second reply; a finished id may be used again', async () => {
      const { port } = await open();
      const { frames, until } = tap(port);
      const send = (id: number, method: string, input: unknown) => port.send({ type: 'call', id, method, input });
      send(7, 'hold', { key: 'seven' });
      send(7, 'echo', { value: 'impostor' });
      send(7, 'no such command', {});
      send(8, 'release', { key: 'seven', value: 'the first' });
      await until((frame) => frame['id'] === 7);
      send(9, 'echo', { value: 'after it' });
      await until((frame) => frame['id'] === 9);
      expect(frames.filter((frame) => isObject(frame) && frame['id'] === 7)).toEqual([
        { type: 'reply', id: 7, ok: true, value: 'the first' },
      ]);
      send(7, 'echo', { value: 'anew' });
      await until((frame) => frame['value'] === 'anew');
      expect(frames).toHaveLength(4);
    });
  });
}

describe('the edges of a connection', limits, () => {
  test('when a calling process is killed, its handlers are aborted', async () => {
    const { child } = startProgram('caller');
    const running = Promise.withResolvers<AbortSignal>();
    serve(ipcPort(child), {
      parse: (_method, input) => input,
      handle: (_method, _input, signal) => new Promise(() => running.resolve(signal)),
    });
    const signal = await running.promise;
    expect(signal.aborted).toBe(false);
    const aborted = once(signal, 'abort');
    child.kill('SIGKILL');
    await aborted;
    expect(signal.reason).toMatchObject({ code: 'disconnected' });
  });

  test('text that is not JSON closes the socket', async () => {
    const { port, near, farPort } = await socketPair((url) => new WebSocket(url));
    const { ended } = answer(farPort);
    const pending = connect(port).call('untilAborted', { how: 'throw' });
    near.send('GET / HTTP/1.1');
    expect((await failure(pending)).code).toBe('disconnected');
    expect(await ended).toBe(1);
  });

  test('bytes that are no WebSocket frame end that connection and not the host', async () => {
    const { child, ended } = startProgram('host');
    const [port] = (await once(child, 'message')) as [number];
    const stranger = connectTcp(port, '127.0.0.1');
    stranger.write(
      'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    await once(stranger, 'data');
    stranger.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    stranger.resume().on('error', () => {});
    await once(stranger, 'close');
    const good = new WebSocket(`ws://127.0.0.1:${port}`);
    const answered = opened(good).then(() => connect(socketPort(good)).call('echo', { value: 'well' }));
    const died = ended.then(() => 'the host died');
    expect(await Promise.race([answered.catch(() => died), died])).toBe('well');
    good.terminate();
  });

  test('a call that was on its way when the answering side closed starts no work', async () => {
    const { port, near, farPort } = await socketPair((url) => new WebSocket(url));
    const answering = answer(farPort);
    const { call } = connect(port);
    await call('echo', { value: 1 });
    answering.close();
    const late = failure(call('untilAborted', { how: 'throw' }));
    await closed(near);
    expect((await late).code).toBe('disconnected');
    expect(answering.seen.handled).toBe(1);
  });

  test('a call made while the reply to an abort is on its way is not touched by it', async () => {
    const { port1, port2 } = new MessageChannel();
    cleanups.push(() => port1.close());
    const { seen } = answer(threadPort(port2));
    const { call } = connect(threadPort(port1));
    const abort = new AbortController();
    const first = failure(call('untilAborted', { how: 'throw' }, abort.signal));
    abort.abort();
    expect(await call('echo', { value: 'second' })).toBe('second');
    expect((await first).code).toBe('cancelled');
    expect(seen).toEqual({ handled: 2, aborted: 1 });
  });

  test('an input that cannot be sent fails its own call and no other', async () => {
    const { port1, port2 } = new MessageChannel();
    cleanups.push(() => port1.close());
    answer(threadPort(port2));
    const { call } = connect(threadPort(port1));
    const held = call('hold', { key: 'held' });
    await expect(call('echo', { value: () => {} })).rejects.toBeInstanceOf(Error);
    await call('release', { key: 'held', value: 'safe' });
    expect(await held).toBe('safe');
  });
});

type Notes = Record<'left' | 'right' | 'still', Record<string, { text: string }>>;
const noNotes: Notes = { left: {}, right: {}, still: {} };
const tables = ['left', 'right'] as const;
const turnEnds = () => new Promise<void>((resolve) => setImmediate(resolve));
const stateOf = (owner: StateOwner<Notes>): Notes => ({ left: owner.all('left'), right: owner.all('right'), still: owner.all('still') });

/** A mirror as a page has it: patches come as JSON. Its start knows other records, which the first push must do away with. */
function mirrorOf(owner: StateOwner<Notes>, onPatch: (patch: Patch, before: Notes, after: Notes) => void = () => {}) {
  let state: Notes = { left: { stale: { text: 'from before' } }, right: {}, still: {} };
  const leave = owner.subscribe((patch) => {
    const before = state;
    state = applyPatch(state, JSON.parse(JSON.stringify(patch)) as Patch);
    onPatch(patch, before, state);
  });
  return { state: () => state, leave };
}

describe('the shared state', limits, () => {
  test.each([5, 6, 7, 8])('mirrors equal their owner after any sequence of puts and removals (seed %i)', async (seed) => {
    const random = seeded(seed);
    const owner = createState(noNotes);
    const mirrors: ReturnType<typeof mirrorOf>[] = [];
    for (let turn = 0; turn < 300; turn++) {
      const changes = Math.floor(random() * 8);
      for (let change = 0; change < changes; change++) {
        const [table, id] = [pick(random, tables), pick(random, ['a', 'b', 'c', 'd', '0', '1'])];
        if (random() < 0.6) owner.put(table, id, { text: `${turn}.${change}` });
        else owner.remove(table, id);
        if (random() < 0.02) mirrors.push(mirrorOf(owner));
        if (random() < 0.01) mirrors.shift()?.leave();
      }
      await Promise.resolve();
      for (const mirror of mirrors) expect(mirror.state()).toEqual(stateOf(owner));
    }
    expect(mirrors.length).toBeGreaterThan(2);
  });

  test('the first push is the whole state, at once, and stays as it was', async () => {
    const owner = createState({ ...noNotes, left: { a: { text: 'one' } } });
    const patches: Patch[] = [];
    owner.subscribe((patch) => patches.push(patch));
    const whole = { whole: true, put: { left: { a: { text: 'one' } }, right: {}, still: {} }, remove: {} };
    expect(patches).toEqual([whole]);
    owner.put('left', 'b', { text: 'two' });
    owner.remove('left', 'a');
    await turnEnds();
    expect(patches).toEqual([whole, { put: { left: { b: { text: 'two' } } }, remove: { left: ['a'] } }]);
  });

  test('all changes of one turn are one patch that holds only how they ended', async () => {
    const owner = createState(noNotes);
    const patches: Patch[] = [];
    owner.subscribe((patch) => patches.push(patch));
    for (let count = 0; count < 100; count++) owner.put('left', 'a', { text: `${count}` });
    owner.put('right', 'gone', { text: 'never seen' });
    owner.remove('right', 'gone');
    await turnEnds();
    expect(patches.slice(1)).toEqual([{ put: { left: { a: { text: '99' } } }, remove: { right: ['gone'] } }]);
  });

  test('a subscriber that joins mid-turn never sees news it already has', async () => {
    const owner = createState(noNotes);
    const early: Patch[] = [];
    const late: Patch[] = [];
    owner.subscribe((patch) => early.push(patch));
    owner.put('left', 'a', { text: 'before' });
    owner.subscribe((patch) => late.push(patch));
    await turnEnds();
    expect(late).toHaveLength(1);
    expect(late[0]?.put['left']).toEqual({ a: { text: 'before' } });
    owner.put('left', 'b', { text: 'after' });
    await turnEnds();
    const news = { put: { left: { b: { text: 'after' } } }, remove: {} };
    expect(late.slice(1)).toEqual([news]);
    expect(early.slice(1)).toEqual([{ put: { left: { a: { text: 'before' } } }, remove: {} }, news]);
  });

  test('a subscriber that joins while news is being told does not get it a second time', async () => {
    const owner = createState(noNotes);
    const late: Patch[] = [];
    let joined = false;
    owner.subscribe((patch) => {
      if (patch.whole || joined) return;
      joined = true;
      owner.subscribe((news) => late.push(news));
    });
    owner.put('left', 'a', { text: 'one' });
    await turnEnds();
    expect(late.map((patch) => patch.whole ?? false)).toEqual([true]);
  });

  test('a subscriber that left hears nothing more, and the others do', async () => {
    const owner = createState(noNotes);
    const heard: string[] = [];
    const leave = owner.subscribe(() => heard.push('left'));
    owner.subscribe(() => heard.push('stayed'));
    owner.put('left', 'a', { text: 'one' });
    leave();
    await turnEnds();
    expect(heard).toEqual(['left', 'stayed', 'stayed']);
  });

  test('a change made by a subscriber is told in a patch of its own', async () => {
    const owner = createState(noNotes);
    owner.subscribe((patch) => {
      if (patch.put['left']?.['a']) owner.put('right', 'b', { text: 'because of a' });
    });
    const mirror = mirrorOf(owner);
    owner.put('left', 'a', { text: 'cause' });
    await turnEnds();
    expect(mirror.state()).toEqual(stateOf(owner));
    expect(mirror.state().right).toEqual({ b: { text: 'because of a' } });
  });

  test('tables and records that a patch does not touch keep their identity in the mirror', async () => {
    const random = seeded(9);
    const owner = createState({ ...noNotes, still: { rock: { text: 'never touched' } } });
    let patches = 0;
    const mirror = mirrorOf(owner, (patch, before, after) => {
      if (patch.whole) return;
      patches++;
      for (const table of ['left', 'right', 'still'] as const) {
        const put = patch.put[table] ?? {};
        const touched = table in patch.put || table in patch.remove;
        expect(after[table] === before[table]).toBe(!touched);
        for (const id of Object.keys(after[table])) if (!(id in put)) expect(after[table][id]).toBe(before[table][id]);
      }
    });
    const { still } = mirror.state();
    for (let turn = 0; turn < 100; turn++) {
      const id = pick(random, ['a', 'b', 'c']);
      if (random() < 0.7) owner.put(pick(random, tables), id, { text: `${turn}` });
      else owner.remove(pick(random, tables), id);
      await Promise.resolve();
    }
    expect(patches).toBe(100);
    expect(mirror.state().still).toBe(still);
  });

  test('the initial tables stay the property of whoever made them', () => {
    const initial: Notes = { ...noNotes, left: { a: { text: 'one' } } };
    const owner = createState(initial);
    owner.put('left', 'b', { text: 'two' });
    owner.remove('left', 'a');
    expect(initial.left).toEqual({ a: { text: 'one' } });
  });

  test.each(prototypeNames)('a record that was never put does not exist, not even %s', async (id) => {
    const owner = createState(noNotes);
    const mirror = mirrorOf(owner);
    expect(owner.get('left', id)).toBeUndefined();
    owner.remove('left', id);
    await turnEnds();
    expect(Object.keys(mirror.state().left)).toEqual([]);
    owner.put('left', id, { text: 'a name like any other' });
    await turnEnds();
    expect(owner.get('left', id)).toEqual({ text: 'a name like any other' });
    expect(Object.entries(mirror.state().left)).toEqual([[id, { text: 'a name like any other' }]]);
    owner.remove('left', id);
    await turnEnds();
    expect(Object.keys(mirror.state().left)).toEqual([]);
  });
});

const job = (id: string, order: number): Job => ({
  id,
  order,
  source: `${id}.mov`,
  preset: 'fast-1080p30',
  lossless: null,
  overrides: {},
  output: { template: '{name}', overwrite: false },
  media: null,
  outline: null,
  notes: [],
  estimatedBytes: null,
  device: null,
  chosen: '',
  ...{ priority: 'normal', group: null, paused: false },
  added: 0,
});

/** A host as the studio is one: whoever connects gets the whole state and then every change. */
async function openHost(state = createState<State>(emptyState), port = 0) {
  const server = await listen(port);
  const handled: string[] = [];
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    const answering = socketPort(socket);
    const { push } = serve(answering, {
      parse: parseWith(commands),
      async handle(method, _input, signal) {
        handled.push(method);
        if (method === 'stopQueue') await once(signal, 'abort');
        return method === 'addJobs' ? { ids: ['new'] } : null;
      },
    });
    answering.onClose(state.subscribe((patch) => push(stateTopic, patch)));
  });
  return {
    state,
    server,
    handled,
    connections: () => connections,
    port: (server.address() as AddressInfo).port,
    /** Every connection is cut without a word. */
    drop() {
      for (const socket of server.clients) socket.terminate();
    },
    close: () => closeServer(server),
  };
}

const whenOpen = async (port: number): Promise<Port> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const ready = socketPort(socket); // listens from the start: the first push may come together with the handshake
  await opened(socket);
  return ready;
};

function clientOf(open: () => Promise<Port>): Client {
  const client = createClient(open);
  cleanups.push(() => client.close());
  return client;
}

/** Waits for something to be true of a client, looking after each change it tells of. */
function until(client: Client, isTrue: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!isTrue()) return;
      leave();
      resolve();
    };
    const leave = client.subscribe(look);
    look();
  });
}

describe('a client', limits, () => {
  const jobIds = (client: Client) => Object.keys(client.state().jobs);

  test('starts with the empty state and is not connected', () => {
    const client = clientOf(() => new Promise(() => {}));
    expect(client.state()).toEqual(emptyState);
    expect(client.connected()).toBe(false);
  });

  test('mirrors the state and keeps what did not change', async () => {
    const host = await openHost();
    host.state.put('jobs', 'a', job('a', 1));
    const standard = {
      parallel: 3,
      hardware: 'automatic' as const,
      preset: 'fast-1080p30',
      folder: null,
      template: '{name}',
      overwrite: false,
      favourites: [],
      recent: [],
      language: 'system' as const,
      welcomed: false,
      from: null,
      until: null,
      onlyOnMains: false,
      updates: true,
      whenDone: 'notify' as const,
      whenDoneOnce: null,
      whenDoneCommand: [],
    };
    host.state.put('settings', 'studio', standard);
    const client = clientOf(() => whenOpen(host.port));
    await until(client, () => jobIds(client).length === 1);
    expect(client.connected()).toBe(true);
    expect(client.state()).toEqual({ ...emptyState, jobs: { a: job('a', 1) }, settings: { studio: standard } });
    const { settings, jobs } = client.state();
    host.state.put('jobs', 'b', job('b', 2));
    host.state.remove('jobs', 'a');
    await until(client, () => jobIds(client).includes('b'));
    expect(client.state().jobs).toEqual({ b: job('b', 2) });
    expect(client.state().jobs).not.toBe(jobs);
    expect(client.state().settings).toBe(settings);
  });

  test('calls commands, gets their results and their errors', async () => {
    const host = await openHost();
    const client = clientOf(() => whenOpen(host.port));
    await until(client, client.connected);
    expect(await client.call('addJobs', { sources: ['a.mov'], preset: 'web' })).toEqual({ ids: ['new'] });
    expect((await failure(client.call('addJobs', { sources: [], preset: 'web' }))).code).toBe('bad-input');
    const abort = new AbortController();
    const running = client.call('stopQueue', {}, abort.signal);
    abort.abort();
    expect(await running).toBeNull();
    expect(host.handled).toEqual(['addJobs', 'stopQueue']);
  });

  test('has the whole state even when it came before the client could listen', async () => {
    const host = await openHost();
    host.state.put('jobs', 'a', job('a', 1));
    const client = clientOf(async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${host.port}`);
      const port = socketPort(socket);
      await once(socket, 'message');
      return port;
    });
    await until(client, client.connected);
    await client.call('startQueue', {});
    expect(jobIds(client)).toEqual(['a']);
  });

  test('comes back by itself after it was dropped, and forgets what was removed meanwhile', async () => {
    const host = await openHost();
    for (const id of ['a', 'b']) host.state.put('jobs', id, job(id, 1));
    const client = clientOf(() => whenOpen(host.port));
    for (let drops = 1; drops <= 3; drops++) {
      await until(client, () => jobIds(client).length > 0);
      const pending = failure(client.call('stopQueue', {}));
      host.drop();
      expect((await pending).code).toBe('disconnected');
      await until(client, () => !client.connected());
      host.state.remove('jobs', 'a');
      host.state.put('jobs', `c${drops}`, job(`c${drops}`, 2));
      await until(client, () => jobIds(client).includes(`c${drops}`));
      expect(client.connected()).toBe(true);
      expect(client.state().jobs).toEqual(host.state.all('jobs'));
      expect(await client.call('startQueue', {})).toBeNull();
      expect(host.connections()).toBe(drops + 1);
    }
    expect(jobIds(client)).not.toContain('a');
  });

  test('finds a studio that was started again on the same port, and takes its state for its own', async () => {
    const first = await openHost();
    first.state.put('jobs', 'old', job('old', 1));
    const client = clientOf(() => whenOpen(first.port));
    await until(client, () => jobIds(client).includes('old'));
    await first.close();
    await until(client, () => !client.connected());
    expect(jobIds(client)).toEqual(['old']); // the last known state stays on show
    expect((await failure(client.call('startQueue', {}))).code).toBe('disconnected');
    const state = createState<State>(emptyState);
    state.put('jobs', 'new', job('new', 1));
    const second = await openHost(state, first.port);
    await until(client, () => jobIds(client).includes('new'));
    expect(jobIds(client)).toEqual(['new']);
    expect(await client.call('startQueue', {})).toBeNull();
    expect(second.handled).toEqual(['startQueue']);
    expect(first.handled).toEqual([]);
  });

  test('calls while it is offline are disconnected at once', async () => {
    const client = clientOf(() => Promise.reject(new Error('nobody home')));
    expect((await failure(client.call('startQueue', {}))).code).toBe('disconnected');
  });

  test('goes on trying while nobody answers, less and less often', async () => {
    vi.useFakeTimers();
    let attempts = 0;
    clientOf(() => {
      attempts++;
      return Promise.reject(new Error('nobody home'));
    });
    await vi.advanceTimersByTimeAsync(5000);
    const first = attempts;
    await vi.advanceTimersByTimeAsync(5000);
    const second = attempts - first;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(first);
    expect(attempts).toBeGreaterThan(100);
  });

  test('close() while connected hangs up and stays away', async () => {
    const host = await openHost();
    const client = clientOf(() => whenOpen(host.port));
    await until(client, client.connected);
    const [serverSide] = [...host.server.clients] as [WebSocket];
    const pending = failure(client.call('stopQueue', {}));
    const gone = once(serverSide, 'close');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    client.close();
    expect((await pending).code).toBe('disconnected');
    expect(client.connected()).toBe(false);
    expect((await failure(client.call('startQueue', {}))).code).toBe('disconnected');
    await gone;
    await vi.advanceTimersByTimeAsync(600_000);
    expect(host.connections()).toBe(1);
  });

  test('close() while offline ends the attempts', async () => {
    vi.useFakeTimers();
    let attempts = 0;
    const client = clientOf(() => {
      attempts++;
      return Promise.reject(new Error('nobody home'));
    });
    await vi.advanceTimersByTimeAsync(1000);
    const before = attempts;
    client.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(attempts).toBe(before);
  });

  test('close() while a connection is being made closes it as soon as it stands', async () => {
    const host = await openHost();
    const client = clientOf(() => whenOpen(host.port));
    const [serverSide] = (await once(host.server, 'connection')) as [WebSocket];
    const gone = once(serverSide, 'close');
    client.close();
    await gone;
    expect(client.connected()).toBe(false);
    expect(host.connections()).toBe(1);
  });

  test('news that was on its way when the client closed changes nothing any more', async () => {
    const host = await openHost();
    host.state.put('jobs', 'a', job('a', 1));
    const client = clientOf(() => whenOpen(host.port));
    await until(client, () => jobIds(client).length === 1);
    const [serverSide] = [...host.server.clients] as [WebSocket];
    const gone = once(serverSide, 'close');
    client.close();
    const last = client.state();
    let told = 0;
    client.subscribe(() => told++);
    host.state.put('jobs', 'b', job('b', 2));
    await gone;
    expect(client.state()).toBe(last);
    expect(told).toBe(0);
  });
});
