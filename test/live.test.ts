/** A live broadcast against real servers on loopback: what viewers receive is decoded and looked at, frame by frame. */
import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { AV_LOG_QUIET, AVERROR_EXTERNAL } from 'node-av/constants';
import { CodecContext, Log } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LiveReport } from '../native/contract/live-plan.ts';
import type { VideoStream } from '../native/contract/media.ts';
import { connect as connectWire } from '../native/contract/wire.ts';
import { probe } from '../native/engine/probe.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createStudio } from '../native/studio/studio.ts';
import type { SpawnWorker } from '../native/studio/worker-process.ts';
import { ordinaryClip } from './fixtures/clips.ts';
import { certificate, key } from './fixtures/live-certificate.ts';
import {
  blackHole,
  cardSource,
  endAll,
  endShows,
  freePort,
  livePlan,
  rtmpServer,
  type Seen,
  type Show,
  show,
  slowRoad,
  target,
  viewer,
} from './fixtures/live-kit.ts';
import { measure } from './fixtures/measure.ts';
import { eventually, isAlive, until, untilState } from './fixtures/wait.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-live-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterEach(async () => {
  await endShows();
  endAll();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

const gaps = (seen: Seen[]) => seen.slice(1).map((one, n) => one.pts - (seen[n]?.pts ?? 0));
const largest = (values: number[]) => Math.max(...values);
const flashes = (seen: Seen[]) => seen.filter((one) => one.kind === 'video' && one.level > 180).map((one) => one.pts);
/** When beeps begin: loud sound after quiet. */
function beeps(seen: Seen[]): number[] {
  const sound = seen.filter((one) => one.kind === 'audio');
  return sound.filter((one, n) => one.level > 0.2 && (sound[n - 1]?.level ?? 1) <= 0.2).map((one) => one.pts + one.onset);
}
const frame = 1 / 30;
/** Frames that a machine with too much to do did not make, as the log tells them in seconds. */
const skipped = ({ events }: Show) =>
  events.reduce(
    (sum, { text }) =>
      sum + Math.ceil(30 * (Number(/too busy for ([\d.]+) s/.exec(text)?.[1] ?? 0) + 0.05)) * Number(text.includes('too busy')),
    0,
  );
/** Frames that never came, beyond those that were told as not made or not encoded in time. */
const unexplained = (seen: Seen[], live: Show) =>
  Math.max(0, gaps(seen).reduce((sum, gap) => sum + Math.round(gap * 30) - 1, 0) - (live.health()?.encoderDropped ?? 0) - skipped(live));
/** The card lies on a dark grey; the slate is darker still, and even. */
const isSlate = (one: Seen) => one.kind === 'video' && one.level > 25 && one.level < 45;

