/** The sound of a proxy: Opus in stereo, cut so that one chunk goes on where the other stopped, without a click and without drift. */
import { AV_NOPTS_VALUE, AV_SAMPLE_FMT_FLT } from 'node-av/constants';
import { Frame, type Packet } from 'node-av/lib';
import type { AudioStream } from '../../contract/media.ts';
import { chunkSeconds } from '../../contract/viewing.ts';
import { createAudioChain } from '../audio-filters.ts';
import { check } from '../av-error.ts';
import { createDecoder } from '../decoder.ts';
import { createAudioEncoder, type Encoder } from '../encoder.ts';
import type { FilterChain } from '../filter-chain.ts';
import { channelLayout } from '../layouts.ts';
import { toSeconds, toTicks } from '../legs.ts';
import { outputStream } from '../output.ts';
import { chunkStart, freeAll, type ProxyTrack } from './proxy-track.ts';
import { baseOf, type Source } from './source.ts';

const sampleRate = 48_000;
const timeBase = { num: 1, den: sampleRate };
/** Samples in a packet of Opus: 20 ms. */
const piece = 960;
const piecesPerChunk = (chunkSeconds * sampleRate) / piece;
/** Pieces that only bring the encoder to where the one of the chunk before is: 100 ms. */
const lead = 5;
/** The first piece that is encoded for a chunk. */
const firstPiece = (chunk: number) => (chunkStart(chunk) * sampleRate) / piece - lead;
/** Samples that libopus puts before what it is given (at 48 kHz, with `application=audio`). */
const delay = 312;

const plan = {
  ...{ tags: {}, disposition: [] },
  ...{ encoder: 'libopus', options: { application: 'audio', compression_level: '5' }, bitRate: 64_000 },
  ...{ sampleRate, sampleFormat: 'flt', layout: 'stereo' },
};

/**
 * Sound is cut into pieces that are counted from the source's start. Piece 0 begins `delay` samples after it, so that what
 * the encoder makes of piece 0 sounds from 0 to 20 ms, and no player has to be told of a delay.
 */
export function createSoundTrack({ input, start }: Source, stream: AudioStream): ProxyTrack {
  const base = baseOf(input, stream.index);
  const origin = toTicks(start, base);
  const decoder = createDecoder(input, stream.index, 1);
  const silence = makeSilence();
  const held: Packet[] = [];
  const pieces = new Map<number, Frame>();
  let chain: FilterChain | null = null;
  let encoder: Encoder | null = null;
  let first: number | null = null;
  let reach = 0;
  let wanted = 0;
  let write: ((packet: Packet, place: number) => void) | null = null;

  const keep = (frame: Frame) => {
    const number = Math.round((Number(frame.pts) - delay) / piece);
    const copy = number >= wanted && frame.nbSamples === piece && !pieces.has(number) ? frame.clone() : null;
    if (copy) pieces.set(number, copy);
  };
  const onFrame = (frame: Frame) => {
    const ticks = frame.pts === AV_NOPTS_VALUE ? toTicks(reach, base) : frame.pts - origin;
    const at = toSeconds(ticks, base);
    first ??= at;
    reach = Math.max(reach, at + frame.nbSamples / frame.sampleRate);
    if (!chain && reach * sampleRate < wanted * piece + delay) return;
    frame.pts = ticks;
    chain ??= createAudioChain(plan, base, piece, wanted * piece + delay, input.name);
    chain.process(frame, keep);
  };
  const endChain = () => {
    chain?.process(null, keep);
    chain?.close();
    chain = null;
  };
  const dropBefore = (number: number) => {
    for (const [one, frame] of pieces) {
      if (one >= number) continue;
      frame.free();
      pieces.delete(one);
    }
  };

  return {
    stream: stream.index,
    held,
    reach: () => reach,
    first: () => first,
    decode(packet) {
      decoder.decode(packet, onFrame);
      if (!packet) endChain();
    },
    open(chunk, output) {
      wanted = firstPiece(chunk);
      dropBefore(wanted);
      encoder = createAudioEncoder(plan);
      const target = output.addStream(plan);
      target.codecpar.fromContext(encoder.context);
      target.timeBase = encoder.context.timeBase;
      target.codecpar.initialPadding = 0;
      target.codecpar.extradata = withoutSkip(target.codecpar.extradata);
      return () => {
        const to = outputStream(target, timeBase);
        write = (packet, place) => {
          packet.pts = packet.dts = BigInt(place * piece);
          output.write(packet, to);
        };
      };
    },
    full: () => pieces.has(wanted + lead + piecesPerChunk - 1),
    finish(until) {
      const from = wanted + lead;
      const count = Math.min(piecesPerChunk, Math.ceil(until * (sampleRate / piece) - from - 1e-6));
      let place = -lead;
      for (let number = wanted; number < from + count; number++) {
        const frame = pieces.get(number) ?? silence;
        frame.pts = BigInt((number - wanted) * piece);
        encoder?.encode(frame, (packet) => {
          if (place >= 0) write?.(packet, place);
          place++;
        });
      }
    },
    shut() {
      encoder?.close();
      encoder = null;
      write = null;
    },
    rewind(chunk) {
      wanted = firstPiece(chunk);
      decoder.flush();
      freeAll(held);
      dropBefore(Infinity);
      chain?.close();
      chain = null;
      first = null;
      reach = 0;
    },
    close() {
      this.rewind(0, true);
      this.shut();
      silence.free();
      decoder.close();
    },
  };
}

function makeSilence(): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLT;
  frame.nbSamples = piece;
  frame.sampleRate = sampleRate;
  frame.channelLayout = channelLayout('stereo');
  check(frame.getBuffer(0), 'filter', 'silence');
  check(frame.fromBuffer(Buffer.alloc(piece * 2 * 4)), 'filter', 'silence');
  return frame;
}

/** The header of an Opus stream (RFC 7845), telling players to skip nothing. */
function withoutSkip(header: Buffer | null): Buffer | null {
  const copy = header && Buffer.from(header);
  copy?.writeUInt16LE(0, 10);
  return copy;
}
