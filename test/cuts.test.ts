/** Reading films for lossless work: joins, cuts at keyframes, smart cuts, each decoded again and held against its source. */
import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CutPlace, Segment } from '../native/contract/lossless.ts';
import { lastWords } from '../native/engine/av-error.ts';
import { openFile } from '../native/engine/chapters.ts';
import { openInput } from '../native/engine/input.ts';
import { cutPlaces } from '../native/engine/lossless/cut-places.ts';
import { timeline } from '../native/engine/lossless/timeline.ts';
import { readSyncTimes } from '../native/engine/mp4/sync-samples.ts';
import { beep, type ClipStream, flash, makeClip, ordinaryClip } from './fixtures/clips.ts';
import { muxPlan, type Picture, pictureAfterSeek, picturesOf, planOf, psnr, timesOf } from './fixtures/cut-files.ts';
import { type FilmKind, film, filmKinds, films, muxers } from './fixtures/cut-films.ts';
import { measure } from './fixtures/measure.ts';
import { remuxFile } from './fixtures/remux-file.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-cuts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
// What FFmpeg said of one test's files is not the next one's.
afterEach(async () => void (await lastWords()));

const hashes = (path: string) => picturesOf(path).pictures.map((picture) => picture.hash);
/** Times that a container does not tell (Matroska's of decoding, at the start) are passed over. */
const rising = (values: number[]) =>
  values.filter((value) => !Number.isNaN(value)).every((value, index, all) => index === 0 || value > (all[index - 1] ?? 0));

test('a whole file is read packet by packet as it is, from time 0', () => {
  const source = ordinaryClip(at('whole.ts'), 2, '320x240', 'mpegts');
  const result = at('whole.mp4');
  expect(muxPlan(planOf([source]), result).losses).toEqual([]);
  expect(hashes(result)).toEqual(hashes(source));
  expect(timesOf(result, 0)[0]?.pts).toBeCloseTo(0, 1);
  expect(timesOf(result, 0)).toHaveLength(60);
});

for (const muxer of ['mp4', 'matroska', 'mpegts']) {
  test(`files that follow one another keep picture and sound together (${muxer})`, () => {
    const clip = (name: string) => makeClip(at(`${name}.${muxer}`), { muxer, streams: [flash(4), beep(4)] });
    const [a, b] = [clip('a'), clip('b')];
    const result = at(`joined.${muxer}`);
    expect(muxPlan(planOf([a, b, a], [], muxer), result).losses).toEqual([]);
    expect(hashes(result)).toEqual([...hashes(a), ...hashes(b), ...hashes(a)]);
    const { flashes, beeps } = measure(result);
    expect(flashes).toHaveLength(6);
    expect(beeps).toHaveLength(6);
    for (const [index, flashed] of flashes.entries()) expect(Math.abs(flashed - (beeps[index] ?? 0))).toBeLessThan(0.022);
    for (const stream of [0, 1]) expect(rising(timesOf(result, stream).map((time) => time.dts))).toBe(true);
    const sound = timesOf(result, 1);
    const gaps = sound.slice(1).map((time, index) => Math.abs(time.pts - (sound[index]?.end ?? 0)));
    expect(Math.max(...gaps)).toBeLessThan(0.012);
  });
}

const clips = new Map<string, string>();
const clip = (kind: FilmKind, muxer: string): string => {
  const name = `${kind}.${muxer}`;
  if (!clips.has(name)) clips.set(name, makeClip(at(name), { muxer, streams: [films[kind], beep(6)] }));
  return clips.get(name) as string;
};

async function cut(
  source: string,
  segments: Segment[],
  how: 'keyframe' | 'smart',
  muxer: string,
): Promise<{ places: CutPlace[]; result: string }> {
  const places = await cutPlaces({ path: source, segments, cut: how });
  const result = at(`cut-${clips.size}-${Math.random()}.${muxer}`);
  expect(muxPlan(planOf([source], places, muxer), result).losses).toEqual([]);
  return { places, result };
}
const shown = (pictures: Picture[], { start, end }: { start: number; end: number | null }) =>
  pictures.filter((picture) => picture.at >= start - 0.001 && picture.at < (end ?? Infinity) - 0.001);
