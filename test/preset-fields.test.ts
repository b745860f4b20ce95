/** What settings a preset has, what can be combined, and why not: the tables that editors and the command line go by. */
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { boundsFor, choicesFor, whyNot } from '../native/contract/choices.ts';
import { audioFacts, containerFacts, copiedSound, movedCrf, videoFacts } from '../native/contract/codec-facts.ts';
import { fieldOf, fields, type Range } from '../native/contract/fields.ts';
import { fitted } from '../native/contract/fitted.ts';
import { type AudioCodec, type ContainerId, overridesSchema, type PresetSettings, settingsSchema } from '../native/contract/preset.ts';
import { presetTemplate } from '../native/contract/preset-template.ts';
import { crfOf } from '../native/contract/quality-scale.ts';
import { audioEncoders } from '../native/studio/audio-encoders.ts';
import { containers, holds } from '../native/studio/containers.ts';
import { softwareVideoEncoders } from '../native/studio/encoders.ts';

/** A schema without its wrappers, as zod tells of itself. */
type Shape = { type: string; options?: z.ZodType[]; shape?: Record<string, z.ZodType>; innerType?: z.ZodType };
const insideOf = (schema: z.ZodType): Shape & z.ZodType => {
  const def = schema.def as unknown as Shape;
  return def.innerType ? insideOf(def.innerType) : Object.assign(Object.create(schema), def, { shape: (schema as never)['shape'] });
};
const isNullable = (schema: z.ZodType): boolean => schema.safeParse(null).success;
const bounds = (schema: z.ZodType) => {
  const number = insideOf(schema) as unknown as { minValue: number; maxValue: number };
  return { least: number.minValue, most: number.maxValue };
};
const boundsOf = ({ least, most }: Range) => ({ least, most });

/** The numbers inside a setting made of parts: `quality.value`, or `fps` where its mode does not decide. */
function partsOf(schema: z.ZodType): Record<string, { least: number; most: number }> {
  const inside = insideOf(schema);
  if (inside.type === 'union')
    return Object.fromEntries(
      (inside.options ?? []).flatMap((option) => {
        const { mode } = (option as z.ZodObject).shape as { mode: z.ZodLiteral<string> };
        return Object.entries(partsOf(option)).map(([name, range]) => [`${mode.value}.${name}`, range]);
      }),
    );
  return Object.fromEntries(
    Object.entries(inside.shape ?? {})
      .filter(([, part]) => insideOf(part).type === 'number')
      .map(([name, part]) => [name, bounds(part)]),
  );
}

const withVideo = (video: object, rest: Partial<PresetSettings> = {}): PresetSettings => ({
  ...presetTemplate,
  ...rest,
  video: { ...presetTemplate.video, ...video },
});
const withAudio = (audio: object, rest: Partial<PresetSettings> = {}): PresetSettings => ({
  ...presetTemplate,
  ...rest,
  audio: { ...presetTemplate.audio, ...audio },
});
const refused = (key: Parameters<typeof choicesFor>[0], settings: PresetSettings) =>
  choicesFor(key, settings).flatMap(({ value, why }) => (why ? [value] : []));

