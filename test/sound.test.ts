/** Sound and subtitles as presets ask for them: which tracks, how many of each, how loud; seen in what the result decodes to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Filter, FilterGraph, FilterInOut, Frame, Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioStream, MediaInfo } from '../native/contract/media.ts';
import type { Plan } from '../native/contract/plan.ts';
import type { AudioCodec, ContainerId, Overrides } from '../native/contract/preset.ts';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { probe } from '../native/engine/probe.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { type ClipStream, flash, makeClip } from './fixtures/clips.ts';
import { measure } from './fixtures/measure.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-sound-'));
  Log.setLevel(AV_LOG_QUIET);
  process.env['SVT_LOG'] = '1'; // as workers have it
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string) => join(folder, name);

/** A graph of lavfi as a lossless track. */
const track = (source: string, more: Partial<ClipStream> = {}): ClipStream => ({ source, encoder: 'flac', sampleFormat: 's16', ...more });
const spoken = (language: string, tags: Record<string, string> = {}, hertz = 440) =>
  track(`sine=f=${hertz}:r=48000:d=1`, { tags: { language, ...tags } });

const plan = (source: string | MediaInfo, overrides: Overrides = {}, preset = 'fast-1080p30'): Plan =>
  makePlan({ media: typeof source === 'string' ? probe(source) : source, settings: findPreset(preset), overrides });

let made = 0;
async function run(source: string, overrides: Overrides = {}, preset = 'fast-1080p30') {
  const made_ = plan(source, { 'video.speed': 'ultrafast', ...overrides }, preset);
  const out = at(`out-${++made}.${made_.container}`);
  const { warnings } = await encode({ plan: made_, partial: out, threads: 0 }, createControl(new AbortController().signal), () => {});
  return { out, plan: made_, warnings, info: probe(out) };
}

const soundOf = (info: MediaInfo) => info.streams.filter((stream): stream is AudioStream => stream.kind === 'audio');
const words = (made_: Plan) => made_.notes.map(({ text }) => text).join('\n');
const kept = (made_: Plan) => made_.streams.flatMap((stream) => (stream.kind === 'audio' ? [stream.input] : []));

/** What FFmpeg's own graph, read from the file itself, tells of a sound track: metadata of its last frame. */
function told(path: string, filters: string, index = 0): Record<string, number> {
  const graph = new FilterGraph();
  graph.alloc();
  const sink = graph.createFilter(Filter.getByName('abuffersink') as Filter, 'out');
  const end = new FilterInOut();
  end.alloc();
  end.name = 'out';
  end.filterCtx = sink as NonNullable<typeof sink>;
  end.padIdx = 0;
  if (graph.parsePtr(`amovie=${path}:si=${index},${filters}[out]`, end, null) < 0 || graph.configSync() < 0) throw new Error('no graph');
  const frame = new Frame();
  frame.alloc();
  let last: Record<string, string> = {};
  while ((sink?.buffersinkGetFrameSync(frame) ?? -1) >= 0) {
    last = { ...last, ...frame.getMetadata().getAll() };
    frame.unref();
  }
  frame.free();
  graph.free();
  return Object.fromEntries(
    Object.entries(last).map(([key, value]) => [key.replace(/^lavfi\./, ''), value === '-inf' ? -Infinity : Number(value)]),
  );
}
const loudness = (path: string, index?: number) => told(path, 'ebur128=peak=true:metadata=1:framelog=quiet', streamIndex(path, index));
/** Mean level of each channel, dBFS. */
const levels = (path: string, index = 0) => {
  const all = told(path, 'astats=metadata=1:reset=0', streamIndex(path, index));
  return Array.from({ length: 8 }, (_, channel) => all[`astats.${channel + 1}.RMS_level`]).filter((level) => level !== undefined);
};
/** amovie counts all streams of the file. */
const streamIndex = (path: string, index = 0) => soundOf(probe(path))[index]?.index ?? 0;