/** Which pictures of the source they are; -1 for none of them. */
const numbers = (pictures: Picture[], source: Picture[]) => pictures.map(({ hash }) => source.findIndex((one) => one.hash === hash));

for (const muxer of muxers) {
  describe(muxer, () => {
    for (const kind of filmKinds) {
      test(`a cut at keyframes shows all that was asked for, each picture as it was (${kind})`, async () => {
        const source = clip(kind, muxer);
        const { keyframes, intraOnly } = await timeline(source);
        expect(intraOnly).toBe(false);
        expect(keyframes).toHaveLength(3);
        const all = picturesOf(source).pictures;
        const first = all[0]?.at ?? 0;
        const asked = { start: first + 2.9, end: first + 4.69 };
        const { places, result } = await cut(source, [asked], 'keyframe', muxer);
        expect(places[0]?.start).toBeCloseTo(keyframes[1] ?? -1, 5);
        expect(places[0]?.end).toBeGreaterThanOrEqual(asked.end - 0.021);
        expect(places[0]?.end).toBeLessThan(asked.end + 0.4);
        const cutFilm = picturesOf(result);
        expect(cutFilm.damaged).toBe(0);
        expect(numbers(cutFilm.pictures, all)).toEqual(numbers(shown(all, places[0] as CutPlace), all));
        expect(rising(timesOf(result, 0).map(({ dts }) => dts))).toBe(true);
      });
    }

    for (const kind of filmKinds) {
      test(`a smart cut shows exactly the pictures that were asked for (${kind})`, async () => {
        const source = clip(kind, muxer);
        const all = picturesOf(source).pictures;
        const first = all[0]?.at ?? 0;
        const asked = { start: first + 1.52, end: first + 4.68 };
        const { places, result } = await cut(source, [asked], 'smart', muxer);
        expectSmart(all, places, result, kind === 'ten bits' ? 10 : 8);
      });
    }
  });
}

