/** Whether a source is still what its plan was made for, and how much of it could really be read. */
import { StudioError } from '../contract/errors.ts';
import type { Plan } from '../contract/plan.ts';
import type { Decoder } from './decoder.ts';
import type { Input } from './input.ts';

/** More than this share of damaged packets is not a film any more (FFmpeg's own limit for giving up is 2/3). */
const mostDamage = 1 / 3;

/** What was decoded of each stream of a source, and how much of it was damaged. */
export type Counts = Map<number, { frames: number; damaged: number }>;

export const countsOf = (decoders: Map<number, Decoder>): Counts =>
  new Map([...decoders].map(([index, decoder]) => [index, { frames: decoder.frames(), damaged: decoder.damaged() }]));

/** The plan was made for the file as it was when it was read; a file that changed since is not encoded by guess. */
export function checkSource(input: Input, plan: Plan): void {
  if (plan.streams.some((stream) => stream.input >= input.streams.length)) {
    throw new StudioError('source-vanished', `${input.name} has changed since it was added. Retry to read it anew.`);
  }
}

/** Damage is told; too much of it, or no frame at all, is an error. */
export function judgeDamage(input: Input, counts: Counts, isPart: boolean): string[] {
  const warnings: string[] = [];
  for (const [index, { frames, damaged }] of counts) {
    // Of a part, a stream may have nothing.
    if (damaged > (frames + damaged) * mostDamage || (frames === 0 && !isPart)) {
      throw new StudioError(
        'source-damaged',
        `${input.name} is damaged: ${frames === 0 ? 'nothing' : 'too little'} of stream ${index} could be decoded.`,
      );
    }
    if (damaged > 0)
      warnings.push(`${damaged} damaged ${damaged === 1 ? 'place' : 'places'} in stream ${index} of the source could not be decoded well.`);
  }
  return warnings;
}

/** FFmpeg reads a file that was cut off as one that simply ends: its own header knows better. */
export function judgeLength(input: Input, plan: Plan, end: number): void {
  if (plan.duration === null || !plan.durationIsExact) return;
  if (plan.duration - end <= Math.max(1, plan.duration * 0.02)) return;
  throw new StudioError(
    'source-truncated',
    `${input.name} ends too early: ${end.toFixed(1)} s of ${plan.duration.toFixed(1)} s could be read. Copy it again from where it came.`,
  );
}
