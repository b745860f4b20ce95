/** Text subtitles as one ASS file for libass: ASS goes over as it is, all else in a plain look that suits the picture. */
import type { ColorInfo } from '../../contract/media.ts';
import { splitFields, writeAssText } from '../subtitles/ass.ts';
import { eventFields, plainHeader } from '../subtitles/ass-styles.ts';
import { decodeText } from '../subtitles/charset.ts';
import { assTime } from '../subtitles/cue-files.ts';
import { createSubtitleReader } from '../subtitles/reader.ts';
import { cropAss } from './ass-crop.ts';
import { graphicsColor } from './graphics-color.ts';
import { type Size, type Stage, shownSize } from './place.ts';
import type { SubtitleTrack } from './read-track.ts';

/** A text and when it is seen, milliseconds after the plan's origin. */
interface Event {
  start: number;
  end: number;
  /** The fields of a line before its times, and behind them. */
  layer: string;
  rest: string;
}

export interface AssFile {
  text: string;
  /** When anything is seen, by rising start, milliseconds. */
  spans: { start: number; end: number }[];
}

/** `lead` is added to every time in the file, milliseconds, because ASS has none before 0. */
export function assFile(track: SubtitleTrack, stage: Stage, color: ColorInfo, lead: number): AssFile {
  const isAss = track.codec === 'ass' || track.codec === 'ssa';
  const header = isAss ? decodeText(track.extradata ?? Buffer.from(plainHeader)) : headerFor(shownSize(stage));
  const events = (isAss ? ownEvents(track) : convertedEvents(track)).filter(({ end }) => end > -lead);
  const lines = events.map(
    ({ start, end, layer, rest }) => `Dialogue: ${layer},${assTime(Math.max(0, start + lead))},${assTime(end + lead)},${rest}\n`,
  );
  const written = `${withEvents(header)}${lines.join('')}`;
  const placed = isAss ? cropAss(written, stage) : written;
  return {
    text: recolored(isAss && !wideMatrices.includes(color.matrix) ? placed : inOwnMatrix(placed), color),
    spans: events.map(({ start, end }) => ({ start, end })).sort((a, b) => a.start - b.start),
  };
}

/** BT.2020's matrix coefficients (ITU-T H.273), for which ASS has no word. */
const wideMatrices = [9, 10];

/**
 * Colours become the picture's by its own matrix. Without that word libass takes them for BT.601's on every picture, as the first
 * player of ASS did: what was made for ASS may count on it, and is left as it is.
 */
const inOwnMatrix = (file: string): string =>
  file.replace(/^YCbCr Matrix:.*\n/gim, '').replace(/^(\[Script Info\].*\n)/im, '$1YCbCr Matrix: None\n');

/** A header that ends with the fields our lines have. */
function withEvents(header: string): string {
  const before = header.split(/^\[Events\][^\n]*$/im)[0] ?? '';
  return `${before.trimEnd()}\n\n[Events]\nFormat: ${eventFields}\n`;
}

/** A packet's fields are its place in the order of reading, the layer, and all behind the times. */
function ownEvents({ packets }: SubtitleTrack): Event[] {
  return packets.flatMap(({ data, pts, duration }) => {
    const [_order, layer, rest] = splitFields(decodeText(data).replace(/\r?\n/g, '\\N'), 3);
    return layer === undefined || rest === undefined || duration <= 0 ? [] : [{ start: pts, end: pts + duration, layer, rest }];
  });
}

function convertedEvents({ codec, extradata, packets }: SubtitleTrack): Event[] {
  const reader = createSubtitleReader({ codec, extradata });
  const base = Math.min(0, ...packets.map(({ pts }) => pts));
  // The reader knows no times before 0.
  const cues = [...packets.flatMap((packet) => reader.read({ ...packet, pts: packet.pts - base })), ...reader.finish()];
  return cues.map(({ start, end, text }) => ({
    ...{ start: start + base, end: end + base, layer: '0' },
    rest: `Default,,0,0,0,,${writeAssText(text)}`,
  }));
}

/** Share of the picture's height, or on upright pictures of what a landscape picture of their width would have. */
const fontShare = 0.06;
const uprightShare = 0.75;
/** Shares of the font's size. */
const outlineShare = 0.06;
/** Shares of the picture: the safe area for titles (EBU R 95: 5 % on each side). */
const safeArea = 0.05;

/** White with a thin black line around, at the bottom, on a canvas of the picture's own size. */
function headerFor({ width, height }: Size): string {
  const font = Math.round(Math.min(height, width * uprightShare) * fontShare * 10) / 10;
  const outline = Math.round(font * outlineShare * 100) / 100;
  const [side, bottom] = [Math.round(width * safeArea), Math.round(height * safeArea)];
  const style = `Arial,${font},&Hffffff,&Hffffff,&H0,&H80000000,0,0,0,0,100,100,0,0,1,${outline},${Math.round(outline * 50) / 100},2`;
  return plainHeader
    .replace(/^PlayResX:.*$/m, `PlayResX: ${width}`)
    .replace(/^PlayResY:.*$/m, `PlayResY: ${height}`)
    .replace(/^Style:.*$/m, `Style: Default,${style},${side},${side},${bottom},1`);
}

/** Blue, green and red in hexadecimal, in styles with an alpha before them; not the alphas that tags set alone (`\\1a`, `\\alpha`). */
const assColors = /(?<!a)&H([\da-f]{1,8})\b/gi;

/** On HDR pictures, every colour in the light that graphics have there. */
function recolored(file: string, color: ColorInfo): string {
  const recolor = graphicsColor(color);
  if (recolor([1, 1, 1])[0] === 1) return file;
  return file.replace(assColors, (_, hex: string) => {
    const value = Number.parseInt(hex, 16);
    const [r, g, b] = recolor([(value & 255) / 255, ((value >>> 8) & 255) / 255, ((value >>> 16) & 255) / 255]);
    const bytes = [value >>> 24, ...[b, g, r].map((part) => Math.round(part * 255))];
    return `&H${Buffer.from(bytes).toString('hex')}`;
  });
}