describe('which tracks', () => {
  let languages: string;
  beforeAll(() => {
    languages = makeClip(at('languages.mkv'), {
      muxer: 'matroska',
      streams: [flash(1), spoken('eng'), spoken('ger', {}, 550), spoken('fre', {}, 660), spoken('ger', { title: 'Kommentar' }, 770)],
    });
  });

  test('all, the main one, or those in the wanted languages in the wanted order, however their codes are written', () => {
    expect(kept(plan(languages, { 'audio.tracks': 'all' }))).toEqual([1, 2, 3, 4]);
    expect(kept(plan(languages, { 'audio.tracks': 'first' }))).toEqual([1]);
    const wanted = (...codes: string[]) => kept(plan(languages, { 'audio.tracks': 'language', 'audio.languages': codes }));
    expect(wanted('deu')).toEqual([2, 4]);
    expect(wanted('fra', 'eng')).toEqual([3, 1]);
    const none = plan(languages, { 'audio.tracks': 'language', 'audio.languages': ['jpn'] });
    expect(kept(none)).toEqual([1]);
    expect(words(none)).toContain('There is no sound in jpn: the main track is taken.');
    expect(words(plan(languages, { 'audio.tracks': 'language', 'audio.languages': ['fre', 'eng'] }))).toContain(
      'Sound track 2 (ger) is left out: only fre or eng is kept.',
    );
  });

  test('a commentary is not the main track, nor does it stand for its language where there is another', () => {
    const media = probe(languages);
    const comment = (index: number, ...more: string[]) => {
      const stream = media.streams[index];
      if (stream) stream.disposition = ['comment', ...more];
    };
    comment(4);
    expect(kept(plan(media, { 'audio.tracks': 'language', 'audio.languages': ['ger'] }))).toEqual([2]);
    comment(1, 'default');
    expect(kept(plan(media, { 'audio.tracks': 'first' }))).toEqual([2]);
    comment(2);
    expect(kept(plan(media, { 'audio.tracks': 'language', 'audio.languages': ['ger'] }))).toEqual([2, 4]);
  });

  test('the first of several is the default one, and the only one', async () => {
    const { info } = await run(languages, { container: 'mkv', 'audio.tracks': 'language', 'audio.languages': ['fre', 'eng'] });
    expect(soundOf(info).map(({ language, disposition }) => [language, disposition.includes('default')])).toEqual([
      ['fre', true],
      ['eng', false],
    ]);
  });

  test('a batch of films with different tracks: the rule is each film’s own', () => {
    const other = makeClip(at('other.mkv'), { muxer: 'matroska', streams: [flash(1), spoken('jpn'), spoken('eng')] });
    const rule: Overrides = { 'audio.tracks': 'language', 'audio.languages': ['eng'] };
    expect([kept(plan(languages, rule)), kept(plan(other, rule))]).toEqual([[1], [2]]);
  });
});

