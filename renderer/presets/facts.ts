/** What one wants to know of a preset before any setting: how large an hour gets, how long it takes, where it plays. */
import type { PresetSettings, VideoSettings } from '../../native/contract/preset.ts';
import { usualSize } from '../../native/contract/usual-size.ts';
import { number, size } from '../format.ts';
import { t } from '../words/index.ts';

/** Of a film as most are: 16:9, 30 frames a second, stereo; sound without loss about as much. */
const film = { height: 1080, fps: 30, losslessSound: 960_000 };

/** Bytes of an hour and the height of the picture they are for; null where the film decides. */
export function hourOf({ video, audio }: PresetSettings): { bytes: number; height: number | null } | null {
  const sound = audio ? (audio.kbps === null ? film.losslessSound : audio.kbps * 1000) * (1 + audio.more.length) : 0;
  if (!video) return { bytes: sound * 450, height: null };
  const { rate, codec, maxHeight, maxWidth, frameRate } = video;
  if (rate.mode === 'size' || rate.mode === 'target') return null;
  const height = Math.min(maxHeight ?? film.height, maxWidth ? Math.round((maxWidth * 9) / 16) : Infinity);
  const fps = Math.min(film.fps, frameRate.fps ?? film.fps);
  const { bitsPerPixel, at, halving } = usualSize[codec];
  const crf = rate.mode === 'quality' ? rate.value : at;
  const pixels = ((height * height * 16) / 9) * fps;
  const picture = rate.mode === 'bitrate' ? rate.kbps * 1000 : pixels * bitsPerPixel * 2 ** ((at - crf) / halving);
  return { bytes: (picture + sound) * 450, height };
}

/** "About 1.4 GB for an hour at 1080p". */
export function hourWords(settings: PresetSettings): string {
  const rate = settings.video?.rate;
  if (rate?.mode === 'size') return t('presets:hour.size', { value: number(rate.megabytes) });
  const hour = hourOf(settings);
  if (!hour) return t('presets:hour.target');
  const rounded = size(Number(hour.bytes.toPrecision(2)));
  return hour.height ? t('presets:hour.picture', { size: rounded, height: hour.height }) : t('presets:hour.sound', { size: rounded });
}

/** Work of each codec against H.264's, in steps of x264's speeds. */
const effort: Partial<Record<VideoSettings['codec'], number>> = { hevc: 3, av1: 2, vp9: 4 };
const order = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium', 'slow', 'slower', 'veryslow'];

const paces = [
  { most: 2, word: 'quick' },
  { most: 4, word: 'fast' },
  { most: 6, word: 'medium' },
  { most: 8, word: 'slow' },
] as const;

export function speedWords({ video }: PresetSettings): string {
  if (!video) return t('presets:speed.sound');
  if (video.rate.mode === 'fixed') return t('presets:speed.quick');
  const twice = video.rate.mode === 'size' || (video.rate.mode === 'bitrate' && video.rate.passes === 2) ? 2 : 0;
  const steps =
    order.indexOf(video.speed) + (effort[video.codec] ?? 0) + twice + (video.denoise !== 'off' && video.denoiser === 'nlmeans' ? 4 : 0);
  const word = paces.find(({ most }) => steps <= most)?.word ?? 'slowest';
  return t(`presets:speed.${word}`);
}

export function playsWords({ container, video, audio }: PresetSettings): string {
  if (!video) return t(['mp3', 'aac'].includes(audio?.codec ?? '') ? 'presets:plays.everywhereSound' : 'presets:plays.newerSound');
  const { codec, bitDepth } = video;
  if (codec === 'h264')
    return t(bitDepth === 10 ? 'presets:plays.computers' : container === 'mp4' ? 'presets:plays.everywhere' : 'presets:plays.players');
  if (codec === 'hevc') return t('presets:plays.hevc');
  if (codec === 'av1') return t('presets:plays.av1');
  if (codec === 'vp9') return t('presets:plays.web');
  return t(codec === 'ffv1' ? 'presets:plays.archive' : 'presets:plays.editing');
}
