/** From packets of any text subtitle to cues. */
import { StudioError } from '../../contract/errors.ts';
import { readAssEvent, splitFields } from './ass.ts';
import { readAssStyles } from './ass-styles.ts';
import { decodeText } from './charset.ts';
import { createEnds } from './ends.ts';
import { createJoiner } from './joiner.ts';
import { readSubripText } from './subrip.ts';
import { type Cue, createLosses, type Lose, type StyledText } from './text.ts';
import { readDescription, readTx3gText } from './tx3g.ts';
import { readStyles, readWebvttText } from './webvtt.ts';
import { readWvttSample } from './wvtt.ts';

/** A packet with its times in milliseconds. */
export interface SubtitlePacket {
  data: Buffer;
  pts: number;
  /** 0 where the container does not tell. */
  duration: number;
  /** WebVTT's cue settings, which FFmpeg keeps beside the packet (AV_PKT_DATA_WEBVTT_SETTINGS). */
  settings?: string;
}

/** A source's stream: FFmpeg's name of its codec and its extradata. */
export interface SubtitleSource {
  /** An MP4 track with the tag `wvtt` has no codec for FFmpeg: it is `wvtt` here. */
  codec: string;
  extradata: Buffer | null;
}

export interface SubtitleReader {
  /** What people call the format. */
  title: string;
  read(packet: SubtitlePacket): Cue[];
  /** Gives out cues whose end nobody told, once the source has been read up to this time. */
  advance(time: number): Cue[];
  /** Where the first cue starts that is still held; Infinity without one. */
  heldFrom(): number;
  finish(): Cue[];
  losses(): string[];
}

type Read = (packet: SubtitlePacket) => StyledText[];

const subrip = {
  title: 'SubRip',
  open:
    (_extradata: Buffer | null, lose: Lose): Read =>
    (packet) => [readSubripText(decodeText(packet.data), lose)],
};

const ass = {
  title: 'ASS',
  open(extradata: Buffer | null, lose: Lose): Read {
    const styles = readAssStyles(decodeText(extradata ?? Buffer.alloc(0)), lose);
    return ({ data }) => {
      const [_order, _layer, style = '', _name, _left, _right, _vertical, effect = '', text] = splitFields(decodeText(data), 9);
      if (text === undefined) lose('damage');
      return text === undefined ? [] : [readAssEvent({ style, effect, text }, styles, lose)];
    };
  },
};

interface Format {
  title: string;
  /** A text that goes on is there again in the next packet. */
  repeats?: boolean;
  open(extradata: Buffer | null, lose: Lose): Read;
}

/** Readers by FFmpeg's codec names. */
const readers: Record<string, Format> = {
  subrip,
  text: subrip,
  ass,
  ssa: ass,
  webvtt: {
    title: 'WebVTT',
    open(extradata, lose) {
      const classes = readStyles(decodeText(extradata ?? Buffer.alloc(0)));
      return ({ data, settings }) => [readWebvttText(decodeText(data), settings ?? '', classes, lose)];
    },
  },
  wvtt: {
    title: 'WebVTT',
    repeats: true,
    open(_extradata, lose) {
      const classes = readStyles('');
      return ({ data }) => readWvttSample(data, lose).map(({ text, settings }) => readWebvttText(text, settings, classes, lose));
    },
  },
  mov_text: {
    title: 'MP4',
    repeats: true,
    open(extradata, lose) {
      const description = readDescription(extradata);
      return ({ data }) => [readTx3gText(data, description, lose)];
    },
  },
};

/** Opens a stream of text subtitles. Throws unsupported-codec for any other. */
export function createSubtitleReader(source: SubtitleSource): SubtitleReader {
  const row = Object.hasOwn(readers, source.codec) ? readers[source.codec] : undefined;
  if (!row) throw new StudioError('unsupported-codec', `Subtitles of the kind ${source.codec} are not text that can be converted.`);
  const { lose, words } = createLosses(row.title);
  const read = row.open(source.extradata, lose);
  const ends = createEnds(lose);
  const joiner = row.repeats ? createJoiner() : null;
  const advance = (time: number) => {
    const cues = ends.advance(time);
    return joiner ? [...joiner.add(cues, -Infinity), ...joiner.advance(time)] : cues;
  };
  return {
    title: row.title,
    read(packet) {
      const cues = ends.add(read(packet), packet.pts, packet.duration);
      return joiner ? joiner.add(cues, Math.min(Math.round(packet.pts), ends.heldFrom())) : cues;
    },
    advance,
    heldFrom: () => Math.min(ends.heldFrom(), joiner?.heldFrom() ?? Infinity),
    finish: () => advance(Infinity),
    losses: words,
  };
}