/** All that was asked for and nothing else, as it was or, where that is said, very much like it. */
function expectSmart(all: Picture[], places: CutPlace[], result: string, depth = 8): void {
  const wanted = places.flatMap((place) => shown(all, place).map((picture) => ({ picture, place })));
  const { pictures, damaged } = picturesOf(result);
  expect(damaged).toBe(0);
  expect(pictures).toHaveLength(wanted.length);
  for (const [index, { picture, place }] of wanted.entries()) {
    const got = pictures[index] as Picture;
    const isEncoded = place.encoded.some(({ from, to }) => picture.at >= from - 0.001 && picture.at < to - 0.001);
    if (isEncoded) expect(psnr(got, picture, depth)).toBeGreaterThan(38);
    else expect(`${index} ${got.hash}`).toBe(`${index} ${picture.hash}`);
  }
  const gaps = pictures.slice(1).map(({ at: time }, index) => time - (pictures[index]?.at ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0.03);
  expectKeyframes(places, result);
  // Matroska has no times of decoding of its own.
  if (!/matroska|mkv$/.test(result)) expect(rising(timesOf(result, 0).map(({ dts }) => dts))).toBe(true);
}

/** Where pieces and what is encoded in them begin, the container knows of a keyframe: MP4 by its table, others by their packets. */
function expectKeyframes(places: CutPlace[], result: string): void {
  const times = timesOf(result, 0);
  const first = Math.min(...times.map(({ pts }) => pts));
  const keyframes = /mp4$/.test(result)
    ? tableOf(result).map((at) => at + (times[0]?.dts ?? 0) - first)
    : times.filter(({ key }) => key).map(({ pts }) => pts - first);
  let start = 0;
  for (const { start: from, end, encoded } of places) {
    for (const time of [from, ...encoded.map((one) => one.from)])
      expect(Math.min(...keyframes.map((at) => Math.abs(at - (start + time - from))))).toBeLessThan(0.015);
    start += (end ?? 0) - from;
  }
}

/** Keyframes of an MP4 file's first track, seconds after its first picture is decoded. */
function tableOf(path: string): number[] {
  const input = openInput(path);
  const base = input.streams[0]?.timeBase ?? { num: 1, den: 1 };
  const file = openFile(path, 'r');
  const ticks = readSyncTimes(file, input.streams[0]?.id ?? 1) ?? [];
  closeSync(file.fd);
  const times = ticks.map((tick) => (tick * base.num) / base.den);
  input.close();
  return times;
}

test('segments can come in any order, more than once, with picture and sound together', async () => {
  for (const muxer of muxers) {
    const source = makeClip(at(`flashes.${muxer}`), { muxer, streams: [flash(8), beep(8)] });
    const all = picturesOf(source).pictures;
    const first = all[0]?.at ?? 0;
    const asked = [4.3, 0.4, 4.5].map((start) => ({ start: first + start, end: first + start + 2.1 }));
    const { places, result } = await cut(source, asked, 'smart', muxer);
    expectSmart(all, places, result);
    const { flashes, beeps } = measure(result);
    expect(flashes).toHaveLength(3);
    expect(beeps).toHaveLength(3);
    // A packet of AAC lasts 21 ms: half of it at each side.
    for (const [index, flashed] of flashes.entries()) expect(Math.abs(flashed - (beeps[index] ?? 0))).toBeLessThan(0.022);
    const sound = timesOf(result, 1);
    for (const [index, time] of sound.slice(1).entries()) expect(Math.abs(time.pts - (sound[index]?.end ?? 0))).toBeLessThan(0.002);
  }
});

for (const [kind, how] of [
  ['pyramid', 'smart'],
  ['hevc, open', 'smart'],
  ['hevc, open', 'keyframe'],
  ['open', 'smart'],
  ['open', 'keyframe'],
] as const) {
  for (const muxer of muxers) {
    test(`segments one after the other are all there, in order (${kind}, ${how}, ${muxer})`, async () => {
      const source = clip(kind, muxer);
      const all = picturesOf(source).pictures;
      const first = all[0]?.at ?? 0;
      const asked = [
        { start: first + 4.2, end: first + 5.4 },
        { start: first + 0.52, end: first + 2.8 },
        { start: first + 2, end: first + 4 },
      ];
      const { places, result } = await cut(source, asked, how, muxer);
      expectSmart(all, places, result);
    });
  }
}

test('a segment without a keyframe is encoded whole, one from keyframe to keyframe not at all', async () => {
  const source = clip('closed', 'mp4');
  const all = picturesOf(source).pictures;
  const { places, result } = await cut(source, [{ start: 2.2, end: 3.4 }], 'smart', 'mp4');
  expect(places[0]?.encoded).toEqual([{ from: 2.2, to: 3.4 }]);
  expectSmart(all, places, result);
  const clean = await cut(source, [{ start: 2, end: 4 }], 'smart', 'mp4');
  expect(clean.places[0]).toMatchObject({ start: 2, end: 4, encoded: [] });
  expectSmart(all, clean.places, clean.result);
});

test('a time a little beside a keyframe is the keyframe', async () => {
  const source = clip('closed', 'mp4');
  for (const start of [1.985, 2.015]) {
    const [place] = await cutPlaces({ path: source, segments: [{ start, end: 3 }], cut: 'keyframe' });
    expect(place?.start).toBe(2);
  }
});

test('without an end a segment goes on to the end, without a start it begins there', async () => {
  const source = clip('pyramid', 'matroska');
  const all = picturesOf(source).pictures;
  const { places, result } = await cut(
    source,
    [
      { start: null, end: 1 },
      { start: 5, end: null },
    ],
    'smart',
    'matroska',
  );
  expect(places[1]?.end).toBeCloseTo((await timeline(source)).end, 3);
  expectSmart(all, places, result);
});

test('what lies outside the film is no part of it', async () => {
  const source = clip('pyramid', 'matroska');
  const places = (segments: Segment[], cut: 'keyframe' | 'smart') => cutPlaces({ path: source, segments, cut });
  const { end } = (await places([{ start: null, end: null }], 'keyframe'))[0] ?? { end: null };
  const last = end ?? 0;
  for (const cut of ['keyframe', 'smart'] as const) {
    // Taking away the start leaves this, and the end that.
    const left = await places(
      [
        { start: null, end: 0 },
        { start: 1, end: 2 },
        { start: last, end: null },
        { start: last + 90, end: null },
      ],
      cut,
    );
    expect(left.map(({ asked }) => asked)).toEqual([{ start: 1, end: 2 }]);
    await expect(places([{ start: last + 10, end: last + 20 }], cut)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^Nothing lies in the parts that are to be kept: the file runs from 0\.\d\d s to /),
    });
  }
  const [tiny] = await places([{ start: 0, end: 0.04 }], 'keyframe');
  expect(tiny?.end).toBeLessThan(1);
});

