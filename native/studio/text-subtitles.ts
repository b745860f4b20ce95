/** Text subtitles in containers that hold another format: what they become, and what is lost on the way, in words. */
import type { SubtitleStream } from '../contract/media.ts';
import type { Note } from '../contract/plan.ts';
import type { ContainerRow } from './containers.ts';
import { describeTrack } from './plan-words.ts';

/** Formats that can be read and written, by FFmpeg's names (engine/subtitles). */
const titles: Record<string, string> = {
  subrip: 'SubRip',
  ass: 'ASS',
  ssa: 'ASS',
  webvtt: 'WebVTT',
  wvtt: 'WebVTT',
  mov_text: 'MP4 text',
};

/** What no other format holds of one; what a file really lost is told when it is done. */
const ownLooks: Record<string, string> = {
  ASS: 'fonts, places on the picture and effects are lost',
  WebVTT: 'places on the picture and colours are lost',
};

/** What people call a text format. */
export const subtitleTitle = (codec: string): string => titles[codec] ?? codec;

/** Whether it is text, whatever the container. */
export const isText = (codec: string): boolean => Object.hasOwn(titles, codec) || codec === 'text';

/** The codec that a text track is converted to in this container; null where it is no text, or the container holds none. */
export function convertedTo(stream: SubtitleStream, container: ContainerRow): string | null {
  if (!Object.hasOwn(titles, stream.codec)) return null;
  return container.subtitle.find((codec) => Object.hasOwn(titles, codec)) ?? null;
}

/** "Subtitle track 3 (ger) is converted from ASS to MP4 text: fonts, places on the picture and effects are lost." */
export function conversionNote(stream: SubtitleStream, to: string, whose = ''): Note {
  const from = subtitleTitle(stream.codec);
  const lost = ownLooks[from];
  const what = `${describeTrack(stream)}${whose} is converted from ${from} to ${subtitleTitle(to)}`;
  return lost ? { kind: 'loss', text: `${what}: ${lost}.` } : { kind: 'info', text: `${what}.` };
}
