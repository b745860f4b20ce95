/** The engine on every odd kind of clip: each result is opened again and looked at stream by stream. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AV_LOG_QUIET,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
} from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioStream, MediaInfo, VideoStream } from '../native/contract/media.ts';
import type { Plan } from '../native/contract/plan.ts';
import type { Overrides, PresetSettings } from '../native/contract/preset.ts';
import type { EncodeResult, Progress } from '../native/contract/worker-contract.ts';
import { type Control, createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { writeMatroskaChapters } from '../native/engine/matroska/write.ts';
import { probe } from '../native/engine/probe.ts';
import { prove } from '../native/engine/prove.ts';
import { makePlan } from '../native/studio/plan.ts';
import { builtInPresets, findPreset } from '../native/studio/preset.ts';
import { beep, type ClipStream, flash, makeClip, ordinaryClip, testPicture, tone } from './fixtures/clips.ts';
import { measure } from './fixtures/measure.ts';
import { readTrack } from './fixtures/subtitle-tracks.ts';

const media = join(import.meta.dirname, '../../shared/media');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-engine-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
let made = 0;

interface Export {
  plan: Plan;
  out: string;
  info: MediaInfo;
  result: EncodeResult;
  progress: Progress[];
}

interface ExportOptions {
  overrides?: Overrides;
  settings?: Partial<PresetSettings>;
  video?: Partial<NonNullable<PresetSettings['video']>>;
  signal?: AbortSignal;
  onProgress?(progress: Progress, control: Control): void;
}

/** A preset's export of one file, at the fastest speed. */
async function exportFile(source: string, preset: string, options: ExportOptions = {}): Promise<Export> {
  const { video, ...found } = findPreset(preset);
  const settings = { ...found, video: video && { ...video, speed: 'ultrafast' as const, ...options.video }, ...options.settings };
  const plan = makePlan({ media: probe(source), settings, overrides: options.overrides ?? {} });
  const out = at(`out-${++made}.${plan.container}`);
  const progress: Progress[] = [];
  const control = createControl(options.signal ?? new AbortController().signal);
  const result = await encode({ plan, partial: out, threads: 0 }, control, (now) => {
    progress.push(now);
    options.onProgress?.(now, control);
  });
  return { plan, out, info: probe(out), result, progress };
}

const videoOf = (info: MediaInfo) => info.streams.find((stream): stream is VideoStream => stream.kind === 'video') as VideoStream;
const audioOf = (info: MediaInfo) => info.streams.filter((stream): stream is AudioStream => stream.kind === 'audio');
const kinds = (streams: { kind: string }[]) => streams.map((stream) => stream.kind).join(' ');

describe('chapters', () => {
  const chapters = [
    { start: 0, end: 1, title: 'Ankunft – Straße' },
    { start: 1, end: 2.5, title: '' },
    { start: 2.5, end: 4, title: '🎬 The end' },
  ];
  let source: string;
  beforeAll(() => {
    source = makeClip(at('with-chapters.mkv'), { muxer: 'matroska', streams: [flash(4), beep(4)] });
    writeMatroskaChapters(source, chapters);
  });

  test.each([
    ['Fast 1080p30', 'mp4'],
    ['Fast 1080p30', 'mov'],
    ['Fast 1080p30', 'mkv'],
    ['AAC audio', 'm4a'],
    ['MP3 audio', 'mp3'],
    ['FLAC audio', 'flac'],
    ['Opus audio', 'opus'],
  ] as const)('%s to %s keeps them', async (preset, container) => {
    const { out, info, plan } = await exportFile(source, preset, { overrides: { container } });
    expect(plan.notes.filter(({ text }) => /chapter/.test(text))).toEqual([]);
    expect(info.chapters.map(({ title }) => title)).toEqual(chapters.map(({ title }) => title));
    for (const [index, { start }] of info.chapters.entries()) expect(start).toBeCloseTo(chapters[index]?.start ?? -1, 1);
    if (plan.muxerOptions['movflags'])
      expect(readFileSync(out, 'latin1').indexOf('moov')).toBeLessThan(readFileSync(out, 'latin1').indexOf('mdat'));
  });
});

