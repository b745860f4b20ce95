/** What the fields of every kind of source are given. */
import type { LiveSession, LiveSource } from '../../../native/contract/live.ts';

export interface KindFields<K extends LiveSource['kind']> {
  source: Extract<LiveSource, { kind: K }>;
  session: LiveSession;
  disabled: boolean;
  onChange(change: Partial<Extract<LiveSource, { kind: K }>>): void;
}