describe('the table of fields', () => {
  const schemas = overridesSchema.shape as Record<string, z.ZodType>;
  const keys = Object.keys(schemas).filter((key) => key !== 'video' && key !== 'audio');

  test('has one row for every setting that has a name of its own', () => {
    expect(fields.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
  });

  test.each(fields.map((row) => [row.key, row] as const))('%s is as the schema has it', (key, row) => {
    const optional = schemas[key] as z.ZodOptional<z.ZodType>;
    const schema = insideOf(optional);
    const given = optional.unwrap();
    expect(isNullable(given) || key === 'trim').toBe(row.empty ?? false);
    if (row.kind === 'number' || row.range) expect(row.range && boundsOf(row.range)).toEqual(bounds(schema));
    if (row.parts)
      expect(Object.fromEntries(Object.entries(row.parts).map(([name, range]) => [name, boundsOf(range)]))).toEqual(partsOf(schema));
    const isSwitch = schema.type === 'boolean';
    expect(row.kind === 'switch').toBe(isSwitch);
    const values = row.kind === 'choice' ? (row.values?.(presetTemplate) ?? []) : [];
    for (const value of values) expect(given.safeParse(value).success, String(value)).toBe(true);
    if (schema.type === 'enum') {
      const all = (schema as unknown as { options: unknown[] }).options;
      expect(values.toSorted()).toEqual(all.toSorted());
    }
    if (row.default !== null) expect(given.safeParse(row.default).success).toBe(true);
  });

  test('the template that defaults come from is a whole preset', () => {
    expect(settingsSchema.parse(presetTemplate)).toEqual(presetTemplate);
    expect(fieldOf('video.speed').default).toBe('fast');
    expect(fieldOf('trim').default).toBe(null);
  });

  test('rows without a meaning say so', () => {
    const shown = (settings: PresetSettings) => fields.filter(({ needs }) => needs?.(settings) ?? true).map(({ key }) => key);
    expect(shown({ ...presetTemplate, video: null }).filter((key) => key.startsWith('video.'))).toEqual([]);
    expect(shown(withVideo({ codec: 'prores', rate: { mode: 'fixed' } }))).not.toContain('video.speed');
    expect(shown(withVideo({ denoise: 'light' }))).toContain('video.denoiser');
    expect(shown(presetTemplate)).not.toContain('video.denoiser');
    expect(shown(withAudio({ codec: 'flac' }))).not.toContain('audio.kbps');
    expect(shown({ ...presetTemplate, container: 'mp3' })).not.toContain('audio.tracks');
  });
});

describe('the facts of codecs and containers', () => {
  /** FFmpeg's names, where they are others. */
  const names: Record<string, string> = { dnxhr: 'dnxhd', cineform: 'cfhd', pcm: 'pcm_s16le' };
  const inFfmpeg = (codec: string) => names[codec] ?? codec;

  test.each(Object.entries(containerFacts))('%s holds what the muxer takes', (id, facts) => {
    const row = containers[id as ContainerId];
    expect(facts.title).toBe(row.title);
    expect(facts.video.toSorted()).toEqual(
      Object.keys(videoFacts)
        .filter((codec) => holds(row.video, inFfmpeg(codec)))
        .toSorted(),
    );
    expect(facts.audio.toSorted()).toEqual(
      Object.keys(audioFacts)
        .filter((codec) => holds(row.audio, inFfmpeg(codec)))
        .toSorted(),
    );
    expect(Object.keys(copiedSound).filter((codec) => copiedSound[codec]?.containers.includes(id as ContainerId))).toEqual(
      Object.keys(copiedSound).filter((codec) => holds(row.audio, codec)),
    );
    expect(facts.subtitles).toBe(row.subtitle.length > 0);
  });

  test('are those of the encoders', () => {
    for (const row of softwareVideoEncoders) {
      const facts = videoFacts[row.codec];
      expect({ title: facts.title, twoPass: facts.twoPass }).toEqual({ title: row.title, twoPass: row.twoPass });
      const depths = (['8', '10', 'source'] as const).filter((bits) => row.pixelFormats[bits as 'source']);
      expect(facts.bitDepths.map(String)).toEqual(depths);
    }
    for (const row of audioEncoders) {
      const facts = audioFacts[row.codec as AudioCodec];
      expect({ title: facts.title, channels: facts.channels }).toEqual({ title: row.title, channels: row.maxChannels });
      expect(facts.kbps?.most).toBe(row.limits?.(2, 48_000).most);
      expect(facts.sampleRates).toEqual(row.sampleRates);
    }
  });
});

describe('what can be chosen', () => {
  test('codecs that a container cannot hold say which can', () => {
    expect(refused('video.codec', presetTemplate)).toEqual(['prores', 'dnxhr', 'cineform']);
    expect(whyNot('video.codec', 'prores', presetTemplate)).toEqual({
      key: 'why.containerCannotHold',
      values: { container: 'MP4', codec: 'ProRes', instead: 'QuickTime, Matroska' },
    });
  });

  test('containers that cannot hold the codecs say what they hold', () => {
    expect(refused('container', presetTemplate)).toEqual(['webm', 'm4a', 'mp3', 'flac', 'opus']);
    expect(whyNot('container', 'webm', presetTemplate)?.values).toMatchObject({ codec: 'H.264', instead: 'VP9, AV1' });
    expect(whyNot('container', 'mp3', presetTemplate)?.key).toBe('why.containerSoundOnly');
    expect(whyNot('container', 'webm', withVideo({ codec: 'av1' }))?.values).toMatchObject({ codec: 'AAC', instead: 'Opus, Vorbis' });
  });

  test('rates, bits, profiles, HDR and channels follow the codec', () => {
    const prores = withVideo({ codec: 'prores', bitDepth: 10 });
    expect(choicesFor('video.rate', prores).filter(({ why }) => !why)).toEqual([{ value: 'fixed', why: null }]);
    expect(refused('video.bitDepth', prores)).toEqual([8, 'source']);
    expect(refused('video.profile', presetTemplate)).toEqual(['high10']);
    expect(refused('video.bitDepth', withVideo({ profile: 'main' }))).toEqual([10, 'source']);
    expect(refused('video.hdr', presetTemplate)).toEqual(['keep']);
    expect(refused('video.hdr', withVideo({ codec: 'hevc', bitDepth: 10 }))).toEqual([]);
    expect(refused('audio.mixdown', withAudio({ codec: 'mp3' }))).toEqual(['5.1', '7.1']);
    expect(refused('audio.sampleRate', withAudio({ codec: 'opus' }))).toContain(44100);
    expect(boundsFor('video.bFrames', withVideo({ profile: 'baseline' }))).toEqual({ least: 0, most: 0 });
    expect(boundsFor('audio.kbps', withAudio({ codec: 'mp3' }))).toMatchObject({ most: 320 });
    expect(boundsFor('video.rate', withVideo({ codec: 'av1' }))).toEqual({ least: 0, most: 63 });
  });

  test('a change that contradicts other settings makes them give way, and tells which', () => {
    const tuned = withVideo({ tune: 'film', profile: 'high', options: { aq: '1' } });
    const { settings, moved } = fitted(tuned, 'video.codec', 'av1');
    expect(settings.video).toMatchObject({
      codec: 'av1',
      rate: { mode: 'quality', value: crfOf('av1', 70) },
      tune: null,
      profile: null,
      options: {},
    });
    expect(settings.container).toBe('mp4');
    expect(moved.map(({ key }) => key)).toEqual(['video.rate', 'video.profile', 'video.tune', 'video.options']);

    const prores = fitted(presetTemplate, 'video.codec', 'prores').settings;
    expect(prores).toMatchObject({ container: 'mov', video: { rate: { mode: 'fixed' }, bitDepth: 10 }, audio: { codec: 'aac' } });
    expect(fitted(presetTemplate, 'container', 'webm').settings).toMatchObject({ video: { codec: 'vp9' }, audio: { codec: 'opus' } });
    const sound = fitted(presetTemplate, 'container', 'flac');
    expect(sound.settings).toMatchObject({ video: null, audio: { codec: 'flac', kbps: null } });
    expect(sound.moved.map(({ key }) => key)).toEqual(['video', 'audio.codec', 'audio.kbps']);
    expect(fitted(withVideo({ codec: 'hevc' }), 'video.hdr', 'keep').settings.video?.bitDepth).toBe(10);
    expect(fitted(withVideo({ bFrames: 3 }), 'video.profile', 'baseline').settings.video?.bFrames).toBe(0);
    expect(fitted(presetTemplate, 'video.profile', 'high10').settings.video).toMatchObject({ profile: 'high10', bitDepth: 10 });
    expect(fitted(withAudio({ mixdown: '5.1' }), 'audio.codec', 'mp3').settings.audio).toMatchObject({ mixdown: 'stereo' });
  });

  test('after any change of container or codec, everything stands where it can be chosen', () => {
    for (const key of ['container', 'video.codec', 'audio.codec'] as const) {
      for (const { value } of choicesFor(key, presetTemplate)) {
        const { settings } = fitted(presetTemplate, key, value);
        expect(settingsSchema.parse(settings)).toEqual(settings);
        const wrong = fields
          .filter((row) => row.needs?.(settings) ?? true)
          .filter((row) => {
            const [room = '', name = ''] = row.key.split('.');
            const own = (settings as never)[room] as Record<string, unknown>;
            const now = name ? own[name] : own;
            const chosen = typeof now === 'object' && now && 'mode' in now ? now.mode : now;
            return whyNot(row.key, chosen, settings) !== null;
          })
          .map((row) => row.key);
        expect(wrong, `${key} ${String(value)}`).toEqual([]);
      }
    }
  });

  test('a CRF moves to where another codec looks as good', () => {
    expect(movedCrf(22, 'h264', 'av1')).toBe(crfOf('av1', 70));
    expect(movedCrf(0, 'h264', 'av1')).toBe(0);
    expect(movedCrf(51, 'hevc', 'vp9')).toBe(63);
    expect(movedCrf(18, 'h264', 'hevc')).toBeLessThan(movedCrf(22, 'h264', 'hevc'));
    expect(movedCrf(0, 'ffv1', 'hevc')).toBe(videoFacts.hevc.crf?.usual);
  });
});
