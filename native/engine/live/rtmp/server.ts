/** The port that publishers connect to. Whoever does not say in time what it wants, or sends what is not RTMP, is cut off. */
import { createServer, type Socket } from 'node:net';
import type { TagType } from './flv.ts';
import { createPeer } from './peer.ts';

export interface ServerEvents {
  /** null lets it publish; a sentence refuses it. */
  admit(publisher: Publisher, app: string, name: string): string | null;
  tag(publisher: Publisher, type: TagType, ms: number, payload: Buffer): void;
  /** A publisher that was let in is gone; `words` say how. */
  gone(publisher: Publisher, words: string): void;
  /** The port was lost. */
  failed(error: Error): void;
}

export interface Publisher {
  /** Where it comes from, for a person. */
  address: string;
  /** Cuts it off at once. */
  destroy(): void;
}

export interface Server {
  port: number;
  close(): Promise<void>;
}

/** Milliseconds from the connection to the wish to publish. */
const introductionMs = 5000;
/** Who has not introduced itself yet: the oldest makes room for the next. */
const mostStrangers = 32;
/** Bytes of answers that a client may leave unread. */
const mostUnread = 256 * 1024;
/** Milliseconds for a refusal to reach the client, and for one that has finished to close. */
const farewellMs = 1000;

/** Resolves when it listens. Throws what Node says about the port. */
export async function openServer(port: number, host: string | undefined, events: ServerEvents): Promise<Server> {
  const sockets = new Set<Socket>();
  const strangers = new Set<Socket>();

  function greet(socket: Socket): void {
    const publisher: Publisher = {
      address: (socket.remoteAddress ?? 'somewhere').replace(/^::ffff:/, ''),
      destroy: () => socket.destroy(),
    };
    let letIn = false;
    /** Cuts it off unless it has what it is waited for by then. */
    let deadline = setTimeout(() => socket.destroy(), introductionMs);
    const leaveWithin = (ms: number) => {
      clearTimeout(deadline);
      deadline = setTimeout(() => socket.destroy(), ms);
    };
    const gone = (how: string) => {
      if (letIn) events.gone(publisher, `The publisher at ${publisher.address} ${how}.`);
      letIn = false;
    };

    const peer = createPeer({
      send(bytes) {
        socket.write(bytes);
        if (socket.writableLength > mostUnread) socket.destroy();
      },
      admit(app, name) {
        const refusal = events.admit(publisher, app, name);
        letIn = refusal === null;
        clearTimeout(deadline);
        strangers.delete(socket);
        return refusal;
      },
      tag: (type, ms, payload) => events.tag(publisher, type, ms, payload),
      finished() {
        gone('ended');
        leaveWithin(farewellMs);
      },
    });

    sockets.add(socket);
    strangers.add(socket);
    if (strangers.size > mostStrangers) [...strangers][0]?.destroy();
    socket.setNoDelay(true);
    socket.on('error', () => {}); // `close` follows
    socket.on('data', (bytes) => {
      try {
        peer.receive(bytes);
      } catch (error) {
        gone(`was cut off for what it sent: ${error instanceof Error ? error.message : error}`);
        socket.removeAllListeners('data');
        socket.resume();
        socket.destroySoon();
        leaveWithin(farewellMs);
      }
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(deadline);
      sockets.delete(socket);
      strangers.delete(socket);
      gone('was lost');
    });
  }

  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 }, greet);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  server.on('error', events.failed);

  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
