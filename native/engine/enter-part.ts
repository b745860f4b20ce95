/** Where a part is entered and left: near it by the index where there is one, and with the subtitles that are seen there already. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { Plan } from '../contract/plan.ts';
import type { Control } from './control.ts';
import type { Input } from './input.ts';
import { toSeconds } from './legs.ts';

/** Sound needs some before the cut to sound right from there on (Opus: 80 ms, RFC 7845), seconds. */
const runUp = 0.25;
/** Texts that were shown longer ago are over, seconds. */
const longestText = 30;

/**
 * `texts` are the streams of subtitles, whose packets before the start go to `onText`. Returns the time before which packets
 * of them have been seen, seconds of the source.
 */
export async function enterPart(
  input: Input,
  { part, durationIsExact }: Plan,
  texts: number[],
  packet: Packet,
  onText: (packet: Packet) => void,
  control: Control,
): Promise<number> {
  const { start } = part;
  // Where times are guessed from the bitrate, only reading from the first packet on is exact.
  if (start === null || !durationIsExact) return -Infinity;
  const seen = texts.length > 0 && input.seek(start - longestText);
  while (seen && input.read(packet)) {
    const at = timeOf(input, packet);
    if (texts.includes(packet.streamIndex) && at < start) onText(packet);
    packet.unref();
    if (at >= start) break;
    if (control.due()) await control.turn();
  }
  if (!input.seek(start - runUp)) input.rewind();
  return seen ? start : -Infinity;
}

/** When a packet is to be decoded, seconds of the source; -Infinity where it does not say. */
export function timeOf({ streams }: Input, { dts, streamIndex }: Packet): number {
  const base = streams[streamIndex]?.timeBase;
  return base && dts !== AV_NOPTS_VALUE ? toSeconds(dts, base) : -Infinity;
}

/** Streams lie no further apart in a file that is put together well, seconds. */
const furthestApart = 30;

/** Tells of each packet whether all that belongs to the part has been read: every picture and sound is past its end. */
export function createEnd({ part: { end }, streams }: Plan): (stream: number, at: number) => boolean {
  const waited = new Set(
    streams.flatMap(({ kind, input, disposition }) => {
      const goesOn = (kind === 'video' || kind === 'audio') && !disposition.includes('attached_pic');
      return goesOn ? [input] : [];
    }),
  );
  if (end === null) return () => false;
  return (stream, at) => {
    if (at >= end) waited.delete(stream);
    return waited.size === 0 || at >= end + furthestApart;
  };
}
