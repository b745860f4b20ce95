/** Sound, from the settings to decoded samples: which tracks, mixed how, how loud, in which codec. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AudioStream } from '../native/contract/media.ts';
import type { Overrides } from '../native/contract/preset.ts';
import { presetTemplate } from '../native/contract/preset-template.ts';
import type { Progress } from '../native/contract/worker-contract.ts';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { probe } from '../native/engine/probe.ts';
import { audioEncoders } from '../native/studio/audio-encoders.ts';
import { makePlan } from '../native/studio/plan.ts';
import { beep, type Clip, type ClipStream, flash, makeClip, testPicture } from './fixtures/clips.ts';
import { hear } from './fixtures/hear.ts';
import { measure } from './fixtures/measure.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-sound-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
const clip = (streams: ClipStream[], more: Partial<Clip> = {}) =>
  makeClip(join(folder, `clip-${++made}.mkv`), { muxer: 'matroska', streams, ...more });

/** Lossless, so that what is measured is what the studio did. */
const wave = (expression: string, seconds: number, layout = 'stereo', more: Partial<ClipStream> = {}): ClipStream => ({
  source: `aevalsrc='${expression}':s=48000:d=${seconds}:c=${layout}`,
  encoder: 'flac',
  sampleFormat: 's16',
  layout,
  ...more,
});
const tone = (level = 0.2, hz = 1000) => `${level}*sin(2*PI*${hz}*t)`;
const both = (expression: string) => `${expression}|${expression}`;
/** Words and pauses of changing loudness, with noise in them. */
const speech = (level: number) =>
  both(`${level}*(0.35+0.65*abs(sin(2*PI*0.31*t)))*gt(sin(2*PI*2.3*t),-0.4)*(0.6*sin(2*PI*(180+40*sin(5*t))*t)+0.4*(random(0)*2-1))`);
/** Quiet, with short bursts that are much louder. */
const dynamic = both('(0.05+0.8*lt(mod(t,1.5),0.012))*(0.7*sin(2*PI*330*t)+0.3*(random(0)*2-1))');
const spoken = (language: string, title?: string) => ({ tags: { language, ...(title && { title }) } });

const lossless: Overrides = { container: 'mkv', video: null, 'audio.codec': 'flac', 'audio.kbps': null };

async function exported(source: string, overrides: Overrides = lossless) {
  const quick: Overrides = 'video' in overrides ? {} : { 'video.speed': 'ultrafast' };
  const plan = makePlan({ media: probe(source), settings: presetTemplate, overrides: { ...quick, ...overrides } });
  const out = join(folder, `out-${++made}.${plan.container}`);
  const progress: Progress[] = [];
  const control = createControl(new AbortController().signal);
  const result = await encode({ plan, partial: out, threads: 0 }, control, (now) => progress.push(now));
  const info = probe(out);
  const tracks = info.streams.filter((stream): stream is AudioStream => stream.kind === 'audio');
  return { plan, out, info, tracks, warnings: result.warnings, notes: plan.notes.map(({ text }) => text), progress };
}

describe('loudness', () => {
  test.each<[string, string, number]>([
    ['a steady tone', both(tone(0.05)), -23],
    ['speech', speech(0.3), -14],
    ['speech that is too loud', speech(0.9), -23],
    ['a quiet film with bursts, whose peaks must be limited', dynamic, -14],
  ])('%s', async (_, expression, target) => {
    const { out, progress, plan } = await exported(clip([wave(expression, 6)]), { ...lossless, 'audio.loudness': target });
    const heard = hear(out);
    expect(Math.abs(heard.integrated - target)).toBeLessThan(0.5);
    expect(heard.peak).toBeLessThanOrEqual(-1);
    expect(heard.seconds).toBeCloseTo(6, 2);
    expect(plan.passes).toBe(2);
    expect(progress.map(({ stage }) => stage)).toEqual(expect.arrayContaining(['analysing', 'encoding', 'proving']));
    // Measuring sound alone is soon through: most of the way is left when it is.
    expect(Math.max(...progress.filter(({ stage }) => stage === 'analysing').map(({ fraction }) => fraction))).toBeLessThan(0.1);
  });

  test('silence and a click stay as they are, and say why', async () => {
    for (const source of [clip([wave(both('0'), 1)]), clip([wave(both(tone()), 0.2)])]) {
      const { out, warnings } = await exported(source, { ...lossless, 'audio.loudness': -14 });
      expect(warnings).toEqual(['Sound track 0 is silent or too short to be measured: its loudness stays as it is.']);
      expect(hear(out).channels).toEqual(hear(source).channels);
    }
  });

  test('each track gets its own gain, in one pass with a picture in two passes', async () => {
    const source = clip([testPicture(3), wave(both(tone(0.02)), 3), wave(both(tone(0.5)), 3)]);
    const { out, plan } = await exported(source, {
      'audio.loudness': -20,
      'video.rate': { mode: 'bitrate', kbps: 300, passes: 2 },
    });
    expect(plan).toMatchObject({ passes: 2, twoPass: true });
    for (const track of [0, 1]) expect(Math.abs(hear(out, track).integrated + 20)).toBeLessThan(0.5);
  });

  test('picture and sound stay in sync, limiter and all', async () => {
    const { out } = await exported(clip([flash(4), beep(4)]), { 'audio.loudness': -14 });
    const { flashes, beeps } = measure(out);
    expect(flashes).toHaveLength(2);
    for (const [index, at] of flashes.entries()) expect(Math.abs((beeps[index] ?? NaN) - at)).toBeLessThan(1 / 30);
  });
});

