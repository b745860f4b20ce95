/** Subtitle files beside the main ones: as they are where the track has their own format, converted otherwise. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import { fileError } from '../chapters.ts';
import { parseSubtitleFile } from '../subtitles/files.ts';
import { readOwnPackets } from '../subtitles/own-packets.ts';
import type { SubtitlePacket } from '../subtitles/reader.ts';
import { createSubtitleWriter, type SubtitleTarget } from '../subtitles/writer.ts';
import { fillText, isTextTarget, type TextFormat } from '../text-track.ts';
import type { BesideFile } from './beside.ts';
import { OVER } from './packets.ts';
import { placeText, type Span } from './spans.ts';

interface Texts {
  format: TextFormat;
  packets: SubtitlePacket[];
  losses: string[];
}

/** Throws what reading a subtitle file throws. */
export function openTextFile(plan: RemuxPlan, index: number, spans: Span[]): BesideFile {
  const { path = '', origin = 0 } = plan.inputs[index] ?? {};
  const bytes = readBytes(path);
  const name = basename(path);
  const texts = plan.streams.map(({ from, to, codec, codecTag }): Texts | null => {
    if (from[0]?.input !== index) return null;
    const target = to ?? codec;
    if (!isTextTarget(target)) throw new StudioError('internal', `Subtitles cannot be converted to ${target}.`);
    return readTexts(bytes, name, target, codecTag, (start, end) => placeText(spans, start - origin, end - origin));
  });
  const queue = texts
    .flatMap((one, track) => (one?.packets ?? []).map((packet) => ({ track, packet })))
    .sort((a, b) => a.packet.pts - b.packet.pts);
  let at = 0;
  return {
    tracks: texts.map((one) => one && { text: one.format }),
    due: () => (queue[at]?.packet.pts ?? Infinity) / 1000,
    next(packet) {
      const found = queue[at++];
      if (!found) return OVER;
      fillText(packet, found.packet);
      return found.track;
    },
    losses: () => texts.flatMap((one) => one?.losses ?? []),
    close() {},
  };
}

type PlaceSeconds = (start: number, end: number) => { start: number; end: number }[];

function readTexts(bytes: Buffer, name: string, codec: SubtitleTarget, codecTag: string | null, placeSeconds: PlaceSeconds): Texts {
  const place = (start: number, end: number) =>
    placeSeconds(start / 1000, end / 1000).map((one) => ({ start: Math.round(one.start * 1000), end: Math.round(one.end * 1000) }));
  const file = parseSubtitleFile(bytes, name);
  const own = file.format === codec ? readOwnPackets(bytes, file.format) : null;
  if (own) {
    const packets = own.packets.flatMap((packet) =>
      place(packet.pts, packet.pts + packet.duration).map(({ start, end }) => ({ ...packet, pts: start, duration: end - start })),
    );
    const format = { codec, extradata: own.extradata, timeBase: { num: 1, den: 1000 }, codecTag };
    return { format, packets: packets.sort((a, b) => a.pts - b.pts), losses: own.losses };
  }
  const writer = createSubtitleWriter(codec, file.title);
  const cues = file.cues.flatMap((cue) => place(cue.start, cue.end).map((times) => ({ ...cue, ...times })));
  const packets = cues
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start)
    .flatMap((cue) => writer.write(cue));
  packets.push(...writer.finish());
  const format = { codec, extradata: writer.extradata, timeBase: writer.timeBase, codecTag };
  return { format, packets, losses: [...new Set([...file.losses, ...writer.losses()])] };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw fileError(error, 'read', basename(path));
  }
}
