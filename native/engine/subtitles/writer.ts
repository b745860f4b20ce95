/** From cues to packets of a text subtitle. */
import type { Rational } from '../../contract/media.ts';
import { writeAssText } from './ass.ts';
import { plainHeader } from './ass-styles.ts';
import type { SubtitlePacket } from './reader.ts';
import { writeSubripText } from './subrip.ts';
import { type Cue, createLosses, type Lose } from './text.ts';
import { createTimeline, type Sample } from './timeline.ts';
import { tx3gDescription, writeTx3gText } from './tx3g.ts';
import { writeSettings, writeWebvttText } from './webvtt.ts';

/** What subtitles can be converted to, by FFmpeg's codec names. */
export type SubtitleTarget = 'mov_text' | 'subrip' | 'ass' | 'webvtt';

export interface SubtitleWriter {
  /** For the stream's parameters. */
  extradata: Buffer | null;
  /**
   * What the stream should be given. MP4's is finer than milliseconds, because FFmpeg's mov muxer compares the end of a text with other
   * streams' times without regard to their time bases, and with a coarse one ends texts too early with empty samples of no length.
   */
  timeBase: Rational;
  /** Takes cues by rising start. */
  write(cue: Cue): SubtitlePacket[];
  /** No later cue starts before this time: gives out what is decided, milliseconds. */
  advance(time: number): SubtitlePacket[];
  finish(): SubtitlePacket[];
  losses(): string[];
}

interface Target {
  extradata: Buffer | null;
  timeBase: Rational;
  open(lose: Lose): Pick<SubtitleWriter, 'write' | 'advance' | 'finish'>;
}

const milliseconds = { num: 1, den: 1000 };

/** Formats that may show several texts at a time: a packet for each cue, at once. */
const perCue = (encode: (cue: Cue, order: number, lose: Lose) => { text: string; settings?: string }): Target['open'] => {
  return (lose) => {
    let order = 0;
    return {
      write(cue) {
        const { text, ...beside } = encode(cue, order++, lose);
        return [{ data: Buffer.from(text), pts: cue.start, duration: cue.end - cue.start, ...beside }];
      },
      advance: () => [],
      finish: () => [],
    };
  };
};

const targets: Record<SubtitleTarget, Target> = {
  subrip: { extradata: null, timeBase: milliseconds, open: perCue(({ text }) => ({ text: writeSubripText(text) })) },
  ass: {
    extradata: Buffer.from(plainHeader),
    timeBase: milliseconds,
    open: perCue(({ text }, order) => ({ text: `${order},0,Default,,0,0,0,,${writeAssText(text)}` })),
  },
  webvtt: {
    extradata: null,
    timeBase: milliseconds,
    open: perCue(({ text }, _order, lose) => {
      const settings = writeSettings(text.position);
      const written = writeWebvttText(text, () => {
        lose('colors');
        return null;
      });
      return settings ? { text: written, settings } : { text: written };
    }),
  },
  mov_text: {
    extradata: tx3gDescription(),
    timeBase: { num: 1, den: 90_000 },
    open(lose) {
      const timeline = createTimeline(lose);
      const packets = (samples: Sample[]): SubtitlePacket[] =>
        samples.map(({ start, end, runs }) => ({ data: writeTx3gText(runs, lose), pts: start, duration: end - start }));
      return {
        write(cue) {
          if (cue.text.position !== null) lose('positions');
          return packets(timeline.add(cue));
        },
        advance: (time) => packets(timeline.advance(time)),
        finish: () => packets(timeline.finish()),
      };
    },
  },
};

/** Opens a stream of subtitles to be written. `title` names the format they come from, for what is lost. */
export function createSubtitleWriter(to: SubtitleTarget, title: string): SubtitleWriter {
  const { extradata, timeBase, open } = targets[to];
  const { lose, words } = createLosses(title);
  return { extradata, timeBase, ...open(lose), losses: words };
}
