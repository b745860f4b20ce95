/** The plan, pure: what a preset makes of a file, decided and said before anything starts. Names and presets with it. */
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioStream, MediaInfo, StreamInfo, SubtitleStream, VideoStream } from '../native/contract/media.ts';
import type { AudioEncode, Plan, VideoEncode } from '../native/contract/plan.ts';
import { type Overrides, overridesSchema, presetSchema } from '../native/contract/preset.ts';
import { outputPath, partialPath } from '../native/studio/naming.ts';
import { makePlan } from '../native/studio/plan.ts';
import { builtInPresets, findPreset } from '../native/studio/preset.ts';

const base = {
  profile: null,
  decodable: true,
  start: 0,
  duration: 60,
  bitRate: null,
  language: null,
  title: null,
  disposition: [],
  tags: {},
  chapters: [],
};

const film = (more: Partial<VideoStream> = {}): VideoStream => ({
  ...base,
  kind: 'video',
  index: 0,
  codec: 'h264',
  width: 1920,
  height: 1080,
  sar: { num: 1, den: 1 },
  rotation: 0,
  flip: false,
  frameRate: { num: 30, den: 1 },
  variableRate: false,
  pixelFormat: 'yuv420p',
  bitDepth: 8,
  alpha: false,
  interlaced: false,
  color: { primaries: 1, transfer: 1, matrix: 1, range: 'tv' },
  hdr: null,
  mastering: null,
  contentLight: null,
  cover: false,
  ...more,
});

const sound = (more: Partial<AudioStream> = {}): AudioStream => ({
  ...base,
  kind: 'audio',
  index: 1,
  codec: 'aac',
  sampleRate: 48_000,
  channels: 2,
  layout: 'stereo',
  sampleFormat: 'fltp',
  bitDepth: 0,
  ...more,
});

const subtitle = (codec: string, more: Partial<SubtitleStream> = {}): SubtitleStream => ({
  ...base,
  kind: 'subtitle',
  index: 2,
  codec,
  text: true,
  ...more,
});

const file = (streams: StreamInfo[], more: Partial<MediaInfo> = {}): MediaInfo => ({
  path: '/films/holiday.mov',
  bytes: 500_000_000,
  modified: 0,
  chapters: [],
  format: 'mov',
  formatName: 'QuickTime / MOV',
  duration: 60,
  durationIsExact: true,
  bitRate: null,
  streams: streams.map((stream, index) => ({ ...stream, index })),
  tags: {},
  ...more,
});

const plan = (media: MediaInfo, preset: string, overrides: Overrides = {}): Plan =>
  makePlan({ media, settings: findPreset(preset), overrides });
