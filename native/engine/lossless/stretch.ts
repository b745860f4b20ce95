/** Encodes the pictures of one stretch of a film again, so that they fit beside those that are copied. */

import { AV_PICTURE_TYPE_NONE } from 'node-av/constants';
import type { Frame, Packet, Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import { openDecoder } from '../decoder.ts';
import { createVideoEncoder, type Encoder } from '../encoder.ts';
import { type Framing, frame as framed, type NalCodec, nals, nalTypes, parameterSets } from './nal.ts';
import type { Recipe } from './recipe.ts';
import { replaceData } from './replace-data.ts';

/** Encodes pictures of one film. */
export interface StretchCoder {
  /** The parameter sets of what it encodes; none for codecs that say it all in every keyframe. */
  sets: Buffer[];
  /**
   * Decodes packets, and encodes what is shown at one of `times` (rising). Hands on each new picture with its time; yields often.
   * Throws decoder-failed where a picture is missing.
   */
  encode(packets: Iterable<Packet>, times: number[], onPicture: (packet: Packet, pts: number) => void): Generator<void>;
}

export function createStretchCoder(stream: Stream, recipe: Recipe, name: string): StretchCoder {
  const { codec, framing, encode, sets: place } = recipe;
  const rate = encode.frameRate ?? { num: 25, den: 1 };
  // Pictures are counted, whatever their times: the encoder sees an even film, and its header is always the same.
  const open = (): Encoder => createVideoEncoder(encode, { num: rate.den, den: rate.num }, {}, 0);
  const trial = open();
  const { extraData } = trial.context;
  const sets = codec ? parameterSets(codec, extraData ? Buffer.from(extraData) : null).map(({ bytes }) => Buffer.from(bytes)) : [];
  trial.close();

  return {
    sets,
    *encode(packets, times, onPicture) {
      const decoder = openDecoder({ parameters: stream.codecpar, timeBase: stream.timeBase, name }, 0, null);
      if (!decoder) throw new StudioError('unsupported-codec', `${name} has a codec that Muxwell cannot decode.`);
      const encoder = open();
      const wanted = new Set(times);
      let encoded = 0;
      let decoded = 0;
      const onFrame = (picture: Frame) => {
        if (!wanted.delete(Number(picture.bestEffortTimestamp))) return;
        picture.pts = BigInt(decoded++);
        picture.pictType = AV_PICTURE_TYPE_NONE;
        encoder.encode(picture, onPacket);
      };
      const onPacket = (packet: Packet) => {
        const own = packet.isKeyframe && (place === 'packets' || framing === 0) ? sets : [];
        if (codec) replaceData(packet, dressed(packet.data ?? Buffer.alloc(0), codec, framing, own));
        onPicture(packet, times[encoded++] ?? 0);
      };
      try {
        for (const packet of packets) {
          decoder.decode(packet, onFrame);
          yield;
        }
        decoder.decode(null, onFrame);
        yield* encoder.flush(onPacket);
        if (encoded !== times.length)
          throw new StudioError(
            'decoder-failed',
            `${times.length - encoded} pictures of ${name} that are to be encoded again could not be decoded.`,
          );
      } finally {
        decoder.close();
        encoder.close();
      }
    },
  };
}

/** What an encoder gives out, framed as the source is; its parameter sets only where they are wanted. */
function dressed(data: Buffer, codec: NalCodec, framing: Framing, sets: Buffer[]): Buffer {
  const units = [...nals(codec, data, 0)].filter(({ type }) => !nalTypes[codec].sets.includes(type)).map(({ bytes }) => bytes);
  return framed([...sets, ...units], framing);
}