describe('picture and sound stay together', () => {
  const sources: Record<string, Parameters<typeof makeClip>[1]> = {
    'plain.mp4': { muxer: 'mp4', streams: [flash(6), beep(6)] },
    'sound-delayed-by-half-a-second.mkv': { muxer: 'matroska', streams: [flash(6), { ...beep(6), delay: 0.5 }] },
    'picture-delayed.mkv': { muxer: 'matroska', streams: [{ ...flash(6), delay: 0.7 }, beep(6)] },
    'starts-at-1.48.ts': { muxer: 'mpegts', muxerOptions: { output_ts_offset: '1.48' }, streams: [flash(6), beep(6)] },
    'starts-at-ten-hours.ts': { muxer: 'mpegts', muxerOptions: { output_ts_offset: '36000' }, streams: [flash(6), beep(6)] },
    'gap-in-the-sound.mkv': { muxer: 'matroska', streams: [flash(8), { ...beep(8), gap: [3.5, 4.4] }] },
    'b-frames.avi': { muxer: 'avi', streams: [{ ...flash(6), options: { preset: 'veryfast', bf: '2' } }, beep(6)] },
    'milliseconds.flv': { muxer: 'flv', streams: [flash(6), beep(6)] },
  };
  for (const preset of ['fast-720p30', 'youtube-1080p60', 'archive-ffv1']) {
    test.each(Object.entries(sources))(
      `%s through ${preset}: flash and beep are within one frame of where they were`,
      async (name, clip) => {
        const source = existsSync(at(name)) ? at(name) : makeClip(at(name), clip);
        const before = measure(source);
        const { out } = await exportFile(source, preset);
        const after = measure(out);
        expect(before.flashes.length).toBeGreaterThanOrEqual(3);
        expect(after.flashes.length).toBe(before.flashes.length);
        expect(after.beeps.length).toBe(before.beeps.length);
        after.flashes.forEach((time, index) => {
          const moved = (after.beeps[index] ?? 0) - time - ((before.beeps[index] ?? 0) - (before.flashes[index] ?? 0));
          expect(Math.abs(moved)).toBeLessThan(1 / 60);
        });
      },
    );
  }

  test('the output starts at zero', async () => {
    const { info } = await exportFile(at('starts-at-ten-hours.ts'), 'fast-720p30');
    expect(Math.min(...info.streams.map((stream) => stream.start ?? 0))).toBeLessThan(0.001);
  });
});

describe('frame times', () => {
  const uneven = () =>
    existsSync(at('uneven.mp4'))
      ? at('uneven.mp4')
      : makeClip(at('uneven.mp4'), {
          muxer: 'mp4',
          streams: [
            {
              ...testPicture(4),
              source: "testsrc2=s=320x240:r=30:d=4,select='not(between(mod(n,17),5,9))*not(eq(mod(n,7),3))',format=yuv420p",
            },
          ],
        });

  test('variable frame rate is kept, each frame at its own time', async () => {
    const before = measure(uneven());
    const { out, plan } = await exportFile(uneven(), 'fast-720p30');
    expect(plan.streams[0]).toMatchObject({ timing: 'source' });
    const after = measure(out);
    expect(after.frames.length).toBe(before.frames.length);
    for (const [index, time] of after.frames.entries()) expect(time).toBeCloseTo((before.frames[index] ?? 0) - (before.frames[0] ?? 0), 3);
  });

  test('a constant frame rate repeats frames where some are missing', async () => {
    const { out, info } = await exportFile(uneven(), 'youtube-1080p60');
    const { frames } = measure(out);
    const rate = videoOf(info).frameRate ?? { num: 0, den: 1 };
    for (const [index, time] of frames.entries()) expect(time).toBeCloseTo((index * rate.den) / rate.num, 3);
    expect(frames.length).toBeGreaterThan(measure(uneven()).frames.length);
  });

  test('a film of one frame', async () => {
    const source = makeClip(at('one-frame.mp4'), { muxer: 'mp4', streams: [testPicture(1 / 30)] });
    expect(measure((await exportFile(source, 'hq-1080p30')).out).frames).toEqual([0]);
  });

  test('60 frames a second become 30 by leaving out every second one', async () => {
    const source = makeClip(at('sixty.mp4'), { muxer: 'mp4', streams: [testPicture(2, '320x240', 60)] });
    const { frames } = measure((await exportFile(source, 'fast-720p30')).out);
    expect(frames.length).toBe(60);
    for (const [index, time] of frames.entries()) expect(time).toBeCloseTo(index / 30, 3);
  });

  test('23.976 frames a second in milliseconds come out evenly spaced', async () => {
    const source = makeClip(at('film.mkv'), {
      muxer: 'matroska',
      streams: [{ ...testPicture(4), source: 'testsrc2=s=320x240:r=24000/1001:d=4,format=yuv420p' }],
    });
    const { frames } = measure((await exportFile(source, 'fast-720p30')).out);
    const steps = frames.slice(1).map((time, index) => time - (frames[index] ?? 0));
    for (const step of steps) expect(step).toBeCloseTo(1001 / 24000, 5);
  });

  test('a recording spliced from two, whose clock jumps back, plays through', async () => {
    const one = makeClip(at('one.ts'), { muxer: 'mpegts', muxerOptions: { output_ts_offset: '100' }, streams: [testPicture(2), tone(2)] });
    const two = makeClip(at('two.ts'), {
      muxer: 'mpegts',
      muxerOptions: { output_ts_offset: '20' },
      streams: [testPicture(2, '480x360'), tone(2)],
    });
    writeFileSync(at('spliced.ts'), Buffer.concat([readFileSync(one), readFileSync(two)]));
    const { out } = await exportFile(at('spliced.ts'), 'fast-720p30');
    const after = measure(out);
    expect(after.frames.length).toBe(120);
    expect(after.frames.at(-1)).toBeGreaterThan(3.9);
    expect(after.frames.at(-1)).toBeLessThan(4.2);
    expect(after.sound).toBeGreaterThan(3.9);
  });
});