describe('what becomes of them', () => {
  /** A tone of its own level in each channel, front left loudest. */
  const surround = (seconds = 1, gains = [0.5, 0.4, 0.3, 0.2, 0.25, 0.15]) =>
    track(`aevalsrc='${gains.map((gain, channel) => `${gain}*sin(2*PI*${300 + channel * 130}*t)`).join('|')}':s=48000:c=5.1:d=${seconds}`, {
      layout: '5.1',
    });

  test.each<[AudioCodec, ContainerId, string]>([
    ['aac', 'mp4', 'aac'],
    ['ac3', 'mp4', 'ac3'],
    ['eac3', 'mp4', 'eac3'],
    ['alac', 'mov', 'alac'],
    ['vorbis', 'webm', 'vorbis'],
    ['opus', 'mkv', 'opus'],
    ['flac', 'mkv', 'flac'],
    ['mp3', 'mkv', 'mp3'],
    ['pcm', 'mov', 'pcm_s16le'],
  ])('%s in %s is made of 5.1, as many channels as it has', async (codec, container, name) => {
    const source = makeClip(at(`surround-${codec}.mkv`), { muxer: 'matroska', streams: [flash(1), surround()] });
    const video: Overrides = container === 'webm' ? { 'video.codec': 'av1' } : {};
    const { info } = await run(source, { container, ...video, 'audio.codec': codec, 'audio.mixdown': 'source', 'audio.kbps': 256 });
    const [sound] = soundOf(info);
    expect(sound).toMatchObject({ codec: name, sampleRate: 48_000, channels: codec === 'mp3' ? 2 : 6 });
    expect(sound?.duration).toBeCloseTo(1, 1);
  });

  test('5.1 becomes stereo as ITU-R BS.775 mixes it: front as it is, centre and surround 3 dB lower', async () => {
    const alone = (channel: number) =>
      surround(
        1,
        [0, 1, 2, 3, 4, 5].map((one) => (one === channel ? 0.4 : 0)),
      );
    const front = 20 * Math.log10(0.4 / Math.SQRT2);
    const expected: [channel: number, left: number, right: number][] = [
      [0, front, -Infinity],
      [1, -Infinity, front],
      [2, front - 3, front - 3],
      [4, front - 3, -Infinity],
      [5, -Infinity, front - 3],
    ];
    for (const [channel, ...sides] of expected) {
      const source = makeClip(at(`channel-${channel}.mkv`), { muxer: 'matroska', streams: [alone(channel)] });
      const { out } = await run(source, { 'audio.mixdown': 'stereo' }, 'audio-flac');
      for (const [side, level] of levels(out).entries()) {
        const wanted = sides[side] ?? 0;
        if (wanted === -Infinity) expect(level).toBeLessThan(-60);
        else expect(level).toBeCloseTo(wanted, 0);
      }
    }
  });

  test('a mix of loud channels does not go over full scale', async () => {
    const source = makeClip(at('loud.mkv'), { muxer: 'matroska', streams: [surround(2, [0.95, 0.95, 0.95, 0.3, 0.95, 0.95])] });
    const { out } = await run(source, { 'audio.mixdown': 'stereo' }, 'audio-flac');
    expect(20 * Math.log10(loudness(out)['r128.true_peak'] ?? 9)).toBeLessThan(-0.95);
  });

  test('several tracks are made of one; what would be the same again is not', async () => {
    const more: Overrides['audio.more'] = [
      { codec: 'ac3', kbps: 213, mixdown: '5.1', sampleRate: null, gain: 0, passthrough: [] },
      { codec: 'aac', kbps: 64, mixdown: 'mono', sampleRate: 24_000, gain: 0, passthrough: [] },
    ];
    const source = makeClip(at('several.mkv'), { muxer: 'matroska', streams: [flash(1), surround(), spoken('fre')] });
    const { info, plan: made_ } = await run(source, { 'audio.tracks': 'all', 'audio.more': more });
    expect(soundOf(info).map(({ codec, channels, sampleRate, language }) => [codec, channels, sampleRate, language])).toEqual([
      ['aac', 2, 48_000, null],
      ['ac3', 6, 48_000, null],
      ['aac', 1, 24_000, null],
      ['aac', 2, 48_000, 'fre'],
      ['aac', 1, 24_000, 'fre'],
    ]);
    expect(words(made_)).toContain('No further AC-3 track is made of Sound track 2 (fre)');
  });

  test('a copy is only a copy: with gain, loudness or another rate it is made anew', () => {
    const source = makeClip(at('copy.mp4'), { muxer: 'mp4', streams: [flash(1), { source: 'sine=d=1:r=44100', encoder: 'aac' }] });
    const how = (overrides: Overrides) => plan(source, { 'audio.passthrough': ['aac'], ...overrides }).streams[1]?.action;
    expect(how({})).toBe('copy');
    expect(how({ 'audio.sampleRate': 44_100 })).toBe('copy');
    for (const change of [{ 'audio.gain': 1 }, { 'audio.loudness': -14 }, { 'audio.sampleRate': 48_000 }])
      expect(how(change)).toBe('encode');
  });

  test('a rate that a codec does not know is told; a bitrate is one that it knows', () => {
    const source = at('copy.mp4');
    const opus = plan(source, { container: 'mkv', 'audio.codec': 'opus', 'audio.sampleRate': 44_100 });
    expect(words(opus)).toContain('Opus does not know 44100 Hz: 48000 Hz is made.');
    const rate = (codec: AudioCodec, kbps: number) => {
      const [, sound] = plan(source, { 'audio.codec': codec, 'audio.kbps': kbps, 'audio.passthrough': [] }).streams;
      return sound?.action === 'encode' && sound.kind === 'audio' ? sound.bitRate : 0;
    };
    expect([rate('mp3', 200), rate('ac3', 500), rate('ac3', 1500), rate('aac', 200)]).toEqual([192_000, 448_000, 640_000, 200_000]);
  });

  test('gain is heard, and does not clip', async () => {
    const source = makeClip(at('gain.mkv'), {
      muxer: 'matroska',
      streams: [track("aevalsrc='0.5*sin(2*PI*500*t)':s=48000:d=2", { layout: 'mono' })],
    });
    const level = async (gain: number) => levels((await run(source, { 'audio.gain': gain }, 'audio-flac')).out)[0] ?? 0;
    const plain = await level(0);
    expect((await level(-10)) - plain).toBeCloseTo(-10, 1);
    expect((await level(4)) - plain).toBeCloseTo(4, 0);
    const loud = (await run(source, { 'audio.gain': 20 }, 'audio-flac')).out;
    expect(20 * Math.log10(loudness(loud)['r128.true_peak'] ?? 9)).toBeLessThan(-0.95);
  });
});