describe('what viewers receive', () => {
  test('every frame, a keyframe exactly every two seconds, a constant rate, and sound with its picture', async () => {
    const server = await rtmpServer();
    const preview = at('preview.jpg');
    const live = await show(livePlan([target('one', server.url('one'))], { preview }), cardSource());
    await live.until(() => server.published.length > 0, 'it is published');
    const seen = viewer(server.url('one'));
    await seen.until(() => flashes(seen.seen).length >= 3 && beeps(seen.seen).length >= 3, 'three flashes and beeps');

    const video = seen.video();
    const keys = video.filter((one) => one.key).map((one) => one.pts);
    expect(unexplained(video, live)).toBe(0);
    expect(largest(gaps(seen.audio()))).toBeLessThan(0.025);
    expect(seen.seen.filter((one) => one.failed)).toEqual([]);
    for (const apart of keys.slice(1).map((one, n) => one - (keys[n] ?? 0))) expect(apart).toBeCloseTo(2, 2);
    for (const flash of flashes(seen.seen)) {
      const beep = beeps(seen.seen).find((one) => Math.abs(one - flash) < 0.5);
      if (beep !== undefined) expect(Math.abs(beep - flash)).toBeLessThan(frame);
    }
    // 500 kb/s of a picture that needs less: filled up.
    const whole = video.filter((one) => one.pts >= (keys[0] ?? 0) && one.pts < (keys.at(-1) ?? 0));
    const seconds = (keys.at(-1) ?? 0) - (keys[0] ?? 0);
    const kbps = (whole.reduce((sum, one) => sum + one.bytes, 0) * 8) / 1000 / seconds;
    expect(kbps).toBeGreaterThan(450);
    expect(kbps).toBeLessThan(550);

    const health = await live.until(() => {
      const now = live.health();
      return now?.targets[0]?.state === 'live' && now.lufs > -40 ? now : null;
    }, 'it is live, and loud');
    expect(health).toMatchObject({ source: 'running', onAir: 'source', encoder: 'libx264', targetKbps: 500 });
    expect(health.targets[0]).toMatchObject({ droppedFrames: 0, reconnects: 0, tries: 1, trouble: '' });
    expect(readFileSync(preview).subarray(0, 2).toString('hex')).toBe('ffd8');
    expect(live.events.map((event) => event.text)).toEqual(
      expect.arrayContaining(['Going live.', 'The source is on air.', 'one is live.']),
    );
    expect(JSON.stringify([live.events, live.all])).not.toContain('live/one');
  });

  test('the source is lost and comes back, freezes, changes its size, and a break is taken: one unbroken stream', async () => {
    const server = await rtmpServer();
    const card = cardSource();
    const live = await show(livePlan([target('one', server.url('one'))]), card);
    await live.until(() => server.published.length > 0, 'it is published');
    const seen = viewer(server.url('one'));
    const shown = (what: (one: Seen) => boolean, since: number) =>
      seen.until(() => seen.video().find((one) => one.at >= since && what(one)), 'what is on air is seen');
    const card1 = (one: Seen) => !isSlate(one);
    await shown(card1, 0);

    const lost = Date.now();
    card.lose();
    expect((await shown(isSlate, lost)).at - lost).toBeLessThan(1000);
    expect((await live.until(() => (live.health()?.onAir === 'slate-lost' ? live.health() : null), 'the slate is on air'))?.source).toBe(
      'lost',
    );
    const back = Date.now();
    card.back('240x240');
    const first = await shown(card1, back);
    expect(first.key).toBe(true);

    const frozen = Date.now();
    card.freeze();
    const slate = await shown(isSlate, frozen);
    expect(slate.at - frozen).toBeLessThan(1300);
    expect(slate.key).toBe(true);
    card.back();
    await shown(card1, Date.now());

    await live.change({ do: 'slate', on: true });
    await shown(isSlate, Date.now());
    expect(live.events.at(-1)?.text).toBe('The break card is on air, as asked.');
    const silent = Date.now() + 300;
    await seen.until(() => (seen.audio().at(-1)?.at ?? 0) > silent + 2200, 'two seconds of the break');
    expect(
      largest(
        seen
          .audio()
          .filter((one) => one.at > silent)
          .map((one) => one.level),
      ),
    ).toBeLessThan(0.001);
    await live.change({ do: 'slate', on: false });
    await shown(card1, Date.now());

    expect(unexplained(seen.video(), live)).toBe(0);
    expect(largest(gaps(seen.audio()))).toBeLessThan(0.025);
    expect(seen.seen.filter((one) => one.failed)).toEqual([]);
    expect(seen.ended()).toBe(false);
    expect(server.published).toEqual(['one']);
  });

  test('a second encode of the same programme, smaller, slower and at its own rate, goes to the targets that take less', async () => {
    const [large, small] = await Promise.all([rtmpServer(), rtmpServer()]);
    const plan = livePlan(
      [target('small', small.url('small'), { encode: 'second' }), target('large', large.url('large'))],
      {},
      { kbps: 900 },
    );
    const video = { ...plan.video, width: 160, height: 90, fps: { num: 15, den: 1 }, gop: 30, kbps: 300, floorKbps: 100 };
    // Of so few pictures a second that a flash is seen by both.
    const live = await show({ ...plan, second: { video, audioKbps: 64 } }, cardSource({ fps: 15 }));
    await live.until(() => large.published.length > 0 && small.published.length > 0, 'both are published');
    const views = [
      { seen: viewer(large.url('large')), kbps: 900, fps: 30 },
      { seen: viewer(small.url('small')), kbps: 300, fps: 15 },
    ];
    for (const { seen, kbps, fps } of views) {
      await seen.until(() => flashes(seen.seen).length >= 2 && beeps(seen.seen).length >= 2, 'two flashes and beeps');
      const keysOf = () => seen.video().filter((one) => one.key);
      await seen.until(() => keysOf().length >= 3, 'three keyframes');
      const pictures = seen.video();
      const keys = keysOf().map((one) => one.pts);
      const missing = gaps(pictures).reduce((sum, gap) => sum + Math.round(gap * fps) - 1, 0);
      expect(missing).toBeLessThanOrEqual((live.health()?.encoderDropped ?? 0) + skipped(live));
      expect(seen.seen.filter((one) => one.failed)).toEqual([]);
      for (const apart of keys.slice(1).map((one, n) => one - (keys[n] ?? 0))) expect(apart).toBeCloseTo(2, 2);
      for (const flash of flashes(seen.seen)) {
        const beep = beeps(seen.seen).find((one) => Math.abs(one - flash) < 0.5);
        if (beep !== undefined) expect(Math.abs(beep - flash)).toBeLessThan(2 * frame);
      }
      const [from = 0, to = 0] = [keys[0], keys.at(-1)];
      const whole = pictures.filter((one) => one.pts >= from && one.pts < to);
      const measured = (whole.reduce((sum, one) => sum + one.bytes, 0) * 8) / 1000 / (to - from);
      // The buffer is of one second, and few are measured.
      expect(Math.abs(measured / kbps - 1)).toBeLessThan(0.2);
    }
    await live.until(() => live.target('large')?.state === 'live' && live.target('small')?.state === 'live', 'both are live');
    expect(live.health()).toMatchObject({ targetKbps: 900, encoder: 'libx264', targets: [{ id: 'small' }, { id: 'large' }] });

    // What is asked for reaches the right one, and the other does not notice.
    await live.change({ do: 'stop-target', id: 'small' });
    await live.until(
      () =>
        live
          .health()
          ?.targets.map(({ id }) => id)
          .join() === 'large',
      'it is gone',
    );
    await live.change({ do: 'start-target', target: target('again', small.url('again'), { encode: 'second' }) });
    await live.until(() => live.target('again')?.state === 'live', 'it is live again');
    expect(live.target('again')?.kbps).toBeLessThan(600);
    expect(live.target('large')).toMatchObject({ state: 'live', droppedFrames: 0, reconnects: 0 });
  });

  test('AV1 in enhanced RTMP arrives, every picture of it', async () => {
    const server = await rtmpServer();
    const av1 = {
      encoder: 'libsvtav1',
      options: { preset: '12', 'svtav1-params': 'pred-struct=1:rc=2' },
      pixelFormat: 'yuv420p',
      device: null,
    };
    const seen = viewer(server.url('one'));
    const live = await show(livePlan([target('rtmp', server.url('one'))], {}, { encoders: [av1] }), cardSource());
    await seen.until(() => flashes(seen.seen).length >= 2, 'two flashes are seen');
    const video = seen.video();
    const whole = video.slice(video.findIndex((one) => one.key));
    expect(whole.filter((one) => one.failed)).toEqual([]);
    expect(unexplained(whole, live)).toBe(0);
    await live.until(() => live.target('rtmp')?.state === 'live', 'it is live');
    expect(live.target('rtmp')).toMatchObject({ droppedFrames: 0, reconnects: 0 });
  });

  test('SRT and HEVC in enhanced RTMP arrive as well, from one encode', async () => {
    const server = await rtmpServer();
    const port = await freePort();
    const hevc = {
      encoder: 'libx265',
      options: { preset: 'ultrafast', tune: 'zerolatency' },
      pixelFormat: 'yuv420p',
      device: null,
    };
    // Before the session: a process that has SRT open cannot start others.
    const srt = viewer(`srt://127.0.0.1:${port}?mode=listener&timeout=20000000`);
    const rtmp = viewer(server.url('one'));
    const live = await show(
      livePlan(
        [target('rtmp', server.url('one')), target('srt', `srt://127.0.0.1:${port}`, { format: 'mpegts' })],
        {},
        { encoders: [hevc] },
      ),
      cardSource(),
    );
    for (const seen of [rtmp, srt]) {
      await seen.until(() => flashes(seen.seen).length >= 2, 'two flashes are seen');
      const video = seen.video();
      const whole = video.slice(video.findIndex((one) => one.key));
      expect(unexplained(whole, live)).toBe(0);
      expect(whole.filter((one) => one.failed)).toEqual([]);
    }
    await live.until(() => ['rtmp', 'srt'].every((id) => live.target(id)?.state === 'live'), 'both are live');
    expect(live.target('srt')).toMatchObject({ droppedFrames: 0, reconnects: 0 });
    srt.stop();
    await live.until(() => live.target('srt')?.state === 'reconnecting', 'its end is noticed', 12_000);
    expect(live.target('rtmp')).toMatchObject({ state: 'live', droppedFrames: 0 });
  });

  test('an encoder that fails midway is replaced in the same stream', async () => {
    const server = await rtmpServer();
    const path = at('fallback.mp4');
    const rung = (preset: string, profile: string) => ({
      encoder: 'libx264',
      options: { preset, profile, tune: 'zerolatency' },
      pixelFormat: 'yuv420p',
      device: null,
    });
    const plan = livePlan(
      [target('one', server.url('one'))],
      { recording: { path, container: 'mp4' } },
      {
        encoders: [rung('ultrafast', 'baseline'), rung('superfast', 'high')],
      },
    );
    const send = CodecContext.prototype.sendFrame;
    const broken = new Set<CodecContext>();
    try {
      let failing = false;
      CodecContext.prototype.sendFrame = function (picture) {
        if (this.width > 0 && broken.size === 0 && !failing) broken.add(this);
        return failing && broken.has(this) ? Promise.resolve(AVERROR_EXTERNAL) : send.call(this, picture);
      };
      const live = await show(plan, cardSource());
      await live.until(() => server.published.length > 0, 'it is published');
      const seen = viewer(server.url('one'));
      await seen.until(() => seen.video().length > 40, 'pictures of the first');
      failing = true;
      await live.until(
        () => live.events.some((event) => event.text.includes('has taken over in the same stream')),
        'the second takes over',
      );
      const from = Date.now();
      await seen.until(() => seen.video().filter((one) => one.at > from).length > 45, 'pictures of the second');
      expect(seen.seen.filter((one) => one.failed)).toEqual([]);
      expect(largest(gaps(seen.video()))).toBeLessThan(0.2);
      expect(server.published).toEqual(['one']);
      expect(live.target('one')?.reconnects).toBe(0);
      await live.end();
      expect(measure(path).frames.length).toBeGreaterThan(80);
    } finally {
      CodecContext.prototype.sendFrame = send;
    }
  });

  test('a second encode has a ladder of its own, and where that ends the first goes on without its targets', async () => {
    const server = await rtmpServer();
    const plan = livePlan([target('first', server.url('first')), target('second', server.url('second'), { encode: 'second' })]);
    const [rung] = plan.video.encoders;
    const video = { ...plan.video, width: 160, height: 90, kbps: 200, encoders: rung ? [rung, rung] : [] };
    const send = CodecContext.prototype.sendFrame;
    const broken = new Set<CodecContext>();
    const all = new Set<CodecContext>();
    try {
      CodecContext.prototype.sendFrame = function (picture) {
        if (this.width === video.width) all.add(this);
        return broken.has(this) ? Promise.resolve(AVERROR_EXTERNAL) : send.call(this, picture);
      };
      const live = await show({ ...plan, second: { video, audioKbps: 64 } }, cardSource());
      const fails = async (words: string) => {
        for (const one of all) broken.add(one);
        await live.until(() => live.events.some((event) => event.text.startsWith(words)), words);
      };
      await live.until(() => ['first', 'second'].every((id) => live.target(id)?.state === 'live'), 'both are live');
      await fails('Second encode: libx264 failed; libx264 has taken over');
      await live.until(() => all.size === 2, 'the next encodes');
      expect(server.published.toSorted()).toEqual(['first', 'second']);
      await fails('The second encode has ended, and its targets with it: ');
      await live.until(
        () =>
          live
            .health()
            ?.targets.map(({ id }) => id)
            .join() === 'first',
        'its target is gone',
      );
      const late = target('late', server.url('late'), { encode: 'second' });
      await expect(live.change({ do: 'start-target', target: late })).rejects.toMatchObject({ code: 'encoder-failed' });
      const { frames = 0 } = live.health() ?? {};
      await live.until(() => (live.health()?.frames ?? 0) > frames + 30, 'the first goes on');
      expect(live.target('first')).toMatchObject({ state: 'live', droppedFrames: 0, reconnects: 0 });
      await live.end();
    } finally {
      CodecContext.prototype.sendFrame = send;
    }
  });
});