describe('pictures of every kind', () => {
  /** White on the left half, black on the right. */
  const halves = (extra = '', size = '320x240') =>
    `color=c=white:s=${size}:r=30:d=1,format=rgb24,drawbox=x=iw/2:w=iw/2:h=ih:t=fill:c=black${extra}`;
  const still = (encoder: string, extra: string, more: Partial<ClipStream> = {}): ClipStream => ({
    source: halves(extra),
    encoder,
    ...more,
  });

  /** Luma in the middle of each quarter: left top, right top, left bottom, right bottom. */
  const quarters = (path: string) => measure(path).quarters;

  test.each([
    [
      'ten-bit.mkv',
      'matroska',
      still('libx265', ',format=yuv420p10le', { options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } }),
    ],
    ['rgb.mkv', 'matroska', still('ffv1', ',format=bgr0')],
    ['palette.gif', 'gif', still('gif', ',format=pal8')],
    ['alpha.mov', 'mov', still('prores_ks', ',format=yuva444p10le', { options: { profile: '4444' } })],
    ['gray.mkv', 'matroska', still('ffv1', ',format=gray')],
    [
      'four-two-two.mxf',
      'mxf',
      {
        ...still('mpeg2video', ',format=yuv422p', { options: { b: '8000000' } }),
        source: halves(',format=yuv422p', '720x576').replace('r=30', 'r=25'),
      },
    ],
    ['full-range.avi', 'avi', still('mjpeg', ',format=yuvj420p')],
    ['vp9.webm', 'webm', still('libvpx-vp9', ',format=yuv420p', { options: { deadline: 'realtime' } })],
    ['png.mov', 'mov', still('png', ',format=rgb24')],
  ] as const)('%s becomes 8-bit 4:2:0 with the same white and black', async (name, muxer, stream) => {
    const { info, out } = await exportFile(makeClip(at(name), { muxer, streams: [stream] }), 'fast-720p30');
    const video = videoOf(info);
    expect(video).toMatchObject({ codec: 'h264', pixelFormat: 'yuv420p', bitDepth: 8 });
    const [left, right] = quarters(out);
    expect(left).toBeGreaterThan(230);
    expect(left).toBeLessThan(240);
    expect(right).toBeLessThan(20);
    expect(right).toBeGreaterThan(12);
  });

  test.each([
    [90, false, [235, 235, 16, 16]],
    [180, false, [16, 235, 16, 235]],
    [270, false, [16, 16, 235, 235]],
    [0, true, [16, 235, 16, 235]],
  ] as const)('a film to be turned by %d° (mirrored: %s) is turned, and says so no more', async (degrees, mirrored, expected) => {
    const source = makeClip(at(`turned-${degrees}-${mirrored}.mp4`), {
      muxer: 'mp4',
      streams: [
        still('libx264', ',format=yuv420p', {
          options: { preset: 'ultrafast' },
          parameters: (parameters) => parameters.addCodedSideData(AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(degrees, mirrored)),
        }),
      ],
    });
    expect(videoOf(probe(source))).toMatchObject({ rotation: degrees, flip: mirrored });
    const { info, out } = await exportFile(source, 'fast-720p30');
    const upright = degrees % 180 === 0 ? { width: 320, height: 240 } : { width: 240, height: 320 };
    expect(videoOf(info)).toMatchObject({ ...upright, rotation: 0, flip: false });
    for (const [index, value] of quarters(out).entries()) expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThan(12);
  });

  test('odd sides lose one line for H.264 and none for FFV1', async () => {
    const source = makeClip(at('odd.mkv'), {
      muxer: 'matroska',
      streams: [{ source: 'testsrc=s=321x241:r=30:d=1,format=yuv420p', encoder: 'ffv1' }],
    });
    expect(videoOf((await exportFile(source, 'fast-720p30')).info)).toMatchObject({ width: 320, height: 240 });
    expect(videoOf((await exportFile(source, 'archive-ffv1')).info)).toMatchObject({ width: 321, height: 241 });
  });

  test('pixels that are not square stay so, and a limit holds for the shape as shown', async () => {
    const source = makeClip(at('wide.mp4'), {
      muxer: 'mp4',
      streams: [{ ...testPicture(1), source: 'testsrc2=s=1440x1080:r=30:d=1,setsar=4/3,format=yuv420p' }],
    });
    expect(videoOf((await exportFile(source, 'fast-1080p30')).info)).toMatchObject({ width: 1440, height: 1080, sar: { num: 4, den: 3 } });
    expect(videoOf((await exportFile(source, 'fast-720p30')).info)).toMatchObject({ width: 960, height: 720, sar: { num: 4, den: 3 } });
  });

  test('interlaced television is deinterlaced', async () => {
    const source = makeClip(at('interlaced.ts'), {
      muxer: 'mpegts',
      streams: [
        {
          source: 'testsrc2=s=720x576:r=50:d=2,tinterlace=interleave_top,setfield=tff,format=yuv420p',
          encoder: 'mpeg2video',
          options: { b: '6000000', flags: '+ildct+ilme', field_order: 'tt' },
        },
      ],
    });
    expect(videoOf(probe(source)).interlaced).toBe(true);
    const { plan, info } = await exportFile(source, 'fast-720p30');
    expect(plan.streams[0]).toMatchObject({ deinterlace: { which: 'marked' } });
    expect(videoOf(info).interlaced).toBe(false);
  });

  test('a picture that changes size midway comes out in one size, with every frame', async () => {
    const sizes = ['320x240', '640x360', '320x240'].map((size, index) =>
      readFileSync(makeClip(at(`size-${index}.h264`), { muxer: 'h264', streams: [testPicture(1, size)] })),
    );
    writeFileSync(at('sizes.h264'), Buffer.concat(sizes));
    const { out, info } = await exportFile(at('sizes.h264'), 'fast-720p30');
    expect(videoOf(info)).toMatchObject({ width: 320, height: 240 });
    expect(measure(out).frames.length).toBe(90);
  });

  describe('HDR', () => {
    const hdr = () =>
      existsSync(at('hdr.mp4'))
        ? at('hdr.mp4')
        : makeClip(at('hdr.mp4'), {
            muxer: 'mp4',
            streams: [
              {
                ...still('libx265', ',format=yuv420p10le', { options: { preset: 'ultrafast', 'x265-params': 'log-level=none' } }),
                configure(context) {
                  context.colorPrimaries = 9 as never;
                  context.colorTrc = 16 as never;
                  context.colorSpace = 9 as never;
                },
                parameters(parameters) {
                  parameters.addCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, masteringData());
                  parameters.addCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, Buffer.from(new Uint32Array([1000, 400]).buffer));
                },
              },
            ],
          });

    test('becomes standard colours for H.264, and its metadata goes', async () => {
      expect(videoOf(probe(hdr()))).toMatchObject({ hdr: 'pq', contentLight: { max: 1000, average: 400 } });
      const { info, plan } = await exportFile(hdr(), 'fast-1080p30');
      expect(videoOf(info)).toMatchObject({
        hdr: null,
        mastering: null,
        contentLight: null,
        color: { primaries: 1, transfer: 1, matrix: 1 },
      });
      expect(plan.notes.map((note) => note.text).join()).toContain('HDR');
    });

    test('is kept for 10-bit HEVC, metadata included', async () => {
      const { info } = await exportFile(hdr(), 'hq-2160p60-hevc');
      const video = videoOf(info);
      expect(video).toMatchObject({
        hdr: 'pq',
        bitDepth: 10,
        contentLight: { max: 1000, average: 400 },
        color: { primaries: 9, transfer: 16, matrix: 9 },
      });
      expect(video.mastering?.maxLuminance).toBeCloseTo(1000, 3);
      expect(video.mastering?.red[0]).toBeCloseTo(0.68, 3);
    });
  });
});

