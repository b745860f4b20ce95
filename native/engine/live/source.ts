/** What every live source gives: decoded frames on one clock, whatever they come from, and the truth about whether it is there. */
import type { Frame } from 'node-av/lib';
import type { LiveSource, SourceFacts, SourceState } from '../../contract/live.ts';
import type { Rational } from '../../contract/media.ts';

export interface SourceListener {
  /**
   * A decoded picture or sound as the source has it (any size, pixel format, rate, layout). `seconds` is its time on the source's
   * own timeline, rising, the same for both kinds; it begins anew with every `running`. The frame is the listener's only during
   * the call: what it keeps it must clone.
   */
  video(frame: Frame, seconds: number, timeBase: Rational): void;
  audio(frame: Frame, seconds: number, timeBase: Rational): void;
  /** `words` say why, for a person: "Waiting for a publisher on rtmp://127.0.0.1:1935/live." */
  state(state: SourceState, words: string): void;
  /** Known at every `running`, before the first frame; told again when it changes. */
  facts(facts: SourceFacts): void;
  /** Something a person should know that changes no state: a publisher was refused, a file was skipped. */
  notice(words: string): void;
}

export interface RunningSource {
  /** Ends everything it has open; resolves when it is gone. Safe at any time. */
  close(): Promise<void>;
  /** Port it listens on, once it does; null for sources that do not listen. */
  port(): number | null;
}

/**
 * Opens a source. It never fails for good: a source that is not there or is lost is told by `state`, and tried again (or waited for)
 * until it is closed. `secrets` are what its key or passphrase stands for.
 */
export type OpenSource = (source: LiveSource, secrets: Record<string, string>, listener: SourceListener) => RunningSource;

/** The same for one kind of source. */
export type Opener<K extends LiveSource['kind']> = (
  source: Extract<LiveSource, { kind: K }>,
  secrets: Record<string, string>,
  listener: SourceListener,
) => RunningSource;
