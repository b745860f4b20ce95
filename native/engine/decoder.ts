/** One decoder of one source stream. What is damaged is counted, and skipped or patched, as every player does. */
import { AV_FRAME_FLAG_CORRUPT } from 'node-av/constants';
import { Codec, CodecContext, Frame, type Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { AGAIN, check, END, INVALID_DATA } from './av-error.ts';
import type { Input } from './input.ts';

export interface Decoder {
  /** Frames so far. */
  frames(): number;
  /** Packets that could not be decoded, and frames that were patched up. */
  damaged(): number;
  /** Decodes a packet (null: what is left) and hands on each frame, which is only valid during the call. */
  decode(packet: Packet | null, onFrame: (frame: Frame) => void): void;
  /** Forgets what it holds, after a seek. */
  flush(): void;
  close(): void;
}

/** `threads` 0 leaves the number to FFmpeg. */
export function createDecoder(input: Input, streamIndex: number, threads: number): Decoder {
  const stream = input.streams[streamIndex];
  const codec = stream && Codec.findDecoder(stream.codecpar.codecId);
  if (!stream || !codec)
    throw new StudioError('unsupported-codec', `Stream ${streamIndex} of ${input.name} has a codec that Muxwell cannot decode.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  const frame = new Frame();
  frame.alloc();
  let frames = 0;
  let damaged = 0;
  try {
    check(context.parametersToContext(stream.codecpar), 'decode', input.name);
    context.pktTimebase = stream.timeBase;
    context.threadCount = threads;
    check(context.open2Sync(codec, null), 'decode', input.name);
  } catch (error) {
    frame.free();
    context.freeContext();
    throw error;
  }

  function receive(onFrame: (frame: Frame) => void): void {
    for (;;) {
      const result = context.receiveFrameSync(frame);
      if (result === AGAIN || result === END) return;
      if (result === INVALID_DATA) {
        damaged++;
        continue;
      }
      check(result, 'decode', input.name);
      frames++;
      if (frame.decodeErrorFlags !== 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) !== 0) damaged++;
      onFrame(frame);
      frame.unref();
    }
  }

  return {
    frames: () => frames,
    damaged: () => damaged,
    decode(packet, onFrame) {
      const result = context.sendPacketSync(packet);
      if (result === INVALID_DATA) damaged++;
      // A full decoder takes the packet once its frames are out.
      else if (result === AGAIN) {
        receive(onFrame);
        check(context.sendPacketSync(packet), 'decode', input.name);
      } else if (result !== END) check(result, 'decode', input.name);
      receive(onFrame);
    },
    flush: () => context.flushBuffers(),
    close() {
      frame.free();
      context.freeContext();
    },
  };
}