describe('sound of every kind', () => {
  const layouts = [
    ['mono', 1, 1],
    ['stereo', 2, 2],
    ['3.0', 3, 2],
    ['quad', 4, 2],
    ['5.1', 6, 2],
    ['7.1', 8, 2],
  ] as const;
  const channels = (layout: string, rate = 48000): ClipStream => ({
    source: `sine=f=440:r=${rate}:d=1.5,aformat=channel_layouts=mono,pan=${layout}|${panAll(layout)}`,
    encoder: 'pcm_s16le',
    sampleFormat: 's16',
    layout,
  });
  const panAll = (layout: string) => {
    const count = layouts.find(([name]) => name === layout)?.[1] ?? 2;
    return Array.from({ length: count }, (_, index) => `c${index}=c0`).join('|');
  };

  test.each(layouts)('%s becomes %d → %d channels of AAC', async (layout, count, expected) => {
    const source = makeClip(at(`${layout}.mkv`), { muxer: 'matroska', streams: [channels(layout)] });
    expect(audioOf(probe(source))[0]?.channels).toBe(count);
    const { info, out } = await exportFile(source, 'fast-720p30');
    expect(audioOf(info)[0]).toMatchObject({ codec: 'aac', channels: expected });
    expect(measure(out).sound).toBeGreaterThan(1.49);
    const lossless = await exportFile(source, 'audio-flac');
    expect(audioOf(lossless.info)[0]).toMatchObject({ codec: 'flac', channels: count });
  });

  test.each([8000, 11025, 44100, 96000])('%d Hz is kept where the codec can and made 48 kHz where it cannot', async (rate) => {
    const source = makeClip(at(`${rate}.wav`), { muxer: 'wav', streams: [channels('stereo', rate)] });
    expect(audioOf((await exportFile(source, 'audio-aac')).info)[0]?.sampleRate).toBe(rate === 96000 ? 48000 : rate);
    expect(audioOf((await exportFile(source, 'audio-opus')).info)[0]?.sampleRate).toBe(48000);
    expect(audioOf((await exportFile(source, 'audio-flac')).info)[0]?.sampleRate).toBe(rate);
  });

  test('a sample rate that changes midway is resampled, with nothing lost', async () => {
    const parts = [44100, 48000].map((rate, index) =>
      readFileSync(makeClip(at(`rate-${index}.aac`), { muxer: 'adts', streams: [{ ...tone(2), source: `sine=f=440:r=${rate}:d=2` }] })),
    );
    writeFileSync(at('rates.aac'), Buffer.concat(parts));
    const { out } = await exportFile(at('rates.aac'), 'audio-flac');
    expect(measure(out).sound).toBeGreaterThan(3.9);
    expect(measure(out).sound).toBeLessThan(4.3);
  });

  test('24-bit sound stays 24-bit in the archive', async () => {
    const source = makeClip(at('deep.wav'), {
      muxer: 'wav',
      streams: [{ ...channels('stereo'), encoder: 'pcm_s24le', sampleFormat: 's32' }],
    });
    expect(audioOf((await exportFile(source, 'audio-flac')).info)[0]?.bitDepth).toBe(24);
  });
});

