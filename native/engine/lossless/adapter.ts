/** Files that follow one another under one header, although their encoders were set differently or their containers frame packets differently. */
import type { Packet, Stream } from 'node-av/lib';
import { openInput } from '../input.ts';
import { frame, framingOf, nalCodec, nals, nalTypes, parameterSets } from './nal.ts';
import { replaceData } from './replace-data.ts';

/** Makes a packet fit the first file's header. */
export type Adapt = (packet: Packet) => void;

/** null where packets of `other` fit as they are. `withSets`: every keyframe brings its file's parameter sets. */
export function createAdapter(first: Stream, other: Stream, withSets: boolean): Adapt | null {
  const codec = nalCodec(other.codecpar);
  if (!codec || nalCodec(first.codecpar) !== codec) return null;
  const from = framingOf(codec, other.codecpar.extradata);
  const to = framingOf(codec, first.codecpar.extradata);
  if (from === to && !withSets) return null;
  const own = parameterSets(codec, other.codecpar.extradata).map(({ bytes }) => Buffer.from(bytes));
  return (packet) => {
    const units = [...nals(codec, packet.data ?? Buffer.alloc(0), from)];
    const lacksSets = withSets && packet.isKeyframe && !units.some(({ type }) => type === nalTypes[codec].sps);
    if (from === to && !lacksSets) return;
    const isFirst = ({ type }: { type: number }) => type === nalTypes[codec].delimiter;
    const [head, rest] = [units.filter(isFirst), units.filter((unit) => !isFirst(unit))];
    replaceData(packet, frame([...head.map(({ bytes }) => bytes), ...(lacksSets ? own : []), ...rest.map(({ bytes }) => bytes)], to));
  };
}

/** Header and packets of a stream with start codes instead of lengths; null where it has them already. */
export function unframed({ codecpar }: Stream, extradata: Buffer | null): { extradata: Buffer; adapt: Adapt } | null {
  const codec = nalCodec(codecpar);
  const header = extradata ?? codecpar.extradata;
  const from = codec ? framingOf(codec, header) : 0;
  if (!codec || from === 0) return null;
  const bytesOf = (units: Iterable<{ bytes: Buffer }>) => [...units].map(({ bytes }) => bytes);
  return {
    extradata: frame(bytesOf(parameterSets(codec, header)), 0),
    adapt: (packet) => replaceData(packet, frame(bytesOf(nals(codec, packet.data ?? Buffer.alloc(0), from)), 0)),
  };
}

/** True where a file has other parameter sets for one of these streams (by their places in it) than the first file. */
export function hasOtherSets(path: string, streams: { first: Stream; index: number }[]): boolean {
  const input = openInput(path, { headerOnly: true });
  try {
    // Broadcasts have no header: their sets are found by reading on.
    if (streams.some(({ index }) => input.streams[index]?.codecpar.extradata === null)) input.context.findStreamInfoSync(null);
    return streams.some(({ first, index }) => setsOf(first) !== setsOf(input.streams[index]));
  } finally {
    input.close();
  }
}

function setsOf(stream: Stream | undefined): string {
  const codec = stream && nalCodec(stream.codecpar);
  if (!codec) return '';
  const sets = parameterSets(codec, stream.codecpar.extradata).filter(({ type }) => nalTypes[codec].sets.includes(type));
  return sets.map(({ bytes }) => bytes.toString('base64')).join();
}
