/** What a preset says to an encoder in the encoder's own words: profile, tune, further options. What it does not know is refused. */
import { videoFacts } from '../contract/codec-facts.ts';
import { StudioError } from '../contract/errors.ts';
import type { VideoSettings } from '../contract/preset.ts';
import { isSoftware, type VideoEncoderRow } from './encoders.ts';

type Options = Record<string, string>;

/** The profile that is asked for or usual; null leaves it to the encoder. */
export const profileName = ({ profile, bitDepth }: VideoSettings, encoder: VideoEncoderRow): string | null =>
  profile ?? encoder.usualProfile?.(bitDepth) ?? null;

/** Throws bad-setting for a profile that the codec does not have, or that has not the bits that are asked for. */
export function profileOf(settings: VideoSettings, encoder: VideoEncoderRow): Options {
  const { codec, bitDepth } = settings;
  const profile = profileName(settings, encoder);
  if (!profile) return {};
  const { profiles } = videoFacts[codec];
  const known = profiles.find(({ name }) => name === profile);
  const names = profiles.map(({ name }) => name).join(', ');
  if (!known)
    throw new StudioError(
      'bad-setting',
      `“${profile}” is not a profile of ${encoder.title}. ${names ? `There are: ${names}.` : 'None can be chosen.'}`,
    );
  if (!encoder.profiles && !known.bitDepths.includes(bitDepth))
    throw new StudioError(
      'bad-setting',
      `The profile ${profile} of ${encoder.title} has ${known.bitDepths.join(' or ')} bits, not ${bitDepth}.`,
    );
  return { [encoder.profileOption ?? 'profile']: profile };
}

/** Throws bad-setting for a tune that the codec's encoder does not know. */
export function tuning({ tune, codec }: VideoSettings, encoder: VideoEncoderRow): Options {
  if (!tune || !isSoftware(encoder)) return {};
  const { tunes } = videoFacts[codec];
  if (encoder.tune && tunes.includes(tune)) return encoder.tune(tune);
  const known = tunes.length > 0 ? `It knows: ${tunes.join(', ')}.` : 'It knows none.';
  throw new StudioError('bad-setting', `${encoder.title} cannot be tuned for “${tune}”. ${known}`);
}

/** For the software encoder of the codec alone: a device's knows others. */
export const further = ({ options }: VideoSettings, encoder: VideoEncoderRow): Options => (isSoftware(encoder) ? options : {});