describe('targets', () => {
  test('four that stall, refuse, hang or are not there cost the healthy one no frame, and an end is quick all the same', async () => {
    const [healthy, stalled] = await Promise.all([rtmpServer('not-this-key'), rtmpServer()]);
    const live = await show(
      livePlan(
        [
          target('healthy', healthy.url('healthy')),
          target('stalled', stalled.url('stalled')),
          target('refused', healthy.url('not-this-key')),
          target('hole', `rtmp://127.0.0.1:${await blackHole()}/live/x`),
          target('nobody', `rtmp://127.0.0.1:${await freePort()}/live/x`),
        ],
        {},
        { kbps: 3000 },
      ),
      cardSource(),
    );
    await live.until(() => ['healthy', 'stalled'].every((id) => live.target(id)?.state === 'live'), 'both servers are live');
    const seen = viewer(healthy.url('healthy'));
    await seen.until(() => seen.video().length > 0, 'it is seen');
    stalled.signal('SIGSTOP');
    await live.until(() => live.target('refused')?.state === 'refused', 'the refusal is understood');
    await live.until(() => (live.target('hole')?.tries ?? 0) >= 2, 'the black hole is tried again');
    expect(live.target('refused')?.nextTry).toBeGreaterThan(Date.now() + 15_000);
    expect(live.target('nobody')).toMatchObject({ state: 'reconnecting', trouble: 'Nothing listens at this address.' });
    expect(live.target('hole')).toMatchObject({ state: 'reconnecting', trouble: 'The server does not answer.' });
    expect(live.events.find((event) => event.target === 'refused' && event.kind === 'error')?.text).toMatch(
      /^refused does not take this stream: .*every 30 seconds\.$/,
    );
    expect(live.target('healthy')).toMatchObject({ state: 'live', droppedFrames: 0, reconnects: 0 });
    expect(unexplained(seen.video(), live)).toBe(0);
    const ending = performance.now();
    await live.end();
    expect(performance.now() - ending).toBeLessThan(2500);
    expect(healthy.published.filter((one) => one === 'not-this-key').length).toBeLessThanOrEqual(4);
    stalled.signal('SIGCONT');
  });

  test('a server that dies and comes back has the stream again within a second of the next try, from zero and with a keyframe', async () => {
    const server = await rtmpServer();
    const live = await show(livePlan([target('one', server.url('one'))]), cardSource());
    await live.until(() => live.target('one')?.state === 'live', 'it is live');
    await server.restart();
    await live.until(() => live.events.some((event) => event.text.startsWith('one was lost: ')), 'the loss is noticed');
    await live.until(() => server.published.length === 2, 'it is published again', 7000);
    const seen = viewer(server.url('one'));
    await seen.until(() => seen.video().length > 30, 'it is seen again');
    expect(seen.video()[0]?.pts).toBeLessThan(3);
    await live.until(() => live.target('one')?.state === 'live', 'it is live again');
    expect(live.target('one')?.reconnects).toBe(1);
    expect(live.target('one')?.droppedFrames).toBeGreaterThan(0);
    expect(live.events.at(-1)?.text).toMatch(/^one is live again after \d+ s without it\. \d+ pictures did not reach it\.$/);
  });

  test('they are added, stopped and tried again while live', async () => {
    const server = await rtmpServer();
    const port = await freePort();
    const live = await show(livePlan([]), cardSource());
    await live.change({ do: 'start-target', target: target('one', server.url('one')) });
    await live.change({ do: 'start-target', target: target('late', `rtmp://127.0.0.1:${port}/live/late`) });
    await live.until(() => live.target('one')?.state === 'live', 'it is live');
    await live.change({ do: 'stop-target', id: 'one' });
    await live.until(() => live.health()?.targets.length === 1, 'it is gone');
    await live.until(() => (live.target('late')?.tries ?? 0) >= 4, 'the other has been tried');
    const listener = createServer((socket) => socket.destroy());
    const asked = new Promise((resolve) => listener.once('connection', resolve));
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    await live.change({ do: 'retry-target', id: 'late' });
    await asked;
    listener.close();
  });

  test('a road that narrows lowers the rate within two seconds, not below the floor, and the stream goes on', async () => {
    const server = await rtmpServer();
    const road = await slowRoad(server.port);
    const live = await show(
      livePlan([target('one', `rtmp://127.0.0.1:${road.port}/live/one`)], {}, { kbps: 8000, floorKbps: 1000 }),
      cardSource(),
    );
    await live.until(() => live.target('one')?.state === 'live', 'it is live');
    expect(live.health()?.targetKbps).toBe(8000);
    road.narrow(2000);
    // The system hides what waits until its own room is full; from then on the queue is ours.
    await live.until(() => (live.target('one')?.queueSeconds ?? 0) > 0.3 || live.health()?.targetKbps !== 8000, 'the queue grows');
    await live.until(() => live.events.some((event) => event.text.startsWith('The upload does not keep up: ')), 'the rate goes down', 2000);
    await live.until(() => (live.health()?.targetKbps ?? 0) <= 2000, 'it fits', 12_000);
    await live.until(() => (live.health()?.videoKbps ?? 0) <= 2300, 'the encoder keeps to it');
    expect(live.target('one')?.state).toBe('live');
    expect(Math.min(...live.all.map((one) => one.targetKbps))).toBeGreaterThanOrEqual(1000);
  });

  test('the certificate of an RTMPS server is checked', async () => {
    const server = await rtmpServer();
    const trusted = at('trusted.pem');
    writeFileSync(trusted, certificate);
    const { connect } = await import('node:net');
    const tls = createTlsServer({ key, cert: certificate }, (socket) => {
      const to = connect(server.port, '127.0.0.1');
      socket.on('error', () => to.destroy());
      to.on('error', () => socket.destroy());
      socket.pipe(to).pipe(socket);
    });
    await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
    const url = `rtmps://localhost:${(tls.address() as { port: number }).port}/live/one`;
    try {
      const other = at('other.pem');
      const { rootCertificates } = await import('node:tls');
      writeFileSync(other, rootCertificates[0] ?? '');
      const wary = await show(livePlan([target('one', url)], { certificates: other }), cardSource());
      const failed = await wary.until(() => wary.events.find((event) => event.kind === 'error'), 'it is refused');
      expect(failed.text).toMatch(/^one cannot be used: The certificate of the server is not trusted/);
      await wary.end();
      expect(server.published).toEqual([]);
      const live = await show(livePlan([target('one', url)], { certificates: trusted }), cardSource());
      await live.until(() => live.target('one')?.state === 'live', 'it is live');
    } finally {
      tls.close();
    }
  });
});

