/**
 * One request/reply protocol for every pair of processes: page and host, host and worker.
 * Four frames (call, abort, reply, push) over any port that carries JSON-safe values in order.
 */
import { abortError, type ErrorData, StudioError, toErrorData } from './errors.ts';

/** Any transport, seen as little as the wire needs. Adapters are in ports.ts. */
export interface Port {
  /** Sends one JSON-safe value. After the port closed it does nothing. */
  send(frame: Frame): void;
  /** Takes the one listener of incoming values; they are unchecked. */
  onFrame(listener: (frame: unknown) => void): void;
  /** Adds a listener, called once; at once if the port is closed already. */
  onClose(listener: () => void): void;
  /** Bytes handed over that the transport has not sent yet; 0 where it does not tell. */
  backlog(): number;
  close(): void;
}

export type Frame =
  | { type: 'call'; id: number; method: string; input: unknown }
  | { type: 'abort'; id: number }
  | { type: 'reply'; id: number; ok: true; value: unknown }
  | { type: 'reply'; id: number; ok: false; error: ErrorData }
  | { type: 'push'; topic: string; data: unknown };

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** A frame of the wire, or null for anything else: a stranger's bytes are never half-believed. */
export function parseFrame(value: unknown): Frame | null {
  if (!isObject(value)) return null;
  switch (value['type']) {
    case 'call':
      return isId(value['id']) && typeof value['method'] === 'string' ? (value as Frame) : null;
    case 'abort':
      return isId(value['id']) ? (value as Frame) : null;
    case 'reply': {
      if (!isId(value['id'])) return null;
      if (value['ok'] === true) return value as Frame;
      const error = value['error'];
      const named = isObject(error) && typeof error['code'] === 'string' && typeof error['message'] === 'string';
      return value['ok'] === false && named ? (value as Frame) : null;
    }
    case 'push':
      return typeof value['topic'] === 'string' ? (value as Frame) : null;
    default:
      return null;
  }
}

/** The side that calls. */
export interface Connection {
  /**
   * Sends a call and settles exactly once: with the reply, or `disconnected` when the port closes first.
   * Aborting asks the other side to stop; the promise settles with its answer, so that the caller knows when it has.
   */
  call(method: string, input: unknown, signal?: AbortSignal): Promise<unknown>;
  onPush(topic: string, listener: (data: unknown) => void): void;
  close(): void;
}

/** Speaks the calling side of the wire over a port. */
export function connect(port: Port): Connection {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (data: unknown) => void>();
  let lastId = 0;
  let closed = false;

  const read = (raw: unknown) => {
    const frame = parseFrame(raw);
    if (frame?.type === 'push') listeners.get(frame.topic)?.(frame.data);
    if (frame?.type !== 'reply') return;
    const call = pending.get(frame.id);
    pending.delete(frame.id);
    if (frame.ok) call?.resolve(frame.value);
    else call?.reject(StudioError.from(frame.error));
  };
  // What came early waits in the port until the caller has had its turn to add listeners of pushes.
  queueMicrotask(() => port.onFrame(read));

  const lost = () => new StudioError('disconnected', 'The connection to the studio was lost.');
  port.onClose(() => {
    closed = true;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) call.reject(lost());
  });

  return {
    async call(method, input, signal) {
      if (signal?.aborted) throw abortError(signal);
      if (closed) throw lost();
      const id = ++lastId;
      const abort = () => port.send({ type: 'abort', id });
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await new Promise((resolve, reject) => {
          pending.set(id, { resolve, reject });
          port.send({ type: 'call', id, method, input });
        });
      } finally {
        signal?.removeEventListener('abort', abort);
        pending.delete(id);
      }
    },
    onPush(topic, listener) {
      listeners.set(topic, listener);
    },
    close: () => port.close(),
  };
}

/** What the answering side offers: input checks and the work behind each method. */
export interface Service {
  /** Returns the checked input, or throws a StudioError (`unknown-command`, `bad-input`). */
  parse(method: string, input: unknown): unknown;
  handle(method: string, input: unknown, signal: AbortSignal): unknown;
}

/** The side that answers. */
export interface Server {
  push(topic: string, data: unknown): void;
  close(): void;
}

/** Calls one port may have running at once: a page needs a dozen, a flood of them is refused. */
const mostRunning = 2000;

/** Speaks the answering side of the wire over a port. When the port closes, everything still running for it is aborted. */
export function serve(port: Port, service: Service): Server {
  const running = new Map<number, AbortController>();

  async function answer(id: number, method: string, input: unknown): Promise<void> {
    const abort = new AbortController();
    running.set(id, abort);
    try {
      const value = await service.handle(method, service.parse(method, input), abort.signal);
      port.send({ type: 'reply', id, ok: true, value: value ?? null });
    } catch (thrown) {
      port.send({ type: 'reply', id, ok: false, error: toErrorData(thrown) });
    } finally {
      running.delete(id);
    }
  }

  port.onFrame((raw) => {
    const frame = parseFrame(raw);
    // A second call under a running id would make two replies for one promise: the first stands.
    if (frame?.type === 'call' && !running.has(frame.id)) {
      if (running.size < mostRunning) void answer(frame.id, frame.method, frame.input);
      else port.send({ type: 'reply', id: frame.id, ok: false, error: { code: 'too-busy', message: 'Too much is asked at once.' } });
    }
    if (frame?.type === 'abort') running.get(frame.id)?.abort(new StudioError('cancelled', 'Cancelled.'));
  });
  port.onClose(() => {
    for (const abort of running.values()) abort.abort(new StudioError('disconnected', 'The caller went away.'));
  });

  return {
    push: (topic, data) => port.send({ type: 'push', topic, data }),
    close: () => port.close(),
  };
}
