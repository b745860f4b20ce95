/** What can be chosen for a setting as the others stand, and why not, so that what is impossible cannot be put together. */
import { audioFacts, type BitDepth, containerFacts, copiedSound, mixdownChannels, type RateMode, videoFacts } from './codec-facts.ts';
import { fieldOf } from './fields.ts';
import type { AudioCodec, ContainerId, FieldKey, PresetSettings, TrackSettings, VideoCodec, VideoSettings } from './preset.ts';

/** Why something cannot be chosen, for the page's words: a sentence by `key` with the values put in. */
export interface Why {
  key: WhyKey;
  values: Record<string, string | number>;
}

/** In the page's catalogue of fields; the sentence that each wants stands above it. */
export type WhyKey =
  /** {{container}} cannot hold {{codec}}. {{instead}} can. */
  | 'why.containerCannotHold'
  /** {{container}} cannot hold {{codec}}: it holds {{instead}}. */
  | 'why.containerHoldsOthers'
  /** {{container}} holds sound alone. */
  | 'why.containerSoundOnly'
  /** {{codec}} has no such way to set quality or size. */
  | 'why.codecHasNoSuchRate'
  /** {{codec}} has {{instead}} bits. */
  | 'why.codecHasOtherDepths'
  /** The profile {{profile}} has {{instead}} bits. */
  | 'why.profileHasOtherDepths'
  /** HDR needs 10 bits. */
  | 'why.hdrNeedsTenBits'
  /** {{codec}} has {{channels}} channels at most. */
  | 'why.codecHasFewerChannels'
  /** {{codec}} cannot have {{rate}} Hz. */
  | 'why.codecHasNoSuchSampleRate';

export interface Choice {
  value: unknown;
  /** null: it can be chosen. */
  why: Why | null;
}

const no = (key: WhyKey, values: Why['values'] = {}): Why => ({ key, values });
const list = (words: readonly (string | number)[]) => words.join(', ');

function picture(test: (value: never, video: VideoSettings, settings: PresetSettings) => Why | null) {
  return (value: unknown, settings: PresetSettings) => (settings.video ? test(value as never, settings.video, settings) : null);
}
function sound(test: (value: never, track: TrackSettings, settings: PresetSettings) => Why | null) {
  return (value: unknown, settings: PresetSettings) => (settings.audio ? test(value as never, settings.audio, settings) : null);
}

/** Of a codec in a container that may not hold it, told from the codec's side. */
function unheld(codec: VideoCodec | AudioCodec, title: string, kind: 'video' | 'audio', container: ContainerId): Why | null {
  const holds = (facts: { video: VideoCodec[]; audio: AudioCodec[] }) => (facts[kind] as string[]).includes(codec);
  const facts = containerFacts[container];
  if (holds(facts)) return null;
  if (kind === 'video' && facts.video.length === 0) return no('why.containerSoundOnly', { container: facts.title });
  const instead = Object.values(containerFacts).filter(holds);
  return no('why.containerCannotHold', { container: facts.title, codec: title, instead: list(instead.map((one) => one.title)) });
}

function container(value: unknown, { video, audio }: PresetSettings): Why | null {
  const facts = containerFacts[value as ContainerId];
  if (video && facts.video.length === 0) return no('why.containerSoundOnly', { container: facts.title });
  const others = (codec: string, instead: string[]) =>
    no('why.containerHoldsOthers', { container: facts.title, codec, instead: list(instead) });
  if (video && !facts.video.includes(video.codec))
    return others(
      videoFacts[video.codec].title,
      facts.video.map((codec) => videoFacts[codec].title),
    );
  if (audio && !facts.audio.includes(audio.codec))
    return others(
      audioFacts[audio.codec].title,
      facts.audio.map((codec) => audioFacts[codec].title),
    );
  return null;
}

