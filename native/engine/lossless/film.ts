/** What a cut has to know of a film: where its keyframes are, and picture by picture what lies around a place. */
import { closeSync } from 'node:fs';
import {
  AV_CODEC_PROP_INTRA_ONLY,
  AV_NOPTS_VALUE,
  AV_PKT_FLAG_DISCARD,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
  type AVSeekFlag,
} from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import { limited, openFile } from '../chapters.ts';
import type { Input } from '../input.ts';
import { readSyncTimes } from '../mp4/sync-samples.ts';
import { dispositions } from '../output.ts';
import { framingOf, idr, nalCodec, nals, nalTypes, parameterSets } from './nal.ts';
import { createPlace, openTimed } from './place.ts';

/** One picture, or one packet of sound, in ticks of its stream. */
export interface Picture {
  pts: number;
  /** NaN where the container does not tell. */
  dts: number;
  duration: number;
  /** A decoder can begin here. */
  key: boolean;
  /** It can begin here whatever came before: in H.264 an IDR picture. */
  clean: boolean;
}

export interface Film {
  /** The first picture that is no cover, or the first sound. */
  stream: Stream;
  input: Input;
  sound: boolean;
  /** Seconds a tick. */
  tick: number;
  /** Ticks from picture to picture, usually. */
  usual: number;
  /** Every picture can be cut at. */
  intraOnly: boolean;
  /** A lossless segment can begin at it: any clean one, or any keyframe where there is hardly a clean one. */
  begins(picture: Picture): boolean;
  /** Keyframes where a segment can begin, in order. */
  keyframes(): Generator<Picture>;
  /**
   * Pictures in decode order from a begin at or before a time on, and on for some pictures after it; with `to` until there is
   * another begin after the first time, or that time is over too.
   */
  around(ticks: number, to?: number): Picture[];
  /** Parameter sets were met that the header does not have. */
  setsChange(): boolean;
  close(): void;
}

/** More pictures than any codec holds back to put them in order, twice. */
const lookahead = 40;
/** How far back to look for a begin, seconds, one after the other. */
const steps = [0, 10, 60, 600, Infinity];
/** So many keyframes from the start on, and nothing else, make a film of keyframes. */
const surelyIntra = 32;

/** Containers whose index leads from keyframe to keyframe; others are read from the start to the end. */
const indexed = /matroska|avi|mxf/;

/** null: the file has neither pictures nor sound. */
export function openFilm(path: string): Film | null {
  const input = openTimed(path);
  const chosen = chooseStream(input.streams);
  const stream = input.streams[chosen];
  if (!stream) {
    input.close();
    return null;
  }
  const place = createPlace(path, (opened) => opened.use([chosen]), input);
  const tick = stream.timeBase.num / stream.timeBase.den;
  const start = Number(input.context.startTime) / 1e6;
  const sound = stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO;
  const packet = new Packet();
  packet.alloc();
  const look = createLook(stream);
  const format = input.context.iformat?.name ?? '';
  const syncTimes = /mov/.test(format) ? tableOf(path, stream.id) : null;
  const hasIndex = syncTimes !== null || indexed.test(format);
  let all: Picture[] | null = null;

  function read(): Picture | null {
    while (place.read(packet)) {
      const picture = packet.streamIndex === chosen && !packet.hasFlags(AV_PKT_FLAG_DISCARD) ? look.picture(packet) : null;
      packet.unref();
      if (picture) return picture;
    }
    return null;
  }

  function* readFrom(seconds: number): Generator<Picture> {
    if (hasIndex) place.goTo(seconds, false);
    else place.restart();
    for (let picture = read(); picture; picture = read()) yield picture;
  }

  /** From keyframe to keyframe by the index; false where it leads nowhere. */
  function* byIndex(): Generator<Picture, boolean> {
    let last = -Infinity;
    let isFirst = true;
    for (const picture of readFrom(-Infinity)) {
      if (picture.pts <= last) return false;
      if (picture.key) yield picture;
      last = picture.pts;
      if (isFirst && syncTimes) return yield* byTable(syncTimes, picture);
      isFirst = false;
      const next = (Number.isNaN(picture.dts) ? picture.pts : picture.dts) + 1;
      if (place.input().context.seekFrameSync(chosen, BigInt(next), forwards) < 0) return true;
    }
    return true;
  }

  /** QuickTime's demuxer does not go forward to a keyframe: its table says where they are. */
  function* byTable(times: number[], head: Picture): Generator<Picture, boolean> {
    let last = head.pts;
    for (const time of times) {
      if (place.input().context.seekFrameSync(chosen, BigInt(Math.round(time + head.dts)), AVSEEK_FLAG_BACKWARD) < 0) return false;
      const picture = read();
      if (!picture?.key || picture.pts <= last) continue;
      yield picture;
      last = picture.pts;
    }
    return true;
  }

  function* everyKeyframe(): Generator<Picture> {
    let last = -Infinity;
    if (hasIndex) {
      const found = byIndex();
      for (let step = found.next(); ; step = found.next()) {
        if (step.done && step.value) return;
        if (step.done) break;
        last = step.value.pts;
        yield step.value;
      }
    }
    for (const picture of everything()) if (picture.key && picture.pts > last) yield picture;
  }
  const everything = () => (all ??= [...readFrom(-Infinity)]);

  const head = first(surelyIntra, readFrom(-Infinity));
  const onlyKeyframes = stream.codecpar.hasProperties(AV_CODEC_PROP_INTRA_ONLY) || (head.length > 1 && head.every(({ clean }) => clean));
  const intraOnly = sound || onlyKeyframes;
  const { num, den } = stream.avgFrameRate;
  const usual = !sound && num > 0 ? den / num / tick : Math.max(1, head[0]?.duration ?? 1);
  // The very first keyframe is nearly always a clean one, also where all that follow are not.
  const hasClean =
    intraOnly ||
    first(
      2,
      having(everyKeyframe(), ({ clean }) => clean),
    ).length === 2 ||
    first(2, everyKeyframe()).length < 2;
  const begins = ({ key, clean }: Picture) => (hasClean ? clean : key);

  /** As much of what is read from somewhere before `ticks` on as `around` is to return. */
  function window(pictures: Iterable<Picture>, ticks: number, to: number): Picture[] {
    const found: Picture[] = [];
    let left = lookahead;
    let isMet = to === -Infinity;
    for (const picture of pictures) {
      found.push(picture);
      const time = Number.isNaN(picture.dts) ? picture.pts : picture.dts;
      if (time >= to || (begins(picture) && picture.pts > ticks)) isMet = true;
      if (time >= ticks && isMet && left-- === 0) break;
    }
    return found;
  }

  return {
    ...{ stream, input, sound, tick, usual, intraOnly, begins },
    keyframes: () => having(everyKeyframe(), begins),
    setsChange: look.setsChange,
    around(ticks, to = -Infinity) {
      const isBefore = (picture: Picture) => begins(picture) && picture.pts <= ticks + usual / 2;
      if (!hasIndex) {
        const from = Math.max(0, everything().findLastIndex(isBefore));
        return window(everything().slice(from), ticks, to);
      }
      for (const back of steps) {
        const found = window(readFrom(ticks * tick - back), ticks, to);
        const from = found.findIndex(isBefore);
        if (from >= 0) return found.slice(from);
        if (ticks * tick - back <= start) return found;
      }
      return [];
    },
    close() {
      packet.free();
      place.close();
      input.close();
    },
  };
}

