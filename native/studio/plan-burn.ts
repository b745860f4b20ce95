/** What is drawn into the picture: which subtitle, and how large a watermark. */
import type { SubtitleStream } from '../contract/media.ts';
import type { Burn, Note, Watermark } from '../contract/plan.ts';
import type { PresetSettings, VideoSettings } from '../contract/preset.ts';
import { isForced } from './plan-subtitles.ts';
import { describeTrack } from './plan-words.ts';
import { isText } from './text-subtitles.ts';

/** Subtitles that are pictures, by FFmpeg's names, and whether single ones of them can be marked as forced. */
const pictures: Record<string, { marks: boolean }> = {
  hdmv_pgs_subtitle: { marks: true },
  dvd_subtitle: { marks: true },
  dvb_subtitle: { marks: false },
};

const isDrawable = ({ codec }: SubtitleStream) => isText(codec) || Object.hasOwn(pictures, codec);
const hasMarks = ({ codec }: SubtitleStream) => pictures[codec]?.marks === true;

/** `chosen` are the tracks that the settings keep, in order. */
export function planBurn(chosen: SubtitleStream[], burn: PresetSettings['subtitles']['burn'], notes: Note[]): Burn | null {
  if (burn === 'none') return null;
  const wanted = burn === 'first' ? chosen : chosen.filter((stream) => isForced(stream) || hasMarks(stream));
  const stream = wanted.find((one) => isDrawable(one) && (burn === 'first' || isForced(one))) ?? wanted.find(isDrawable);
  if (!stream) {
    notes.push(whyNot(wanted, burn));
    return null;
  }
  const onlyMarked = burn === 'forced' && hasMarks(stream);
  const what = onlyMarked && !isForced(stream) ? `Of ${describeTrack(stream)}, what is marked as forced` : describeTrack(stream);
  notes.push({ kind: 'info', text: `${what} is drawn into the picture.` });
  return { input: stream.index, codec: stream.codec, pictures: !onlyMarked ? 'all' : isForced(stream) ? 'marked-or-all' : 'marked' };
}

function whyNot([unread]: SubtitleStream[], burn: 'forced' | 'first'): Note {
  if (unread)
    return { kind: 'loss', text: `${describeTrack(unread)} is not drawn into the picture: its codec (${unread.codec}) cannot be read.` };
  const why = burn === 'forced' ? 'no track that is kept is marked as forced' : 'there is none to choose';
  return { kind: 'info', text: `No subtitle is drawn into the picture: ${why}.` };
}

/** A track that is drawn as a whole is not written beside the picture, too. */
export const isOnlyDrawn = (stream: SubtitleStream, burn: Burn | null): boolean =>
  burn !== null && burn.input === stream.index && burn.pictures !== 'marked';

/** Room to the edges, as a share of the picture's shorter side. */
const margin = 0.02;

/** Colours of most pictures have half as many columns and rows. */
const even = (pixels: number) => 2 * Math.round(pixels / 2);

export function planWatermark(watermark: VideoSettings['watermark'], picture: { width: number; height: number }): Watermark | null {
  if (!watermark) return null;
  const { path, position, opacity } = watermark;
  return {
    ...{ path, position, opacity },
    width: Math.max(2, even(picture.width * watermark.width)),
    margin: even(Math.min(picture.width, picture.height) * margin),
  };
}
