/** Live sources against real publishers and servers on loopback: who gets in, what is told and when, and that nothing can hang. */

import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Packet } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { listDevices } from '../native/engine/live/intake/devices.ts';
import { createPacer } from '../native/engine/live/intake/pacer.ts';
import { createTimeline } from '../native/engine/live/intake/timeline.ts';
import { createFeed } from '../native/engine/live/rtmp/feed.ts';
import { createTag } from '../native/engine/live/rtmp/flv.ts';
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

/** A port that nobody has just now. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

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

  test.each(garbage)('it cuts off at once who sends %s', async (_what, bytes) => {
    const heard = await listening();
    const began = performance.now();
    await nonsense(heard.port(), (socket) => socket.write(bytes()));
    expect(performance.now() - began).toBeLessThan(2500); // who only keeps silent has five seconds
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

describe('SRT', () => {
  const passphrase = 'a passphrase of some length';
  const query = (mode: string, secret: string) => `?mode=${mode}&passphrase=${encodeURIComponent(secret)}`;

  test('the listener shows a caller with the passphrase, not one without, and waits again when it is gone', async () => {
    const port = await freeUdpPort();
    const heard = hear({ kind: 'srt', mode: 'listener', host: '127.0.0.1', port, passphrase: 'p' }, { p: passphrase });
    await heard.reaches('waiting');
    const address = `srt://127.0.0.1:${port}`;
    expect(await publish(small, address + query('caller', 'another one altogether'), 'mpegts').exited).toBe(1);
    expect(heard.states.at(-1)?.state).toBe('waiting');
    const caller = publish(clip, address + query('caller', passphrase), 'mpegts');
    await heard.until('2 seconds of both', () => (heard.video.at(-1)?.seconds ?? 0) > 2 && (heard.audio.at(-1)?.seconds ?? 0) > 2);
    expect(rises(heard.video) && rises(heard.audio)).toBe(true);
    expect([...heard.widths]).toEqual([320]);
    caller.signal('SIGKILL');
    await heard.until(
      'waiting again',
      () =>
        heard.states
          .slice(-2)
          .map(({ state }) => state)
          .join() === 'lost,waiting',
      10_000,
    );
    expect(allWords(heard)).not.toContain(passphrase);
  });

  test('the caller says when it is refused, and shows the sender when the passphrase is right', async () => {
    const port = await freeUdpPort();
    publish(clip, `srt://127.0.0.1:${port}${query('listener', passphrase)}`, 'mpegts');
    const refused = hear({ kind: 'srt', mode: 'caller', host: '127.0.0.1', port, passphrase: 'p' }, { p: 'not the passphrase' });
    await refused.until('a refusal', () => refused.states.some(({ words }) => words.includes('refuses us')));
    await refused.source.close();
    const heard = hear({ kind: 'srt', mode: 'caller', host: '127.0.0.1', port, passphrase: 'p' }, { p: passphrase });
    await heard.until('a second of pictures', () => (heard.video.at(-1)?.seconds ?? 0) > 1);
  });

  test.each([
    ['listener', 'waiting'],
    ['caller', 'connecting'],
  ] as const)('a %s without anybody there is closed within three seconds', async (mode, state) => {
    const heard = hear({ kind: 'srt', mode, host: '127.0.0.1', port: await freeUdpPort() });
    await heard.reaches(state);
    const began = performance.now();
    await heard.source.close();
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('a passphrase that SRT does not take is said so', async () => {
    const heard = hear({ kind: 'srt', mode: 'caller', host: '127.0.0.1', port: 9, passphrase: 'p' }, { p: 'short' });
    await heard.reaches('lost');
    expect(heard.states.at(-1)?.words).toBe('An SRT passphrase has 10 to 79 characters.');
  });
});

describe('a stream fetched from elsewhere', () => {
  let server: Server;
  let url: string;
  let answer: (path: string, response: ServerResponse) => void;

  beforeAll(async () => {
    makeClip(join(folder, 'clip.ts'), { muxer: 'mpegts', streams: [testPicture(6), tone(6)] });
    makeClip(join(folder, 'list.m3u8'), {
      muxer: 'hls',
      muxerOptions: { hls_time: '1', hls_list_size: '0' },
      streams: [testPicture(6), tone(6)],
    });
    server = createServer((request, response) => answer(request.url ?? '', response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://someone:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    answer = (path, response) => void response.end(readFileSync(join(folder, new URL(path, url).pathname)));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(['clip.ts', 'list.m3u8'])('%s is played in real time though it comes at once', async (path) => {
    const heard = hear({ kind: 'pull', url: `${url}/${path}?token=abc` });
    await heard.until('4 seconds of pictures', () => (heard.video.at(-1)?.seconds ?? 0) > 4);
    const early = heard.video.map(({ seconds, came }) => seconds - (came - (heard.video[0]?.came ?? 0)) / 1000);
    expect(Math.max(...early)).toBeLessThan(0.3);
    expect(rises(heard.video) && rises(heard.audio)).toBe(true);
    expect(Math.max(...gaps(heard.video))).toBeLessThan(0.05);
    expect(allWords(heard)).not.toMatch(/secret|token|abc/);
  });

  test('what is not there is tried again, sooner at first, until it is there', async () => {
    const tries: number[] = [];
    const serve = answer;
    answer = (path, response) => {
      tries.push(performance.now());
      if (tries.length > 3) serve(path, response);
      else response.writeHead(404).end();
    };
    const heard = hear({ kind: 'pull', url: `${url}/clip.ts` });
    await heard.reaches('running');
    expect(heard.states.map(({ state }) => state)).toEqual([...Array(3).fill(['connecting', 'lost']).flat(), 'connecting', 'running']);
    expect(heard.states[1]?.words).toContain('has nothing at that address');
    const pauses = tries.slice(1, 4).map((at, index) => at - (tries[index] ?? 0));
    for (const [index, least] of [500, 1000, 2000].entries()) expect(pauses[index]).toBeGreaterThan(least - 20);
  });

  test('its end is told, and it is fetched again', async () => {
    const heard = hear({ kind: 'pull', url: `${url}/list1.ts` });
    const { state, words } = await heard.until('the end', () => heard.states.find((row) => row.state === 'lost'));
    expect([state, words]).toEqual(['lost', expect.stringContaining('ended')]);
    await heard.reaches('running');
    expect(heard.video[0]?.seconds ?? 0).toBe(0);
  });

  test('a server that says nothing is left within three seconds of closing', async () => {
    let asked = () => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    answer = () => asked();
    const heard = hear({ kind: 'pull', url: `${url}/clip.ts` });
    await waiting;
    const began = performance.now();
    await heard.source.close();
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('damage is shown past, and told at the end', async () => {
    const bytes = readFileSync(join(folder, 'clip.ts'));
    const middle = Math.floor(bytes.length / 2);
    for (let at = middle; at < middle + 20_000; at += 50) bytes[at] = (bytes[at] ?? 0) ^ 0x5a;
    answer = (_path, response) => void response.end(bytes);
    const heard = hear({ kind: 'pull', url: `${url}/clip.ts` });
    await heard.until('pictures after the damage', () => (heard.video.at(-1)?.seconds ?? 0) > 5.5);
    await heard.reaches('lost');
    expect(heard.notices.join()).toMatch(/sent \d+ damaged pictures or pieces of sound/);
  });

  test.each([
    ['a file of this machine', () => `file://${clip}`, 'not from file:'],
    ['a playlist that names one', () => `${url}/bad.m3u8`, 'nothing that Muxwell can read'],
    ['a text', () => `${url}/text.txt`, 'nothing that Muxwell can read'],
  ])('%s is refused', async (_what, address, words) => {
    writeFileSync(
      join(folder, 'bad.m3u8'),
      `#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://${join(folder, 'list1.ts')}\n#EXT-X-ENDLIST\n`,
    );
    writeFileSync(join(folder, 'text.txt'), 'Nothing to see here.\n'.repeat(500));
    const heard = hear({ kind: 'pull', url: address(), address: null });
    await heard.reaches('lost');
    expect(heard.states.at(-1)?.words).toMatch(new RegExp(words));
    expect(heard.video).toEqual([]);
  });
});

describe('files', () => {
  test('a playlist goes round in real time on one timeline without a gap, and a broken file is skipped with a word', async () => {
    const paths = ['one.mp4', 'broken.mp4', 'two.mkv'].map((name) => join(folder, name));
    ordinaryClip(paths[0] ?? '', 1);
    writeFileSync(paths[1] ?? '', 'This is no film.\n'.repeat(100));
    makeClip(paths[2] ?? '', { muxer: 'matroska', streams: [testPicture(1, '160x120', 25), tone(1)] });
    const heard = hear({ kind: 'files', paths });
    await heard.until('5 seconds', () => (heard.video.at(-1)?.seconds ?? 0) > 5);
    expect(rises(heard.video) && rises(heard.audio)).toBe(true);
    expect(Math.max(...gaps(heard.video))).toBeLessThan(0.12);
    expect(Math.max(...gaps(heard.audio))).toBeLessThan(0.06);
    expect([...heard.widths].sort()).toEqual([160, 320]);
    expect(heard.notices[0]).toContain('broken.mp4 was skipped');
    expect(heard.states.map(({ state }) => state)).toEqual(['connecting', 'running']);
    const first = heard.video[0]?.came ?? 0;
    const last = heard.video.at(-1);
    expect(Math.abs(((last?.came ?? 0) - first) / 1000 - (last?.seconds ?? 0))).toBeLessThan(0.5);
  });

  test('a clip shorter than any jump of a clock goes round, too', async () => {
    const heard = hear({ kind: 'files', paths: [ordinaryClip(join(folder, 'short.mp4'), 0.4)] });
    await heard.until('2 seconds', () => (heard.video.at(-1)?.seconds ?? 0) > 2);
    expect(heard.video.length).toBeGreaterThan(54);
    expect(Math.max(...gaps(heard.video))).toBeLessThan(0.12);
  });

  test('without the loop it has ended after the last one', async () => {
    const path = ordinaryClip(join(folder, 'once.mp4'), 1);
    const heard = hear({ kind: 'files', paths: [path], loop: false });
    await heard.reaches('ended');
    expect(heard.video).toHaveLength(30);
    expect(heard.audio.reduce((sum, { samples }) => sum + samples, 0)).toBeGreaterThan(46_000); // the first picture begins it
  });

  test('a list with nothing to play is told and tried again', async () => {
    const heard = hear({ kind: 'files', paths: [join(folder, 'nowhere.mp4')] });
    await heard.until('a second try', () => heard.states.filter(({ state }) => state === 'lost').length === 2);
    expect(heard.states[1]?.words).toBe('None of the files can be played.');
    expect(heard.notices[0]).toContain('nowhere.mp4');
  });

  test('sound alone runs at once', async () => {
    const path = makeClip(join(folder, 'sound.m4a'), { muxer: 'mp4', streams: [tone(3)] });
    const heard = hear({ kind: 'files', paths: [path] });
    await heard.reaches('running');
    expect(heard.facts[0]).toMatchObject({ width: 0, videoCodec: null, audioCodec: 'aac' });
    await heard.until('the first sound', () => heard.audio[0]);
    expect(heard.audio[0]?.seconds).toBe(0);
  });
});

describe('the test card', () => {
  test('gives 30 pictures a second and a tone of 1 kHz at -20 dBFS', async () => {
    let peak = 0;
    let crossings = 0;
    let samples = 0;
    let before = 0;
    const heard = hear({ kind: 'test-card' }, {}, (kind, frame) => {
      if (kind !== 'audio') return;
      const all = frame.data?.[0];
      for (let index = 0; index < frame.nbSamples; index++) {
        const value = all?.readFloatLE(index * 8) ?? 0;
        peak = Math.max(peak, Math.abs(value));
        if (before < 0 && value >= 0) crossings++;
        before = value;
        samples++;
      }
    });
    await heard.until('91 pictures', () => heard.video.length > 90);
    const [first, last] = [heard.video[0], heard.video[90]];
    expect(last?.seconds).toBeCloseTo(3, 3);
    expect(Math.abs(((last?.came ?? 0) - (first?.came ?? 0)) / 1000 - 3)).toBeLessThan(0.5);
    expect(20 * Math.log10(peak)).toBeCloseTo(-20, 1);
    expect(crossings / (samples / 48_000)).toBeCloseTo(1000, -1);
    expect(heard.facts.at(-1)).toMatchObject({ width: 1280, height: 720, fps: 30, sampleRate: 48_000, channels: 2 });
  });
});

describe('every source', () => {
  /** With how many states it tells without anybody's help. */
  const sources: [states: number, Parameters<typeof hear>[0]][] = [
    [2, { kind: 'rtmp-listen', port: 0 }],
    [1, { kind: 'srt', mode: 'listener', port: 19 }],
    [2, { kind: 'pull', url: 'rtmp://127.0.0.1:9/live', address: null }],
    [2, { kind: 'files', paths: ['set below'] }],
    [2, { kind: 'test-card' }],
    [2, { kind: 'screen' }],
    [2, { kind: 'camera', camera: null }],
  ];

  test.each(sources)('is gone within three seconds of closing, whenever that is (%i, %o)', async (states, source) => {
    for (let told = 1; told <= states; told++) {
      const heard = hear(source.kind === 'files' ? { kind: 'files', paths: [clip] } : source);
      await heard.until(`${told} states`, () => heard.states.length >= told);
      const began = performance.now();
      await heard.source.close();
      expect(performance.now() - began).toBeLessThan(3000);
      const after = heard.states.length;
      await new Promise((resolve) => setImmediate(resolve));
      expect(heard.states).toHaveLength(after);
    }
  });
});

