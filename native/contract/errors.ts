/** Errors as data: one shape for everything that can go wrong, the same in a worker, the studio, a page and a terminal. */

/** What code may branch on. The message beside it is for people and may change; a code never does. */
export const errorCodes = [
  'bad-input', // a command's input does not fit its schema
  'unknown-command',
  'unknown-preset',
  'preset-built-in', // it came with Muxwell and stays as it is
  'preset-in-use',
  'unknown-job',
  'cancelled',
  'disconnected', // the other side went away before it answered
  'timed-out',
  'too-busy',
  'nothing-found',
  'source-missing',
  'source-unreadable',
  'source-vanished', // it was there at the start and could not be read to the end
  'source-truncated', // it ends earlier than its own header says
  'source-damaged',
  'not-media',
  'nothing-to-export', // no stream that the preset can use
  'unsupported-codec', // no decoder in this build
  'bad-setting', // it does not fit this file, or the encoder does not know it
  'not-allowed', // to whoever asked for it, by whoever started the studio
  'machine-refused', // it does not sleep or shut down when told to
  'command-failed', // the one that follows the queue
  'no-key', // a stream key is missing or cannot be opened here
  'not-live', // there is no such session, or it is not in a state for this
  'cut-impossible', // pictures cannot be encoded so that they fit those that are copied
  'chunks-impossible', // a film cannot be encoded in chunks, or those that are there do not fit
  'join-mismatch', // files that follow one another differ in what one container cannot change midway
  'size-unreachable', // the asked file size cannot hold this much media
  'output-unwritable',
  'output-is-source',
  'output-exists',
  'disk-full',
  'write-failed',
  'decoder-failed',
  'filter-failed',
  'encoder-failed',
  'device-failed', // a graphics card or its driver
  'muxer-failed',
  'proof-failed', // the finished file is not what the plan promised
  'worker-crashed',
  'worker-hung',
  'library-busy', // another Muxwell has this queue open
  'update-failed',
  'runtime-too-old',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error as it crosses a process, a socket or a page reload. */
export interface ErrorData {
  code: ErrorCode;
  /** One sentence for a person: what happened and, where that is known, what to do. */
  message: string;
  /** What a developer wants to see (FFmpeg's words, a stack), folded away by default. */
  detail?: string;
}

/** The one error class. Throw it where the sentence is known; everything else becomes `internal` at the nearest boundary. */
export class StudioError extends Error implements ErrorData {
  readonly code: ErrorCode;
  readonly detail?: string;

  constructor(code: ErrorCode, message: string, detail?: string) {
    super(message);
    this.name = 'StudioError';
    this.code = code;
    if (detail) this.detail = detail;
  }

  static from(data: ErrorData): StudioError {
    return new StudioError(data.code, data.message, data.detail);
  }
}

/** Any thrown value as data. An error nobody foresaw keeps its stack as the detail. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof StudioError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.detail && { detail: thrown.detail }) };
  }
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' };
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'internal', message: 'Something went wrong inside Muxwell.', detail };
}

/** The error an aborted signal stands for. */
export function abortError(signal: AbortSignal): StudioError {
  return signal.reason instanceof StudioError ? signal.reason : new StudioError('cancelled', 'Cancelled.');
}
