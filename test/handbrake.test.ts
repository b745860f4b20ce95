/** Presets of HandBrake: what each setting of its files becomes here, and that what has no counterpart is named. The excerpts are our own, in its files' words. */
import { describe, expect, test } from 'vitest';
import { presetSchema, presetVersion } from '../native/contract/preset.ts';
import { convertHandBrake, type PresetDraft } from '../native/studio/handbrake/convert.ts';
import { type Entry, readHandBrake } from '../native/studio/handbrake/read.ts';
import { builtInPresets } from '../native/studio/preset.ts';
import { readPresets } from '../native/studio/read-presets.ts';

const {
  id: _id,
  name: _name,
  group: _group,
  description: _description,
  source: _source,
  version: _version,
  ...template
} = builtInPresets.find(({ id }) => id === 'fast-1080p30') as (typeof builtInPresets)[number];

/** A preset as HandBrake 1.9 writes one, with what a test changes. */
const entry = (more: Entry = {}): Entry => ({
  AlignAVStart: false,
  AudioCopyMask: ['copy:aac', 'copy:ac3', 'copy:dtshd'],
  AudioEncoderFallback: 'ac3',
  AudioLanguageList: ['any'],
  AudioList: [track()],
  AudioSecondaryEncoderMode: true,
  AudioTrackSelectionBehavior: 'first',
  ChapterMarkers: true,
  ChildrenArray: [],
  Default: false,
  FileFormat: 'av_mp4',
  Folder: false,
  InlineParameterSets: false,
  MetadataPassthru: true,
  Optimize: true,
  PictureCropMode: 0,
  PictureDeinterlaceFilter: 'decomb',
  PictureDeinterlacePreset: 'default',
  PictureCombDetectPreset: 'default',
  PictureDenoiseFilter: 'off',
  PictureDenoisePreset: 'light',
  PictureSharpenFilter: 'off',
  PictureSharpenPreset: 'medium',
  PicturePAR: 'auto',
  PictureRotate: 'angle=0:hflip=0',
  PictureWidth: 1920,
  PictureHeight: 1080,
  PictureKeepRatio: true,
  PictureAllowUpscaling: false,
  PresetDescription: 'For the evening.',
  PresetName: 'Evening',
  SubtitleAddForeignAudioSearch: true,
  SubtitleBurnBehavior: 'foreign',
  SubtitleBurnBDSub: true,
  SubtitleLanguageList: [],
  SubtitleTrackSelectionBehavior: 'none',
  Type: 1,
  VideoAvgBitrate: 6000,
  VideoEncoder: 'x264',
  VideoFramerate: '30',
  VideoFramerateMode: 'pfr',
  VideoGrayScale: false,
  VideoLevel: 'auto',
  VideoMultiPass: true,
  VideoOptionExtra: '',
  VideoPreset: 'fast',
  VideoProfile: 'main',
  VideoQualitySlider: 22,
  VideoQualityType: 2,
  VideoTune: '',
  VideoTurboMultiPass: true,
  x264UseAdvancedOptions: false,
  ...more,
});

function track(more: Entry = {}): Entry {
  return {
    AudioBitrate: 160,
    AudioCompressionLevel: -1,
    AudioDitherMethod: 'auto',
    AudioEncoder: 'av_aac',
    AudioMixdown: 'stereo',
    AudioNormalizeMixLevel: false,
    AudioSamplerate: 'auto',
    AudioTrackDRCSlider: 0,
    AudioTrackGainSlider: 0,
    AudioTrackQuality: -1,
    AudioTrackQualityEnable: false,
    ...more,
  };
}

function convert(more: Entry = {}): { draft: PresetDraft; named: string[]; whys: string } {
  const made = convertHandBrake({ folders: [], entry: entry(more) }, template);
  if ('why' in made) throw new Error(made.why);
  // Whatever is made of a file must be a preset of ours.
  presetSchema.parse({ ...made.draft, version: presetVersion, id: 'own-test' });
  return { draft: made.draft, named: made.unmapped.map(({ setting }) => setting), whys: made.unmapped.map(({ why }) => why).join('\n') };
}
const video = (more: Entry) => convert(more).draft.video;
const audio = (more: Entry) => convert(more).draft.audio;

