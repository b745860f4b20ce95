/** The queue's run, and what follows when its last job has ended. */
import type { ErrorData } from './errors.ts';

export const whenDoneChoices = ['nothing', 'notify', 'sound', 'sleep', 'shutdown', 'command'] as const;
export type WhenDone = (typeof whenDoneChoices)[number];

/** What the whole machine does: announced by a countdown that every page can call off. */
export type MachineAction = Extract<WhenDone, 'sleep' | 'shutdown'>;
export const isMachineAction = (choice: WhenDone): choice is MachineAction => choice === 'sleep' || choice === 'shutdown';

/** From when a started queue got something to do until it had nothing left. */
export interface QueueRun {
  /** ms since 1970. */
  began: number;
  /** null while it goes on. */
  ended: number | null;
  /** How its jobs ended; what was cancelled is in neither. */
  done: number;
  failed: number;
  /** When the machine slept in it. */
  sleeps: Sleep[];
  /** What follows its end; null while it goes on. */
  after: Afterwards | null;
}

/** A time that the machine slept, ms since 1970. */
export interface Sleep {
  from: number;
  until: number;
}

export type Afterwards =
  /** A session is on air: the countdown begins when it has ended. */
  | { phase: 'held'; action: MachineAction }
  | { phase: 'counting'; action: MachineAction; seconds: number }
  /** By a person, or because there is new work. */
  | { phase: 'called-off'; action: MachineAction; by: 'person' | 'work' }
  /** The command runs, or the machine has been told. */
  | { phase: 'acting'; action: WhenDone }
  /** It is done; a page shows and plays by itself what is its part. */
  | { phase: 'over'; action: WhenDone }
  | { phase: 'failed'; action: WhenDone; error: ErrorData };

/** How people are told of a run's end, once: what was chosen to tell them, or what is about to happen. null where nothing is told, or not yet. */
export function newsOf({ after }: QueueRun): 'notify' | 'sound' | MachineAction | null {
  if (after?.phase === 'counting') return after.action;
  return after?.phase === 'over' && (after.action === 'notify' || after.action === 'sound') ? after.action : null;
}