test('sound alone is cut between its packets', async () => {
  const source = makeClip(at('sound.m4a'), { muxer: 'mp4', streams: [beep(6)] });
  expect(await timeline(source)).toMatchObject({ stream: null, intraOnly: true });
  const { places, result } = await cut(source, [{ start: 1.5, end: 3.5 }], 'smart', 'mp4');
  expect(places[0]?.encoded).toEqual([]);
  expect(Math.abs((places[0]?.start ?? 0) - 1.5)).toBeLessThan(0.011);
  const before = timesOf(source, 0).filter(({ pts }) => pts >= (places[0]?.start ?? 0) - 0.001 && pts < (places[0]?.end ?? 0) - 0.001);
  const after = timesOf(result, 0);
  expect(after.map(({ size }) => size)).toEqual(before.map(({ size }) => size));
  expect(after[0]?.pts).toBe(0);
});

test('subtitles that are on the screen at a cut stay there for as long as they are', async () => {
  const lines = [
    { at: 0.5, seconds: 2.5, text: 'over the start' },
    { at: 3, seconds: 0.5, text: 'inside' },
    { at: 3.8, seconds: 1, text: 'over the end' },
    { at: 5, seconds: 0.5, text: 'outside' },
  ];
  const source = makeClip(at('texts.mkv'), { muxer: 'matroska', streams: [films.closed], subtitles: [{ lines }] });
  const { result } = await cut(source, [{ start: 2, end: 4 }], 'keyframe', 'matroska');
  const times = timesOf(result, 1).map(({ pts, end }) => [pts, end]);
  expect(times).toEqual([
    [0, 1],
    [1, 1.5],
    [1.8, 2],
  ]);
});

describe('a smart cut that cannot be made is refused with the reason', () => {
  const refused = async (name: string, stream: ClipStream, muxer = 'matroska') => {
    const source = makeClip(at(name), { muxer, streams: [stream] });
    const cutting = cutPlaces({ path: source, segments: [{ start: 0.52, end: 1.48 }], cut: 'smart' });
    return cutting.catch((error: { code: string; message: string }) => `${error.code}: ${error.message}`);
  };
  test('interlaced pictures', async () => {
    expect(await refused('fields.mkv', film('libx264', 'bframes=0:tff=1'))).toMatch(
      /^cut-impossible: .*interlaced.*Cut at keyframes, or export it\.$/,
    );
  });
  test('a codec that no encoder here writes alike', async () => {
    const stream = { source: 'testsrc2=s=192x128:r=25:d=3,format=yuv420p', encoder: 'mpeg4', options: { g: '50' } };
    expect(await refused('mpeg4.mkv', stream)).toMatch(/^cut-impossible: .*mpeg4/);
  });
  test('parameters that change midway', async () => {
    const parts = ['bframes=0:ref=1', 'bframes=3:ref=4'].map((params, index) =>
      makeClip(at(`part${index}.ts`), { muxer: 'mpegts', streams: [film('libx264', params)] }),
    );
    const source = at('changing.ts');
    writeFileSync(source, Buffer.concat(parts.map((part) => readFileSync(part))));
    await expect(cutPlaces({ path: source, segments: [{ start: 7.9, end: 9.1 }], cut: 'smart' })).rejects.toMatchObject({
      code: 'cut-impossible',
    });
  });
});

test('films of keyframes are cut anywhere, and nothing is encoded', async () => {
  const stream = { source: 'testsrc2=s=192x128:r=25:d=3,format=yuv422p10le', encoder: 'prores_ks' };
  const source = makeClip(at('prores.mov'), { muxer: 'mov', streams: [stream] });
  expect((await timeline(source)).intraOnly).toBe(true);
  const [place] = await cutPlaces({ path: source, segments: [{ start: 0.52, end: 1.48 }], cut: 'smart' });
  expect(place).toMatchObject({ start: 0.52, end: 1.48, encoded: [] });
});

