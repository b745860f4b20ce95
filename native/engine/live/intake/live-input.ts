/** Inputs that may hang: opened and read without blocking the process, with a time-out on every step, and ended at any moment. */
import { AV_NOPTS_VALUE, AVFMT_FLAG_CUSTOM_IO, type AVMediaType } from 'node-av/constants';
import { Dictionary, FormatContext, InputFormat, IOContext, type Packet, type Stream } from 'node-av/lib';
import { StudioError } from '../../../contract/errors.ts';
import { AGAIN, END } from '../../av-error.ts';
import { leastProbeScore } from '../../input.ts';
import { checkLive } from './trouble.ts';

/** Bytes that come from elsewhere in this process. */
export interface ByteSource {
  /** At most `size` bytes, as soon as there are any; null at the end. */
  read(size: number): Buffer | null | Promise<Buffer | null>;
  /** Lets a read that waits go, with null. */
  end(): void;
}

export interface InputOrder {
  /** An address or a device, or where the bytes come from. */
  from: string | ByteSource;
  /** FFmpeg's name of the format, where it is not to be guessed. */
  format?: string;
  /** Of FFmpeg's format and protocol. */
  options?: Record<string, string>;
  /** What a person would call it. Never with a secret in it. */
  name: string;
  /** false where the packets themselves tell what the streams are. */
  examine?: boolean;
  /** Seconds: for opening it, and for each packet. */
  patience: { open: number; packet: number };
}

export interface LiveInput {
  name: string;
  /** As they are known now: some formats find more of them later. Only valid until close. */
  streams(): Stream[];
  /** The best stream of a kind that can be decoded; null where there is none. */
  best(type: AVMediaType): Stream | null;
  /** Seconds at which its own clock begins; null where it does not say. */
  origin(): number | null;
  /** Reads the next packet; false at the end. */
  read(packet: Packet): Promise<boolean>;
  close(): Promise<void>;
}

/** Microseconds of media that a live stream is examined for at most: FFmpeg's option `analyzeduration`. */
export const examineMicros = '2000000';

const bufferBytes = 32_768;

/** Throws what FFmpeg says about it, timed-out where it says nothing in time, or the signal's reason. */
export async function openLiveInput(order: InputOrder, signal: AbortSignal): Promise<LiveInput> {
  const { from, name, patience, options = {}, examine = true } = order;
  signal.throwIfAborted();
  const format = order.format ? InputFormat.findInputFormat(order.format) : null;
  if (order.format && !format) throw new StudioError('unsupported-codec', `This build of FFmpeg has no ${order.format}.`);
  const context = new FormatContext();
  context.allocContext();
  const bytes = typeof from === 'string' ? null : openBytes(from);
  if (bytes) {
    context.pb = bytes;
    context.setFlags(AVFMT_FLAG_CUSTOM_IO);
  }
  let late = false;
  let work: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;

  // FFmpeg keeps an interruption for good: after it, a context can only be closed.
  const interrupt = () => {
    if (typeof from !== 'string') from.end();
    context.interrupt();
  };
  signal.addEventListener('abort', interrupt);

  async function within(seconds: number, step: () => Promise<number>): Promise<number> {
    const timer = setTimeout(() => {
      late = true;
      interrupt();
    }, seconds * 1000);
    const running = step();
    work = running;
    try {
      const result = await running;
      signal.throwIfAborted();
      if (late && result < 0) throw new StudioError('timed-out', `${name} gave nothing for ${seconds} seconds.`);
      return result;
    } finally {
      clearTimeout(timer);
    }
  }

  async function release(): Promise<void> {
    interrupt();
    signal.removeEventListener('abort', interrupt);
    await work.catch(() => {});
    await context.closeInput();
    if (!bytes) return;
    context.pb = null;
    bytes.freeContext();
  }
  const close = () => {
    closing ??= release();
    return closing;
  };

  try {
    checkLive(
      await within(patience.open, async () => {
        const opened = await context.openInput(typeof from === 'string' ? from : '', format, Dictionary.fromObject(options));
        return opened < 0 || !examine ? opened : context.findStreamInfo(null);
      }),
      'open',
      name,
    );
    if (examine && context.probeScore < leastProbeScore) throw new StudioError('not-media', `${name} sends nothing that Muxwell can read.`);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    name,
    streams: () => context.streams,
    best(type) {
      const index = context.findBestStream(type);
      return index < 0 ? null : (context.streams[index] ?? null);
    },
    origin() {
      const micros = context.startTime;
      return micros === AV_NOPTS_VALUE ? null : Number(micros) / 1e6;
    },
    async read(packet) {
      for (;;) {
        const result = await within(patience.packet, () => context.readFrame(packet));
        if (result === END) return false;
        if (result === AGAIN) continue;
        checkLive(result, 'read', name);
        return true;
      }
    },
    close,
  };
}

function openBytes(source: ByteSource): IOContext {
  const io = new IOContext();
  io.allocContextWithCallbacks(bufferBytes, 0, (size) => source.read(size), null, null);
  return io;
}
