/** Who may come in to a web host: requests to this machine by its own names, from its own page, that know the token. */
import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { makeToken, sameSecret } from './token.ts';

export interface Refusal {
  status: number;
  /** For a person who reads the answer. */
  sentence: string;
  headers?: Record<string, string>;
}

export interface Door {
  /** Why a request is not looked at any further, or null. */
  refuse(request: IncomingMessage): Refusal | null;
  /** Whether a request carries the token, or the cookie that was made of it. */
  knows(request: IncomingMessage): boolean;
  /** Whether a word given in the address is the token or a ticket. */
  opensWith(word: string): boolean;
  /** What a browser is given to come back with. */
  readonly cookie: string;
  /** A word that opens once, within a minute: for a command line, which others on this machine can read. */
  ticket(): string;
}

const ticketMs = 60_000;
const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether an address can be reached from this machine only. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/** A host as it stands in a URL. */
export const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host);

interface Rule extends Refusal {
  breaks(request: IncomingMessage): boolean;
}

/** What holds for every request, in the order it is looked at. */
const rules: Rule[] = [
  {
    status: 405,
    sentence: 'Only GET and HEAD are answered here.',
    headers: { allow: 'GET, HEAD' },
    breaks: ({ method }) => method !== 'GET' && method !== 'HEAD',
  },
  {
    status: 413,
    sentence: 'A request must not have a body.',
    breaks: ({ headers }) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0,
  },
  {
    status: 400,
    sentence: 'A path must begin with a slash.',
    breaks: ({ url }) => !url?.startsWith('/'),
  },
  {
    // Another program's page on this machine is the same site with another port, and a browser sends it our cookie.
    status: 403,
    sentence: 'This was asked by another site.',
    breaks: ({ headers }) => /^(cross|same)-site$/.test(String(headers['sec-fetch-site'])) && headers['sec-fetch-mode'] !== 'navigate',
  },
  {
    status: 403,
    sentence: 'This was asked by a page of another origin.',
    breaks: ({ headers }) => headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host?.toLowerCase()}`,
  },
];

/** `host` is the address that is listened on. */
export function createDoor({ host, port, token }: { host: string; port: number; token: string }): Door {
  const isCalled = isLoopback(host) ? loopbackName(host, port) : networkName(host);
  const misdirected: Rule = {
    status: 421,
    sentence: 'Muxwell is not known by this name. Use the address that it printed when it started.',
    // A name that a stranger's DNS points at this machine (DNS rebinding) is none of its own.
    breaks: ({ headers }) => !isCalled(headers.host?.toLowerCase() ?? ''),
  };
  const all = [misdirected, ...rules];
  const cookieName = `muxwell-${port}`;
  // Other programs on this machine's other ports are shown the cookie, so it is not the token itself.
  const cookieValue = createHmac('sha256', token).update('cookie').digest('base64url');
  const tickets = new Set<string>();

  return {
    refuse: (request) => all.find((rule) => rule.breaks(request)) ?? null,
    knows({ headers }) {
      const bearer = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1];
      if (bearer !== undefined && sameSecret(bearer, token)) return true;
      return cookies(headers.cookie).some(([name, value]) => name === cookieName && sameSecret(value, cookieValue));
    },
    opensWith: (word) => sameSecret(word, token) || tickets.delete(word),
    cookie: `${cookieName}=${cookieValue}; HttpOnly; SameSite=Strict; Path=/`,
    ticket() {
      const ticket = makeToken();
      tickets.add(ticket);
      setTimeout(() => tickets.delete(ticket), ticketMs).unref();
      return ticket;
    },
  };
}

/** On the loopback: its names and the one that was asked for, with the port (which HTTP leaves out when it is 80). */
function loopbackName(host: string, port: number): (called: string) => boolean {
  const names = [...loopbackNames, inUrl(host.toLowerCase())];
  const called = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
  return (name) => called.has(name);
}

/** On a network: any address as a number, which no DNS can have made, and this machine's names. The port may be a mapped one. */
function networkName(host: string): (called: string) => boolean {
  const own = hostname().toLowerCase();
  const names = new Set([...loopbackNames, own, `${own}.local`, inUrl(host.toLowerCase())]);
  return (called) => {
    const name = /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(called)?.[1] ?? '';
    return names.has(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
  };
}

function cookies(header = ''): [name: string, value: string][] {
  return header.split(';').map((pair) => {
    const [name = '', ...value] = pair.split('=');
    return [name.trim(), value.join('=').trim()];
  });
}
