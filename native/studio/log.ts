/** The application log as the studio sees it: it is told what happens, and it knows what nobody may ever read in it. */
import { createRedactor } from './redact.ts';

/** JSON-safe; a job's or a session's id stands under `job` or `session`, so that its lines can be picked out. */
export type LogData = Record<string, unknown>;

export interface Log {
  /** `what` names the kind of event (`job-started`), the same for every line of its kind. */
  info(what: string, data?: LogData): void;
  warn(what: string, data?: LogData): void;
  error(what: string, data?: LogData): void;
  /** From now on this text is in no line and no report. */
  hide(secret: string): void;
  /** A text as it may be shown to a stranger: without secrets, home folders and the user's name. */
  clean(text: string): string;
  /** The newest lines of the log, oldest first. */
  tail(count: number): string[];
  /** Where its files are; null where nothing is written. */
  folder: string | null;
}

/** Writes nothing, and still knows what to hide. */
export function quietLog(): Log {
  const { hide, clean } = createRedactor();
  const nothing = () => {};
  return { info: nothing, warn: nothing, error: nothing, hide, clean, tail: () => [], folder: null };
}