describe('a file', () => {
  test('is read with nested folders, as a list of old versions, as one preset, and with the wrapper of new ones', () => {
    const folder = (name: string, children: unknown[]) => ({ Folder: true, PresetName: name, ChildrenArray: children });
    const nested = [
      folder('Mine', [folder('Films', [entry({ PresetName: 'A' })]), entry({ PresetName: 'B' })]),
      entry({ PresetName: 'C' }),
    ];
    const names = (file: unknown) => readHandBrake(file)?.map((found) => [...found.folders, found.entry['PresetName']].join('/'));
    expect(names({ PresetList: nested, VersionMajor: 63, VersionMinor: 0, VersionMicro: 0 })).toEqual(['Mine/Films/A', 'Mine/B', 'C']);
    expect(names(nested)).toEqual(['Mine/Films/A', 'Mine/B', 'C']);
    expect(names({ PresetBuiltin: nested })).toEqual(['Mine/Films/A', 'Mine/B', 'C']);
    expect(names(entry())).toEqual(['Evening']);
    for (const strange of [
      null,
      4,
      'text',
      {},
      [],
      [{}],
      { PresetList: 3 },
      [{ PresetName: 'x' }],
      [{ Folder: true, PresetName: 'empty' }],
    ])
      expect(readHandBrake(strange)).toBeNull();
    const [a] = readHandBrake(nested) ?? [];
    expect(a && convertHandBrake(a, template)).toMatchObject({ draft: { name: 'A', group: 'Mine / Films' } });
  });

  test('of a usual preset: everything has its counterpart and nothing is named', () => {
    const { draft, named } = convert();
    expect(named).toEqual([]);
    expect(draft).toMatchObject({
      name: 'Evening',
      group: 'HandBrake',
      description: 'For the evening.',
      container: 'mp4',
      video: {
        codec: 'h264',
        rate: { mode: 'quality', value: 22 },
        speed: 'fast',
        profile: 'main',
        bitDepth: 8,
        hdr: 'tonemap',
        maxWidth: 1920,
        maxHeight: 1080,
        frameRate: { mode: 'peak', fps: 30 },
        crop: { mode: 'auto' },
        deinterlace: 'auto',
        deinterlaceTo: 'frames',
      },
      audio: { codec: 'aac', kbps: 160, mixdown: 'stereo', tracks: 'first', languages: [], passthrough: [], more: [] },
      subtitles: { tracks: 'all', forcedOnly: true, burn: 'forced' },
    });
  });

  test('with what cannot be used at all says why', () => {
    const refused = (more: Entry) => convertHandBrake({ folders: [], entry: entry(more) }, template);
    expect(refused({ FileFormat: 'av_avi' })).toEqual({ name: 'Evening', why: 'its container (av_avi) is not made here' });
    expect(refused({ VideoEncoder: 'h266' })).toEqual({ name: 'Evening', why: 'its video encoder (h266) is not known here' });
  });
});

