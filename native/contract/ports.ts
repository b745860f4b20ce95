/** The transports, each as a Port. Typed by what they need, so that this file runs in a page, in Node and in Electron. */
import type { Frame, Port } from './wire.ts';

type Listener = (value: unknown) => void;

/** The bookkeeping every transport shares: values that come before there is a listener wait, closing is told once. */
function portCore(sendNow: (frame: Frame) => void, closeNow: () => void, backlog: () => number = () => 0) {
  let onFrame: Listener | null = null;
  const onClose: (() => void)[] = [];
  let closed = false;
  const early: unknown[] = [];
  const closedNow = () => {
    if (closed) return;
    closed = true;
    for (const listener of onClose) listener();
  };
  const port: Port = {
    send: (frame) => {
      if (!closed) sendNow(frame);
    },
    onFrame: (listener) => {
      onFrame = listener;
      for (const value of early.splice(0)) listener(value);
    },
    onClose: (listener) => {
      if (closed) listener();
      else onClose.push(listener);
    },
    backlog,
    close: () => {
      if (closed) return;
      closeNow();
      closedNow();
    },
  };
  const received = (value: unknown) => {
    if (closed) return; // what was still on its way has nobody to answer to
    if (onFrame) onFrame(value);
    else early.push(value);
  };
  return { port, received, closed: closedNow };
}

/** A DOM MessagePort, or worker_threads' (which also tells when the other end is gone). */
export interface MessagePortLike {
  postMessage(value: unknown): void;
  addEventListener(type: string, listener: (event: { readonly type: string; readonly data?: unknown }) => void): void;
  start(): void;
  close(): void;
}

export function messagePort(channel: MessagePortLike): Port {
  const core = portCore(
    (frame) => channel.postMessage(frame),
    () => channel.close(),
  );
  channel.addEventListener('message', (event) => core.received(event.data));
  channel.addEventListener('close', core.closed);
  channel.start();
  return core.port;
}

/** A WebSocket of a browser or of `ws`, already open. Frames travel as JSON text. */
export interface WebSocketLike {
  readonly bufferedAmount: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

export function socketPort(socket: WebSocketLike): Port {
  const core = portCore(
    (frame) => socket.send(JSON.stringify(frame)),
    () => socket.close(),
    () => socket.bufferedAmount,
  );
  socket.addEventListener('message', (event) => {
    if (typeof event.data !== 'string') return socket.close(); // not our protocol
    let value: unknown;
    try {
      value = JSON.parse(event.data);
    } catch {
      return socket.close();
    }
    core.received(value);
  });
  socket.addEventListener('error', () => {}); // `close` follows; in Node an error nobody listens to ends the process
  socket.addEventListener('close', core.closed);
  return core.port;
}

/** A child process as its parent sees it, or `process` as the child sees its parent. */
export interface IpcLike {
  send?(value: unknown, callback: (error: Error | null) => void): boolean;
  disconnect?(): void;
  connected?: boolean;
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

export function ipcPort(ipc: IpcLike): Port {
  // A send to a process that has just died fails through its callback; the disconnect event tells the same.
  const core = portCore(
    (frame) => ipc.send?.(frame, () => {}),
    () => ipc.connected && ipc.disconnect?.(),
  );
  ipc.on('message', core.received);
  ipc.on('disconnect', core.closed);
  return core.port;
}

/** Electron's UtilityProcess as main sees it: it ends with its process. */
export interface UtilityProcessLike {
  postMessage(value: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
}

export function utilityPort(child: UtilityProcessLike): Port {
  const core = portCore(
    (frame) => child.postMessage(frame),
    () => child.kill(),
  );
  child.on('message', core.received);
  child.on('exit', core.closed);
  return core.port;
}

/** `process.parentPort` inside a utility process. Electron ends the process itself when main is gone. */
export interface ParentPortLike {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
}

export function parentPort(parent: ParentPortLike): Port {
  const core = portCore(
    (frame) => parent.postMessage(frame),
    () => {},
  );
  parent.on('message', (event) => core.received(event.data));
  return core.port;
}