const targets = { mp4: 'mp4', mkv: 'matroska', ts: 'mpegts', mov: 'mov' } as const;
for (const kind of ['pyramid', 'hevc, open'] as const) {
  for (const from of muxers) {
    test.each(Object.keys(targets) as (keyof typeof targets)[])(
      `a whole job cuts ${kind} from ${from} into %s and proves it`,
      async (target) => {
        const source = clip(kind, from);
        const all = picturesOf(source).pictures;
        const first = all[0]?.at ?? 0;
        const segments = [
          { start: first + 4.2, end: first + 5.4 },
          { start: first + 0.52, end: first + 2.8 },
        ];
        const to = at(`job-${kind}-${from}.${target}`);
        const { plan, warnings, result } = await remuxFile(source, { target, segments, cut: 'smart', to });
        expectSmart(
          all,
          plan.pieces.map((piece) => ({ ...piece, start: piece.start ?? first, asked: { start: null, end: null } })),
          to,
        );
        expect(warnings.join()).toMatch(kind === 'hevc, open' && (target === 'mp4' || target === 'mov') ? /hev1/ : /^$/);
        expect(result.duration).toBeCloseTo(3.48, 1);
      },
    );
  }
}

test.each(['libvpx', 'libvpx-vp9'])('pictures of %s are cut exactly, too', async (encoder) => {
  const stream = {
    source: 'testsrc2=s=192x128:r=25:d=6,format=yuv420p',
    encoder,
    options: { g: '50', 'cpu-used': '8', deadline: 'realtime', crf: '20' },
  };
  const source = makeClip(at(`${encoder}.mkv`), { muxer: 'matroska', streams: [stream] });
  const all = picturesOf(source).pictures;
  const { places, result } = await cut(
    source,
    [
      { start: 3.2, end: 5.4 },
      { start: 0.52, end: 2.8 },
    ],
    'smart',
    'matroska',
  );
  expect(places[1]?.encoded).toHaveLength(1);
  expectSmart(all, places, result);
});

test('a stretch too long to be called a cut is not encoded', async () => {
  const stream = { source: 'color=s=64x64:r=1:d=200', encoder: 'libx264', options: { preset: 'ultrafast', g: '500' } };
  const source = makeClip(at('long.mp4'), { muxer: 'mp4', streams: [stream] });
  await expect(cutPlaces({ path: source, segments: [{ start: 10, end: 150 }], cut: 'smart' })).rejects.toMatchObject({
    code: 'cut-impossible',
    message: expect.stringContaining('140 s'),
  });
});

describe('files whose encoders were set differently follow one another', () => {
  const pairs: [string, ClipStream, ClipStream][] = [
    ['H.264', film('libx264', 'bframes=0:ref=1:cabac=0'), film('libx264', 'bframes=5:b-pyramid=normal:ref=4')],
    ['HEVC', film('libx265', 'bframes=0:ref=1:log-level=none'), film('libx265', 'bframes=3:open-gop=1:amp=1:rect=1:log-level=none')],
  ];
  for (const [codec, one, two] of pairs) {
    for (const [from, target] of [
      ['mp4', 'mp4'],
      ['matroska', 'mkv'],
      ['mpegts', 'ts'],
      ['mpegts', 'mp4'],
      ['mp4', 'ts'],
    ] as const) {
      test(`${codec}, ${from} into ${target}: each picture is as it was, also after a jump back`, async () => {
        const make = (name: string, stream: ClipStream, muxer: string) =>
          makeClip(at(`${codec}-${name}-${target}.${muxer}`), { muxer, streams: [stream] });
        // The second file comes from another container.
        const [a, b] = [make('one', one, from), make('two', two, from === 'mp4' ? 'mpegts' : from === 'mpegts' ? 'mp4' : 'matroska')];
        const to = at(`mixed-${codec}-${from}.${target}`);
        const { warnings } = await remuxFile(a, { target, join: [b, a], to });
        expect(picturesOf(to).damaged).toBe(0);
        expect(hashes(to)).toEqual([...hashes(a), ...hashes(b), ...hashes(a)]);
        expect(warnings.join()).toMatch(target === 'mp4' ? /avc3|hev1/ : /^$/);
        // A transport stream has no index that would lead to a keyframe.
        if (target !== 'ts') expect(pictureAfterSeek(to, 2.04)).toBe(hashes(a)[50]);
      });
    }
  }
});
