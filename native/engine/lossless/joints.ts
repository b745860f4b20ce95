/** What is changed in the first picture of a piece, so that a decoder takes it for a new beginning. */
import type { Packet, Stream } from 'node-av/lib';
import { type Framing, frame, framingOf, nalCodec, nals, nalTypes, parameterSets } from './nal.ts';
import { replaceData } from './replace-data.ts';

export interface Joint {
  /** `follows`: other pictures come before it. `sets`: those had parameter sets of their own, under the same numbers. */
  begin(packet: Packet, follows: boolean, sets: boolean): void;
}

/** Types of HEVC units: a picture from which decoding goes on (CRA), and one from which it begins anew (BLA). */
const hevc = { cra: 21, bla: 16 };

export function createJoint({ codecpar }: Stream, muxer: string): Joint {
  const codec = nalCodec(codecpar);
  if (!codec) return { begin() {} };
  const { extradata } = codecpar;
  const framing: Framing = framingOf(codec, extradata);
  const own = parameterSets(codec, extradata).map(({ bytes }) => bytes);
  // A broadcast has no header: what decoders need stands in the packets.
  const broadcast = framing === 0 || muxer === 'mpegts';
  return {
    begin(packet, follows, sets) {
      const units = [...nals(codec, packet.data ?? Buffer.alloc(0), framing)];
      const lacksSets = (sets || broadcast) && !units.some(({ type }) => type === nalTypes[codec].sps);
      const goesOn = follows && codec === 'hevc' && units.some(({ type }) => type === hevc.cra);
      if (!lacksSets && !goesOn) return;
      const [head, rest] = [
        units.filter(({ type }) => type === nalTypes[codec].delimiter),
        units.filter(({ type }) => type !== nalTypes[codec].delimiter),
      ];
      const pictures = rest.map(({ type, bytes }) => (goesOn && type === hevc.cra ? asBla(bytes) : bytes));
      replaceData(packet, frame([...head.map(({ bytes }) => bytes), ...(lacksSets ? own : []), ...pictures], framing));
    },
  };
}

/** The two kinds differ in nothing but their type. */
function asBla(unit: Buffer): Buffer {
  const changed = Buffer.from(unit);
  changed[0] = ((unit[0] ?? 0) & 0x81) | (hevc.bla << 1);
  return changed;
}
