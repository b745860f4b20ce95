/** Subtitles and watermarks that become a part of the picture: what is to be seen, when and where, in decoded frames. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import {
  AV_DISPOSITION_FORCED,
  AV_LOG_QUIET,
  AVCOL_PRI_BT2020,
  AVCOL_SPC_BT709,
  AVCOL_SPC_BT2020_NCL,
  AVCOL_TRC_SMPTE2084,
} from 'node-av/constants';
import { type CodecContext, Log } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SubtitleStream } from '../native/contract/media.ts';
import type { Overrides, PresetSettings } from '../native/contract/preset.ts';
import { cropAss } from '../native/engine/burn/ass-crop.ts';
import { apply, createInk } from '../native/engine/burn/ink.ts';
import { pixelLayout } from '../native/engine/burn/pixel-layout.ts';
import { placeOnStage } from '../native/engine/burn/place.ts';
import { fromRgba } from '../native/engine/burn/resample.ts';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { probe } from '../native/engine/probe.ts';
import type { SubtitlePacket } from '../native/engine/subtitles/reader.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { createStudio } from '../native/studio/studio.ts';
import { box, dvbHeader, dvbPacket, pgsPacket, vobsubHeader, vobsubPacket } from './fixtures/bitmap-subtitles.ts';
import { type Clip, type ClipStream, makeClip } from './fixtures/clips.ts';
import { changed, picturesOf, pixel, type Seen } from './fixtures/seen.ts';
import { type TrackToWrite, writeTrack } from './fixtures/subtitle-tracks.ts';
import { eventually, untilState } from './fixtures/wait.ts';
import { watchedWorkers } from './fixtures/watched-workers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-burn-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.unstubAllEnvs());
const at = (name: string) => join(folder, name);
let made = 0;

const gray: [number, number, number] = [64, 64, 64];
/** Ten plain grey pictures a second. */
const plain = (size = '320x240', seconds = 3, format = 'yuv420p'): ClipStream => ({
  source: `color=c=0x404040:s=${size}:r=10:d=${seconds},format=${format}`,
  encoder: 'libx264',
  options: { preset: 'ultrafast', crf: '10', g: '10' },
});

/** A grey film with one track of subtitles. */
function film(
  track: Partial<TrackToWrite> & Pick<TrackToWrite, 'codec'>,
  packets: SubtitlePacket[],
  source = plain(),
  muxer = 'matroska',
): string {
  const bare = makeClip(at(`bare-${++made}.mkv`), { muxer: 'matroska', streams: [source] });
  const waiting = [...packets];
  const packetsUntil = (time: number) => waiting.splice(0, waiting.filter(({ pts }) => pts <= time).length);
  const path = at(`film-${made}.${muxer === 'matroska' ? 'mkv' : muxer}`);
  writeTrack(bare, path, muxer, { extradata: null, timeBase: { num: 1, den: 1000 }, packetsUntil, ...track });
  return path;
}

interface ExportOptions {
  overrides?: Overrides;
  video?: Partial<NonNullable<PresetSettings['video']>>;
  subtitles?: Partial<PresetSettings['subtitles']>;
  /** Seconds of the film that are left out at its beginning. */
  from?: number;
}

async function exported(source: string, { overrides = {}, video, subtitles, from = 0 }: ExportOptions) {
  const found = findPreset('fast-1080p30');
  if (!found.video) throw new Error('the preset has no picture');
  const settings: PresetSettings = {
    ...found,
    video: { ...found.video, speed: 'ultrafast', rate: { mode: 'quality', value: 8 }, ...video },
    subtitles: { ...found.subtitles, ...subtitles },
  };
  const whole = makePlan({ media: probe(source), settings, overrides });
  const plan = { ...whole, origin: whole.origin + from, duration: whole.duration && whole.duration - from };
  const out = at(`out-${++made}.${plan.container}`);
  await encode({ plan, partial: out, threads: 0 }, createControl(new AbortController().signal), () => {});
  return { plan, out, info: probe(out), seen: picturesOf(out) };
}

const notes = ({ plan }: { plan: { notes: { text: string }[] } }) => plan.notes.map(({ text }) => text).join('\n');
const near = (seen: Seen[], seconds: number): Seen => {
  const found = seen.find((one) => Math.abs(one.at - seconds) < 0.06);
  if (!found) throw new Error(`no picture at ${seconds} s`);
  return found;
};
const timesWith = (seen: Seen[]) => seen.filter((one) => changed(one, gray)).map((one) => Math.round(one.at * 10) / 10);
const tenths = (from: number, to: number) => Array.from({ length: Math.round((to - from) * 10) }, (_, n) => Math.round(from * 10 + n) / 10);
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('muxwell-text-'));

