/** The parts of a broadcast that can be looked at without one: rates, queues, times, addresses, RTMP's bytes, loudness. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { letter } from '../native/engine/live/lettering.ts';
import { createMeter } from '../native/engine/live/meter.ts';
import type { Unit } from '../native/engine/live/packager.ts';
import { createPictures } from '../native/engine/live/pictures.ts';
import { parseAddress } from '../native/engine/live/publish/address.ts';
import { readAmf, writeAmf } from '../native/engine/live/publish/amf.ts';
import { chunked, createChunkReader, header, type Message } from '../native/engine/live/publish/chunks.ts';
import { answerLogin } from '../native/engine/live/publish/login.ts';
import { createRate } from '../native/engine/live/rate.ts';
import { createSourceClock } from '../native/engine/live/source-clock.ts';
import { createQueue } from '../native/engine/live/target-queue.ts';
import { waitBefore } from '../native/engine/live/target-schedule.ts';
import { seeded } from './fixtures/wait.ts';

describe('the rate', () => {
  test('goes down within two seconds of a growing queue, never below the floor, and up slowly', () => {
    const rate = createRate({ kbps: 6000, floorKbps: 1500 });
    let now = 0;
    const run = (seconds: number, queue: (at: number) => number) => {
      let kbps = 0;
      for (const end = now + seconds; now < end; now += 0.25) kbps = rate.fit(queue(now), now);
      return kbps;
    };
    expect(run(10, () => 0.02)).toBe(6000);
    const from = now;
    expect(run(2, (at) => (at - from) * 0.5)).toBeLessThan(6000);
    expect(run(20, () => 2)).toBe(1500);
    expect(run(5, () => 0)).toBe(1500);
    const later = run(20, () => 0);
    expect(later).toBeGreaterThan(1500);
    expect(later).toBeLessThan(3500);
    expect(run(120, () => 0)).toBe(6000);
  });

  test('does not move for a queue that is only uneven', () => {
    const rate = createRate({ kbps: 6000, floorKbps: 1500 });
    const random = seeded(1);
    for (let now = 0; now < 60; now += 0.25) expect(rate.fit(random() * 0.3, now)).toBe(6000);
  });
});

test('a lost target is tried after 0.5, 1, 2, 3, 4 and 5 s, then every 5 s for two minutes, then every 30', () => {
  const waits = Array.from({ length: 40 }, (_, failures) => waitBefore({ failures, slow: false }));
  expect(waits.slice(0, 8)).toEqual([500, 1000, 2000, 3000, 4000, 5000, 5000, 5000]);
  const fast = waits.filter((wait) => wait <= 5000).reduce((sum, wait) => sum + wait, 0);
  expect(fast).toBeGreaterThan(110_000);
  expect(fast).toBeLessThan(125_000);
  expect(waits.at(-1)).toBe(30_000);
  expect(waitBefore({ failures: 0, slow: true })).toBe(30_000);
});

describe('a queue that grows too long', () => {
  const unit = (kind: Unit['kind'], time: number, key = false): Unit => {
    const bytes = Buffer.alloc(100);
    return { kind, key, time, type: 0, bytes, chunks: () => bytes };
  };

  test('drops pictures up to a keyframe, counts them, and keeps sound and order', () => {
    const queue = createQueue();
    let dropped = 0;
    for (let n = 0; n < 100; n++) {
      dropped += queue.add(unit('video', n * 33, n % 60 === 0));
      dropped += queue.add(unit('audio', n * 33 + 1));
    }
    const left: Unit[] = [];
    for (let one = queue.first(); one; one = queue.first()) {
      left.push(one);
      queue.shift();
    }
    const video = left.filter((one) => one.kind === 'video');
    expect(video.length + dropped).toBe(100);
    expect(dropped).toBeGreaterThan(0);
    expect(video[0]?.key).toBe(true);
    expect(left.filter((one) => one.kind === 'audio')).toHaveLength(100);
    expect(left.map((one) => one.time)).toEqual(left.map((one) => one.time).sort((a, b) => a - b));
  });

  test('takes no picture without its keyframe', () => {
    const queue = createQueue();
    queue.add(unit('video', 0, true));
    for (let n = 1; n < 90; n++) queue.add(unit('video', n * 33));
    expect(queue.pictures()).toBe(0);
    expect(queue.add(unit('video', 90 * 33, true))).toBe(0);
    expect(queue.pictures()).toBe(1);
  });
});

describe('a source on our clock', () => {
  test('is delayed by its usual jitter and no more, and one hiccup changes nothing', () => {
    const clock = createSourceClock();
    const random = seeded(2);
    let late = 0;
    for (let n = 0; n < 30 * 40; n++) {
      const hiccup = n === 600 ? 0.5 : 0;
      const seconds = n / 30;
      const came = seconds + 100 + random() * 0.04 + hiccup;
      if (clock.due(seconds, came) < came && n > 300) late++;
    }
    expect(clock.delay()).toBeGreaterThan(0.03);
    expect(clock.delay()).toBeLessThan(0.06);
    expect(late).toBeLessThanOrEqual(2);
  });

  test('is followed when its clock runs fast', () => {
    const clock = createSourceClock();
    let off = 0;
    for (let n = 0; n < 30 * 600; n++) {
      const seconds = n / 30;
      const came = 5 + seconds * 0.9998;
      off = clock.due(seconds, came) - came;
    }
    expect(off).toBeGreaterThan(0);
    expect(off).toBeLessThan(0.05);
  });

  test('that sends what it had in store at first is shown without that delay', () => {
    const clock = createSourceClock();
    for (let n = 0; n < 60; n++) clock.due(n / 30, 10 + n / 1000);
    const came = 10.06 + 1;
    expect(clock.due(2 + 1, came) - came).toBeLessThan(0.05);
  });
});

test('pictures of the same rate are shown once each where the clocks meet, and others are repeated or left out evenly', () => {
  const shown = (rate: number, phase: number, jitter: number) => {
    const pictures = createPictures(1 / 30);
    const random = seeded(3);
    const counts: number[] = [];
    let next = 0;
    let last = -1;
    for (let n = 0; n < 300; n++) {
      const now = n / 30;
      while (next / rate + phase <= now + 0.1) {
        const id = next++;
        const own = { clone: () => ({ free() {}, id }) };
        pictures.add(own as never, id / rate + phase + (random() - 0.5) * jitter);
      }
      const taken = pictures.take(now);
      if (taken) last = (taken.frame as unknown as { id: number }).id;
      counts.push(last);
    }
    return counts;
  };
  const steps = (ids: number[]) => ids.slice(10).map((id, n) => id - (ids[n + 9] ?? 0));
  // At most one step from one side of the border to the other, and never back.
  for (const phase of [0, 0.005, 0.012, 0.02, 0.03])
    expect(steps(shown(30, phase, 0.008)).filter((step) => step !== 1).length).toBeLessThan(2);
  expect(new Set(steps(shown(60, 0.01, 0)))).toEqual(new Set([2]));
  expect(new Set(steps(shown(15, 0.01, 0)))).toEqual(new Set([0, 1]));
  const film = steps(shown(24, 0.01, 0));
  expect(film.filter((step) => step === 0).length / film.length).toBeCloseTo(0.2, 1);
});

describe('RTMP', () => {
  test('addresses are taken apart as servers want them', () => {
    expect(parseAddress('rtmp://a.example/app/key')).toMatchObject({
      host: 'a.example',
      port: 1935,
      app: 'app',
      stream: 'key',
      secure: false,
    });
    expect(parseAddress('rtmps://a.example:443/rtmp/FB-1?s_bl=1&a=b')).toMatchObject({
      ...{ secure: true, app: 'rtmp', stream: 'FB-1?s_bl=1&a=b', tcUrl: 'rtmps://a.example/rtmp' },
    });
    expect(parseAddress('rtmp://u:p%40@[::1]:19/one/two/three')).toMatchObject({
      ...{ host: '::1', port: 19, app: 'one/two', stream: 'three', user: { name: 'u', password: 'p@' } },
    });
    expect(() => parseAddress('rtmp://a.example')).toThrow('The address is not like rtmp://host/app/key.');
  });

  test('values come back as they were written, and rubbish is refused', () => {
    const values = ['connect', 1, { app: 'live', on: true, nothing: null, list: [1, 'two'] }, undefined];
    expect(readAmf(writeAmf(values))).toEqual(values);
    expect(() => readAmf(Buffer.from([2, 0, 50, 65]))).toThrow(RangeError);
    expect(() => readAmf(Buffer.from([77]))).toThrow(RangeError);
    expect({}).not.toHaveProperty('polluted');
    readAmf(Buffer.concat([Buffer.of(3, 0, 9), Buffer.from('__proto__'), writeAmf([{ polluted: 1 }]), Buffer.of(0, 0, 9)]));
    expect({}).not.toHaveProperty('polluted');
  });

  test('messages of any length and time survive their chunks, in pieces of any size', () => {
    const random = seeded(4);
    for (const time of [0, 5000, 0xfffffe, 0xffffff, 0x1234_5678]) {
      for (const length of [0, 1, 4095, 4096, 4097, 20_000]) {
        const body = Buffer.from(Array.from({ length }, () => random() * 256));
        const sent = Buffer.concat([
          Buffer.from([2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0, 16, 0]),
          header(4, 9, time, length, 1),
          chunked(4, time, body),
        ]);
        const got: Message[] = [];
        const reader = createChunkReader((message) => got.push(message));
        for (let at = 0; at < sent.length; ) {
          const piece = 1 + Math.floor(random() * 3000);
          reader.read(sent.subarray(at, at + piece));
          at += piece;
        }
        expect(got).toHaveLength(1);
        expect(got[0]).toMatchObject({ type: 9, time, stream: 1 });
        expect(got[0]?.body.equals(body)).toBe(true);
      }
    }
  });

  test("Adobe's login is answered step by step", () => {
    const user = { name: 'me', password: 'secret' };
    expect(answerLogin('[ AccessManager.Reject ] : [ code=403 need auth; authmod=adobe ] : ', user)).toBe('?authmod=adobe&user=me');
    const answer =
      answerLogin('[ AccessManager.Reject ] : [ authmod=adobe ] : ?reason=needauth&user=me&salt=abc=&challenge=def&opaque=ghi=', user) ??
      '';
    const fields = new URLSearchParams(answer.slice(1).replaceAll('+', '%2B'));
    const hash = (text: string) => createHash('md5').update(text).digest('base64');
    expect(fields.get('response')).toBe(hash(`${hash('meabc=secret')}ghi=${fields.get('challenge')}`));
    expect(fields.get('opaque')).toBe('ghi=');
    expect(answerLogin('code=403 need auth; authmod=adobe', null)).toBeNull();
    expect(answerLogin('no such application', user)).toBeNull();
  });
});

test('loudness is what EBU R 128 says of a sine: -23 LUFS for -23 dBFS of 1 kHz in both channels', () => {
  for (const rate of [44_100, 48_000]) {
    const meter = createMeter(rate);
    const amplitude = 10 ** (-23 / 20);
    const side = Float32Array.from({ length: rate * 4 }, (_, n) => amplitude * Math.sin((2 * Math.PI * 1000 * n) / rate));
    meter.add([side, side]);
    const { peakDb, lufs } = meter.read();
    expect(lufs).toBeCloseTo(-23, 1);
    expect(peakDb[0]).toBeCloseTo(-23, 1);
    meter.add([new Float32Array(rate * 4), new Float32Array(rate * 4)]);
    expect(meter.read()).toEqual({ peakDb: [-100, -100], lufs: -100 });
  }
});

test('words are drawn where there are no fonts', () => {
  const [width, height] = [320, 180];
  const luma = new Uint8Array(width * height).fill(30);
  letter(['Gleich zurück'], luma, width, height, 225);
  const ink = luma.filter((value) => value > 200).length;
  expect(ink).toBeGreaterThan(300);
  expect(ink).toBeLessThan(5000);
  expect(luma.subarray(0, width * 60).every((value) => value === 30)).toBe(true);
});
