/** A target of quality in a plan's terms: what can be chosen, where a search looks, and what a finding is good for. All of it pure. */
import { createHash } from 'node:crypto';
import { StudioError } from '../../contract/errors.ts';
import type { MediaInfo } from '../../contract/media.ts';
import { applyOverrides } from '../../contract/overrides.ts';
import type { Note, Plan, VideoEncode } from '../../contract/plan.ts';
import type { Overrides, PresetSettings, VideoSettings } from '../../contract/preset.ts';
import type { QualityFound } from '../../contract/quality.ts';
import { crfOf, crfSteps, isScaled, type ScaledCodec } from '../../contract/quality-scale.ts';

export type Target = Extract<VideoSettings['rate'], { mode: 'target' }>;

/** What is asked for; null where no target is. */
export function targetOf(settings: PresetSettings, overrides: Overrides): Target | null {
  const rate = applyOverrides(settings, overrides).video?.rate;
  return rate?.mode === 'target' ? rate : null;
}

/** XPSNR in dB at every tenth of the quality scale (quality-scale.ts), and SSIM there, of the same encodes: where a search begins. */
const usual: Record<Target['metric'], [scale: number, value: number][]> = {
  xpsnr: [[0, 21.8], [20, 27.7], [40, 33], [60, 38.5], [70, 41.2], [80, 44], [92, 49.6]], // biome-ignore format: a row
  ssim: [[0, 0.903], [20, 0.954], [40, 0.98], [60, 0.992], [70, 0.995], [80, 0.997], [92, 0.999]], // biome-ignore format: a row
};

/** The CRF that usually measures so. */
export function guessFor(codec: ScaledCodec, { metric, value }: Target): number {
  const [scale = 70] = usual[metric].find(([, figure]) => figure >= value) ?? usual[metric].at(-1) ?? [];
  return crfOf(codec, scale);
}

/** Settings that a plan can be made of: with the quality that was found for the target, or what it usually is. */
export function settled(settings: PresetSettings, found: QualityFound | null, notes: Note[]): PresetSettings {
  const { video } = settings;
  if (video?.rate.mode !== 'target') return settings;
  if (!isScaled(video.codec))
    throw new StudioError(
      'bad-input',
      'A quality can be measured and searched for only with H.264, HEVC, AV1 and VP9. Choose another rate.',
    );
  notes.push({ kind: 'info', text: found ? tellFound(video.rate, found) : 'The quality is searched for on parts of the film first.' });
  return { ...settings, video: { ...video, rate: { mode: 'quality', value: found?.value ?? guessFor(video.codec, video.rate) } } };
}

const figures: Record<Target['metric'], (value: number) => string> = {
  xpsnr: (value) => `XPSNR ${value.toFixed(1)} dB`,
  ssim: (value) => `SSIM ${value.toFixed(4)}`,
};

/** "Quality 23.5 (CRF): parts of the film measured XPSNR 40.1 dB with it." */
export function tellFound({ metric, value }: Target, { value: crf, score, reached }: QualityFound): string {
  const measured = `parts of the film measured ${figures[metric](score[metric])} with it`;
  if (reached) return `Quality ${crf} (CRF): ${measured}.`;
  return `Not even the best quality (CRF ${crf}) reaches ${figures[metric](value)}: ${measured}.`;
}

/** All qualities there are for a plan, the best first, and where the search begins. `planWith` makes the plan for one. */
export function candidatesFor(codec: ScaledCodec, target: Target, planWith: (value: number) => Plan) {
  const steps = crfSteps(codec);
  const candidates = steps.map((value) => ({ value, options: pictureOf(planWith(value))?.options ?? {} }));
  const guess = steps.indexOf(guessFor(codec, target));
  return { candidates, guess: Math.max(0, guess) };
}

const pictureOf = ({ streams }: Plan) =>
  streams.find((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video');

/** Samples of a search: so many, of so many seconds. A film that is not much longer is looked at from end to end. */
const samples = 5;
const sampleSeconds = 2.4;

/** Places in the middle of equal parts of the film; without a length, its beginning. */
export function samplePlaces(duration: number | null, count = samples, seconds = sampleSeconds) {
  if (duration === null) return [{ start: 0, seconds: seconds * 2 }];
  const isShort = duration <= count * seconds * 1.25;
  const parts = isShort ? Math.max(1, Math.floor(duration / seconds)) : count;
  const part = duration / parts;
  const length = isShort ? part : seconds;
  return Array.from({ length: parts }, (_, index) => ({ start: part * index + (part - length) / 2, seconds: length }));
}

/** What a finding is for: the file as it is, what is done to its picture, and the target. Any change makes another key. */
export function qualityKey(media: MediaInfo, plan: Plan, target: Target | null): string {
  const film = pictureOf(plan);
  const what = [media.path, media.bytes, media.modified, plan.origin, plan.part, plan.duration, plan.passes, film, target];
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
}

/** Bytes a second of everything but the pictures that are encoded. */
export function besides(plan: Plan, media: MediaInfo): number {
  return plan.streams.reduce((sum, stream) => {
    if (stream.action === 'copy') return sum + (media.streams[stream.input]?.bitRate ?? 0) / 8;
    return stream.action === 'encode' && stream.kind === 'audio'
      ? sum + (stream.bitRate || stream.sampleRate * stream.channels * losslessBits) / 8
      : sum;
  }, 0);
}

/** What lossless codecs need for a sample, about. */
export const losslessBits = 10;