const forwards = 0 as AVSeekFlag;

const first = <T>(count: number, of: Iterable<T>): T[] => {
  const taken: T[] = [];
  for (const one of of) if (taken.push(one) === count) break;
  return taken;
};

function* having<T>(of: Iterable<T>, wanted: (one: T) => boolean): Generator<T> {
  for (const one of of) if (wanted(one)) yield one;
}

function chooseStream(streams: Stream[]): number {
  const of = (type: number) =>
    streams.find(({ codecpar, disposition }) => codecpar.codecType === type && (disposition & (dispositions['attached_pic'] ?? 0)) === 0);
  return (of(AVMEDIA_TYPE_VIDEO) ?? of(AVMEDIA_TYPE_AUDIO))?.index ?? -1;
}

function tableOf(path: string, track: number): number[] | null {
  const file = openFile(path, 'r');
  try {
    return readSyncTimes(limited(file), track);
  } catch (error) {
    // Tables that are shorter than they say: FFmpeg has read the file, and reads it picture by picture.
    if (error instanceof RangeError) return null;
    throw error;
  } finally {
    closeSync(file.fd);
  }
}

/** Tells of each packet what matters for cutting. */
function createLook(stream: Stream) {
  const codec = nalCodec(stream.codecpar);
  const { extradata } = stream.codecpar;
  const framing = codec ? framingOf(codec, extradata) : 0;
  const known = new Set((codec ? parameterSets(codec, extradata) : []).map(({ bytes }) => bytes.toString('base64')));
  let setsChange = false;
  return {
    /** Parameter sets were met that the header does not have. */
    setsChange: () => setsChange,
    picture(packet: Packet): Picture | null {
      const pts = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
      if (pts === AV_NOPTS_VALUE) return null;
      const key = packet.isKeyframe;
      const types = new Set<number>();
      if (key && codec) {
        for (const { type, bytes } of nals(codec, packet.data ?? none, framing)) {
          types.add(type);
          if (nalTypes[codec].sets.includes(type) && !known.has(bytes.toString('base64'))) setsChange = true;
        }
      }
      return {
        pts: Number(pts),
        dts: packet.dts === AV_NOPTS_VALUE ? Number.NaN : Number(packet.dts),
        duration: Number(packet.duration),
        key,
        clean: key && (codec !== 'h264' || types.has(idr)),
      };
    },
  };
}

const none = Buffer.alloc(0);