const assHeader = (style: string) =>
  Buffer.from(`[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 240

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
${style}

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`);

test('a worker that is killed while it draws leaves nothing in the temporary folder', async () => {
  const temporary = at('temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const subtitle = { data: Buffer.from('Hello'), pts: 1000, duration: 1000 };
  const source = film({ codec: 'subrip' }, [subtitle], plain('1280x720', 60));
  const { spawn, encoding } = watchedWorkers();
  const studio = createStudio({ spawn, storage: ':memory:' });
  const drawing = () => readdirSync(temporary).some((name) => readdirSync(join(temporary, name)).length > 0);
  try {
    const overrides: Overrides = { 'subtitles.burn': 'first', 'video.speed': 'veryslow' };
    const { ids } = await studio.call('addJobs', { sources: [source], preset: 'fast-1080p30', overrides, output: { folder } });
    await studio.call('startQueue', {});
    const pids = new Set<number>();
    for (let tries = 0; tries < 2; tries++) {
      await eventually(() => drawing() && !pids.has(encoding.get(basename(source)) ?? 0), 'a worker draws', 20_000);
      const pid = encoding.get(basename(source)) ?? 0;
      pids.add(pid);
      process.kill(pid, 'SIGKILL');
      await eventually(() => !drawing(), 'its folder is gone');
    }
    const status = () => studio.state.get('statuses', ids[0] ?? '');
    await untilState(studio, () => status()?.phase === 'failed', 'it is set aside');
    expect(status()).toMatchObject({ error: { code: 'worker-crashed' } });
  } finally {
    await studio.close();
  }
  expect(readdirSync(temporary)).toEqual([]);
});

describe('text', () => {
  const text = (data: string, pts = 1000, duration = 1000): SubtitlePacket => ({ data: Buffer.from(data), pts, duration });

  test('SubRip is drawn at its times, at the bottom, white with a dark edge, and is no track any more', async () => {
    const before = leftovers();
    const done = await exported(film({ codec: 'subrip' }, [text('Hello there')]), { subtitles: { burn: 'first' } });
    expect(timesWith(done.seen)).toEqual(tenths(1, 2));
    const picture = near(done.seen, 1.5);
    const place = changed(picture, gray);
    expect(place?.top).toBeGreaterThan(200);
    expect(place?.bottom).toBeLessThan(236);
    expect(Math.abs((place?.left ?? 0) + (place?.right ?? 0) - 320)).toBeLessThan(6);
    expect(picture.rgb.some((part) => part > 235)).toBe(true);
    expect(picture.rgb.some((part) => part < 20)).toBe(true);
    expect(done.info.streams.map(({ kind }) => kind)).toEqual(['video']);
    expect(notes(done)).toMatch(/Subtitle track 1 is drawn into the picture\./);
    expect(leftovers()).toEqual(before);
  });

  test('a machine without fonts draws it all the same', async () => {
    const config = at('no-fonts.conf');
    writeFileSync(config, '<?xml version="1.0"?><fontconfig></fontconfig>');
    const before = process.env['FONTCONFIG_FILE'];
    process.env['FONTCONFIG_FILE'] = config;
    try {
      const { seen } = await exported(film({ codec: 'subrip' }, [text('Hello')]), { subtitles: { burn: 'first' } });
      expect(timesWith(seen)).toEqual(tenths(1, 2));
    } finally {
      if (before === undefined) delete process.env['FONTCONFIG_FILE'];
      else process.env['FONTCONFIG_FILE'] = before;
    }
    expect(process.env['FONTCONFIG_FILE']).toBe(before);
  });

  test('WebVTT is drawn', async () => {
    const { seen } = await exported(film({ codec: 'webvtt' }, [text('Hello <b>there</b>')]), { subtitles: { burn: 'first' } });
    expect(timesWith(seen)).toEqual(tenths(1, 2));
  });

  test.skipIf(process.platform === 'win32')('a folder for temporary files may have any name', async () => {
    const odd = at("it's: [a],;b\\c%d=");
    mkdirSync(odd);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = odd;
    try {
      const { seen } = await exported(film({ codec: 'subrip' }, [text('Hello')]), { subtitles: { burn: 'first' } });
      expect(timesWith(seen)).toEqual(tenths(1, 2));
      expect(readdirSync(odd)).toEqual([]);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  test.each([
    ['does not tell its matrix', plain('1280x720', 1)],
    ['is of BT.709', { ...plain('1280x720', 1), configure: (context: CodecContext) => (context.colorSpace = AVCOL_SPC_BT709) }],
  ])('red is red on a large picture that %s', async (_what, clip) => {
    const { seen } = await exported(film({ codec: 'subrip' }, [text('<font color="#ff0000">██████████</font>', 0)], clip), {
      subtitles: { burn: 'first' },
    });
    const picture = near(seen, 0.5);
    const { left, top, right, bottom } = changed(picture, gray) ?? { left: 0, top: 0, right: 0, bottom: 0 };
    const [r, g, b] = pixel(picture, (left + right) / 2, (top + bottom) / 2);
    // BT.709's red; a picture that does not tell is read here by BT.601's matrix.
    const [y, cb, cr] = [(63 - 16) * 1.164, 102 - 128, 240 - 128];
    const isTold = 'configure' in clip;
    const wanted = isTold ? [255, 0, 0] : [y + 1.596 * cr, y - 0.392 * cb - 0.813 * cr, y + 2.017 * cb].map((part) => Math.max(0, part));
    for (const [n, part] of [r, g, b].entries()) expect(Math.abs(part - (wanted[n] ?? 0))).toBeLessThan(8);
  });

  test('a kind that nobody here reads is told, and the next one is drawn', () => {
    const media = probe(film({ codec: 'subrip' }, [text('Hello')]));
    const read = media.streams.find(({ kind }) => kind === 'subtitle') as SubtitleStream;
    const teletext = { ...read, index: 5, codec: 'dvb_teletext', text: false };
    const found = findPreset('fast-1080p30');
    const settings = { ...found, subtitles: { ...found.subtitles, burn: 'first' as const } };
    const planFor = (streams: typeof media.streams) => makePlan({ media: { ...media, streams }, settings });
    const films = media.streams.filter(({ kind }) => kind === 'video');
    expect(notes({ plan: planFor([...films, teletext]) })).toMatch(
      /Subtitle track 5 is not drawn into the picture: its codec \(dvb_teletext\) cannot be read\./,
    );
    expect(planFor([...films, teletext, read]).streams[0]).toMatchObject({ burn: { input: read.index, codec: 'subrip', pictures: 'all' } });
  });

  test('ASS keeps its style, its place and its colours', async () => {
    const style = 'Style: Sign,Arial,40,&H0000FF00,&H0,&H00FF0000,&H0,1,0,0,0,100,100,0,0,1,2,0,7,10,10,10,1';
    const packets = [text('0,0,Sign,,0,0,0,,{\\pos(20,30)}Sign', 500, 1000)];
    const done = await exported(film({ codec: 'ass', extradata: assHeader(style) }, packets), { subtitles: { burn: 'first' } });
    expect(timesWith(done.seen)).toEqual(tenths(0.5, 1.5));
    const picture = near(done.seen, 1);
    const place = changed(picture, gray);
    expect(place?.left).toBeGreaterThan(14);
    expect(place?.left).toBeLessThan(30);
    expect(place?.top).toBeGreaterThan(26);
    expect(place?.bottom).toBeLessThan(80);
    let [green, blue] = [0, 0];
    for (let n = 0; n < picture.rgb.length; n += 3) {
      const [r = 0, g = 0, b = 0] = picture.rgb.subarray(n);
      if (g > 200 && r < 60 && b < 60) green++;
      if (b > 150 && r < 80 && g < 80) blue++;
    }
    expect(green).toBeGreaterThan(100);
    expect(blue).toBeGreaterThan(30);
  });

  test('fonts that the source carries are used', async () => {
    // A font that no machine has: a known one under another name, in both ways that fonts write it.
    const known = readFileSync(join(import.meta.dirname, '../node_modules/dejavu-fonts-ttf/ttf/DejaVuSerif.ttf'), 'latin1');
    const wide = (name: string) => [...name].map((letter) => `\0${letter}`).join('');
    const renamed = known.replaceAll('DejaVu Serif', 'Muxwel Serif').replaceAll(wide('DejaVu Serif'), wide('Muxwel Serif'));
    const style = 'Style: Sign,Muxwel Serif,40,&H00FFFFFF,&H0,&H0,&H0,0,0,0,0,100,100,0,0,1,2,0,5,10,10,10,1';
    const look = async (fonts: Clip['fonts']) => {
      const bare = makeClip(at(`fonts-${++made}.mkv`), { muxer: 'matroska', streams: [plain('320x240', 1)], ...(fonts && { fonts }) });
      const waiting = [text('0,0,Sign,,0,0,0,,Hamburg', 0)];
      const path = at(`font-film-${made}.mkv`);
      const packetsUntil = () => waiting.splice(0);
      writeTrack(bare, path, 'matroska', { codec: 'ass', extradata: assHeader(style), timeBase: { num: 1, den: 1000 }, packetsUntil });
      return near((await exported(path, { subtitles: { burn: 'first' } })).seen, 0.5);
    };
    const own = await look([{ filename: 'own.ttf', data: Buffer.from(renamed, 'latin1') }]);
    const other = await look(undefined);
    expect(changed(own, gray)).not.toBeNull();
    expect(changed(own, gray)).not.toEqual(changed(other, gray));
  });

  test('ASS for a picture without its borders keeps what has a place where it was, and the rest at the new edges', () => {
    const file = `${assHeader('Style: Default,Arial,20')}Dialogue: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,{\\pos(160,100)\\move(10,50,20,60,0,500)\\clip(0,40,320,200)\\t(\\iclip(2,m 0 80 l 640 400))}Sign\n`;
    const stage = { whole: { width: 640, height: 480 }, kept: { x: 0, y: 80, width: 640, height: 320 } };
    const cropped = cropAss(file, stage);
    expect(cropped).toContain('PlayResX: 320\nPlayResY: 160\n');
    expect(cropped).not.toContain('PlayResY: 240');
    expect(cropped).toContain('{\\pos(160,60)\\move(10,10,20,20,0,500)\\clip(0,0,320,160)\\t(\\iclip(2,m 0 0 l 640 320))}');
    expect(cropAss(file, { ...stage, kept: { x: 0, y: 0, ...stage.whole } })).toBe(file);
  });

  test('MP4 text is drawn, on a picture that is made smaller, in a size that suits it', async () => {
    const sample = (words: string) => Buffer.concat([Buffer.from([0, words.length]), Buffer.from(words)]);
    const packets = [
      { data: sample(''), pts: 0, duration: 1000 },
      { data: sample('Hello there'), pts: 1000, duration: 1000 },
      { data: sample(''), pts: 2000, duration: 1000 },
    ];
    const source = film({ codec: 'mov_text', timeBase: { num: 1, den: 90_000 } }, packets, plain('640x480'), 'mp4');
    const { seen } = await exported(source, { subtitles: { burn: 'first' }, video: { maxHeight: 240 } });
    expect(timesWith(seen)).toEqual(tenths(1, 2));
    const place = changed(near(seen, 1.5), gray);
    expect((place?.bottom ?? 0) - (place?.top ?? 0)).toBeGreaterThan(8);
    expect((place?.bottom ?? 0) - (place?.top ?? 0)).toBeLessThan(24);
  });

  test('a film that begins late keeps text and picture together', async () => {
    const source = film({ codec: 'subrip' }, [text('Hello there', 3000)], { ...plain(), delay: 2 });
    const { seen } = await exported(source, { subtitles: { burn: 'first' } });
    expect(timesWith(seen)).toEqual(tenths(1, 2));
  });

  test('of a part of a film, what is seen there is drawn, also what began before', async () => {
    const source = film({ codec: 'subrip' }, [text('Early', 200, 1300), text('Late', 2000, 500)]);
    const { seen } = await exported(source, { subtitles: { burn: 'first' }, from: 1 });
    expect(timesWith(seen)).toEqual([...tenths(0, 0.5), ...tenths(1, 1.5)]);
  });

  test('the first of several is drawn, and the others stay tracks', async () => {
    const first = film({ codec: 'subrip' }, [text('First')]);
    const both = at('both.mkv');
    let waiting = [text('Second', 0, 500)];
    const packetsUntil = () => waiting.splice(0);
    writeTrack(first, both, 'matroska', {
      codec: 'subrip',
      extradata: null,
      timeBase: { num: 1, den: 1000 },
      packetsUntil,
      keepsOthers: true,
    });
    const done = await exported(both, { subtitles: { burn: 'first' } });
    expect(timesWith(done.seen)).toEqual(tenths(1, 2));
    expect(done.info.streams.map(({ kind }) => kind)).toEqual(['video', 'subtitle']);
    waiting = [];
  });

  test('nothing is drawn where no track is marked as forced, and a note says so', async () => {
    const done = await exported(film({ codec: 'subrip' }, [text('Hello')]), { subtitles: { burn: 'forced' } });
    expect(timesWith(done.seen)).toEqual([]);
    expect(done.info.streams.map(({ kind }) => kind)).toEqual(['video', 'subtitle']);
    expect(notes(done)).toMatch(/No subtitle is drawn into the picture: no track that is kept is marked as forced\./);
  });

  test('the track that is marked as forced is drawn', async () => {
    const source = film({ codec: 'subrip', disposition: AV_DISPOSITION_FORCED }, [text('Forced')]);
    expect(timesWith((await exported(source, { subtitles: { burn: 'forced' } })).seen)).toEqual(tenths(1, 2));
  });
});

describe('pictures', () => {
  const white = [255, 255, 255];
  const red = [255, 0, 0];
  const close = (color: number[], wanted: number[], tolerance = 24) =>
    color.every((part, n) => Math.abs(part - (wanted[n] ?? 0)) <= tolerance);
  const packet = (data: Buffer, pts: number, duration = 0): SubtitlePacket => ({ data, pts, duration });

  /** A box of 80 × 40 at 120, 180 of a picture of 320 × 240, between 1 and 2 s. */
  function expectBox(seen: Seen[]): void {
    expect(timesWith(seen)).toEqual(tenths(1, 2));
    const picture = near(seen, 1.5);
    expect(changed(picture, gray)).toEqual({ left: 120, top: 180, right: 199, bottom: 219 });
    expect(close(pixel(picture, 160, 200), red)).toBe(true);
    expect(close(pixel(picture, 121, 181), white)).toBe(true);
  }

  test("a Blu-ray's, whose canvas is larger than the picture that is encoded", async () => {
    const canvas = { width: 640, height: 480 };
    const objects = [{ x: 240, y: 360, drawn: box(160, 80, 8) }];
    const packets = [packet(pgsPacket(canvas, objects), 1000), packet(pgsPacket(canvas, []), 2000)];
    const done = await exported(film({ codec: 'hdmv_pgs_subtitle' }, packets, plain('640x480')), {
      subtitles: { burn: 'first' },
      video: { maxHeight: 240 },
    });
    expectBox(done.seen);
    expect(done.info.streams.map(({ kind }) => kind)).toEqual(['video']);
  });

  test("a Blu-ray's forced ones alone, and the track stays where it has others, too", async () => {
    const canvas = { width: 320, height: 240 };
    const show = (forced: boolean) => pgsPacket(canvas, [{ x: 120, y: 180, drawn: box(80, 40), forced }]);
    const clear = pgsPacket(canvas, []);
    const packets = [packet(show(false), 200), packet(clear, 600), packet(show(true), 1000), packet(clear, 2000)];
    const done = await exported(film({ codec: 'hdmv_pgs_subtitle' }, packets), {
      subtitles: { burn: 'forced' },
      overrides: { container: 'mkv' },
    });
    expectBox(done.seen);
    expect(done.info.streams.map(({ kind }) => kind)).toEqual(['video', 'subtitle']);
    expect(notes(done)).toMatch(/Of Subtitle track 1, what is marked as forced is drawn into the picture\./);
    const marked = await exported(film({ codec: 'hdmv_pgs_subtitle', disposition: AV_DISPOSITION_FORCED }, packets), {
      subtitles: { burn: 'forced' },
    });
    expectBox(marked.seen);
    expect(marked.info.streams.map(({ kind }) => kind)).toEqual(['video']);
  });

  test("a DVD's, with its own palette and its own time", async () => {
    const packets = [packet(vobsubPacket(120, 180, box(80, 40), 990), 1000)];
    const { seen } = await exported(film({ codec: 'dvd_subtitle', extradata: vobsubHeader(320, 240) }, packets), {
      subtitles: { burn: 'first' },
    });
    expectBox(seen);
  });

  test("a television station's", async () => {
    const canvas = { width: 320, height: 240 };
    const packets = [packet(dvbPacket(canvas, { x: 120, y: 180, drawn: box(80, 40) }), 1000), packet(dvbPacket(canvas, null), 2000)];
    const { seen } = await exported(film({ codec: 'dvb_subtitle', extradata: dvbHeader }, packets), { subtitles: { burn: 'first' } });
    expectBox(seen);
  });

  test('a canvas of another shape is that of the film before its borders were cut away', () => {
    const whole = { width: 1920, height: 800 };
    const stage = { output: { width: 1280, height: 534 }, whole, kept: { x: 0, y: 0, ...whole }, shape: 1 };
    const place = (x: number, y: number, width: number, height: number, canvas = { width: 1920, height: 1080 }) =>
      placeOnStage({ x, y, width, height }, canvas, stage);
    // In the middle: 140 lines of the canvas are above the picture.
    expect(place(900, 480, 120, 120)).toEqual({ x: 600, y: 227, width: 80, height: 80 });
    // In the lower border: moved into the picture.
    expect(place(600, 1000, 720, 60)).toEqual({ x: 400, y: 494, width: 480, height: 40 });
    // Television's canvas is stretched over it.
    expect(place(0, 0, 720, 576, { width: 720, height: 576 })).toEqual({ x: 0, y: 0, width: 1280, height: 534 });
  });

  test('borders that are cut away move what lay in them into the picture, and leave the rest where it was', async () => {
    const canvas = { width: 320, height: 240 };
    const objects = [
      { x: 120, y: 100, drawn: box(40, 20) },
      { x: 120, y: 218, drawn: box(40, 20) },
    ];
    const packets = [packet(pgsPacket(canvas, objects), 1000)];
    const { seen } = await exported(film({ codec: 'hdmv_pgs_subtitle' }, packets), {
      subtitles: { burn: 'first' },
      video: { crop: { mode: 'manual', top: 40, bottom: 40, left: 0, right: 0 } },
    });
    const picture = near(seen, 1.5);
    expect(picture.height).toBe(160);
    expect(changed(picture, gray)).toEqual({ left: 120, top: 60, right: 159, bottom: 159 });
    expect(close(pixel(picture, 140, 70), red)).toBe(true);
    expect(close(pixel(picture, 140, 150), red)).toBe(true);
  });

  test('damaged packets show nothing and stop nothing', async () => {
    const canvas = { width: 320, height: 240 };
    const whole = {
      hdmv_pgs_subtitle: pgsPacket(canvas, [{ x: 120, y: 180, drawn: box(80, 40) }]),
      dvd_subtitle: vobsubPacket(120, 180, box(80, 40), 1000),
      dvb_subtitle: dvbPacket(canvas, { x: 120, y: 180, drawn: box(80, 40) }),
    };
    for (const [codec, data] of Object.entries(whole)) {
      const packets = Array.from({ length: 40 }, (_, n) => {
        const bytes = Buffer.from(data.subarray(0, data.length - ((n * 7) % data.length)));
        for (let k = n; k < bytes.length; k += 13) bytes[k] = (k * 37 + n * 11) & 255;
        return packet(bytes, n * 60);
      });
      const { seen } = await exported(film({ codec: codec as keyof typeof whole }, packets), { subtitles: { burn: 'first' } });
      expect(seen).toHaveLength(30);
    }
  });
});

describe('a watermark', () => {
  /** A picture file of FFmpeg's own making. */
  const drawing = (name: string, source: string, encoder: string) =>
    makeClip(at(name), { muxer: 'image2', muxerOptions: { update: '1' }, streams: [{ source, encoder }] });
  const half = { position: 'bottom-right', width: 0.25, opacity: 1 } as const;

  test.each([
    ['PNG', 'mark.png', 'png', 'rgba'],
    ['JPEG', 'mark.jpg', 'mjpeg', 'yuvj444p'],
    ['WebP', 'mark.webp', 'libwebp', 'bgra'],
  ])('as a %s is in its corner, in its colours', async (_kind, name, encoder, format) => {
    const path = drawing(name, `color=c=0x2080e0:s=100x50:r=1:d=1,format=${format}`, encoder);
    const { seen } = await exported(makeClip(at(`for-${name}.mkv`), { muxer: 'matroska', streams: [plain()] }), {
      video: { watermark: { path, ...half } },
    });
    expect(timesWith(seen)).toEqual(tenths(0, 3));
    const picture = near(seen, 1);
    expect(changed(picture, gray)).toEqual({ left: 236, top: 196, right: 315, bottom: 235 });
    const [r, g, b] = pixel(picture, 275, 215);
    for (const [part, wanted] of [
      [r, 0x20],
      [g, 0x80],
      [b, 0xe0],
    ] as const)
      expect(Math.abs(part - wanted)).toBeLessThan(8);
  });

  test.each([
    ['top-left', 4, 4],
    ['top-right', 236, 4],
    ['bottom-left', 4, 196],
    ['center', 120, 100],
  ] as const)('%s', async (position, left, top) => {
    const path = drawing(`${position}.png`, 'color=c=white:s=100x50:r=1:d=1,format=rgba', 'png');
    const { seen } = await exported(makeClip(at(`for-${position}.mkv`), { muxer: 'matroska', streams: [plain('320x240', 1)] }), {
      video: { watermark: { path, ...half, position } },
    });
    expect(changed(near(seen, 0.5), gray)).toEqual({ left, top, right: left + 79, bottom: top + 39 });
  });

  test('lets the picture through by its own transparency and by the opacity that is asked', async () => {
    const path = drawing('half.png', 'color=c=white:s=100x50:r=1:d=1,format=rgba,colorchannelmixer=aa=0.5', 'png');
    const { seen } = await exported(makeClip(at('for-half.mkv'), { muxer: 'matroska', streams: [plain('320x240', 1)] }), {
      video: { watermark: { path, ...half, opacity: 0.5 } },
    });
    const [r] = pixel(near(seen, 0.5), 275, 215);
    expect(Math.abs(r - (64 + (255 - 64) / 4))).toBeLessThan(6);
  });

  test('stays where it is when the source changes its size midway', async () => {
    const path = drawing('midway.png', 'color=c=white:s=100x50:r=1:d=1,format=rgba', 'png');
    const parts = ['320x240', '160x120'].map((size) => makeClip(at(`part-${size}.h264`), { muxer: 'h264', streams: [plain(size, 1)] }));
    const source = at('midway.h264');
    writeFileSync(source, Buffer.concat(parts.map((part) => readFileSync(part))));
    const { seen } = await exported(source, { video: { watermark: { path, ...half } } });
    expect(seen).toHaveLength(20);
    for (const picture of seen) expect(changed(picture, gray)).toEqual({ left: 236, top: 196, right: 315, bottom: 235 });
  });

  test('keeps its shape where pixels are not square', async () => {
    const path = drawing('wide.png', 'color=c=white:s=100x50:r=1:d=1,format=rgba', 'png');
    const stream = { ...plain('320x240', 1), source: 'color=c=0x404040:s=320x240:r=10:d=1,format=yuv420p,setsar=2' };
    const { seen } = await exported(makeClip(at('for-wide.mkv'), { muxer: 'matroska', streams: [stream] }), {
      video: { watermark: { path, ...half, position: 'top-left' } },
    });
    expect(changed(near(seen, 0.5), gray)).toEqual({ left: 4, top: 4, right: 83, bottom: 83 });
  });

  test('is above the text', async () => {
    const path = drawing('above.png', 'color=c=red:s=100x100:r=1:d=1,format=rgba', 'png');
    const source = film({ codec: 'subrip' }, [{ data: Buffer.from('HELLO THERE'), pts: 1000, duration: 1000 }]);
    const { seen } = await exported(source, {
      subtitles: { burn: 'first' },
      video: { watermark: { path, position: 'center', width: 1, opacity: 1 } },
    });
    const picture = near(seen, 1.5);
    for (let x = 60; x < 260; x++) expect(pixel(picture, x, 222)[1]).toBeLessThan(40);
  });

  test.each([
    ['is not there', 'nowhere.png', 'source-missing', /nowhere\.png/],
    ['is no picture', 'words.png', 'not-media', /The watermark words\.png is no PNG, JPEG or WebP picture\./],
  ])('that %s is told before anything is encoded', async (_what, name, code, message) => {
    if (name === 'words.png') writeFileSync(at(name), 'only words');
    const clip = makeClip(at(`for-${name}.mkv`), { muxer: 'matroska', streams: [plain('320x240', 1)] });
    const failed = exported(clip, { video: { watermark: { path: at(name), ...half } } });
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(at(`out-${made}.mp4`))).toBe(false);
  });
});

describe('into pictures of every kind', () => {
  test.each(['yuv420p', 'yuv422p10le', 'yuv444p', 'nv12', 'bgr0', 'bgra', 'gbrp10le', 'gray', 'yuva420p', 'yuv444p16le'])(
    '%s',
    async (pixelFormat) => {
      const path = makeClip(at(`${pixelFormat}.png`), {
        muxer: 'image2',
        muxerOptions: { update: '1' },
        streams: [{ source: 'color=c=white:s=100x50:r=1:d=1,format=rgba', encoder: 'png' }],
      });
      const source = film({ codec: 'subrip' }, [{ data: Buffer.from('HELLO'), pts: 0, duration: 1000 }], plain('320x240', 1));
      const found = findPreset('fast-1080p30');
      const video = found.video && { ...found.video, watermark: { path, position: 'top-left' as const, width: 0.25, opacity: 1 } };
      const whole = makePlan({ media: probe(source), settings: { ...found, video, subtitles: { ...found.subtitles, burn: 'first' } } });
      const streams = whole.streams.map((stream) =>
        stream.kind === 'video' && stream.action === 'encode' ? { ...stream, pixelFormat, encoder: 'rawvideo', options: {} } : stream,
      );
      const color = {
        primaries: 2,
        transfer: 2,
        matrix: /^(gbr|bgr)/.test(pixelFormat) ? 0 : 6,
        range: /^(g|bgr)/.test(pixelFormat) ? ('pc' as const) : ('tv' as const),
      };
      const out = at(`${pixelFormat}.nut`);
      const plan = { ...whole, muxer: 'nut', muxerOptions: {}, streams: streams.map((stream) => ({ ...stream, color })) } as typeof whole;
      await encode({ plan, partial: out, threads: 0 }, createControl(new AbortController().signal), () => {});
      const [picture] = picturesOf(out);
      if (!picture) throw new Error('no picture');
      expect(changed(picture, pixel(picture, 160, 120))).toMatchObject({ left: 4, top: 4 });
      for (const part of pixel(picture, 40, 20)) expect(part).toBeGreaterThan(245);
      expect(changed({ ...picture, height: 40, rgb: picture.rgb.subarray(200 * 320 * 3) }, pixel(picture, 160, 120))).not.toBeNull();
    },
  );
});

test('graphics cards have ten bits at the upper end of sixteen', () => {
  const layout = pixelLayout('p010le');
  if (!layout) throw new Error('not known');
  const color = { primaries: 1, transfer: 1, matrix: 1, range: 'tv' as const };
  const data = [Buffer.alloc(16 * 8 * 2), Buffer.alloc(16 * 4 * 2)];
  const ink = createInk(fromRgba(new Uint8Array(8 * 4 * 4).fill(255), 8, 4), 4, 2, { width: 16, height: 8, layout, color });
  apply(ink, { data, linesize: [32, 32] });
  expect(data[0]?.readUInt16LE((3 * 16 + 5) * 2)).toBe(940 << 6);
  expect(data[0]?.readUInt16LE((1 * 16 + 5) * 2)).toBe(0);
  expect([data[1]?.readUInt16LE(32 + 8), data[1]?.readUInt16LE(32 + 10)]).toEqual([512 << 6, 512 << 6]);
});

describe('on HDR that is kept', () => {
  const pq = (size: string): ClipStream => ({
    source: `color=c=0x404040:s=${size}:r=10:d=2,format=yuv420p10le`,
    encoder: 'libx265',
    options: { preset: 'ultrafast', 'x265-params': 'log-level=none:colorprim=9:transfer=16:colormatrix=9' },
    configure(context) {
      context.colorPrimaries = AVCOL_PRI_BT2020;
      context.colorTrc = AVCOL_TRC_SMPTE2084;
      context.colorSpace = AVCOL_SPC_BT2020_NCL;
    },
  });
  /** PQ's code of 203 cd/m², of 0 to 255 in full range (ITU-R BT.2408: 58 %). */
  const graphicsWhite = 0.58 * 255;

  test('text and watermark are as bright as graphics are, not as the sun', async () => {
    const mark = makeClip(at('hdr.png'), {
      muxer: 'image2',
      muxerOptions: { update: '1' },
      streams: [{ source: 'color=c=white:s=100x50:r=1:d=1,format=rgba', encoder: 'png' }],
    });
    const source = film({ codec: 'subrip' }, [{ data: Buffer.from('HELLO THERE'), pts: 1000, duration: 1000 }], pq('320x240'));
    const { plan, seen } = await exported(source, {
      subtitles: { burn: 'first' },
      video: { codec: 'hevc', bitDepth: 10, hdr: 'keep', watermark: { path: mark, position: 'top-left', width: 0.25, opacity: 1 } },
    });
    expect(plan.streams[0]).toMatchObject({ toneMap: null, color: { transfer: 16 } });
    const picture = near(seen, 1.5);
    for (const part of pixel(picture, 40, 20)) expect(Math.abs(part - graphicsWhite)).toBeLessThan(6);
    let brightest = 0;
    for (let y = 200; y < 240; y++) for (let x = 0; x < 320; x++) brightest = Math.max(brightest, pixel(picture, x, y)[1]);
    expect(Math.abs(brightest - graphicsWhite)).toBeLessThan(10);
  });
});
