/** Live sources against real publishers and servers on loopback: who gets in, what is told and when, and that nothing can hang. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeClip, ordinaryClip, testPicture, tone } from './fixtures/clips.ts';
import { closeHeard, type Heard, type HeardFrame, hear } from './fixtures/live-heard.ts';
import { endPublishers, publish } from './fixtures/live-publisher.ts';
import { seeded } from './fixtures/wait.ts';

let folder: string;
let clip: string;
let small: string;
const sockets = new Set<Socket>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-live-'));
  clip = ordinaryClip(join(folder, 'clip.mp4'), 20);
  small = ordinaryClip(join(folder, 'small.mp4'), 20, '160x120');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await closeHeard();
  await endPublishers();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

const key = 'correct-horse-battery';
const ingest = () => hear({ kind: 'rtmp-listen', port: 0, key: 'its-place' }, { 'its-place': key });
async function listening(): Promise<Heard & { url: string }> {
  const heard = ingest();
  await heard.reaches('waiting');
  return Object.assign(heard, { url: `rtmp://127.0.0.1:${heard.port()}/live/${key}` });
}

const rises = (frames: HeardFrame[]) => frames.every(({ seconds }, index) => index === 0 || seconds > (frames[index - 1]?.seconds ?? 0));
const gaps = (frames: HeardFrame[]) => frames.slice(1).map(({ seconds }, index) => seconds - (frames[index]?.seconds ?? 0));
const allWords = ({ states, notices }: Heard) => [...states.map(({ words }) => words), ...notices].join('\n');

describe('the RTMP listener', () => {
  test('a publisher that knows the key is shown: first the facts, then frames of both kinds on one rising timeline', async () => {
    const heard = await listening();
    publish(clip, heard.url);
    await heard.until('3 seconds of frames', () => (heard.video.at(-1)?.seconds ?? 0) > 3 && (heard.audio.at(-1)?.seconds ?? 0) > 3);
    expect(heard.states.map(({ state }) => state)).toEqual(['connecting', 'waiting', 'connecting', 'running']);
    expect(heard.facts.at(-1)).toMatchObject({
      width: 320,
      height: 240,
      fps: 30,
      videoCodec: 'h264',
      audioCodec: 'aac',
      sampleRate: 48000,
    });
    expect(heard.video[0]?.seconds).toBe(0);
    expect(rises(heard.video) && rises(heard.audio)).toBe(true);
    expect(Math.max(...gaps(heard.video))).toBeLessThan(0.05);
    expect(Math.max(...gaps(heard.audio))).toBeLessThan(0.05);
    expect(allWords(heard)).not.toContain(key);
  });

  test.each([
    ['hevc', 'libx265', { preset: 'ultrafast', 'x265-params': 'log-level=0:keyint=30' }],
    ['av1', 'libsvtav1', { preset: '12', crf: '40', g: '30' }],
  ])('%s comes in as Enhanced RTMP', async (codec, encoder, options) => {
    const path = makeClip(join(folder, `${codec}.mkv`), {
      muxer: 'matroska',
      streams: [{ ...testPicture(2), encoder, options }, tone(2)],
    });
    const heard = await listening();
    publish(path, heard.url);
    await heard.until('a second of pictures', () => (heard.video.at(-1)?.seconds ?? 0) > 1);
    expect(heard.facts.at(-1)?.videoCodec).toBe(codec);
  });

  test('a wrong key, a wrong app and a second publisher are refused, and nothing of theirs reaches the picture', async () => {
    const heard = await listening();
    const refused = (url: string) => publish(small, url).exited;
    expect(await refused(`rtmp://127.0.0.1:${heard.port()}/live/${key}x`)).toBe(1);
    expect(await refused(`rtmp://127.0.0.1:${heard.port()}/other/${key}`)).toBe(1);
    expect(heard.states.at(-1)?.state).toBe('waiting');
    expect(heard.notices).toHaveLength(1); // a storm of them is told once
    expect(heard.notices[0]).toContain('another app or key');
    publish(clip, heard.url);
    await heard.reaches('running');
    const before = heard.video.length;
    expect(await refused(heard.url)).toBe(1);
    await heard.until('more pictures of the first', () => heard.video.length > before + 15);
    expect([...heard.widths]).toEqual([320]);
    expect(heard.states.at(-1)?.state).toBe('running');
  });

  test('a publisher that is killed is told within a second, and may come back; its time begins anew', async () => {
    const heard = await listening();
    const first = publish(clip, heard.url);
    await heard.until('pictures', () => heard.video.length > 30);
    const killed = performance.now();
    first.signal('SIGKILL');
    const lost = await heard.until('the loss', () => heard.states.find(({ state }) => state === 'lost'));
    expect(lost.came - killed).toBeLessThan(1000);
    await heard.reaches('waiting');
    publish(clip, heard.url);
    await heard.until('pictures again', () => heard.states.at(-1)?.state === 'running' && heard.video.length > 10);
    expect(heard.video[0]?.seconds).toBe(0);
  });

  test('a silent publisher is lost though its connection stands, and goes on when it does', async () => {
    const heard = await listening();
    const first = publish(clip, heard.url);
    await heard.until('pictures', () => heard.video.length > 10);
    first.signal('SIGSTOP');
    await heard.reaches('lost', 8000);
    expect(heard.states.at(-1)?.words).toContain('sent nothing for 3 seconds');
    first.signal('SIGCONT');
    await heard.reaches('running');
    await heard.until('pictures', () => heard.video.length > 10);
  });

  test('a silent publisher makes room for the one who comes back on another connection', async () => {
    const heard = await listening();
    const silent = publish(clip, heard.url);
    await heard.until('pictures', () => heard.states.at(-1)?.state === 'running' && heard.video.length > 10);
    silent.signal('SIGSTOP');
    await heard.reaches('lost', 8000);
    publish(small, heard.url);
    await heard.until('the other one', () => heard.widths.has(160));
  });

  test('it says in words when its port is taken, and takes it when it is free', async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const heard = hear({ kind: 'rtmp-listen', port });
    await heard.reaches('lost');
    expect(heard.states.at(-1)?.words).toBe(`Port ${port} is taken by another program.`);
    await new Promise((resolve) => other.close(resolve));
    await heard.reaches('waiting');
    expect(heard.port()).toBe(port);
  });

  test('closing cuts off the publisher and frees the port', async () => {
    const heard = await listening();
    const port = heard.port();
    const publisher = publish(clip, heard.url);
    await heard.until('pictures', () => heard.video.length > 5);
    await heard.source.close();
    expect(await publisher.exited).toBe(1);
    const again = hear({ kind: 'rtmp-listen', port });
    await again.reaches('waiting');
  });

  /** Sends nonsense; resolves when we are cut off. */
  function nonsense(port: number, send: (socket: Socket) => void): Promise<void> {
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    socket.on('connect', () => send(socket));
    socket.on('error', () => {});
    socket.resume();
    return new Promise((resolve) => socket.on('close', () => resolve()));
  }
  const random = seeded(6);
  const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
  const handshake = Buffer.concat([Buffer.from([3]), Buffer.alloc(2 * 1536)]);
  /** A chunk with a full head: stream, length of the message, type, payload. */
  const chunk = (stream: number, length: number, type: number, payload: Buffer) => {
    const head = Buffer.alloc(12);
    head[0] = stream;
    head.writeUIntBE(length, 4, 3);
    head[7] = type;
    return Buffer.concat([head, payload]);
  };
  const u32 = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const garbage: [what: string, bytes: () => Buffer][] = [
    ['a web browser', () => Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['random bytes', () => noise(20_000).fill(9, 0, 1)],
    ['random bytes after a handshake', () => Buffer.concat([handshake, noise(50_000)])],
    ['a chunk size of nothing', () => Buffer.concat([handshake, chunk(2, 4, 1, u32(0))])],
    ['a chunk size beyond all bounds', () => Buffer.concat([handshake, chunk(2, 4, 1, u32(0xffffffff))])],
    ['a control message without content', () => Buffer.concat([handshake, chunk(2, 1, 1, Buffer.alloc(1))])],
    ['a command of 16 MB', () => Buffer.concat([handshake, chunk(3, 0xfffffe, 20, Buffer.alloc(128))])],
    [
      '60 messages at once',
      () => Buffer.concat([handshake, ...Array.from({ length: 60 }, (_, index) => chunk(3 + index, 60_000, 20, Buffer.alloc(128)))]),
    ],
    [
      'a message within a message',
      () => Buffer.concat([handshake, chunk(3, 1000, 20, Buffer.alloc(128)), chunk(3, 1000, 20, Buffer.alloc(128))]),
    ],
    ['a picture without a word before', () => Buffer.concat([handshake, chunk(4, 10, 9, Buffer.alloc(10))])],
    [
      'a command nobody knows, that objects have by nature',
      () => Buffer.concat([handshake, chunk(3, 14, 20, Buffer.from('\x02\x00\x0bconstructor'))]),
    ],
    [
      'objects within objects',
      () => Buffer.concat([handshake, chunk(2, 4, 1, u32(65_536)), chunk(3, 60_000, 20, Buffer.alloc(60_000, Buffer.from([3, 0, 1, 97])))]),
    ],
  ];

  test.each(garbage)('it cuts off who sends %s', async (_what, bytes) => {
    const heard = await listening();
    await nonsense(heard.port(), (socket) => socket.write(bytes()));
    expect(heard.states.at(-1)?.state).toBe('waiting');
  });

  test('silence, half a handshake and a byte at a time are cut off in time, and meanwhile a publisher gets in', async () => {
    const heard = await listening();
    const slow = [
      nonsense(heard.port(), () => {}),
      nonsense(heard.port(), (socket) => socket.write(handshake.subarray(0, 700))),
      nonsense(heard.port(), (socket) => socket.write(handshake)),
      nonsense(heard.port(), (socket) => {
        let sent = 0;
        const drip = setInterval(() => socket.write(handshake.subarray(sent, ++sent)), 50);
        socket.on('close', () => clearInterval(drip));
      }),
    ];
    const crowd = Array.from({ length: 60 }, () => nonsense(heard.port(), () => {}));
    publish(clip, heard.url);
    await heard.reaches('running');
    await Promise.all([...slow, ...crowd]);
    expect(heard.states.at(-1)?.state).toBe('running');
  });

  test('noise of every length after every beginning ends no one but its sender', async () => {
    const heard = await listening();
    publish(clip, heard.url);
    await heard.reaches('running');
    const before = heard.video.length;
    const beginnings = garbage.map(([, bytes]) => bytes());
    const senders = Array.from({ length: 60 }, (_, index) => {
      const beginning = beginnings[index % beginnings.length] ?? handshake;
      const cut = beginning.subarray(0, Math.floor(random() * beginning.length));
      return nonsense(heard.port(), (socket) => socket.end(Buffer.concat([cut, noise(Math.floor(random() * 4000))])));
    });
    await Promise.all(senders);
    await heard.until('more pictures', () => heard.video.length > before + 10);
    expect(heard.states.filter(({ state }) => state === 'lost')).toEqual([]);
  });
});