describe('the picture', () => {
  test.each([
    ['x264_10bit', 'h264', 10, []],
    ['x265', 'hevc', 8, []],
    ['x265_12bit', 'hevc', 10, ['VideoEncoder']],
    ['svt_av1_10bit', 'av1', 10, []],
    ['VP9', 'vp9', 8, []],
    ['VP8', 'vp9', 8, ['VideoEncoder']],
    ['theora', 'h264', 8, ['VideoEncoder']],
    ['nvenc_h265_10bit', 'hevc', 10, ['VideoEncoder', 'VideoQualitySlider', 'VideoProfile']],
    ['qsv_av1', 'av1', 8, ['VideoEncoder', 'VideoQualitySlider', 'VideoProfile']],
  ])('encoder %s', (name, codec, bitDepth, expected) => {
    const { draft, named } = convert({
      VideoEncoder: name,
      ...(/h26|av1/.test(name) && !name.includes('_h') ? { VideoProfile: 'auto' } : {}),
    });
    expect(draft.video).toMatchObject({ codec, bitDepth, hdr: bitDepth === 10 ? 'keep' : 'tonemap' });
    for (const one of expected.filter((setting) => setting !== 'VideoProfile')) expect(named).toContain(one);
    if (expected.length === 0) expect(named.filter((setting) => setting !== 'VideoProfile')).toEqual([]);
  });

  test('quality, bitrate in one pass or two, and a size', () => {
    expect(video({ VideoQualitySlider: '18.5' })?.rate).toEqual({ mode: 'quality', value: 18.5 });
    expect(video({ VideoQualityType: 1, VideoAvgBitrate: 2500 })?.rate).toEqual({ mode: 'bitrate', kbps: 2500, passes: 2 });
    expect(video({ VideoQualityType: 1, VideoMultiPass: false, VideoTwoPass: false })?.rate).toMatchObject({ kbps: 6000, passes: 1 });
    expect(video({ VideoQualityType: 0, VideoTargetSize: 700 })?.rate).toEqual({ mode: 'size', megabytes: 700 });
    expect(video({ VideoEncoder: 'vt_h265', VideoQualitySlider: 60 })?.rate).toEqual({ mode: 'quality', value: 20 });
    expect(video({ VideoEncoder: 'ffv1', FileFormat: 'av_mkv' })?.rate).toEqual({ mode: 'fixed' });
  });

  test('speed, profile, tune, level and options', () => {
    const slow = convert({ VideoPreset: 'placebo', VideoTune: 'film,fastdecode', VideoLevel: '4.1', VideoOptionExtra: 'ref=5:bframes=5' });
    expect(slow.draft.video).toMatchObject({
      speed: 'veryslow',
      tune: 'film',
      options: { level: '4.1', 'x264-params': 'ref=5:bframes=5' },
    });
    expect(slow.named).toEqual(['VideoPreset', 'VideoTune']);
    expect(convert({ VideoEncoder: 'x265', VideoLevel: '5.1' }).named).toEqual(['VideoLevel']);
    expect(video({ VideoEncoder: 'VP9', VideoProfile: 'auto', VideoOptionExtra: 'qmin=0:qmax=30' })?.options).toEqual({
      qmin: '0',
      qmax: '30',
    });
    expect(video({ VideoEncoder: 'svt_av1', VideoPreset: '4', VideoProfile: 'main' })).toMatchObject({ speed: 'slower', profile: null });
    expect(video({ VideoEncoder: 'x265', VideoOptionExtra: 'aq-mode=3' })?.options).toEqual({ 'x265-params': 'aq-mode=3' });
    expect(convert({ VideoEncoder: 'nvenc_h264', VideoOptionExtra: 'aq=1' }).named).toContain('VideoOptionExtra');
    expect(video({ x264UseAdvancedOptions: true, x264Option: 'me=umh' })?.options).toEqual({ 'x264-params': 'me=umh' });
  });

  test('size, crop, turn and rate', () => {
    expect(video({ PictureWidth: 0, PictureHeight: 577 })).toMatchObject({ maxWidth: null, maxHeight: 576 });
    expect(video({ PicturePAR: 'off' })?.anamorphic).toBe('square');
    expect(video({ PictureCropMode: 2 })?.crop).toEqual({ mode: 'off' });
    const sides = { PictureTopCrop: 138, PictureBottomCrop: 140, PictureLeftCrop: 0, PictureRightCrop: 2 };
    expect(video({ PictureCropMode: 3, ...sides })?.crop).toEqual({ mode: 'manual', top: 138, bottom: 140, left: 0, right: 2 });
    expect(video({ PictureCropMode: undefined, PictureAutoCrop: true })?.crop).toMatchObject({ mode: 'auto' });
    expect(video({ PictureRotate: 'angle=270:hflip=1' })).toMatchObject({ rotate: 270, flip: true });
    expect(video({ VideoFramerateMode: 'cfr', VideoFramerate: 'auto' })?.frameRate).toEqual({ mode: 'constant', fps: null });
    expect(video({ VideoFramerateMode: 'vfr', VideoFramerate: 'auto' })?.frameRate).toEqual({ mode: 'source', fps: null });
    const odd = convert({ PictureAllowUpscaling: true, PictureForceWidth: 720, PicturePadMode: 'fill', PictureKeepRatio: false });
    expect(odd.named).toEqual(['PictureAllowUpscaling', 'PictureForceWidth', 'PictureKeepRatio', 'PicturePadMode']);
  });

  test('filters by their strengths; those that are not here are named', () => {
    const filtered = convert({
      PictureDenoiseFilter: 'nlmeans',
      PictureDenoisePreset: 'ultralight',
      PictureDenoiseTune: 'film',
      PictureSharpenFilter: 'unsharp',
      PictureSharpenPreset: 'verystrong',
      VideoGrayScale: true,
      PictureDeinterlaceFilter: 'yadif',
      PictureDeinterlacePreset: 'bob',
      PictureCombDetectPreset: 'off',
      PictureDeblockPreset: 'medium',
      PictureDetelecine: 'default',
      PictureChromaSmoothPreset: 'off',
    });
    expect(filtered.draft.video).toMatchObject({
      ...{ denoise: 'light', denoiser: 'nlmeans', sharpen: 'strong', grayscale: true },
      ...{ deinterlace: 'always', deinterlaceTo: 'fields' },
    });
    expect(filtered.named.sort()).toEqual(['PictureDeblockPreset', 'PictureDenoiseTune', 'PictureDetelecine']);
    expect(video({ PictureDeinterlaceFilter: 'off' })?.deinterlace).toBe('off');
  });
});

