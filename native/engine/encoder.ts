/** One encoder, opened from the plan before the first frame: the header can be written at once and nothing has to wait. */
import {
  AV_CODEC_FLAG_FRAME_DURATION,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVCOL_RANGE_UNSPECIFIED,
  type AVColorPrimaries,
  type AVColorSpace,
  type AVColorTransferCharacteristic,
  type FFEncoderCodec,
} from 'node-av/constants';
import { avGetPixFmtFromName, avGetSampleFmtFromName, Codec, CodecContext, type Frame, Packet, Rational } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { Rational as Ratio } from '../contract/media.ts';
import type { AudioEncode, VideoEncode } from '../contract/plan.ts';
import { AGAIN, check, END } from './av-error.ts';
import { type DevicePictures, openDevice } from './devices.ts';
import { channelLayout } from './layouts.ts';
import { openContext } from './open-context.ts';

export interface Encoder {
  context: CodecContext;
  /** Samples per frame that the codec wants; 0 for any number, and for video. */
  frameSize: number;
  /** Encodes a frame and hands on each packet, times in the context's time base. */
  encode(frame: Frame, onPacket: (packet: Packet) => void): void;
  /** Hands on what is left, yielding after each packet: a long lookahead takes a while to empty. */
  flush(onPacket: (packet: Packet) => void): Iterable<void>;
  close(): void;
}

const ranges = { tv: AVCOL_RANGE_MPEG, pc: AVCOL_RANGE_JPEG };

/** `options` are FFmpeg's own, over the plan's (the passes of two-pass encoding); with `pictures` it takes them from the device. */
export function createVideoEncoder(
  plan: VideoEncode,
  timeBase: Ratio,
  options: Record<string, string>,
  threads: number,
  pictures: DevicePictures | null = null,
): Encoder {
  return open(plan.encoder, { ...plan.options, ...options }, (context) => {
    context.width = plan.width;
    context.height = plan.height;
    context.pixelFormat = pictures ? pictures.context.format : avGetPixFmtFromName(plan.pixelFormat);
    if (pictures) context.hwFramesCtx = pictures.context;
    else if (plan.device) context.hwDeviceCtx = openDevice(plan.device);
    context.sampleAspectRatio = new Rational(plan.sar.num, plan.sar.den);
    context.timeBase = new Rational(timeBase.num, timeBase.den);
    if (plan.frameRate) context.framerate = new Rational(plan.frameRate.num, plan.frameRate.den);
    context.colorPrimaries = plan.color.primaries as AVColorPrimaries;
    context.colorTrc = plan.color.transfer as AVColorTransferCharacteristic;
    context.colorSpace = plan.color.matrix as AVColorSpace;
    context.colorRange = plan.color.range ? ranges[plan.color.range] : AVCOL_RANGE_UNSPECIFIED;
    context.threadCount = threads;
    if (plan.codecTag) context.codecTag = plan.codecTag;
  });
}

/** What an encoder of sound is opened with. */
type SoundEncoder = Pick<AudioEncode, 'encoder' | 'options' | 'bitRate' | 'sampleRate' | 'sampleFormat' | 'layout'>;

export function createAudioEncoder(plan: SoundEncoder): Encoder {
  return open(plan.encoder, plan.options, (context) => {
    context.sampleRate = plan.sampleRate;
    context.sampleFormat = avGetSampleFmtFromName(plan.sampleFormat);
    context.channelLayout = channelLayout(plan.layout);
    context.timeBase = new Rational(1, plan.sampleRate);
    context.bitRate = BigInt(plan.bitRate);
  });
}

function open(name: string, options: Record<string, string>, configure: (context: CodecContext) => void): Encoder {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec);
  if (!codec) throw new StudioError('encoder-failed', `This build has no encoder ${name}.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  try {
    // Without this FFmpeg asks for 200 kb/s, which some encoders refuse beside a CRF.
    context.bitRate = 0n;
    configure(context);
    context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_FRAME_DURATION);
    // Set one by one: an options dictionary given to open2Sync is freed twice in node-av 6.1.1.
    for (const [key, value] of Object.entries(options)) {
      const result = context.setOption(key, value);
      if (result < 0) throw new StudioError('encoder-failed', `The encoder ${name} does not take ${key}=${value}.`);
    }
    check(openContext(context, codec), 'encode', name);
  } catch (error) {
    context.freeContext();
    throw error;
  }
  const packet = new Packet();
  packet.alloc();

  /** One packet; false when there is none yet, or none any more. */
  function receive(onPacket: (packet: Packet) => void): boolean {
    const result = context.receivePacketSync(packet);
    if (result === AGAIN || result === END) return false;
    check(result, 'encode', name);
    onPacket(packet);
    packet.unref();
    return true;
  }

  return {
    context,
    frameSize: context.frameSize,
    encode(frame, onPacket) {
      // A full encoder takes the frame once its packets are out.
      let result = context.sendFrameSync(frame);
      while (result === AGAIN) {
        receive(onPacket);
        result = context.sendFrameSync(frame);
      }
      check(result, 'encode', name);
      while (receive(onPacket));
    },
    *flush(onPacket) {
      check(context.sendFrameSync(null), 'encode', name);
      while (receive(onPacket)) yield;
    },
    close() {
      packet.free();
      context.freeContext();
    },
  };
}