describe('many streams', () => {
  const rich = () =>
    existsSync(at('rich.mkv'))
      ? at('rich.mkv')
      : makeClip(at('rich.mkv'), {
          muxer: 'matroska',
          tags: { title: 'A film' },
          streams: [
            testPicture(2),
            { ...tone(2), tags: { language: 'eng', title: 'Main' } },
            { ...tone(2), tags: { language: 'fre' } },
            testPicture(2, '160x120'),
          ],
          subtitles: [{ tags: { language: 'ger' }, lines: [{ at: 0.5, seconds: 1, text: 'Guten Tag' }] }],
        });

  test('every track is kept, in kind order, with language and title', async () => {
    const { info } = await exportFile(rich(), 'fast-720p30');
    expect(kinds(info.streams)).toBe('video video audio audio subtitle');
    expect(audioOf(info).map((stream) => stream.language)).toEqual(['eng', 'fre']);
    expect(info.tags['title']).toBe('A film');
  });

  test.each([
    ['mp4', 'mov_text'],
    ['mov', 'mov_text'],
  ] as const)('text subtitles become what %s holds, at their time, with a note', async (container, codec) => {
    const { info, plan, result } = await exportFile(rich(), 'fast-720p30', { overrides: { container } });
    expect(plan.notes).toContainEqual({ kind: 'info', text: 'Subtitle track 4 (ger) is converted from SubRip to MP4 text.' });
    expect(info.streams.at(-1)).toMatchObject({ kind: 'subtitle', codec, language: 'ger' });
    const { packets } = readTrack(info.path);
    const [text] = packets.filter(({ data }) => data.length > 2);
    expect(text?.data.subarray(2).toString()).toBe('Guten Tag');
    expect(text?.pts).toBeCloseTo(500, -1);
    expect(text?.duration).toBeCloseTo(1000, -1);
    expect(result.warnings).toEqual([]);
  });

  test('MP4 text becomes SubRip in Matroska and WebVTT in WebM', async () => {
    const { info } = await exportFile(rich(), 'fast-720p30');
    const { info: again } = await exportFile(info.path, 'fast-720p30', { overrides: { container: 'mkv' } });
    expect(again.streams.at(-1)).toMatchObject({ kind: 'subtitle', codec: 'subrip', language: 'ger' });
    expect(readTrack(again.path).packets).toMatchObject([{ data: Buffer.from('Guten Tag'), pts: 500, duration: 1000 }]);
    const { info: web } = await exportFile(info.path, 'AV1 1080p', { overrides: { container: 'webm' } });
    expect(readTrack(web.path)).toMatchObject({ codec: 'webvtt', packets: [{ data: Buffer.from('Guten Tag'), pts: 500, duration: 1000 }] });
  });

  test('what a conversion could not keep is told when it is done', async () => {
    const source = makeClip(at('colours.mkv'), {
      muxer: 'matroska',
      streams: [testPicture(1)],
      subtitles: [{ lines: [{ at: 0, seconds: 1, text: '<font face="Arial" size="40">Big</font>' }] }],
    });
    const { result } = await exportFile(source, 'fast-720p30');
    expect(result.warnings).toEqual(['The conversion could not keep fonts and sizes of the SubRip subtitles.']);
  });

  test('soft subtitles are copied into Matroska, at their time', async () => {
    const { info, out } = await exportFile(rich(), 'archive-ffv1');
    expect(kinds(info.streams)).toBe('video video audio audio subtitle');
    expect(info.streams.at(-1)).toMatchObject({ codec: 'subrip', language: 'ger' });
    expect(readFileSync(out).includes('Guten Tag')).toBe(true);
  });

  test('an audio preset takes the sound alone', async () => {
    const { info } = await exportFile(rich(), 'audio-mp3');
    expect(info.streams).toHaveLength(1);
    expect(info.streams[0]).toMatchObject({ kind: 'audio', codec: 'mp3' });
  });

  test.each(builtInPresets.map((preset) => [preset.name, preset.id]))('the preset %s makes what it says', async (_name, id) => {
    const { plan, info, result, progress } = await exportFile(ordinaryClip(at('ordinary.mp4')), id);
    expect(kinds(info.streams)).toBe(kinds(plan.streams));
    expect(info.duration).toBeGreaterThan(1.9);
    expect(info.duration).toBeLessThan(2.2);
    expect(result.proof.bytes).toBe(statSync(info.path).size);
    expect(result.proof.decodedAt).toHaveLength(3);
    expect(progress.every((now) => now.fraction < 1)).toBe(true);
  });
});

