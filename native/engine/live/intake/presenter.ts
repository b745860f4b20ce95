/** Decodes what a live source sends and hands it to the listener: from a keyframe on, from zero on, past whatever is damaged. */
import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_WRAPPED_AVFRAME,
  AV_CODEC_PROP_INTRA_ONLY,
  AV_NOPTS_VALUE,
  FF_THREAD_SLICE,
} from 'node-av/constants';
import { avGetCodecName, type CodecContext, type CodecParameters, type Frame, type Packet } from 'node-av/lib';
import { StudioError } from '../../../contract/errors.ts';
import type { SourceFacts } from '../../../contract/live.ts';
import type { Rational } from '../../../contract/media.ts';
import { type Decoder, openDecoder } from '../../decoder.ts';
import type { SourceListener } from '../source.ts';

export type Kind = 'video' | 'audio';

export interface ShownStream {
  parameters: CodecParameters;
  timeBase: Rational;
  /** Pictures a second, where it says. */
  fps: number | null;
}

export interface Presenter {
  /** Decodes this stream from now on, instead of the one before of its kind, which is played out first. */
  show(kind: Kind, stream: ShownStream): void;
  packet(kind: Kind, packet: Packet): void;
  /** What is quiet is decoded and not handed on. */
  quiet(kinds: Kind[], on: boolean): void;
  /** Hands on what the decoders still hold, and ends them. */
  drain(): void;
  /** Ends the decoders, and tells how much was damaged. */
  close(): void;
}

interface Track {
  decoder: Decoder;
  codec: string | null;
  fps: number | null;
  timeBase: Rational;
  /** Pictures need others before them. */
  dependent: boolean;
  waitsForKey: boolean;
  /** Packets in a row that the decoder gave up on. */
  failures: number;
}

export interface PresenterOrder {
  listener: SourceListener;
  /** The source, for sentences. */
  name: string;
  /** Told when it runs. */
  words: string;
  /** What may come. */
  kinds: Kind[];
}

/** Sound that comes without any picture for this long, in seconds, is all there is for now. */
const soundAlone = 3;
/** From this many pixels a second on one thread cannot be trusted to keep up: then a few pictures of delay are the lesser evil. */
const heavyPixels = 1920 * 1080 * 61;
/** A decoder that fails this often in a row will not come round. */
const tooManyFailures = 200;

export function createPresenter({ listener, name, words, kinds }: PresenterOrder): Presenter {
  const tracks = new Map<Kind, Track>();
  const facts: SourceFacts = { width: 0, height: 0, fps: null, videoCodec: null, audioCodec: null, sampleRate: null, channels: null };
  const silent = new Set<Kind>();
  const last = { video: -Infinity, audio: -Infinity };
  /** Where the source's clock stood when it began to run, seconds. */
  let base: number | null = null;
  let firstSound: number | null = null;
  let toldFacts = '';
  let damaged = 0;

  /** It begins with a picture; with sound only where there is no picture, or none for too long. */
  function begins(kind: Kind, at: number): boolean {
    if (kind === 'video' || !kinds.includes('video')) return true;
    firstSound ??= at;
    return at - firstSound >= soundAlone;
  }

  function tellFacts(kind: Kind, track: Track, frame: Frame): void {
    if (kind === 'video') Object.assign(facts, { width: frame.width, height: frame.height, fps: track.fps, videoCodec: track.codec });
    else Object.assign(facts, { audioCodec: track.codec, sampleRate: frame.sampleRate, channels: frame.channels });
    const now = JSON.stringify(facts);
    if (base === null || now === toldFacts) return;
    toldFacts = now;
    listener.facts({ ...facts });
  }

  function present(kind: Kind, track: Track, frame: Frame): void {
    if (silent.has(kind) || frame.bestEffortTimestamp === AV_NOPTS_VALUE) return;
    const at = (Number(frame.bestEffortTimestamp) * track.timeBase.num) / track.timeBase.den;
    const starts = base === null && begins(kind, at);
    if (starts) base = at;
    tellFacts(kind, track, frame);
    if (starts) listener.state('running', words);
    if (base === null) return;
    const seconds = at - base;
    if (seconds < 0 || seconds <= last[kind]) return;
    last[kind] = seconds;
    listener[kind](frame, seconds, track.timeBase);
  }

  function decode(kind: Kind, track: Track, packet: Packet | null): void {
    // What the listener throws is its own affair; what the decoder throws is a damaged packet.
    let fromListener: unknown = null;
    try {
      track.decoder.decode(packet, (frame) => {
        try {
          present(kind, track, frame);
        } catch (error) {
          fromListener = error;
          throw error;
        }
      });
      track.failures = 0;
    } catch (error) {
      if (error === fromListener || ++track.failures > tooManyFailures) throw error;
      track.waitsForKey = track.dependent;
    }
  }

  function end(kind: Kind, track: Track): void {
    decode(kind, track, null);
    close(track);
    tracks.delete(kind);
  }

  function close({ decoder, failures }: Track): void {
    damaged += decoder.damaged() + failures;
    decoder.close();
  }

  return {
    show(kind, { parameters, timeBase, fps }) {
      const before = tracks.get(kind);
      if (before) end(kind, before);
      const codec = avGetCodecName(parameters.codecId);
      const heavy = parameters.width * parameters.height * (fps ?? 30) > heavyPixels;
      const decoder = openDecoder({ parameters, timeBase, name }, 0, null, heavy ? undefined : withoutDelay);
      if (!decoder) throw new StudioError('unsupported-codec', `${name} sends ${codec}, which Muxwell cannot decode.`);
      const dependent = kind === 'video' && !standsAlone(parameters);
      tracks.set(kind, { decoder, codec, fps, timeBase, dependent, waitsForKey: dependent, failures: 0 });
    },
    packet(kind, packet) {
      const track = tracks.get(kind);
      if (!track) return;
      if (track.waitsForKey && !packet.isKeyframe) return;
      track.waitsForKey = false;
      decode(kind, track, packet);
    },
    quiet(which, on) {
      for (const kind of which) on ? silent.add(kind) : silent.delete(kind);
    },
    drain() {
      for (const [kind, track] of tracks) end(kind, track);
    },
    close() {
      for (const track of tracks.values()) close(track);
      tracks.clear();
      if (damaged > 0) listener.notice(`${name} sent ${damaged} damaged pictures or pieces of sound.`);
      damaged = 0;
    },
  };
}

/** Every packet is a picture by itself; FFmpeg does not say so of its own pictures passed through. */
const standsAlone = (parameters: CodecParameters) =>
  parameters.codecId === AV_CODEC_ID_WRAPPED_AVFRAME || parameters.hasProperties(AV_CODEC_PROP_INTRA_ONLY);

/** Threads that share one picture, instead of each holding one back. dav1d knows it by the flag. */
function withoutDelay(context: CodecContext): void {
  context.threadType = FF_THREAD_SLICE;
  if (context.codecId === AV_CODEC_ID_AV1) context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
}