describe('what they share', () => {
  const packetAt = (seconds: number) => {
    const packet = new Packet();
    packet.alloc();
    packet.pts = packet.dts = BigInt(Math.round(seconds * 1000));
    packet.duration = 40n;
    return packet;
  };

  test('a clock that is set anew goes on where it was, for both streams alike', () => {
    const timeline = createTimeline();
    const milliseconds = { num: 1, den: 1000 };
    const stamps = [100, 100.04, 100.08, 7, 7.04, 5000, 5000.04];
    const places = stamps.flatMap((seconds) => [0, 1].map((lane) => timeline.place(packetAt(seconds), lane, milliseconds)));
    const due = stamps.flatMap((_seconds, index) => [index * 0.04, index * 0.04]);
    for (const [index, place] of places.entries()) expect(place).toBeCloseTo(due[index] ?? -1, 3);
  });

  test('what FFmpeg does not fetch is let go up to the next keyframe, and decoders are told again what they need', async () => {
    const header = createTag(9, 0, Buffer.from([0x17, 0, 1]));
    let drops = 0;
    const feed = createFeed(
      () => [header],
      () => drops++,
    );
    const key = Buffer.concat([Buffer.from([0x17, 1]), Buffer.alloc(20_000, 7)]);
    const other = Buffer.concat([Buffer.from([0x27, 1]), Buffer.alloc(20_000, 8)]);
    for (let picture = 0; picture < 300; picture++) feed.push(createTag(9, picture * 33, picture % 60 === 0 ? key : other));
    const parts: Buffer[] = [];
    for (let part = feed.read(4096); Buffer.isBuffer(part); part = feed.read(4096)) parts.push(part);
    feed.end();
    const all = Buffer.concat(parts);
    expect(drops).toBe(1);
    expect(all.length).toBeLessThan(120 * 20_100);
    // After the file's head and twice what decoders need comes a keyframe.
    const first = all.subarray(13 + 2 * header.bytes.length);
    expect([first[0], first[11]]).toEqual([9, 0x17]);
  });

  test('packets go out in the order of their times, when they are due, and no faster than there is room for', async () => {
    const pacer = createPacer(1);
    const out: [lane: string, at: number, ms: number][] = [];
    const began = performance.now();
    pacer.expect(['video', 'audio']);
    const put = (lane: string, at: number) =>
      pacer.put({ packet: packetAt(at), lane, at, out: () => void out.push([lane, at, performance.now() - began]) });
    for (const at of [0, 0.1, 0.2, 0.3]) await put('audio', at);
    expect(out).toEqual([]);
    for (const at of [0.05, 0.15, 0.25]) await put('video', at);
    await pacer.finish();
    expect(out.map(([, at]) => at)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
    for (const [, at, ms] of out) expect(ms).toBeGreaterThan(at * 1000 - 5);
    let room = false;
    void put('video', 1)
      .then(() => put('video', 9))
      .then(() => put('video', 10))
      .then(() => {
        room = true;
      });
    await new Promise((resolve) => setImmediate(resolve));
    expect(room).toBe(false);
    pacer.close();
  });
});

describe('devices', () => {
  test('are listed, and one that is not there is said so', async () => {
    const devices = await listDevices();
    for (const { id, name } of [...devices.screens, ...devices.cameras, ...devices.microphones]) expect(id && name).toBeTruthy();
    const heard = hear({ kind: 'camera', camera: 'no such camera' });
    await heard.reaches('lost');
    expect(heard.states.at(-1)?.words).toBe('The camera no such camera is not there.');
  });
});