describe('rate', () => {
  const noise = () =>
    existsSync(at('noise.mp4'))
      ? at('noise.mp4')
      : makeClip(at('noise.mp4'), {
          muxer: 'mp4',
          streams: [
            { ...testPicture(10, '640x360'), source: 'testsrc2=s=640x360:r=30:d=10,noise=alls=30:allf=t,format=yuv420p' },
            tone(10),
          ],
        });

  test.each([0.5, 1, 3])('a file asked to fit %d MB is not a byte larger, and uses most of it', async (megabytes) => {
    const { info } = await exportFile(noise(), 'discord-10mb', { overrides: { 'video.rate': { mode: 'size', megabytes } } });
    expect(info.bytes).toBeLessThanOrEqual(megabytes * 1e6);
    expect(info.bytes).toBeGreaterThan(megabytes * 0.8e6);
  });

  test('sound that goes on long after the picture does not make a two-pass job think its source is cut short', async () => {
    const source = makeClip(at('short-picture.mp4'), { muxer: 'mp4', streams: [testPicture(2), tone(6)] });
    expect((await exportFile(source, 'discord-10mb')).info.duration).toBeGreaterThan(5.9);
  });

  test('two passes of HEVC meet their average', async () => {
    const { info } = await exportFile(noise(), 'hq-2160p60-hevc', { video: { rate: { mode: 'bitrate', kbps: 800, passes: 2 } } });
    const rate = (info.bytes * 8) / (info.duration ?? 1) / 1000 - 160;
    expect(rate).toBeGreaterThan(800 * 0.85);
    expect(rate).toBeLessThan(800 * 1.15);
  });
});

