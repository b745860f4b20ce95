/** One text after the other for formats that cannot show two at a time: overlapping cues become samples of all that is on the picture. */
import { type Cue, type Lose, plainText, sameStyle, type TextRun } from './text.ts';

/** Shown from `start` to `end`, milliseconds; no runs show nothing. */
export interface Sample {
  start: number;
  end: number;
  runs: TextRun[];
}

/** A picture full of text is one nobody reads, and every change in it repeats all of it: so many texts, and so many characters beside the newest. */
const mostTexts = 8;
const mostCharacters = 4000;

/**
 * Samples and the gaps between them are cut at this length, milliseconds: FFmpeg's mov muxer refuses lengths over 2^31 ticks,
 * and after a longer gap puts the next text right behind the one before.
 */
const longestSample = 4 * 3600_000;

export interface Timeline {
  /** Takes cues by rising start. Gives out what they leave decided. */
  add(cue: Cue): Sample[];
  /** No later cue starts before this time. */
  advance(time: number): Sample[];
  finish(): Sample[];
}

export function createTimeline(lose: Lose): Timeline {
  /** What is on the picture at `now`, oldest first. */
  let shown: Cue[] = [];
  /** Everything before is decided. */
  let now = 0;
  /** The end of what was given out. */
  let written = 0;
  /** The last sample, as long as the next may go on with the same text. */
  let open: Sample | null = null;

  const give = (out: Sample[]) => {
    if (!open) return;
    // What is longer than this without a text is a gap that the muxer cannot make.
    for (; open.start - written > longestSample; written += longestSample)
      out.push({ start: written + longestSample, end: written + longestSample, runs: [] });
    for (let start = open.start; start < open.end; start += longestSample)
      out.push({ start, end: Math.min(open.end, start + longestSample), runs: open.runs });
    written = open.end;
    open = null;
  };

  /** Goes on to a time, cutting what is shown there only if something changes. */
  const goOn = (time: number, cut: boolean, out: Sample[]) => {
    while (shown.length > 0 && now < time) {
      const change = Math.min(...shown.map((cue) => cue.end));
      if (change > time && !cut) return;
      const end = Math.min(change, time);
      const runs = together(shown, lose);
      if (open && open.end === now && sameRuns(open.runs, runs)) open.end = end;
      else {
        give(out);
        open = { start: now, end, runs };
      }
      now = end;
      shown = shown.filter((cue) => cue.end > now);
    }
    if (shown.length === 0) now = Math.max(now, time);
  };

  return {
    add(cue) {
      const out: Sample[] = [];
      goOn(cue.start, true, out);
      if (cue.end <= now) lose('times');
      else shown.push(cue);
      if (shown.length > mostTexts) {
        lose('crowds');
        shown.shift();
      }
      return out;
    },
    advance(time) {
      const out: Sample[] = [];
      goOn(time, false, out);
      if (open && open.end < time) give(out);
      return out;
    },
    finish() {
      const out: Sample[] = [];
      goOn(Infinity, false, out);
      give(out);
      return out;
    },
  };
}

/** All texts, the newest lowest and those at the top first; the same text twice (as effects are made of it) is shown once. */
function together(cues: Cue[], lose: Lose): TextRun[] {
  const [first, ...others] = cues;
  if (first && others.length === 0) return first.text.runs;
  const seen = new Set<string>();
  let characters = 0;
  const kept = cues.toReversed().filter((cue) => {
    const text = plainText(cue.text);
    if (seen.has(text)) return false;
    seen.add(text);
    characters += text.length;
    if (seen.size === 1 || characters <= mostCharacters) return true;
    lose('crowds');
    return false;
  });
  const rowOf = (cue: Cue) => Math.floor(((cue.text.position ?? 2) - 1) / 3);
  return kept
    .reverse()
    .sort((a, b) => rowOf(b) - rowOf(a))
    .flatMap(({ text }, index) => text.runs.map((run, at) => (index > 0 && at === 0 ? { ...run, text: `\n${run.text}` } : run)));
}

const sameRuns = (a: TextRun[], b: TextRun[]): boolean =>
  a.length === b.length && a.every((run, index) => b[index] !== undefined && run.text === b[index].text && sameStyle(run, b[index]));