describe('recording', () => {
  for (const container of ['mp4', 'mkv'] as const) {
    test(`a recording to ${container} lacks less than a second after kill -9`, async () => {
      const path = at(`killed.${container}`);
      const child = fork(join(import.meta.dirname, 'fixtures/live-recorder.ts'), [path], {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const seconds = await new Promise<number>((resolve) => {
        child.on('message', (now: { seconds: number }) => now.seconds > 4 && resolve(now.seconds));
      });
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      expect(measure(path).frames.length).toBeGreaterThan((seconds - 1) * 30);
    });
  }

  test('it starts and ends while live, as an ordinary MP4, and a disk that is full ends it without the broadcast', async () => {
    const server = await rtmpServer();
    const live = await show(livePlan([target('one', server.url('one'))]), cardSource());
    await live.until(() => live.target('one')?.state === 'live', 'it is live');
    const path = at('part.mp4');
    await live.change({ do: 'record', recording: { path, container: 'mp4' } });
    await live.until(() => (live.health()?.recordedBytes ?? 0) > 100_000, 'something is recorded');
    await live.change({ do: 'record', recording: null });
    const { streams, duration } = probe(path);
    expect(streams.map((one) => one.kind).sort()).toEqual(['audio', 'video']);
    expect(duration).toBeGreaterThan(1);
    const [video] = streams.filter((one): one is VideoStream => one.kind === 'video');
    expect(video).toMatchObject({ width: 320, height: 180 });

    await live.change({ do: 'record', recording: { path: at('nowhere/x.mp4'), container: 'mp4' } });
    expect(live.events.at(-1)?.text).toMatch(/^The recording has ended: .* The broadcast goes on\.$/);
    if (existsSync('/dev/full')) {
      await live.change({ do: 'record', recording: { path: '/dev/full', container: 'mkv' } });
      await live.until(() => live.events.filter((event) => event.text.includes('The disk is full')).length === 1, 'the full disk is told');
    }
    const frames = live.health()?.frames ?? 0;
    await live.until(() => (live.health()?.frames ?? 0) > frames + 20, 'it goes on');
    expect(live.target('one')).toMatchObject({ state: 'live', droppedFrames: 0 });
  });
});

describe('the slate', () => {
  test('is a film with music where the person gave one, and a card where that cannot be read', async () => {
    const server = await rtmpServer();
    const film = ordinaryClip(at('film.mp4'), 1);
    const slate = { file: film, text: 'x', music: film };
    const live = await show(livePlan([target('one', server.url('one'))], { slate }), cardSource());
    await live.change({ do: 'slate', on: true });
    await live.until(() => server.published.length > 0, 'it is published');
    const seen = viewer(server.url('one'));
    await seen.until(() => seen.video().length > 75, 'more than the film is long');
    const levels = new Set(seen.video().map((one) => Math.round(one.level * 10)));
    expect(levels.size).toBeGreaterThan(5);
    expect(
      Math.min(
        ...seen
          .audio()
          .slice(10)
          .map((one) => one.level),
      ),
    ).toBeGreaterThan(0.05);
    await live.end();
    const missing = await show(livePlan([], { slate: { ...slate, file: at('none.mp4'), music: at('none.mp3') } }), cardSource(), false);
    await missing.until(() => missing.events.length >= 2, 'it is told');
    expect(missing.events.map((event) => event.text)).toEqual(
      expect.arrayContaining([
        'none.mp4 is not there any more. The slate is a card instead.',
        'none.mp3 is not there any more. The slate is silent.',
      ]),
    );
  });
});

describe('in its own process', () => {
  /** A worker as the studio starts it, live with a recording and one target. */
  async function worker(name: string) {
    const server = await rtmpServer();
    const path = at(name);
    const child = childWorkers()();
    const connection = connectWire(child.port);
    const reports: LiveReport[] = [];
    const listeners = new Set<() => void>();
    connection.onPush('live', (report) => {
      reports.push(report as LiveReport);
      for (const listener of listeners) listener();
    });
    const abort = new AbortController();
    const plan = livePlan([target('one', server.url('one'))], { recording: { path, container: 'mp4' } });
    const ended = connection.call('live', { plan }, abort.signal);
    ended.catch(() => {});
    // At once: it waits until the engine is loaded.
    await connection.call('changeLive', { change: { do: 'go-live' } });
    await until(
      (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      () => reports.some((report) => 'health' in report && report.health.targets[0]?.state === 'live'),
      'it is live',
    );
    return { child, path, ended, abort };
  }

  test('it ends properly when it is asked to, and answers', async () => {
    const { child, path, ended, abort } = await worker('asked.mp4');
    abort.abort();
    expect(await ended).toBeNull();
    child.kill();
    expect(probe(path).durationIsExact).toBe(true);
    expect(probe(path).duration).toBeGreaterThan(2);
  });

  test('it ends properly and leaves no process when the studio is gone', async () => {
    const { child, path } = await worker('orphan.mp4');
    const { pid = 0 } = child;
    child.port.close();
    await eventually(() => !isAlive(pid), 'it has ended');
    const { duration } = probe(path);
    expect(duration).toBeGreaterThan(2);
    expect(measure(path).frames.length).toBeGreaterThan(60);
  });

  test('the studio has it on the air again within three seconds of a crash', async () => {
    const server = await rtmpServer();
    const start = childWorkers();
    let engine = 0;
    const spawn: SpawnWorker = () => {
      const child = start();
      const send: typeof child.port.send = (frame) => {
        if (frame.type === 'call' && frame.method === 'live') engine = child.pid ?? 0;
        child.port.send(frame);
      };
      return { ...child, port: { ...child.port, send } };
    };
    const studio = createStudio({ spawn, storage: ':memory:' });
    try {
      const setup = {
        source: { kind: 'test-card' as const },
        encode: { height: 180, speed: 'ultrafast' as const, videoKbps: 500 },
        targets: [{ id: 'one', name: 'one', service: 'custom', url: server.url('one') }],
      };
      const { id } = await studio.call('saveLive', { setup });
      await studio.call('goLive', { id });
      const isLive = () => {
        const status = studio.state.get('live', id);
        return status?.phase === 'live' && status.health?.targets[0]?.state === 'live';
      };
      await untilState(studio, isLive, 'it is live');
      expect(server.published).toEqual(['one']);
      process.kill(engine, 'SIGKILL');
      const killed = performance.now();
      await eventually(() => server.published.length === 2, 'it is published again', 10_000);
      expect(performance.now() - killed).toBeLessThan(3000);
      await untilState(studio, isLive, 'it is live again');
    } finally {
      await studio.close();
    }
  });
});
