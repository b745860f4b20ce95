/** One decoder of one source stream. What is damaged is counted, and skipped or patched, as every player does. */
import { AV_CODEC_ID_AV1, AV_FRAME_FLAG_CORRUPT, type AVCodecID, type FFDecoderCodec } from 'node-av/constants';
import { Codec, CodecContext, type CodecParameters, Frame, Rational as LibRational, type Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { Device } from '../contract/hardware.ts';
import type { Rational } from '../contract/media.ts';
import { AGAIN, check, END, INVALID_DATA } from './av-error.ts';
import { deviceFormat, openDevice } from './devices.ts';
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

/** Pictures the filters and the encoder may hold on a device beside the decoder's own. */
const heldOnDevice = 16;

/** `threads` 0 leaves the number to FFmpeg. With a device, pictures come as they lie there, or in memory where it cannot decode them. */
export function createDecoder(input: Input, streamIndex: number, threads: number, device: Device | null = null): Decoder {
  const stream = input.streams[streamIndex];
  const decoder = stream && openDecoder({ parameters: stream.codecpar, timeBase: stream.timeBase, name: input.name }, threads, device);
  if (!decoder)
    throw new StudioError('unsupported-codec', `Stream ${streamIndex} of ${input.name} has a codec that Muxwell cannot decode.`);
  return decoder;
}

/** What is to be decoded, wherever it comes from. */
export interface Coded {
  parameters: CodecParameters;
  timeBase: Rational;
  /** For errors. */
  name: string;
}

/** The same for packets that are in no file; null where there is no decoder. `prepare` may set more before it is opened. */
export function openDecoder(
  { parameters, timeBase, name }: Coded,
  threads: number,
  device: Device | null,
  prepare?: (context: CodecContext) => void,
): Decoder | null {
  const codec = device ? onDevice(parameters.codecId) : Codec.findDecoder(parameters.codecId);
  if (!codec) return null;
  const context = new CodecContext();
  context.allocContext3(codec);
  const frame = new Frame();
  frame.alloc();
  let frames = 0;
  let damaged = 0;
  try {
    check(context.parametersToContext(parameters), 'decode', name);
    context.pktTimebase = new LibRational(timeBase.num, timeBase.den);
    context.threadCount = device ? 1 : threads;
    if (device) {
      context.hwDeviceCtx = openDevice(device);
      context.setHardwarePixelFormat(deviceFormat(device.backend));
      context.setOption('extra_hw_frames', String(heldOnDevice));
    }
    prepare?.(context);
    check(context.open2Sync(codec, null), 'decode', name);
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
      check(result, 'decode', name);
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
        check(context.sendPacketSync(packet), 'decode', name);
      } else if (result !== END) check(result, 'decode', name);
      receive(onFrame);
    },
    flush: () => context.flushBuffers(),
    close() {
      frame.free();
      context.freeContext();
    },
  };
}

/** FFmpeg's first choice for AV1 is dav1d, which knows no devices; its own decoder does. */
const onDevice = (id: AVCodecID) => (id === AV_CODEC_ID_AV1 ? Codec.findDecoderByName('av1' as FFDecoderCodec) : Codec.findDecoder(id));