describe('level and mix', () => {
  test('gain is in decibels, and no copy passes it by', async () => {
    const source = clip([wave(both(tone(0.1)), 1)]);
    const before = hear(source).channels[0] as number;
    for (const gain of [6, -12]) {
      const { out, plan } = await exported(source, { ...lossless, 'audio.gain': gain, 'audio.passthrough': ['flac'] });
      expect(plan.streams[0]?.action).toBe('encode');
      expect(hear(out).channels[0]).toBeCloseTo(before + gain, 1);
    }
    const { plan } = await exported(source, { ...lossless, 'audio.passthrough': ['flac'] });
    expect(plan.streams[0]?.action).toBe('copy');
  });

  // ITU-R BS.775-4, table 2: 1, 0.7071, 0.7071, scaled by 1 / 2.4142 so that all at full scale do not clip; the LFE is not mixed in.
  test.each<[string, number, number[]]>([
    ['front left', 0, [0.4142, 0]],
    ['front right', 1, [0, 0.4142]],
    ['centre', 2, [0.2929, 0.2929]],
    ['LFE', 3, [0, 0]],
    ['left surround', 4, [0.2929, 0]],
    ['right surround', 5, [0, 0.2929]],
  ])('5.1 to stereo: %s', async (_, channel, weights) => {
    const source = clip([wave([0, 1, 2, 3, 4, 5].map((one) => (one === channel ? tone(0.5) : '0')).join('|'), 0.5, '5.1')]);
    for (const codec of ['flac', 'aac'] as const) {
      const { out } = await exported(source, { ...lossless, 'audio.codec': codec, 'audio.kbps': codec === 'aac' ? 256 : null });
      const full = hear(source).channels[channel] as number;
      for (const [side, weight] of weights.entries()) {
        const heard = hear(out).channels[side] as number;
        if (weight === 0) expect(heard).toBeLessThan(-60);
        else expect(heard - full, codec).toBeCloseTo(20 * Math.log10(weight), 0);
      }
    }
  });

  test('5.1 at full scale everywhere does not clip in stereo', async () => {
    const { out } = await exported(clip([wave(Array(6).fill(tone(0.99)).join('|'), 0.5, '5.1')]), { ...lossless, 'audio.codec': 'pcm' });
    expect(hear(out).peak).toBeLessThanOrEqual(0);
  });

  test('a rate is made where the codec has it, else the next one, with a note', async () => {
    const source = clip([wave(both(tone()), 0.5)]);
    const flac = await exported(source, { ...lossless, 'audio.sampleRate': 44_100 });
    expect(flac.tracks[0]?.sampleRate).toBe(44_100);
    const opus = await exported(source, { ...lossless, 'audio.codec': 'opus', 'audio.kbps': 96, 'audio.sampleRate': 44_100 });
    expect(opus.tracks[0]?.sampleRate).toBe(48_000);
    expect(opus.notes).toContain('Sound track 0 becomes 48000 Hz: Opus has no 44100 Hz.');
  });
});

describe('codecs', () => {
  const homes = {
    mkv: audioEncoders.map(({ codec }) => codec),
    mp4: ['aac', 'mp3', 'opus', 'vorbis', 'ac3', 'eac3', 'alac', 'flac'],
    mov: ['alac', 'ac3', 'eac3', 'pcm'],
    webm: ['opus', 'vorbis'],
    m4a: ['aac', 'alac'],
  } as const;
  const pairs = Object.entries(homes).flatMap(([container, codecs]) =>
    codecs.map((codec) => ({ container, codec }) as Pick<Overrides, 'container'> & { codec: (typeof audioEncoders)[number]['codec'] }),
  );
  test.each(pairs)('$codec in $container opens and sounds as loud as asked, from 5.1 and 44100 Hz', async ({ container, codec }) => {
    const source = clip([
      wave(Array(6).fill(tone(0.05)).join('|'), 1, '5.1', {
        source: `aevalsrc='${Array(6).fill(tone(0.05)).join('|')}':s=44100:d=1:c=5.1`,
      }),
    ]);
    const row = audioEncoders.find((one) => one.codec === codec);
    const { out, tracks } = await exported(source, {
      ...{ container, video: null, 'audio.codec': codec, 'audio.kbps': row?.limits ? 192 : null },
      ...{ 'audio.mixdown': 'source', 'audio.loudness': -20 },
    });
    expect(tracks[0]?.channels).toBe(codec === 'mp3' ? 2 : 6);
    expect(Math.abs(hear(out).integrated + 20)).toBeLessThan(0.5);
  });
});