test('what has no counterpart is named where it would change the result, and only there', () => {
  const odd: Entry = {
    AlignAVStart: true,
    AudioAutomaticNamingBehavior: 'unnamed',
    AudioTrackNamePassthru: false,
    PictureCombDetectPreset: 'permissive',
    PictureItuPAR: true,
    PictureModulus: 16,
    SubtitleTrackNamePassthru: 0,
    VideoScaler: 'vapoursynth',
  };
  const tracks = [track(), track({ AudioCompressionLevel: 8, AudioDitherMethod: 'triangular', AudioTrackName: 'Commentary' })];
  expect(convert({ ...odd, AudioList: tracks }).named.sort()).toEqual(
    [...Object.keys(odd), 'AudioList 2: AudioCompressionLevel', 'AudioList 2: AudioDitherMethod', 'AudioList 2: AudioTrackName'].sort(),
  );
  const usual = { AudioAutomaticNamingBehavior: 'none', AudioTrackNamePassthru: true, PictureModulus: 2, VideoScaler: 'swscale' };
  expect(convert({ ...usual, PictureItuPAR: 0, PictureCombDetectPreset: 'fast', AlignAVStart: 0 }).named).toEqual([]);
});

describe('the sound', () => {
  test('tracks by language, several made of each, copies with a fallback', () => {
    const list = [
      track(),
      track({ AudioEncoder: 'copy:ac3', AudioMixdown: '5point1', AudioBitrate: 640 }),
      track({ AudioEncoder: 'copy' }),
    ];
    const made = audio({ AudioList: list, AudioTrackSelectionBehavior: 'all', AudioLanguageList: ['deu', 'any', 'eng'] });
    expect(made).toMatchObject({ codec: 'aac', tracks: 'language', languages: ['deu', 'eng'] });
    expect(made?.more).toEqual([
      { codec: 'ac3', kbps: 213, mixdown: '5.1', sampleRate: null, gain: 0, passthrough: ['ac3'] },
      { codec: 'ac3', kbps: 160, mixdown: 'stereo', sampleRate: null, gain: 0, passthrough: ['aac', 'ac3', 'dts'] },
    ]);
    expect(audio({ AudioTrackSelectionBehavior: 'none' })).toBeNull();
    expect(audio({ AudioTrackSelectionBehavior: 'all' })?.tracks).toBe('all');
  });

  test('codecs, rates, gain, and what is named', () => {
    const one = (more: Entry) => audio({ AudioList: [track(more)] });
    expect(one({ AudioEncoder: 'flac24', AudioMixdown: 'none' })).toMatchObject({ codec: 'flac', kbps: null, mixdown: 'source' });
    expect(one({ AudioEncoder: 'opus', AudioSamplerate: '48', AudioTrackGainSlider: -3 })).toMatchObject({
      codec: 'opus',
      sampleRate: 48_000,
      gain: -3,
    });
    const named = convert({ AudioList: [track({ AudioEncoder: 'ca_haac', AudioMixdown: 'dpl2', AudioTrackDRCSlider: 2.5 })] });
    expect(named.draft.audio).toMatchObject({ codec: 'aac', mixdown: 'stereo' });
    expect(named.named).toEqual(['AudioList 1: AudioEncoder', 'AudioList 1: AudioMixdown', 'AudioList 1: AudioTrackDRCSlider']);
  });

  test('subtitles by language, drawn in or left out', () => {
    const subtitles = (more: Entry) => convert(more).draft.subtitles;
    expect(subtitles({ SubtitleBurnBehavior: 'none', SubtitleAddForeignAudioSearch: false })).toMatchObject({
      tracks: 'none',
      burn: 'none',
    });
    expect(
      subtitles({ SubtitleTrackSelectionBehavior: 'all', SubtitleLanguageList: ['fra'], SubtitleBurnBehavior: 'first' }),
    ).toMatchObject({ tracks: 'language', languages: ['fra'], forcedOnly: false, burn: 'first' });
    expect(convert({ SubtitleTrackSelectionBehavior: 'first', SubtitleAddCC: true, SubtitleBurnBDSub: false }).named.sort()).toEqual([
      'SubtitleAddCC',
      'SubtitleTrackSelectionBehavior',
    ]);
  });
});