describe('a job that is watched', () => {
  const long = () => (existsSync(at('long.mp4')) ? at('long.mp4') : ordinaryClip(at('long.mp4'), 30, '640x360'));
  const slow = { video: { speed: 'medium' as const } };

  test('progress rises evenly, with rate and time left, and never says it is done', async () => {
    const { progress } = await exportFile(long(), 'fast-720p30', slow);
    const fractions = progress.map((now) => now.fraction);
    expect(fractions.length).toBeGreaterThan(3);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(Math.max(...fractions)).toBeLessThan(1);
    const middle = progress.filter((now) => now.fraction > 0.3 && now.fraction < 0.9);
    expect(middle.length).toBeGreaterThan(0);
    for (const now of middle) {
      expect(now.fps).toBeGreaterThan(0);
      expect(now.etaSeconds).toBeGreaterThan(0);
      expect(now.bytes).toBeGreaterThan(0);
    }
  });

  test('abort ends it with nothing left', async () => {
    const abort = new AbortController();
    const before = readdirSync(folder).length;
    let asked = 0;
    const running = exportFile(long(), 'fast-720p30', {
      ...slow,
      signal: abort.signal,
      onProgress(now) {
        if (now.fraction < 0.2 || asked) return;
        asked = performance.now();
        abort.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked).toBeGreaterThan(0);
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(readdirSync(folder).length).toBe(before);
  });

  test('pause stops it and resume goes on to a good end', async () => {
    let pausedAt = -1;
    let movedWhilePaused = false;
    const { progress } = await exportFile(long(), 'fast-720p30', {
      ...slow,
      onProgress(now, control) {
        if (pausedAt < 0 && now.fraction > 0.2) {
          pausedAt = now.fraction;
          control.pause();
          setTimeout(() => {
            pausedAt = 2;
            control.resume();
          }, 1500);
        } else if (pausedAt >= 0 && pausedAt < 1 && now.fraction > pausedAt + 0.05) movedWhilePaused = true;
      },
    });
    expect(pausedAt).toBe(2);
    expect(movedWhilePaused).toBe(false);
    expect(progress.at(-1)?.stage).toBe('proving');
  });
});

describe('bad input gets a clear sentence and leaves nothing', () => {
  const garbage = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) & 0xff));
  const cases: [string, () => string, string][] = [
    ['a missing file', () => at('missing.mp4'), 'source-missing'],
    ['a folder', () => folder, 'not-media'],
    ['an empty file', () => write('empty.mp4', Buffer.alloc(0)), 'not-media'],
    ['a text file', () => write('text.txt', Buffer.from('Nothing but words.\n'.repeat(500))), 'not-media'],
    ['a text file called .mp4', () => write('text.mp4', Buffer.from('Nothing but words.\n'.repeat(500))), 'not-media'],
    ['noise called .mkv', () => write('noise.mkv', garbage), 'not-media'],
    ['a playlist that names another file', () => write('list.m3u8', Buffer.from('#EXTM3U\n#EXTINF:1,\n/etc/passwd\n')), 'not-media'],
    ['a script of other files', () => write('list.ffconcat', Buffer.from("ffconcat version 1.0\nfile 'ordinary.mp4'\n")), 'not-media'],
    ['a film without its index', () => cut('ordinary.mp4', 'no-index.mp4', 0.5), 'source-truncated'],
    ['a Matroska file cut in half', () => cut('long.mkv', 'half.mkv', 0.5), 'source-truncated'],
    ['a faststart film cut in half', () => cut('fast.mp4', 'half.mp4', 0.5), 'source-truncated'],
  ];
  const write = (name: string, data: Buffer) => {
    writeFileSync(at(name), data);
    return at(name);
  };
  const cut = (name: string, to: string, share: number) => {
    copyFileSync(at(name), at(to));
    truncateSync(at(to), Math.floor(statSync(at(to)).size * share));
    return at(to);
  };
  beforeAll(() => {
    ordinaryClip(at('ordinary.mp4'));
    ordinaryClip(at('long.mkv'), 12, '320x240', 'matroska');
    makeClip(at('fast.mp4'), { muxer: 'mp4', muxerOptions: { movflags: '+faststart' }, streams: [testPicture(12), tone(12)] });
  });

  test.each(cases)('%s', async (_what, make, code) => {
    const source = make();
    const before = readdirSync(folder).length;
    const failure = await exportFile(source, 'fast-720p30').then(
      () => null,
      (error: { code: string; message: string }) => error,
    );
    expect(failure?.code).toBe(code);
    expect(failure?.message).toMatch(/^\S.+ .+[.?]$/);
    expect(failure?.message).not.toMatch(/AVERROR|-\d{5,}|undefined/);
    expect(readdirSync(folder).length).toBe(before);
  });

  test('damage in the middle is skipped, counted and told', async () => {
    const source = at('damaged.ts');
    makeClip(source, { muxer: 'mpegts', streams: [testPicture(6), tone(6)] });
    const data = readFileSync(source);
    for (let offset = Math.floor(data.length * 0.4); offset < data.length * 0.45; offset++) data[offset] = (offset * 31) & 0xff;
    writeFileSync(source, data);
    const { result } = await exportFile(source, 'fast-720p30');
    expect(result.warnings.join()).toMatch(/damaged places? in stream \d of the source/);
  });

  test('a source that is cut short while it is read', async () => {
    copyFileSync(at('long.mkv'), at('vanishing.mkv'));
    let done = false;
    const running = exportFile(at('vanishing.mkv'), 'fast-720p30', {
      video: { speed: 'slow' },
      onProgress() {
        if (!done) truncateSync(at('vanishing.mkv'), 100_000);
        done = true;
      },
    });
    await expect(running).rejects.toMatchObject({ code: expect.stringMatching(/^source-/) });
  });

  test('a folder that cannot be written to', async () => {
    const { plan } = await exportFile(at('ordinary.mp4'), 'fast-720p30');
    const order = { plan, partial: join(folder, 'nowhere', 'out.mp4'), threads: 0 };
    await expect(encode(order, createControl(new AbortController().signal), () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/^output-unwritable$/),
    });
  });

  test('a full disk is called so, and nothing stays on it', async (context) => {
    const disk = at('disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=60m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('a small disk can only be mounted as root');
    }
    try {
      const { plan } = await exportFile(at('long.mkv'), 'archive-ffv1');
      const partial = join(disk, '.out.part.mkv');
      // Somebody else fills the disk while the job runs.
      const fill = () => {
        if (existsSync(join(disk, 'filler'))) return;
        try {
          writeFileSync(join(disk, 'filler'), Buffer.alloc(61e6));
        } catch (error) {
          expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
        }
      };
      const running = encode(
        { plan: { ...plan, estimatedBytes: null }, partial, threads: 0 },
        createControl(new AbortController().signal),
        fill,
      );
      await expect(running).rejects.toMatchObject({ code: 'disk-full', message: expect.stringMatching(/disk is full|free space/) });
      expect(readdirSync(disk)).toEqual(['filler']);
      const refused = encode({ plan, partial, threads: 0 }, createControl(new AbortController().signal), () => {});
      await expect(refused).rejects.toMatchObject({ code: 'disk-full', message: expect.stringContaining('free space') });
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('a disk that fills up is waited for where that was asked, and the job goes on where it stood', async (context) => {
    const disk = at('slow-disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=140m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('a small disk can only be mounted as root');
    }
    try {
      const { plan } = await exportFile(at('long.mkv'), 'hq-2160p60-hevc', { video: { speed: 'medium' } }); // slow enough to be looked after midway
      const partial = join(disk, '.out.part.mkv');
      const filler = join(disk, 'filler');
      const stages: string[] = [];
      let full = false;
      // Somebody else fills the disk while the job runs, and clears it when the job is seen to wait.
      const tell = ({ stage }: Progress) => {
        if (stages.at(-1) !== stage) stages.push(stage);
        if (!full) {
          full = true;
          const { bavail, bsize } = statfsSync(disk);
          writeFileSync(filler, Buffer.alloc(bavail * bsize - 30e6));
        }
        if (stage === 'waiting') rmSync(filler, { force: true });
      };
      const order = { plan: { ...plan, estimatedBytes: null }, partial, threads: 1, waitForSpace: true };
      const { proof } = await encode(order, createControl(new AbortController().signal), tell);
      expect(stages).toEqual(['encoding', 'waiting', 'encoding', 'finishing', 'proving']);
      expect(proof.duration).toBeCloseTo(plan.duration ?? 0, 1);
      expect(readdirSync(disk)).toEqual(['.out.part.mkv']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test.skipIf(process.platform !== 'linux')('an AV1 encode leaves the priority of its process alone, also for root', async () => {
    const { info } = await exportFile(at('ordinary.mp4'), 'av1-1080p');
    expect(videoOf(info).codec).toBe('av1');
    // Scheduling policies of all threads (proc_pid_stat(5), field 41): 0 is the usual one, 1 and 2 are real-time.
    const policies = readdirSync('/proc/self/task').map((thread) => {
      const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[38];
    });
    expect([...new Set(policies)]).toEqual(['0']);
    if (process.geteuid) expect(process.geteuid()).toBe(process.getuid?.());
  });

  test('a finished file that lost its end is not proved', async () => {
    const { out, plan } = await exportFile(at('fast.mp4'), 'fast-720p30');
    truncateSync(out, Math.floor(statSync(out).size * 0.7));
    const written = plan.streams.map(() => ({ last: 11.96, end: 12 }));
    await expect(prove(out, plan, written, createControl(new AbortController().signal))).rejects.toMatchObject({ code: 'proof-failed' });
  });
});

describe.skipIf(!existsSync(media))('real files (needs a folder of media beside the project)', () => {
  const files = existsSync(media) ? readdirSync(media).filter((name) => !name.endsWith('.md')) : [];
  test.each(files)('%s exports with Fast 720p30', async (name) => {
    const { info, plan } = await exportFile(join(media, name), 'fast-720p30');
    expect(kinds(info.streams)).toBe(kinds(plan.streams));
    expect(info.duration).toBeGreaterThan(1);
  });
});

/** A QuickTime display matrix for a turn clockwise, after a mirror from left to right. */
function displayMatrix(degrees: number, mirrored: boolean): Buffer {
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.round(Math.cos(angle)), Math.round(Math.sin(angle))];
  const sign = mirrored ? -1 : 1;
  const cells = [sign * cos, sign * sin, 0, -sin, cos, 0, 0, 0, 16_384];
  const data = Buffer.alloc(36);
  for (const [index, cell] of cells.entries()) data.writeInt32LE(cell * 65_536, index * 4);
  return data;
}

/** AVMasteringDisplayMetadata of a P3 display with 1000 cd/m². */
function masteringData(): Buffer {
  const data = Buffer.alloc(88);
  [0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329, 0.005, 1000].forEach((value, index) => {
    data.writeInt32LE(Math.round(value * 50_000), index * 8);
    data.writeInt32LE(50_000, index * 8 + 4);
  });
  data.writeInt32LE(1, 80);
  data.writeInt32LE(1, 84);
  return data;
}
