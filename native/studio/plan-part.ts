/** Which part of a film is exported, when a job takes only one. */
import { StudioError } from '../contract/errors.ts';
import type { Note, Plan } from '../contract/plan.ts';
import type { Overrides } from '../contract/preset.ts';

type Part = Pick<Plan, 'origin' | 'part' | 'duration'>;

/** `origin` and `duration` are the whole film's, seconds. Throws bad-setting where nothing of it lies between the times. */
export function planPart(trim: Overrides['trim'], origin: number, duration: number | null, notes: Note[]): Part {
  const filmEnd = duration === null ? Infinity : origin + duration;
  const start = trim?.start ?? null;
  const end = trim?.end ?? null;
  const reach = duration === null ? 'begins' : 'goes from';
  const film = `The film ${reach} ${at(origin)}${duration === null ? '' : ` to ${at(filmEnd)}`}.`;
  if (start !== null && end !== null && end <= start)
    throw new StudioError('bad-setting', `The part to be exported ends at ${at(end)}, before it begins at ${at(start)}.`);
  if (start !== null && start >= filmEnd)
    throw new StudioError('bad-setting', `The part to be exported begins at ${at(start)}, when the film is over. ${film}`);
  if (end !== null && end <= origin)
    throw new StudioError('bad-setting', `The part to be exported ends at ${at(end)}, before the film begins. ${film}`);
  const part = { start: start !== null && start > origin ? start : null, end: end !== null && end < filmEnd ? end : null };
  if (part.start === null && part.end === null) return { origin, part, duration };
  const from = part.start ?? origin;
  const to = part.end ?? filmEnd;
  notes.push({ kind: 'info', text: `Only the part from ${at(from)} to ${part.end === null ? 'the end' : at(to)} is exported.` });
  return { origin: from, part, duration: to === Infinity ? null : to - from };
}

/** Seconds to the millisecond: "12.5 s". */
const at = (seconds: number) => `${Math.round(seconds * 1000) / 1000} s`;
