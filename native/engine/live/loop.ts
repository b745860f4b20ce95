/** A file that is played over and over, as its frames are asked for. */
import type { CodecParameters, Frame } from 'node-av/lib';
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Rational } from '../../contract/media.ts';
import { createDecoder, type Decoder } from '../decoder.ts';
import { type Input, openInput } from '../input.ts';

export interface Loop {
  /**
   * Hands on frames until one begins at or after `until`, seconds since the first: a time that goes on over all rounds. Frames
   * are only valid during the call.
   */
  play(until: number, onFrame: (frame: Frame, seconds: number) => void): void;
  timeBase: Rational;
  close(): void;
}

/** FFmpeg's numbers of the kinds of streams. */
const types = { video: 0, audio: 1 };

/** Throws StudioError where the file cannot be read or has nothing of the kind. */
export function createLoop(path: string, kind: 'video' | 'audio'): Loop {
  let input: Input = openInput(path);
  const stream = input.streams.find(({ codecpar }) => (codecpar as CodecParameters).codecType === types[kind]);
  if (!stream) {
    input.close();
    throw new StudioError('nothing-to-export', `There is no ${kind === 'video' ? 'picture' : 'sound'} in ${input.name}.`);
  }
  const { index, timeBase } = stream;
  const tick = timeBase.num / timeBase.den;
  let decoder: Decoder = createDecoder(input, index, 1);
  const packet = new Packet();
  packet.alloc();
  let round = 0;
  let first: number | null = null;
  let end = 0;
  let next = 0;

  function again(): void {
    if (end <= round) throw new StudioError('source-damaged', `Nothing of ${input.name} could be decoded.`);
    decoder.close();
    input.close();
    input = openInput(path, { headerOnly: true });
    decoder = createDecoder(input, index, 1);
    round = end;
    first = null;
  }

  return {
    timeBase,
    play(until, onFrame) {
      const take = (frame: Frame) => {
        const at = Number(frame.bestEffortTimestamp) * tick;
        first ??= at;
        const seconds = round + at - first;
        end = Math.max(end, seconds + (frame.duration > 0n ? Number(frame.duration) * tick : 0.04));
        next = Math.max(next, seconds);
        onFrame(frame, seconds);
      };
      while (next < until) {
        const more = input.read(packet);
        if (more && packet.streamIndex === index) decoder.decode(packet, take);
        if (!more) decoder.decode(null, take);
        packet.unref();
        if (!more) again();
      }
    },
    close() {
      packet.free();
      decoder.close();
      input.close();
    },
  };
}
