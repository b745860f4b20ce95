/** A newer Muxwell, as far as this one knows. */
import type { ErrorData } from './errors.ts';

export type UpdatePhase =
  | { phase: 'idle' }
  | { phase: 'checking' }
  /** It was asked, and this is the newest. */
  | { phase: 'newest' }
  /** `fraction` from 0 to 1. */
  | { phase: 'downloading'; version: string; fraction: number }
  /** It is used after a restart. */
  | { phase: 'ready'; version: string }
  | { phase: 'failed'; error: ErrorData };

/**
 * There is a record only where Muxwell can update itself: in the packaged desktop app that was built with an address to ask.
 * `host` is who is asked, as a host's name.
 */
export type Update = { host: string } & UpdatePhase;
