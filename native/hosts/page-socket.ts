/** One page's WebSocket on the host's side: text only, and given up when it is gone. */
import { WebSocket } from 'ws';
import type { WebSocketLike } from '../contract/ports.ts';

/** Above this at two looks, a page is given up, bytes. */
const mostBacklog = 64e6;
/** Looks for which a page may be busy taking what waits for it: a long list over a slow line. */
const mostWaits = 8;

export interface PageSocket extends WebSocketLike {
  /** Called at even intervals: asks for a sign of life, and ends a socket that gave none since the last time. */
  look(): void;
}

export function pageSocket(socket: WebSocket): PageSocket {
  let heard = true;
  let waits = 0;
  let wasFull = false;
  const hear = () => {
    heard = true;
  };
  socket.on('pong', hear);
  socket.on('message', hear);

  function addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  function addEventListener(type: 'close' | 'error', listener: () => void): void;
  function addEventListener(type: 'message' | 'close' | 'error', listener: (event: { data: unknown }) => void): void {
    if (type !== 'message') {
      socket.on(type, () => listener({ data: null }));
      return;
    }
    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(1003, 'Only text is understood.');
      else if (socket.readyState === WebSocket.OPEN) listener({ data: data.toString() });
    });
  }

  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (text) => socket.send(text),
    close: () => socket.close(),
    addEventListener,
    look() {
      const backlog = socket.bufferedAmount;
      const isFull = backlog > mostBacklog;
      waits = heard || backlog === 0 ? 0 : waits + 1;
      const isThere = heard || (waits > 0 && waits < mostWaits);
      if (!isThere || (isFull && wasFull)) return socket.terminate();
      wasFull = isFull;
      heard = false;
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
  };
}