describe('tracks', () => {
  const film = () =>
    clip([
      testPicture(0.5),
      wave(both(tone()), 0.5, 'stereo', spoken('fre')),
      wave(both(tone()), 0.5, 'stereo', spoken('eng', 'Director commentary')),
      wave(both(tone()), 0.5, 'stereo', spoken('deu')),
      wave(both(tone()), 0.5, 'stereo', spoken('eng', 'Feature')),
    ]);
  const languages = (tracks: AudioStream[]) => tracks.map(({ language, title }) => [language, title].filter(Boolean).join(' '));

  test('the wanted languages, the most wanted first and no commentary in front', async () => {
    const { tracks } = await exported(film(), { 'audio.tracks': 'language', 'audio.languages': ['eng', 'ger'] });
    expect(languages(tracks)).toEqual(['eng Feature', 'deu', 'eng Director commentary']);
    expect(tracks.map(({ disposition }) => disposition.includes('default'))).toEqual([true, false, false]);
  });

  test('where no track speaks a wanted language, the main one is kept and it is said', async () => {
    const { tracks, notes } = await exported(film(), { 'audio.tracks': 'language', 'audio.languages': ['jpn', 'swe'] });
    expect(languages(tracks)).toEqual(['fre']);
    expect(notes[0]).toBe('No sound track is in jpn, swe: the main one, sound track 1 (fre), is kept.');
  });

  test('stereo and surround of each track; what would be there twice is not made', async () => {
    const surround = clip([
      wave(Array(6).fill(tone()).join('|'), 0.5, '5.1', spoken('eng', 'Surround 5.1')),
      wave(both(tone()), 0.5, 'stereo', spoken('ger')),
    ]);
    const { tracks, notes } = await exported(surround, {
      ...{ container: 'mkv', video: null },
      'audio.more': [{ codec: 'ac3', kbps: 224, mixdown: '5.1', sampleRate: null, gain: 0, passthrough: [] }],
    });
    expect(tracks.map(({ codec, channels, title, language }) => [codec, channels, title, language])).toEqual([
      ['aac', 2, 'Stereo', 'eng'],
      ['ac3', 6, '5.1', 'eng'],
      ['aac', 2, null, 'ger'],
    ]);
    expect(tracks.map(({ disposition }) => disposition.includes('default'))).toEqual([true, false, false]);
    expect(notes).toContain('Sound track 1 (ger) is not written as AC-3 5.1 too: it would be no other than one already there.');
  });

  test('a size is shared by all tracks', async () => {
    const source = probe(clip([testPicture(2), wave(both(tone()), 2), wave(both(tone()), 2)]));
    const plan = makePlan({
      media: source,
      settings: presetTemplate,
      overrides: {
        ...{ 'video.rate': { mode: 'size', megabytes: 0.2 }, 'audio.kbps': 320 },
        'audio.more': [{ codec: 'ac3', kbps: 192, mixdown: 'stereo', sampleRate: null, gain: 0, passthrough: [] }],
      },
    });
    const rates = plan.streams.flatMap((stream) => (stream.kind === 'audio' && stream.action === 'encode' ? [stream.bitRate] : []));
    expect(rates).toHaveLength(4);
    expect(rates.reduce((sum, rate) => sum + rate, 0)).toBeLessThanOrEqual((0.2e6 * 8 * 0.25) / 2);
  });
});

describe('subtitles', () => {
  const text = (language: string, title: string) => ({ tags: { language, title }, lines: [{ at: 0.1, seconds: 0.2, text: title }] });
  const film = () =>
    clip([testPicture(0.5)], { subtitles: [text('eng', 'Full'), text('ger', 'Forced'), text('fra', 'Complet'), text('eng', 'Forced')] });
  const kept = async (overrides: Overrides) => {
    const { info, notes } = await exported(film(), { container: 'mkv', ...overrides });
    return { titles: info.streams.flatMap(({ kind, language, title }) => (kind === 'subtitle' ? [`${language} ${title}`] : [])), notes };
  };

  test('by language, the most wanted first', async () => {
    const { titles, notes } = await kept({ 'subtitles.tracks': 'language', 'subtitles.languages': ['fre', 'eng'] });
    expect(titles).toEqual(['fra Complet', 'eng Full', 'eng Forced']);
    expect(notes).toContain('Subtitle track 2 (ger) “Forced” is left out: its language is not asked for.');
  });

  test('only forced ones', async () => {
    const { titles, notes } = await kept({ 'subtitles.forcedOnly': true });
    expect(titles).toEqual(['ger Forced', 'eng Forced']);
    expect(notes).toContain('Subtitle track 1 (eng) “Full” is left out: only forced ones are kept.');
  });
});
