/** The units that H.264 and HEVC packets are made of: finding them, telling what they are, and changing how they are framed. */
import type { CodecParameters } from 'node-av/lib';
import { avGetCodecName } from 'node-av/lib';

export type NalCodec = 'h264' | 'hevc';

/** How units follow one another: behind start codes (0), or behind their length in so many bytes. */
export type Framing = 0 | 1 | 2 | 3 | 4;

export interface Nal {
  type: number;
  /** With its header, without start code or length. */
  bytes: Buffer;
}

/** Their types; a delimiter marks where a picture begins, and nothing may come before it. */
export const nalTypes: Record<NalCodec, { sps: number; pps: number; delimiter: number; sets: number[] }> = {
  h264: { sps: 7, pps: 8, delimiter: 9, sets: [7, 8] },
  hevc: { sps: 33, pps: 34, delimiter: 35, sets: [32, 33, 34] },
};
/** H.264's picture that nothing before it is needed for. */
export const idr = 5;

/** null: the codec has no such units. */
export const nalCodec = ({ codecId }: CodecParameters): NalCodec | null => {
  const name = avGetCodecName(codecId);
  return name === 'h264' || name === 'hevc' ? name : null;
};

/** What the header says of the framing: `avcC` and `hvcC` begin with their version, everything else with a start code. */
export function framingOf(codec: NalCodec, extradata: Buffer | null): Framing {
  if (extradata?.[0] !== 1) return 0;
  const at = codec === 'h264' ? 4 : 21;
  return (((extradata[at] ?? 3) & 3) + 1) as Framing;
}

export const typeOf = (codec: NalCodec, header: number): number => (codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f);

/** The units of a packet. Ends at the first that does not fit. */
export function* nals(codec: NalCodec, data: Buffer, framing: Framing): Generator<Nal> {
  if (framing === 0) {
    yield* behindStartCodes(codec, data);
    return;
  }
  let at = 0;
  while (at + framing < data.length) {
    const length = data.readUIntBE(at, framing);
    at += framing;
    if (length === 0 || at + length > data.length) return;
    yield { type: typeOf(codec, data[at] ?? 0), bytes: data.subarray(at, at + length) };
    at += length;
  }
}

const startCode = Buffer.from([0, 0, 1]);

function* behindStartCodes(codec: NalCodec, data: Buffer): Generator<Nal> {
  let at = data.indexOf(startCode);
  while (at >= 0) {
    const next = data.indexOf(startCode, at + 3);
    let end = next < 0 ? data.length : next;
    // Zeros before a start code belong to it.
    while (end > at + 3 && data[end - 1] === 0) end--;
    if (end > at + 3) yield { type: typeOf(codec, data[at + 3] ?? 0), bytes: data.subarray(at + 3, end) };
    at = next;
  }
}

/** Units as a packet. Throws RangeError where one is too long for the framing. */
export function frame(units: Buffer[], framing: Framing): Buffer {
  return Buffer.concat(
    units.flatMap((unit) => {
      if (framing === 0) return [Buffer.from([0, 0, 0, 1]), unit];
      const length = Buffer.alloc(framing);
      length.writeUIntBE(unit.length, 0, framing);
      return [length, unit];
    }),
  );
}

/** The parameter sets in a stream's header. */
export function parameterSets(codec: NalCodec, extradata: Buffer | null): Nal[] {
  if (!extradata) return [];
  if (extradata[0] !== 1) return [...behindStartCodes(codec, extradata)];
  return codec === 'h264' ? avcSets(extradata) : hevcSets(extradata);
}

function avcSets(config: Buffer): Nal[] {
  const sets: Nal[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    let count = (config[at++] ?? 0) & mask;
    while (count-- > 0 && at + 2 <= config.length) {
      const length = config.readUInt16BE(at);
      const bytes = config.subarray(at + 2, at + 2 + length);
      sets.push({ type: typeOf('h264', bytes[0] ?? 0), bytes });
      at += 2 + length;
    }
  }
  return sets;
}

function hevcSets(config: Buffer): Nal[] {
  const sets: Nal[] = [];
  let at = 23;
  for (let arrays = config[22] ?? 0; arrays > 0; arrays--) {
    if (at + 3 > config.length) return sets;
    let count = config.readUInt16BE(at + 1);
    at += 3;
    while (count-- > 0 && at + 2 <= config.length) {
      const length = config.readUInt16BE(at);
      const bytes = config.subarray(at + 2, at + 2 + length);
      sets.push({ type: typeOf('hevc', bytes[0] ?? 0), bytes });
      at += 2 + length;
    }
  }
  return sets;
}

/** An H.264 header with further parameter sets, framed as it was. */
export function withSets(extradata: Buffer, further: Buffer[]): Buffer {
  if (extradata[0] !== 1) return Buffer.concat([extradata, frame(further, 0)]);
  const known = avcSets(extradata);
  const all = [...known.map(({ bytes }) => bytes), ...further];
  const list = (type: number) => all.filter((bytes) => typeOf('h264', bytes[0] ?? 0) === type);
  const [sps, pps] = [list(nalTypes.h264.sps), list(nalTypes.h264.pps)];
  // Behind the sets: what some profiles tell of chroma and depth.
  const tail = extradata.subarray(7 + known.reduce((sum, { bytes }) => sum + 2 + bytes.length, 0));
  const head = extradata.subarray(0, 5);
  return Buffer.concat([head, Buffer.from([0xe0 | sps.length]), frame(sps, 2), Buffer.from([pps.length]), frame(pps, 2), tail]);
}