const videoOf = (made: Plan) =>
  made.streams.find((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video') as VideoEncode;
const audioOf = (made: Plan) =>
  made.streams.filter((stream): stream is AudioEncode => stream.action === 'encode' && stream.kind === 'audio');
const words = (made: Plan) => made.notes.map((note) => note.text).join('\n');

describe('size', () => {
  const sizes = [
    [128, 96],
    [640, 480],
    [853, 481],
    [1080, 1920],
    [1920, 800],
    [3840, 2160],
    [7680, 4320],
    [4096, 2160],
  ] as const;

  test('no preset ever enlarges a picture, squeezes it, or leaves an odd side to a codec that refuses it', () => {
    for (const preset of builtInPresets.filter((one) => one.video)) {
      for (const [width, height] of sizes) {
        for (const rotation of [0, 90] as const) {
          // DNxHR has no pictures that small, and the plan says so.
          if (preset.video?.codec === 'dnxhr' && Math.min(width, height) < 256) continue;
          const video = videoOf(plan(file([film({ width, height, rotation })]), preset.id));
          const upright = rotation === 90 ? [height, width] : [width, height];
          expect(video.width).toBeLessThanOrEqual(upright[0] as number);
          expect(video.height).toBeLessThanOrEqual(upright[1] as number);
          const shape = (upright[0] as number) / (upright[1] as number);
          expect(Math.abs(video.width / video.height / shape - 1)).toBeLessThan(0.03);
          if (preset.video?.codec !== 'ffv1') expect([video.width % 2, video.height % 2]).toEqual([0, 0]);
        }
      }
    }
  });

  test.each([
    ['4K', film({ width: 3840, height: 2160 }), 1920, 1080],
    ['a wide film', film({ width: 3840, height: 1600 }), 1920, 800],
    ['an upright phone film', film({ width: 2160, height: 3840 }), 1080, 1920],
    ['an upright film stored lying', film({ width: 3840, height: 2160, rotation: 90 }), 1080, 1920],
    ['DVD with wide pixels', film({ width: 720, height: 576, sar: { num: 64, den: 45 } }), 720, 576],
    ['an odd size', film({ width: 853, height: 481 }), 852, 480],
  ])('Fast 1080p30 of %s', (_what, stream, width, height) => {
    expect(videoOf(plan(file([stream]), 'fast-1080p30'))).toMatchObject({ width, height });
  });

  test('pixels of a turned film are turned with it', () => {
    expect(videoOf(plan(file([film({ width: 720, height: 576, sar: { num: 64, den: 45 }, rotation: 90 })]), 'fast-1080p30')).sar).toEqual({
      num: 45,
      den: 64,
    });
  });
});

describe('frame rate', () => {
  test.each([
    ['24', film({ frameRate: { num: 24, den: 1 } }), 'even', 24],
    ['29.97', film({ frameRate: { num: 30_000, den: 1001 } }), 'even', 29.97],
    ['50', film({ frameRate: { num: 50, den: 1 } }), 'peak', 25],
    ['59.94', film({ frameRate: { num: 60_000, den: 1001 } }), 'peak', 29.97],
    ['120', film({ frameRate: { num: 120, den: 1 } }), 'peak', 30],
    ['variable 24', film({ frameRate: { num: 24, den: 1 }, variableRate: true }), 'source', 24],
  ] as const)('%s under a limit of 30: an even share, never a stutter', (_what, stream, timing, rate) => {
    const video = videoOf(plan(file([stream]), 'fast-1080p30'));
    expect(video.timing).toBe(timing);
    expect((video.frameRate?.num ?? 0) / (video.frameRate?.den ?? 1)).toBeCloseTo(rate, 2);
  });

  test('an uneven film made constant takes a rate people know', () => {
    const video = videoOf(plan(file([film({ frameRate: { num: 29_412, den: 1000 }, variableRate: true })]), 'youtube-1080p60'));
    expect(video).toMatchObject({ timing: 'constant', frameRate: { num: 30_000, den: 1001 } });
  });

  test('keyframes of an upload are half a second apart at any rate', () => {
    expect(videoOf(plan(file([film({ frameRate: { num: 60, den: 1 } })]), 'youtube-1080p60')).options['g']).toBe('30');
    expect(videoOf(plan(file([film({ frameRate: { num: 24, den: 1 } })]), 'youtube-1080p60')).options['g']).toBe('12');
  });
});

describe('colour', () => {
  const hdr = film({
    pixelFormat: 'yuv420p10le',
    bitDepth: 10,
    hdr: 'pq',
    color: { primaries: 9, transfer: 16, matrix: 9, range: 'tv' },
    mastering: {
      red: [0.68, 0.32],
      green: [0.265, 0.69],
      blue: [0.15, 0.06],
      white: [0.3127, 0.329],
      minLuminance: 0.005,
      maxLuminance: 1000,
    },
    contentLight: { max: 1000, average: 400 },
  });

  test('HDR in an 8-bit preset becomes BT.709, its metadata goes, and a note says so', () => {
    const made = plan(file([hdr]), 'fast-1080p30');
    expect(videoOf(made)).toMatchObject({
      toneMap: { peak: 1000 },
      mastering: null,
      contentLight: null,
      color: { primaries: 1, transfer: 1, matrix: 1, range: 'tv' },
    });
    expect(words(made)).toContain('HDR is turned into standard colours');
  });

  test('HDR10 in 10-bit HEVC is kept, in the units x265 wants', () => {
    const { options, toneMap, color } = videoOf(plan(file([hdr]), 'hq-2160p60-hevc'));
    expect(toneMap).toBe(null);
    expect(color).toEqual(hdr.color);
    expect(options['x265-params']).toContain('master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)');
    expect(options['x265-params']).toContain('max-cll=1000,400');
  });

  test('what is lost of depth and transparency is said', () => {
    expect(words(plan(file([film({ pixelFormat: 'yuv422p10le', bitDepth: 10 })]), 'fast-1080p30'))).toContain(
      '10-bit colour becomes 8-bit',
    );
    expect(words(plan(file([film({ pixelFormat: 'yuva420p', alpha: true })]), 'fast-1080p30'))).toContain('Transparency is left out');
    expect(words(plan(file([film({ pixelFormat: 'yuva420p', alpha: true })]), 'archive-ffv1'))).toBe('');
  });

  test('an archive keeps the pixels it is given', () => {
    for (const pixelFormat of ['yuv420p', 'yuv422p10le', 'yuv444p', 'gray', 'yuva444p10le'])
      expect(videoOf(plan(file([film({ pixelFormat })]), 'archive-ffv1')).pixelFormat).toBe(pixelFormat);
    expect(videoOf(plan(file([film({ pixelFormat: 'rgb24' })]), 'archive-ffv1'))).toMatchObject({
      pixelFormat: 'bgr0',
      color: { matrix: 0, range: 'pc' },
    });
  });
});

describe('sound', () => {
  test('surround is mixed down by Fast, kept as 5.1 by HQ, and said', () => {
    const media = file([film(), sound({ channels: 6, layout: '5.1(side)' })]);
    expect(audioOf(plan(media, 'fast-1080p30'))[0]).toMatchObject({ channels: 2, layout: 'stereo', bitRate: 160_000 });
    expect(words(plan(media, 'fast-1080p30'))).toContain('mixed down to stereo');
    expect(audioOf(plan(media, 'hq-1080p30'))[0]).toMatchObject({ channels: 6, layout: '5.1', bitRate: 480_000 });
    expect(words(plan(media, 'hq-1080p30'))).toBe('');
  });

  test('all tracks stay, and an audio container takes the default one', () => {
    const media = file([film(), sound({ language: 'eng' }), sound({ language: 'fre', disposition: ['default'] })]);
    expect(audioOf(plan(media, 'fast-1080p30'))).toHaveLength(2);
    expect(plan(media, 'audio-mp3').streams).toMatchObject([{ input: 2, encoder: 'libmp3lame' }]);
    expect(words(plan(media, 'audio-mp3'))).toContain('Sound track 1 (eng) is left out');
  });

  test('a codec that may pass is copied, not encoded again', () => {
    expect(plan(file([sound({ codec: 'mp3' })]), 'audio-mp3').streams).toMatchObject([{ action: 'copy', codec: 'mp3' }]);
  });

  test.each([
    [44_100, 44_100],
    [96_000, 48_000],
    [7350, 8000],
  ])('AAC of %d Hz is %d Hz', (from, to) => {
    expect(audioOf(plan(file([sound({ sampleRate: from, codec: 'flac' })]), 'audio-aac'))[0]?.sampleRate).toBe(to);
  });
});

describe('what is left out is said, with the reason', () => {
  test.each([
    ['fast-1080p30', 'hdmv_pgs_subtitle', /MP4 cannot hold hdmv_pgs_subtitle subtitles/],
    ['discord-10mb', 'mov_text', /as the preset says/],
  ])('%s and %s', (preset, codec, reason) => {
    const made = plan(file([film(), sound(), subtitle(codec, { language: 'eng' })]), preset);
    expect(made.streams.map((stream) => stream.kind)).toEqual(['video', 'audio']);
    expect(made.notes.find((note) => reason.test(note.text))?.kind).toBe('loss');
  });

  test.each([
    ['mp4', 'subrip', 'mov_text', null, { kind: 'info', text: 'Subtitle track 2 (eng) is converted from SubRip to MP4 text.' }],
    ['mov', 'ass', 'mov_text', 'tx3g', { kind: 'loss', text: expect.stringMatching(/from ASS to MP4 text: fonts, places/) }],
    ['mp4', 'webvtt', 'mov_text', null, { kind: 'loss', text: expect.stringMatching(/from WebVTT to MP4 text: places/) }],
    ['mkv', 'mov_text', 'subrip', null, { kind: 'info', text: 'Subtitle track 2 (eng) is converted from MP4 text to SubRip.' }],
  ] as const)('in %s, %s becomes %s, with a note', (container, codec, to, codecTag, note) => {
    const made = plan(file([film(), sound(), subtitle(codec, { language: 'eng' })]), 'fast-1080p30', { container });
    expect(made.streams.at(-1)).toMatchObject({ action: 'convert', kind: 'subtitle', codec, to, codecTag, input: 2 });
    expect(made.notes).toContainEqual(note);
  });

  test('text that nobody asked for is left out, not converted', () => {
    const made = plan(file([film(), sound(), subtitle('subrip')]), 'fast-1080p30', { 'subtitles.tracks': 'none' });
    expect(made.streams.map((stream) => stream.kind)).toEqual(['video', 'audio']);
  });

  test('subtitles and fonts that the container holds are copied', () => {
    const font: StreamInfo = { ...base, kind: 'attachment', index: 3, codec: 'ttf' };
    const made = plan(file([film(), sound(), subtitle('ass'), font]), 'archive-ffv1');
    expect(made.streams.map((stream) => `${stream.action} ${stream.kind}`)).toEqual([
      'encode video',
      'encode audio',
      'copy subtitle',
      'copy attachment',
    ]);
  });

  test('a cover goes where covers go', () => {
    const cover = film({ codec: 'mjpeg', cover: true, disposition: ['attached_pic'] });
    expect(plan(file([sound(), cover]), 'audio-aac').streams).toMatchObject([
      { kind: 'audio' },
      { action: 'copy', kind: 'video', disposition: ['attached_pic'] },
    ]);
    expect(words(plan(file([sound({ codec: 'flac' }), cover]), 'audio-opus'))).toContain('cover picture is left out');
  });

  test('a stream without a decoder', () => {
    expect(words(plan(file([film(), sound({ codec: 'atrac9x', decodable: false })]), 'fast-1080p30'))).toContain(
      'its codec (atrac9x) cannot be read',
    );
    expect(() => plan(file([film({ codec: 'xyz', decodable: false })]), 'fast-1080p30')).toThrow(
      expect.objectContaining({ code: 'unsupported-codec' }),
    );
  });

  test('a file without what the preset needs', () => {
    expect(() => plan(file([film()]), 'audio-mp3')).toThrow(
      expect.objectContaining({ code: 'nothing-to-export', message: expect.stringContaining('no sound') }),
    );
    expect(() => plan(file([subtitle('ass')]), 'fast-1080p30')).toThrow(expect.objectContaining({ code: 'nothing-to-export' }));
  });
});

describe('a file size', () => {
  const total = (made: Plan) =>
    made.streams.reduce(
      (sum, stream) => sum + (stream.action !== 'encode' ? 0 : stream.kind === 'audio' ? stream.bitRate : Number(stream.options['b'])),
      0,
    );

  test.each([5, 30, 60, 300, 450])('%d s for Discord: rates fit, the picture shrinks with its rate, two passes', (seconds) => {
    const made = plan(file([film({ duration: seconds }), sound({ duration: seconds })], { duration: seconds }), 'discord-10mb');
    expect((total(made) * seconds) / 8).toBeLessThan(10e6);
    expect(made).toMatchObject({ passes: 2, sizeLimit: 10_000_000 });
  });

  test('longer films get smaller pictures', () => {
    const heights = [5, 20, 60, 120, 300].map(
      (seconds) => videoOf(plan(file([film({ duration: seconds })], { duration: seconds }), 'discord-10mb')).height,
    );
    expect(heights).toEqual([...heights].sort((a, b) => b - a));
    expect(heights[0]).toBe(1080);
    expect(heights.at(-1)).toBeLessThan(480);
  });

  test('an hour in 10 MB is refused in words', () => {
    expect(() => plan(file([film({ duration: 3600 })], { duration: 3600 }), 'discord-10mb')).toThrow(
      expect.objectContaining({
        code: 'size-unreachable',
        message: expect.stringContaining('not even a picture of 240 lines would look well'),
      }),
    );
  });
});

describe('times and overrides', () => {
  test('the earliest stream that is used becomes zero, and the longest is the length', () => {
    const made = plan(
      file([film({ start: 10.5, duration: 20 }), sound({ start: 10, duration: 21 }), subtitle('mov_text', { start: 3 })]),
      'fast-1080p30',
    );
    expect(made).toMatchObject({ origin: 10, duration: 21 });
    expect(plan(file([film({ start: 10.5, duration: 20 }), sound({ start: 10, duration: 21 })]), 'prores-422').origin).toBe(10);
  });

  test('a job may change the basics', () => {
    const made = plan(file([film(), sound()]), 'fast-1080p30', {
      'video.rate': { mode: 'quality', value: 18 },
      'video.speed': 'slow',
      'video.maxHeight': 480,
      'audio.kbps': 96,
      container: 'mkv',
    });
    expect(videoOf(made)).toMatchObject({ height: 480, options: { crf: '18', preset: 'slow' } });
    expect(audioOf(made)[0]?.bitRate).toBe(96_000);
    expect(made).toMatchObject({ container: 'mkv', muxer: 'matroska' });
    expect(overridesSchema.safeParse({ crf: 18 }).success).toBe(false);
  });

  test.each([
    ['fast-1080p30', 'webm', 'WebM cannot hold H.264'],
    ['prores-422', 'mp4', 'MP4 cannot hold ProRes'],
    ['archive-ffv1', 'mov', 'QuickTime cannot hold FLAC'],
    ['audio-mp3', 'flac', 'FLAC cannot hold MP3'],
  ] as const)('%s in %s is refused in words', (preset, container, message) => {
    expect(() => plan(file([film(), sound()]), preset, { container })).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });

  test('HEVC in MP4 is marked hvc1, in Matroska not', () => {
    expect(videoOf(plan(file([film()]), 'hq-2160p60-hevc')).codecTag).toBe('hvc1');
    expect(videoOf(plan(file([film()]), 'hq-2160p60-hevc', { container: 'mkv' })).codecTag).toBeNull();
  });
});

describe('presets', () => {
  test('every built-in fits the schema, has a sentence of its own and a source with a date where figures were taken over', () => {
    expect(new Set(builtInPresets.map((preset) => preset.id)).size).toBe(builtInPresets.length);
    expect(new Set(builtInPresets.map((preset) => preset.description)).size).toBe(builtInPresets.length);
    for (const preset of builtInPresets) {
      expect(presetSchema.safeParse(preset).success).toBe(true);
      expect(preset.description).toMatch(/^[A-Z0-9].+\.$/);
      if (preset.source) expect(preset.source.date).toMatch(/^\d{4}-\d{2}$/);
    }
  });

  test('one is found by name in any case, and a wrong name is answered with the right ones', () => {
    expect(findPreset('FAST 1080P30').id).toBe('fast-1080p30');
    expect(() => findPreset('fastest')).toThrow(
      expect.objectContaining({ code: 'unknown-preset', message: expect.stringContaining('Fast 1080p30') }),
    );
  });
});

describe('names', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'muxwell-names-'));
    writeFileSync(join(folder, 'a.mp4'), '');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const name = (
    source: string,
    output: Partial<Parameters<typeof outputPath>[0]['output']> = {},
    taken: string[] = [],
    sources: string[] = [],
  ) =>
    outputPath(
      { source, output: { template: '{name}', overwrite: false, ...output }, lossless: null, media: null },
      'mp4',
      { isResult: (path) => taken.includes(path), isSource: (path) => sources.includes(path) },
      findPreset('fast-1080p30'),
    );

  test('a name that is taken, on disk or by a running job, gets a number', () => {
    expect(name(join(folder, 'b.mov'))).toBe(join(folder, 'b.mp4'));
    expect(name(join(folder, 'a.mov'))).toBe(join(folder, 'a (2).mp4'));
    expect(name(join(folder, 'a.mov'), {}, [join(folder, 'a (2).mp4')])).toBe(join(folder, 'a (3).mp4'));
  });

  test('a source is never replaced, not even through a link', () => {
    linkSync(join(folder, 'a.mp4'), join(folder, 'c.mp4'));
    expect(() => name(join(folder, 'a.mp4'), { overwrite: true })).toThrow(expect.objectContaining({ code: 'output-is-source' }));
    expect(() => name(join(folder, 'c.mp4'), { overwrite: true, file: join(folder, 'a.mp4') })).toThrow(
      expect.objectContaining({ code: 'output-is-source' }),
    );
  });

  test('overwriting takes a file on disk, but never a source of the list or what another job made', () => {
    const wanted = join(folder, 'a.mp4');
    const source = join(folder, 'a.mov');
    expect(name(source, { overwrite: true })).toBe(wanted);
    expect(name(source, { overwrite: true }, [wanted])).toBe(join(folder, 'a (2).mp4'));
    expect(() => name(source, { overwrite: true }, [], [wanted])).toThrow(expect.objectContaining({ code: 'output-is-source' }));
  });

  test('a template is filled, and can not leave its folder', () => {
    expect(name(join(folder, 'b.mov'), { template: '{name} {preset} {height}p' })).toBe(join(folder, 'b Fast 1080p30 1080p.mp4'));
    expect(name(join(folder, 'b.mov'), { template: '../../etc/{name}', folder })).toBe(join(folder, '.._.._etc_b.mp4'));
  });

  test('a partial name is hidden, beside the final one, with its extension', () => {
    expect(partialPath(join(folder, 'b.mp4'), '1a2b')).toBe(join(folder, '.b.1a2b.part.mp4'));
  });
});