test('a setting that nobody has heard of is named, unless it is off', () => {
  const { named, whys } = convert({ PictureUnheardOf: 'strong', AudioUnheardOf: 'off', Mp4iPodCompatible: true, ChapterMarkers: false });
  expect(named).toEqual(['ChapterMarkers', 'Mp4iPodCompatible', 'PictureUnheardOf']);
  expect(whys).toContain('this setting is not known here');
});

describe('a file of HandBrake in the library', () => {
  const imported = (more: Entry) =>
    readPresets(JSON.stringify({ PresetList: [{ PresetName: 'Family', Folder: true, ChildrenArray: [entry(more)] }] }));

  test('is told from other files, and its presets are whole ones in the group of their folder', () => {
    const { format, presets, refused } = imported({});
    expect({ format, refused }).toEqual({ format: 'handbrake', refused: [] });
    expect(presetSchema.omit({ id: true }).parse(presets[0]?.preset)).toMatchObject({ name: 'Evening', group: 'Family' });
  });

  test('with something that no container holds has it give way, and named', () => {
    const [preset] = imported({ FileFormat: 'av_webm', VideoEncoder: 'VP9' }).presets;
    expect(preset?.preset).toMatchObject({ container: 'webm', video: { codec: 'vp9' }, audio: { codec: 'opus' } });
    expect(preset?.unmapped.map(({ setting }) => setting)).toContain('audio.codec');
  });

  test('without anything to use says why', () => {
    expect(imported({ VideoEncoder: 'cinepak' })).toMatchObject({
      presets: [],
      refused: [{ name: 'Evening', why: expect.stringContaining('cinepak') }],
    });
  });

  test('of 0.9 has its names of then, and one of 1.10 its debanding', () => {
    const {
      VideoPreset: _preset,
      VideoTune: _tune,
      ...rest
    } = entry({ x264Preset: 'slow', x264Tune: 'film', PictureDebandPreset: 'light' });
    const { presets } = readPresets(JSON.stringify([rest]));
    expect(presets[0]?.preset.video).toMatchObject({ speed: 'slow', tune: 'film', deband: 'light' });
    expect(presets[0]?.unmapped).toEqual([]);
  });

  test('that copies surround with channels as they are asks for no more than it meant', () => {
    const copy = { AudioEncoder: 'copy:ac3', AudioMixdown: 'none', AudioBitrate: 640 };
    expect(imported({ AudioList: [track(), track(copy)] }).presets[0]?.preset.audio?.more).toMatchObject([
      { passthrough: ['ac3'], kbps: 213 },
    ]);
  });
});
