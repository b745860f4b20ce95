/** What stretches of a film, each encoded by itself, tell of the whole. */
import type { Score } from '../../contract/quality.ts';
import { scoreOf } from './score.ts';
import type { Stretch } from './stretch.ts';
import type { Trial } from './trial.ts';

export interface Weighed {
  score: Score;
  /** Of the picture, for each second of film. */
  bytesPerSecond: number;
  /** Seconds of the clock that encoding a second of film takes, reading and filtering included. */
  cost: number;
}

/** One stretch, encoded. */
export interface Part extends Trial {
  /** Length of the film, pictures in it, and what reading them took, seconds. */
  film: number;
  pictures: number;
  readCost: number;
}

export const partOf = ({ seconds, pictures, cost }: Stretch, trial: Trial): Part => ({
  ...trial,
  ...{ film: seconds, pictures: pictures.length, readCost: cost },
});

/** Encoders' usual longest distance between keyframes, pictures (x264's and x265's own). */
const usualGop = 250;

/** `gop` is the plan's own longest distance between keyframes, pictures. */
export function weigh(parts: Part[], gop: number | null): Weighed {
  const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
  const seconds = sum(({ film }) => film);
  const pictures = sum((part) => part.pictures);
  // Every stretch begins with a keyframe; the film has one at least every so many pictures.
  const keys = sum(({ keyBytes }) => keyBytes) / parts.length;
  const others = sum(({ bytes, keyBytes }) => bytes - keyBytes) / Math.max(1, pictures - parts.length);
  const due = Math.min(parts.length, Math.max(1, pictures / (gop ?? usualGop)));
  return {
    score: scoreOf(parts.map(({ measured }) => measured)),
    bytesPerSecond: (keys * due + others * (pictures - due)) / seconds,
    cost: sum((part) => part.readCost + part.seconds) / seconds,
  };
}
