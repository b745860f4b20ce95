/** A studio that runs elsewhere, over its web host's socket: for a command line that tells it what to do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type CommandInputs, emptyState, type Results, type State, stateTopic } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import { socketPort, type WebSocketLike } from '../contract/ports.ts';
import { applyPatch, type Patch } from '../contract/state.ts';
import { connect, type Port } from '../contract/wire.ts';
import { isLoopback } from './door.ts';

export interface RemoteStudio {
  /** `patience`: how long the answer may take, ms; null for work that takes as long as it takes. */
  call<K extends keyof Results & keyof CommandInputs>(method: K, input: CommandInputs[K], patience?: number | null): Promise<Results[K]>;
  /** As it was last told. */
  state(): State;
  close(): void;
}

export interface RemoteOptions {
  /** `http://…` of the host. */
  host: string;
  token: string | undefined;
  /** Where this machine's own studio keeps its token. */
  data: string;
}

/** How long a host may take to answer, ms. */
const patienceMs = 10_000;

/** Throws disconnected where nobody answers, and bad-input for an address or a token that does not open it. */
export async function openRemoteStudio(options: RemoteOptions): Promise<RemoteStudio> {
  const url = addressOf(options.host);
  const token = options.token ?? (isLoopback(url.hostname) ? ownToken(options.data) : undefined);
  if (token === undefined)
    throw new StudioError('bad-input', `${url.origin} wants its token: give it with --token, or better in MUXWELL_TOKEN.`);
  const wire = new URL('/wire', url);
  wire.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(wire, { headers: { authorization: `Bearer ${token}` }, handshakeTimeout: patienceMs });
  const port = await new Promise<Port>((resolve, reject) => {
    // At once: the state may come in the same breath.
    socket.once('open', () => resolve(socketPort(socket as unknown as WebSocketLike)));
    socket.once('unexpected-response', (_request, { statusCode }) => reject(refusal(url, statusCode)));
    socket.once('error', (error) =>
      reject(new StudioError('disconnected', `No Muxwell answers at ${url.origin}. Is “muxwell serve” running there?`, error.message)),
    );
  });
  const connection = connect(port);
  let state: State = emptyState;
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      port.close();
      reject(new StudioError('timed-out', `Muxwell at ${url.origin} does not answer.`));
    }, patienceMs);
    connection.onPush(stateTopic, (patch) => {
      state = applyPatch(state, patch as Patch);
      clearTimeout(late);
      resolve();
    });
  });
  return {
    call: async (method, input, patience = patienceMs) =>
      (await connection.call(method, input, patience === null ? undefined : AbortSignal.timeout(patience))) as never,
    state: () => state,
    close: () => port.close(),
  };
}

function addressOf(host: string): URL {
  const url = URL.parse(/^[a-z]+:\/\//i.test(host) ? host : `http://${host}`);
  if (!url || !/^https?:$/.test(url.protocol)) throw new StudioError('bad-input', `“${host.slice(0, 200)}” is not the address of a host.`);
  return url;
}

function ownToken(data: string): string | undefined {
  try {
    return readFileSync(join(data, 'token'), 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function refusal(url: URL, status = 0): StudioError {
  if (status === 401 || status === 403) return new StudioError('bad-input', `The token does not open Muxwell at ${url.origin}.`);
  return new StudioError('disconnected', `${url.origin} answers, but not as Muxwell does (HTTP ${status}).`);
}