const rules: Partial<Record<FieldKey, (value: unknown, settings: PresetSettings) => Why | null>> = {
  container,
  'video.codec': picture((codec: VideoCodec, _video, settings) => unheld(codec, videoFacts[codec].title, 'video', settings.container)),
  'video.rate': picture((mode: RateMode, { codec }) => {
    const { title, rates } = videoFacts[codec];
    return rates.includes(mode) ? null : no('why.codecHasNoSuchRate', { codec: title });
  }),
  'video.bitDepth': picture((bits: BitDepth, { codec, profile }) => {
    const { title, bitDepths, profiles } = videoFacts[codec];
    if (!bitDepths.includes(bits)) return no('why.codecHasOtherDepths', { codec: title, instead: list(bitDepths) });
    const chosen = profiles.find(({ name }) => name === profile);
    return !chosen || chosen.bitDepths.includes(bits)
      ? null
      : no('why.profileHasOtherDepths', { profile: chosen.name, instead: list(chosen.bitDepths) });
  }),
  'video.profile': picture((name: string, { codec, bitDepth }) => {
    const profile = videoFacts[codec].profiles.find((one) => one.name === name);
    return !profile || profile.bitDepths.includes(bitDepth)
      ? null
      : no('why.profileHasOtherDepths', { profile: name, instead: list(profile.bitDepths) });
  }),
  'video.hdr': picture((hdr: VideoSettings['hdr'], { bitDepth }) => (hdr === 'keep' && bitDepth === 8 ? no('why.hdrNeedsTenBits') : null)),
  'audio.codec': sound((codec: AudioCodec, _track, settings) => unheld(codec, audioFacts[codec].title, 'audio', settings.container)),
  'audio.mixdown': sound((mixdown: TrackSettings['mixdown'], { codec }) => {
    const { title, channels } = audioFacts[codec];
    return mixdown === 'source' || mixdownChannels[mixdown] <= channels
      ? null
      : no('why.codecHasFewerChannels', { codec: title, channels });
  }),
  'audio.sampleRate': sound((rate: number, { codec }) => {
    const { title, sampleRates } = audioFacts[codec];
    return sampleRates === 'any' || sampleRates.includes(rate) ? null : no('why.codecHasNoSuchSampleRate', { codec: title, rate });
  }),
  'audio.passthrough': sound((codec: string, _track, settings) => {
    const copied = copiedSound[codec];
    if (!copied || copied.containers.includes(settings.container)) return null;
    const instead = copied.containers.map((one) => containerFacts[one].title);
    const { title } = containerFacts[settings.container];
    return no('why.containerCannotHold', { container: title, codec: copied.title, instead: list(instead) });
  }),
};

/** Why a setting cannot have a value as the others stand; of `video.rate`, `video.crop` and `video.frameRate` the mode counts. null: it can. */
export const whyNot = (key: FieldKey, value: unknown, settings: PresetSettings): Why | null =>
  value === null ? null : (rules[key]?.(value, settings) ?? null);

/**
 * What a setting is chosen from, in order, as the others stand: the values of a choice or a list, the modes of a rate, crop or frame
 * rate. Empty for what is not chosen from a list. For a further sound track, give settings with that track's in place of the main one's.
 */
export const choicesFor = (key: FieldKey, settings: PresetSettings): Choice[] =>
  (fieldOf(key).values?.(settings) ?? []).map((value) => ({ value, why: whyNot(key, value, settings) }));

/** A number's bounds as the codec allows them; null for what is no number or has no meaning. */
export function boundsFor(key: FieldKey, { video, audio }: PresetSettings): { least: number; most: number } | null {
  const range = fieldOf(key).range ?? null;
  if (key === 'video.bFrames' && video) {
    const { profiles, bFrames } = videoFacts[video.codec];
    return { least: 0, most: profiles.find(({ name }) => name === video.profile)?.bFrames ?? bFrames };
  }
  if (key === 'video.rate' && video) {
    const { crf } = videoFacts[video.codec];
    return crf && { least: crf.best, most: crf.worst };
  }
  return key === 'audio.kbps' && audio ? audioFacts[audio.codec].kbps : range;
}