describe('loudness', () => {
  /** Noise that comes and goes as speech does, with peaks far above its mean. */
  const speech = (gain: number, seconds = 12) =>
    track(`anoisesrc=d=${seconds}:c=pink:r=48000:s=7:a=${gain},volume='0.25+0.75*abs(sin(2*PI*0.4*t))':eval=frame,tremolo=f=5:d=0.6`);

  test.each([
    ['quiet', 0.05, -23],
    ['quiet, for streaming', 0.05, -14],
    ['loud', 0.9, -23],
  ])('a %s programme is brought to its target, with its peaks under -1 dBTP', async (name, gain, target) => {
    const source = makeClip(at(`${name}.mkv`), { muxer: 'matroska', streams: [speech(gain)] });
    const { out } = await run(source, { 'audio.loudness': target }, 'audio-flac');
    const after = loudness(out);
    expect(Math.abs((after['r128.I'] ?? 0) - target)).toBeLessThan(0.5);
    expect(20 * Math.log10(after['r128.true_peak'] ?? 9)).toBeLessThan(-0.95);
  });

  test('each track by itself, in every codec, and the picture stays where it was', async () => {
    const source = makeClip(at('two.mkv'), {
      muxer: 'matroska',
      streams: [flash(12), speech(0.05), { ...speech(0.6), tags: { language: 'fre' } }],
    });
    const { out } = await run(source, { 'audio.tracks': 'all', 'audio.loudness': -20 });
    for (const index of [0, 1]) expect(Math.abs((loudness(out, index)['r128.I'] ?? 0) + 20)).toBeLessThan(0.6);
    const beeps = makeClip(at('beeps.mp4'), {
      muxer: 'mp4',
      streams: [flash(6), { source: "aevalsrc='0.2*sin(2*PI*1000*t)*between(mod(t,2),1,1.05)':s=48000:d=6", encoder: 'aac' }],
    });
    const [before, after] = [measure(beeps), measure((await run(beeps, { 'audio.loudness': -23 })).out)];
    for (const [index, flashAt] of after.flashes.entries()) {
      const was = (before.beeps[index] ?? 0) - (before.flashes[index] ?? 0);
      expect(Math.abs((after.beeps[index] ?? 9) - flashAt - was)).toBeLessThan(1 / 30);
    }
    expect(after.beeps).toHaveLength(3);
  });

  test('silence stays silence', async () => {
    const source = makeClip(at('silence.mkv'), { muxer: 'matroska', streams: [track('anullsrc=r=48000,atrim=duration=2')] });
    const { out } = await run(source, { 'audio.loudness': -14 }, 'audio-flac');
    expect(loudness(out)['r128.true_peak']).toBe(0);
  });
});

describe('subtitles', () => {
  let source: string;
  beforeAll(() => {
    const text = (language: string) => ({ tags: { language }, lines: [{ at: 0.2, seconds: 0.5, text: language }] });
    source = makeClip(at('subtitles.mkv'), { muxer: 'matroska', streams: [flash(1)], subtitles: [text('eng'), text('ger'), text('fre')] });
  });
  const tracks = (overrides: Overrides, media: MediaInfo | string = source) =>
    plan(media, overrides).streams.flatMap((stream) => (stream.kind === 'subtitle' ? [stream.input] : []));

  test('all, none, by language, and only forced ones; what is left out is told', () => {
    expect(tracks({})).toEqual([1, 2, 3]);
    expect(tracks({ 'subtitles.tracks': 'none' })).toEqual([]);
    const german = plan(source, { 'subtitles.tracks': 'language', 'subtitles.languages': ['deu'] });
    expect(german.streams.filter(({ kind }) => kind === 'subtitle').map(({ input }) => input)).toEqual([2]);
    expect(words(german)).toContain('Subtitle track 3 (fre) is left out: only deu is kept.');
    const media = probe(source);
    const [, , , french] = media.streams;
    if (french) french.disposition = ['forced'];
    expect(tracks({ 'subtitles.forcedOnly': true }, media)).toEqual([3]);
    expect(words(plan(media, { 'subtitles.forcedOnly': true }))).toContain(
      'Subtitle track 1 (eng) is left out: only forced ones are kept.',
    );
  });
});
