/** The web host: the page, its pictures and its socket over HTTP, for whoever knows the token. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { type AddressInfo, isIPv4, type Socket } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { type Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { type ErrorCode, StudioError, toErrorData } from '../contract/errors.ts';
import { socketPort } from '../contract/ports.ts';
import type { Log } from '../studio/log.ts';
import { securityHeaders } from '../studio/page.ts';
import type { Studio } from '../studio/studio.ts';
import { createDoor, inUrl, type Refusal } from './door.ts';
import { lockedAnswer, lockedStyle } from './locked-page.ts';
import { type PageSocket, pageSocket } from './page-socket.ts';

export interface WebHostOptions {
  studio: Pick<Studio, 'connect'>;
  /** Answers everything that is not the host's own, already with the headers of a page. */
  page(request: Request): Promise<Response>;
  /** The address that is listened on. Default: this machine only. */
  host?: string;
  /** Tried in turn; 0 is any that is free. */
  ports: readonly number[];
  token: string;
  /** Told of requests that failed by a mistake of ours. */
  log?: Log;
  /** How often a page is asked for a sign of life, ms. */
  pingMs?: number;
}

export interface WebHost {
  readonly port: number;
  /** Where a browser gets in, with the token. */
  readonly url: string;
  /** The same for one use within a minute, with a word in the token's place. */
  ticketUrl(): string;
  /** Ends every connection within a second. */
  close(): Promise<void>;
}

const mostConnections = 200;
const mostPages = 50;
/** Longer messages end their connection, bytes. */
const longestMessage = 8 * 2 ** 20;
/** How long pages may take to say goodbye, ms. */
const farewellMs = 400;

const patience = { headersTimeout: 10_000, requestTimeout: 20_000, connectionsCheckingInterval: 2000 };

/** Throws a StudioError when none of the ports can be listened on. */
export async function createWebHost(options: WebHostOptions): Promise<WebHost> {
  const { studio, page, host = '127.0.0.1', ports, token, log, pingMs = 15_000 } = options;
  const server = createServer(patience);
  server.maxConnections = mostConnections;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longestMessage, perMessageDeflate: false });
  const connections = new Set<Socket>();
  const pages = new Set<PageSocket>();
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });

  const port = await listen(host, ports);
  const door = createDoor({ host, port, token });
  const pings = setInterval(() => {
    for (const one of pages) one.look();
  }, pingMs);
  server.on('request', (request, response) => void answer(request, response));
  server.on('upgrade', upgrade);

  async function listen(host: string, ports: readonly number[]): Promise<number> {
    const [first = 0, ...rest] = ports;
    try {
      server.listen({ host, port: first });
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (rest.length > 0) return listen(host, rest);
      const known = cannotListen[(error as NodeJS.ErrnoException).code ?? ''];
      throw known ? new StudioError(known.code, known.sentence(host, first)) : error;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      await send(await route(request, gone.signal), response, request.method === 'HEAD');
    } catch (error) {
      if (gone.signal.aborted) return; // it has nobody to answer to
      console.error(error);
      log?.error('request-failed', { ...toErrorData(error) });
      if (response.headersSent) response.destroy();
      else response.writeHead(500, securityHeaders).end('Something went wrong inside Muxwell.\n');
    }
  }

  async function route(request: IncomingMessage, signal: AbortSignal): Promise<Response> {
    const refusal = door.refuse(request);
    if (refusal) return plain(refusal);
    const asked = toRequest(request, signal);
    const { pathname, searchParams } = new URL(asked.url);
    const word = pathname === '/' ? searchParams.get('token') : null;
    const isKnown = door.knows(request);
    if (word !== null && (isKnown || door.opensWith(word.trim())))
      return new Response(null, { status: 303, headers: { location: '/', 'set-cookie': door.cookie, 'cache-control': 'no-store' } });
    const style = lockedStyle(pathname);
    if (style) return style;
    if (!isKnown) return lockedAnswer(asked, word !== null);
    const own = ownAnswers[pathname];
    return own ? own() : page(asked);
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = door.refuse(request) ?? upgradeRules.find((rule) => rule.breaks(request));
    if (refusal) refuseUpgrade(socket, refusal);
    else sockets.handleUpgrade(request, socket, head, join);
  }

  function join(socket: WebSocket): void {
    const one = pageSocket(socket);
    pages.add(one);
    socket.once('close', () => pages.delete(one));
    studio.connect(socketPort(one));
  }

  const upgradeRules: (Refusal & { breaks(request: IncomingMessage): boolean })[] = [
    { status: 404, sentence: 'There is no socket here.', breaks: ({ url }) => url !== '/wire' },
    { status: 401, sentence: 'This studio opens with its token.', breaks: (request) => !door.knows(request) },
    { status: 503, sentence: 'Too many pages are open.', breaks: () => pages.size >= mostPages },
  ];

  const at = (word: string) => `http://${inUrl(reachable(host))}:${port}/?token=${encodeURIComponent(word)}`;
  return {
    port,
    url: at(token),
    ticketUrl: () => at(door.ticket()),
    async close() {
      clearInterval(pings);
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of sockets.clients) client.close(1001, 'The studio is closing.');
      const late = setTimeout(() => {
        for (const connection of connections) connection.destroy();
      }, farewellMs);
      await closed;
      clearTimeout(late);
    },
  };
}

const ownAnswers: Record<string, () => Response> = {
  /** Lets a page tell a wrong token from a host that is away. */
  '/session': () => new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } }),
  '/wire': () => plain({ status: 426, sentence: 'This is a WebSocket.', headers: { upgrade: 'websocket' } }),
};

/** The connection ends with a refusal: what else came on it was not meant for this host. */
const plain = ({ status, sentence, headers }: Refusal): Response =>
  new Response(`${sentence}\n`, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', connection: 'close', ...headers },
  });

/** What a page may know of a request: its path and what kind of answer is wanted, never what opened the door. */
function toRequest({ method = 'GET', url = '/', headers }: IncomingMessage, signal: AbortSignal): Request {
  const told = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string' && name !== 'cookie' && name !== 'authorization') told.set(name, value);
  }
  return new Request(`http://localhost${url}`, { method, headers: told, signal });
}

async function send(answer: Response, response: ServerResponse, isHead: boolean): Promise<void> {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
  response.setHeaders(answer.headers);
  response.statusCode = answer.status;
  if (isHead || !answer.body) {
    await answer.body?.cancel();
    response.end();
  } else await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), response);
}

function refuseUpgrade(socket: Duplex, { status, sentence }: Refusal): void {
  socket.on('error', () => {}); // it went away before it was told
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'content-type: text/plain; charset=utf-8', 'connection: close'];
  socket.end(`${head.join('\r\n')}\r\n\r\n${sentence}\n`, () => socket.destroy());
}

/** The address to print: "any" is none that a browser could open. */
function reachable(host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ internal, address }) => !internal && isIPv4(address))?.address ?? hostname();
}

const cannotListen: Record<string, { code: ErrorCode; sentence(host: string, port: number): string }> = {
  EADDRINUSE: { code: 'internal', sentence: (_, port) => `Port ${port} is taken by another program. Choose another with --port.` },
  EACCES: { code: 'internal', sentence: (_, port) => `Port ${port} is kept for the system. Choose one above 1023 with --port.` },
  EADDRNOTAVAIL: { code: 'bad-input', sentence: (host) => `${host} is no address of this machine.` },
  ENOTFOUND: { code: 'bad-input', sentence: (host) => `${host} is no address of this machine.` },
};
