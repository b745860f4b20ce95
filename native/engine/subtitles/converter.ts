/** Turns packets of one text subtitle into those of another, for a stream that would otherwise be copied. */
import type { Rational } from '../../contract/media.ts';
import { createSubtitleReader, type SubtitlePacket, type SubtitleSource } from './reader.ts';
import type { Cue } from './text.ts';
import { createSubtitleWriter, type SubtitleTarget } from './writer.ts';

export interface SubtitleConverter {
  /** For the output stream's parameters. */
  extradata: Buffer | null;
  /** For the output stream. */
  timeBase: Rational;
  /** A source's packet, its times in milliseconds of the output; gives the packets that are ready, in order. Packets without a text are welcome. */
  convert(packet: SubtitlePacket): SubtitlePacket[];
  /** The source has been read up to this time, milliseconds: gives what no later packet can change. */
  advance(time: number): SubtitlePacket[];
  /** The source has ended: gives the rest. */
  finish(): SubtitlePacket[];
  /** What could not be kept so far, in words such as "positions on the picture of the ASS subtitles". */
  losses(): string[];
}

/** Throws unsupported-codec where the source is not a text subtitle. Nothing else is thrown, whatever the packets hold. */
export function subtitleConverter(from: SubtitleSource, to: SubtitleTarget): SubtitleConverter {
  const reader = createSubtitleReader(from);
  const writer = createSubtitleWriter(to, reader.title);
  const write = (cues: Cue[]) => cues.flatMap((cue) => writer.write(cue));
  return {
    extradata: writer.extradata,
    timeBase: writer.timeBase,
    convert: (packet) => write(reader.read(packet)),
    advance: (time) => [...write(reader.advance(time)), ...writer.advance(Math.min(time, reader.heldFrom()))],
    finish: () => [...write(reader.finish()), ...writer.finish()],
    losses: () => [...new Set([...reader.losses(), ...writer.losses()])],
  };
}
