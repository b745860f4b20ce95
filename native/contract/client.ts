/** A page's or script's way to the studio: calls commands, mirrors the state, and comes back by itself after a lost connection. */
import type { CommandInputs, Results, State } from './contract.ts';
import { emptyState } from './empty-state.ts';
import { StudioError } from './errors.ts';
import { applyPatch, type Patch } from './state.ts';
import { type Connection, connect, type Port } from './wire.ts';

export interface Client {
  call<K extends keyof Results & keyof CommandInputs>(method: K, input: CommandInputs[K], signal?: AbortSignal): Promise<Results[K]>;
  /** The mirror. Tables keep their identity until they change. */
  state(): State;
  /** Whether the mirror is the studio's state of now: from the first push of a connection until that ends. */
  connected(): boolean;
  /** Called after every change of the mirror or of `connected`. Returns the way out. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Waits between attempts to connect, ms; the last one repeats. */
const retryDelays = [100, 250, 500, 1000, 2000];

/** `open` makes a port that is ready to use; it is called again whenever the last one closed. */
export function createClient(open: () => Promise<Port>): Client {
  let state: State = emptyState;
  let connection: Connection | null = null;
  let mirrors = false;
  let attempt = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  function retry(): void {
    if (closed) return;
    timer = setTimeout(() => void start(), retryDelays[Math.min(attempt++, retryDelays.length - 1)]);
  }

  async function start(): Promise<void> {
    let port: Port;
    try {
      port = await open();
    } catch {
      return retry();
    }
    if (closed) return port.close();
    const current = connect(port);
    connection = current;
    current.onPush('state', (data) => {
      attempt = 0; // it is really there, not only taking connections
      state = applyPatch(state, data as Patch);
      mirrors = true;
      tell();
    });
    port.onClose(() => {
      if (connection !== current) return;
      connection = null;
      mirrors = false;
      tell();
      retry();
    });
  }
  void start();

  return {
    async call(method, input, signal) {
      if (!connection) throw new StudioError('disconnected', 'The studio is not connected.');
      return (await connection.call(method, input, signal)) as never;
    },
    state: () => state,
    connected: () => mirrors,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      connection?.close();
      connection = null;
      mirrors = false;
    },
  };
}
