/**
 * Room kept free at the front of an MP4 file while FFmpeg writes it, so that its index can go there at the end without moving
 * the media. It lies before the brand, as an empty box; `finishMp4` puts the brand first again. Too little of it costs a move.
 */
import type { Stream } from 'node-av/lib';
import type { RemuxPlan, RemuxStream } from '../../contract/remux-plan.ts';
import { boxOf } from './boxes.ts';

/** Below this a move costs less than anyone notices, and kept room would be a part of the file worth naming. Bytes of media. */
const leastMedia = 16e6;
/** The largest part of the media that room may take: tables beyond it are those of a small file. */
const mostShare = 1 / 8;

/**
 * Bytes that tables take for a packet: its size, its time where times are uneven, and of a picture its kind and how it is
 * put in order. For a chunk: its place, and how many packets it holds where that varies.
 */
const tables = { size: 4, time: 8, kind: 2, order: 8, place: 4, held: 12 };
/** Everything of a track but its tables and its codec's own header; everything of a film but its tracks; bytes. */
const fixed = { track: 2000, film: 4000 };
/** FFmpeg begins a new chunk after so many bytes at the latest, and wherever another track comes between. */
const chunkBytes = 1 << 20;
/** Sound packets a second, where the stream does not tell how long one is; lines of text, with the gaps between them. */
const usualRates = { audio: 50, subtitle: 2 };
/** Over what was counted. */
const margin = 1.05;

/** An empty box of so many bytes, 16 at least; nothing for 0. */
export const emptyRoom = (bytes: number): Buffer =>
  bytes === 0 ? Buffer.alloc(0) : Buffer.concat(boxOf('free', Buffer.alloc(Math.max(16, bytes) - 8)));

/** Bytes to keep free for the index of a lossless job's result; 0 where moving the media costs less. `sources` and the bytes of cover `pictures` by the plan's streams. */
export function roomForIndex(plan: RemuxPlan, sources: (Stream | null)[], pictures: (Buffer | null)[]): number {
  const media = plan.estimatedBytes ?? 0;
  const covers = pictures.reduce((sum, picture) => sum + (picture?.length ?? 0), 0);
  if (plan.layout === 'fragmented') return fixed.film + chapterBytes(plan) + textBytes(plan.tags) + covers;
  if (plan.layout !== 'faststart' || plan.duration === null || media < leastMedia) return 0;
  const counted = plan.streams.map((stream, index) =>
    countPackets(stream, sources[index] ?? null, plan.duration ?? 0, pictures[index]?.length ?? 0),
  );
  const all = counted.reduce((sum, { packets }) => sum + packets, 0);
  const tracks = counted.reduce((sum, { packets, perPacket, header }) => {
    const chunks = Math.min(packets, all - packets + media / chunkBytes + 1);
    return sum + packets * perPacket + chunks * (tables.place + (chunks < packets ? tables.held : 0)) + header;
  }, 0);
  const room = Math.ceil((tracks + fixed.film + textBytes(plan.tags)) * margin + chapterBytes(plan));
  return room > media * mostShare ? 0 : room;
}

interface Counted {
  packets: number;
  perPacket: number;
  header: number;
}

function countPackets(stream: RemuxStream, source: Stream | null, seconds: number, pictureBytes: number): Counted {
  const header = fixed.track + textBytes(stream.tags) + (source?.codecpar.extradataSize ?? 0);
  // A cover is a part of the index.
  if (stream.disposition.includes('attached_pic')) return { packets: 0, perPacket: 0, header: header + pictureBytes };
  const known = source && Number(source.nbFrames) > 0;
  const { num, den } = source?.timeBase ?? { num: 1, den: 1 };
  const length = known ? (Number(source.duration) * num) / den : 0;
  const rate = length > 0 ? Number(source?.nbFrames) / length : usualRate(stream, source);
  // Only an index counts packets, and one that does keeps its times as even as they are.
  const isEven = length > 0 && (stream.kind === 'audio' || sameRate(source));
  const picture = stream.kind === 'video' ? tables.kind + (source?.codecpar.videoDelay === 0 ? 0 : tables.order) : 0;
  const perPacket = tables.size + (isEven ? 0 : tables.time) + picture;
  return { packets: Math.ceil(rate * seconds) + 1, perPacket, header };
}

/** Whether the mean rate is the one that the single pictures have. */
function sameRate(source: Stream | null): boolean {
  const [mean, single] = [source?.avgFrameRate, source?.rFrameRate];
  return mean !== undefined && single !== undefined && mean.num > 0 && mean.num * single.den === single.num * mean.den;
}

function usualRate(stream: RemuxStream, source: Stream | null): number {
  if (stream.kind === 'video') return stream.frameRate ? stream.frameRate.num / stream.frameRate.den : 60;
  if (stream.kind === 'subtitle') return usualRates.subtitle;
  const { sampleRate = 0, frameSize = 0 } = source?.codecpar ?? {};
  return sampleRate > 0 && frameSize > 0 ? sampleRate / frameSize : usualRates.audio;
}

const textBytes = (tags: Record<string, string>): number =>
  Object.entries(tags).reduce((sum, [key, value]) => sum + 64 + key.length + Buffer.byteLength(value), 0);

/** Titles, their track, and Nero's list. */
const chapterBytes = ({ chapters }: RemuxPlan): number =>
  chapters.length === 0 ? 0 : chapters.reduce((sum, { title }) => sum + 64 + Buffer.byteLength(title) * 2, fixed.track);
