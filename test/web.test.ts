/** The web host from outside: real servers, real sockets, real studios; and `muxwell serve` as a process of its own. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../native/contract/client.ts';
import { commands, type JobStatus, type State } from '../native/contract/contract.ts';
import { socketPort } from '../native/contract/ports.ts';
import { type Port, serve } from '../native/contract/wire.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createDoor } from '../native/hosts/door.ts';
import { checkToken, keepToken } from '../native/hosts/token.ts';
import { createWebHost, type WebHost, type WebHostOptions } from '../native/hosts/web.ts';
import { createPage, securityHeaders } from '../native/studio/page.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { longClip, shortClip, slow } from './fixtures/sources.ts';
import { eventually, isAlive, until } from './fixtures/wait.ts';
import { fuzzFrames } from './fixtures/web-fuzz.ts';
import type { Order, Told } from './fixtures/web-program.ts';
import { ask, exchange, handshake, openRaw, tryUpgrade, wsFrame } from './fixtures/web-raw.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const oddWorker = fileURLToPath(new URL('./fixtures/odd-worker.ts', import.meta.url));
const token = 'a-token-for-tests-only';
const secret = 'nobody may read this';

/** Fresh for every test: a page, and beside it what no request may reach. */
let folder: string;
let data: string;
let pageFolder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-web-'));
  data = join(folder, 'data');
  pageFolder = join(folder, 'page');
  mkdirSync(join(pageFolder, 'static'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>the page</title>');
  writeFileSync(join(pageFolder, 'static', 'app.js'), 'console.log("the script");');
  for (const name of ['secret.txt', 'page.txt']) writeFileSync(join(folder, name), secret);
  mkdirSync(data);
  writeFileSync(join(data, 'secret.txt'), secret);
});
afterEach(async () => {
  vi.useRealTimers();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true, force: true });
});

interface Open extends WebHost {
  studio: Studio;
  close(): Promise<void>;
}

/** A studio with workers that only pretend, and its host. */
async function openHost(options: Partial<WebHostOptions> = {}, spawn = childWorkers(oddWorker)): Promise<Open> {
  const studio = createStudio({ spawn, storage: join(data, 'studio.db'), pictures: join(data, 'pictures') });
  const page = createPage(pageFolder, studio.respond);
  const host = await createWebHost({ studio, page, ports: [0], token, ...options });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await host.close();
    await studio.close();
  };
  cleanups.push(close);
  return { ...host, studio, close };
}

const bearer = { Authorization: `Bearer ${token}` };

/** What a browser has after it opened the printed address. */
async function cookieOf(url: string): Promise<string> {
  const { headers } = await fetch(url, { redirect: 'manual' });
  return (headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

/** A socket that was let in. */
async function openSocket(port: number, headers: Record<string, string> = bearer): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/wire`, { headers });
  cleanups.push(() => socket.terminate());
  socket.on('error', () => {}); // `close` says the same
  await once(socket, 'open');
  return socket;
}

const closeCode = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0];

function openClient(port: number, headers: Record<string, string> = bearer): Client {
  const client = createClient(async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/wire`, { headers });
    const ready = socketPort(socket);
    await once(socket, 'open');
    return ready;
  });
  cleanups.push(() => client.close());
  return client;
}

const sees = (client: Client, look: (state: State) => unknown, what: string, ms?: number) =>
  until(client.subscribe, () => client.connected() && Boolean(look(client.state())), what, ms);
const isThere = (client: Client, ms?: number) => sees(client, (state) => state.machine['studio'], 'the client has the state', ms);

describe('who is let in', () => {
  const pages = ['/', '/static/app.js', '/assets/thumbnail/x', '/session', '/nowhere', '/wire'];

  test('without the token, or with another, nothing is answered but 401: the page, its files, its pictures, the socket', async () => {
    const { port } = await openHost();
    const wrongs: Record<string, string>[] = [
      {},
      { Authorization: 'Bearer another-token-for-tests' },
      { Authorization: `Basic ${Buffer.from(`muxwell:${token}`).toString('base64')}` },
      { Authorization: `Bearer ${token}x` },
      { Cookie: `muxwell-${port}=${token}` }, // the cookie is made of the token and is not the token
      { Cookie: `muxwell-${port}=` },
      { Cookie: `muxwell-${port + 1}=${(await cookieOf(`http://127.0.0.1:${port}/?token=${token}`)).split('=')[1]}` },
    ];
    for (const headers of wrongs) {
      for (const path of pages) {
        const { status, body } = await ask(port, path, headers);
        expect({ path, headers, status, body }).toEqual({ path, headers, status: 401, body: expect.stringContaining('token') });
      }
      expect(await tryUpgrade(port, headers)).toBe(401);
    }
    for (const query of ['?token=', '?token=another-token-for-tests', `?token=${token}x`, `?Token=${token}`, `?token[]=${token}`]) {
      const { status, headers } = await ask(port, `/${query}`);
      expect([query, status, headers['set-cookie']]).toEqual([query, 401, undefined]);
    }
    expect((await ask(port, `/static/app.js?token=${token}`)).status).toBe(401);
    expect(await tryUpgrade(port, {}, `/wire?token=${token}`)).toBe(404);
  });

  test('the right token in the address is taken out of it: a cookie for scriptless, same-site use, then the page without it', async () => {
    const { port, url } = await openHost();
    expect(url).toBe(`http://127.0.0.1:${port}/?token=${token}`);
    const first = await ask(port, `/?token=${token}`);
    expect([first.status, first.headers['location'], first.headers['cache-control'], first.body]).toEqual([303, '/', 'no-store', '']);
    expect(first.headers['set-cookie']).toMatch(new RegExp(`^muxwell-${port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`));
    const Cookie = `theme=dark; ${first.headers['set-cookie']?.split(';', 1)[0]}; other=1`;
    const page = await ask(port, '/', { Cookie });
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('the page')]);
    expect((await ask(port, '/static/app.js', { Cookie })).body).toContain('the script');
    expect((await ask(port, '/session', { Cookie })).status).toBe(204);
    expect((await ask(port, '/wire', { Cookie })).status).toBe(426);
    expect(await tryUpgrade(port, { Cookie, Origin: `http://127.0.0.1:${port}` })).toBe(101);
    // Scripts carry the token itself.
    expect((await ask(port, '/', bearer)).status).toBe(200);
    expect(await tryUpgrade(port, bearer)).toBe(101);
    // An old address in a browser that is let in anyway is no reason to ask.
    expect((await ask(port, '/?token=an-older-token-of-it', { Cookie })).status).toBe(303);
  });

  test('the cookie opens pictures: a thumbnail is a JPEG with it and 401 without', async () => {
    const { port, url, studio } = await openHost({}, childWorkers());
    const film = shortClip(join(folder, 'film.mp4'));
    const { ids } = await studio.call('addJobs', { sources: [film], preset: 'fast-1080p30' });
    await until(studio.state.subscribe, () => studio.state.get('statuses', ids[0] ?? '')?.phase === 'waiting', 'the file was read');
    const path = `/assets/thumbnail/${ids[0]}`;
    const picture = await ask(port, path, { Cookie: await cookieOf(url) });
    expect([picture.status, picture.headers['content-type']]).toEqual([200, 'image/jpeg']);
    expect(picture.body).toContain('\xff\xd8\xff');
    expect((await ask(port, path)).status).toBe(401);
  });

  test('a word for one use opens once, and only within a minute', async () => {
    const { port, ticketUrl } = await openHost();
    const url = ticketUrl();
    expect(url).not.toContain(token);
    const path = url.slice(url.indexOf('/?'));
    expect((await ask(port, path)).headers['set-cookie']).toMatch(/^muxwell-/);
    expect((await ask(port, path)).status).toBe(401);
    vi.useFakeTimers();
    const door = createDoor({ host: '127.0.0.1', port, token });
    const [early, late] = [door.ticket(), door.ticket()];
    vi.advanceTimersByTime(59_000);
    expect(door.opensWith(early)).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(door.opensWith(late)).toBe(false);
    expect(door.opensWith(token)).toBe(true);
  });

  test('a browser gets a page that says what to do, in both themes, without script, and a style that needs no token', async () => {
    const { port } = await openHost();
    const accept = { Accept: 'text/html,application/xhtml+xml' };
    const locked = await ask(port, '/', accept);
    expect([locked.status, locked.headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(locked.body).toMatch(/muxwell serve[\s\S]*<form method="get" action="\/">[\s\S]*name="token"/);
    expect(locked.body).not.toMatch(/<script|<style|style=|\son\w+=|not the right one|refresh/);
    expect((await ask(port, '/?token=nonsense', accept)).body).toContain('That token is not the right one.');
    // A browser that follows a link on another site keeps its cookie back, and sends it when it asks once more by itself.
    const linked = { ...accept, 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await ask(port, '/', linked)).body).toContain('<meta http-equiv="refresh" content="0; url=/">');
    expect((await ask(port, '/?token=nonsense', linked)).body).not.toContain('refresh');
    const style = await ask(port, '/locked.css');
    expect([style.status, style.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
    expect(style.body).toContain('prefers-color-scheme: dark');
  });

  test('every answer, whatever it says, carries the headers that keep the page to itself', async () => {
    const { port } = await openHost();
    const answers = [
      await ask(port, '/', bearer),
      await ask(port, '/'),
      await ask(port, `/?token=${token}`),
      await ask(port, '/nowhere', bearer),
      await ask(port, '/assets/preview/x', bearer),
      await ask(port, '/session', bearer),
      await ask(port, '/', { Host: 'evil.example' }),
      await ask(port, '/', {}, 'POST'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 303, 404, 404, 204, 421, 405]);
    for (const { headers } of answers) expect(headers).toMatchObject(securityHeaders);
  });
});

describe('what is asked by others', () => {
  test('by a name that is not this machine’s (DNS rebinding) even the right token opens nothing', async () => {
    const { port } = await openHost();
    const refused = [
      '',
      'evil.example',
      `evil.example:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `localhost.evil.example:${port}`,
      `localhost.:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
      'localhost',
      `192.168.0.1:${port}`,
      `0.0.0.0:${port}`,
      `${hostname()}:${port}`,
      `x@127.0.0.1:${port}`,
      `127.0.0.1:${port}/`,
      `[::1`,
    ];
    for (const Host of refused) {
      const { status, body } = await ask(port, '/', { ...bearer, Host });
      expect({ Host, status, body: body.includes('the page') }).toEqual({ Host, status: Host ? 421 : 400, body: false });
      if (Host) expect({ Host, status: await tryUpgrade(port, { ...bearer, Host }) }).toEqual({ Host, status: 421 });
      // The whole shape of it: the page of the stranger's name, asking for its own origin.
      if (Host) expect(await tryUpgrade(port, { ...bearer, Host, Origin: `http://${Host}` })).toBe(421);
    }
    expect((await exchange(port, `GET / HTTP/1.0\r\nAuthorization: Bearer ${token}\r\n\r\n`)).status).toBe(421);
    for (const Host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`]) {
      expect([Host, (await ask(port, '/', { ...bearer, Host })).status]).toEqual([Host, 200]);
    }
  });

  test('on a network: addresses as numbers and this machine’s names are its own, other names are not', async () => {
    const { port } = await openHost({ host: '0.0.0.0' });
    const own = [
      `192.168.0.1:${port}`,
      '10.0.0.7:8080',
      `[fe80::1]:${port}`,
      hostname(),
      `${hostname().toUpperCase()}.local:${port}`,
      'localhost',
    ];
    for (const Host of own) expect([Host, (await ask(port, '/', { ...bearer, Host })).status]).toEqual([Host, 200]);
    for (const Host of ['evil.example', `${hostname()}.evil.example`, `1.2.3.4.evil.example:${port}`, '999.1.1.1', '[::zz]', 'a b'])
      expect([Host, (await ask(port, '/', { ...bearer, Host })).status]).toEqual([Host, 421]);
  });

  test('by a page of another origin nothing is answered, over HTTP and at the socket, whatever it carries', async () => {
    const { port, url } = await openHost();
    const Cookie = await cookieOf(url);
    const others = [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
      `http://localhost:${port}`,
      '',
    ];
    for (const Origin of [...others, `http://127.0.0.1:${port}.evil.example`, `http://127.0.0.1:${port}, http://evil.example`]) {
      for (const known of [{ Cookie }, bearer]) {
        expect([Origin, (await ask(port, '/', { ...known, Origin })).status]).toEqual([Origin, 403]);
        expect([Origin, await tryUpgrade(port, { ...known, Origin })]).toEqual([Origin, 403]);
      }
    }
    expect((await ask(port, '/', { Cookie, Origin: `http://127.0.0.1:${port}` })).status).toBe(200);
    expect((await ask(port, '/', { Cookie, Host: `localhost:${port}`, Origin: `http://localhost:${port}` })).status).toBe(200);
  });

  test('another site may lead to the page, and may not use its files or pictures: also not one on another port', async () => {
    const { port, url } = await openHost();
    const Cookie = await cookieOf(url);
    const from = (site: string, mode: string) => ({ Cookie, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': mode });
    for (const site of ['cross-site', 'same-site']) {
      for (const mode of ['no-cors', 'cors', 'websocket']) expect((await ask(port, '/static/app.js', from(site, mode))).status).toBe(403);
      expect((await ask(port, '/', from(site, 'navigate'))).status).toBe(200);
    }
    for (const site of ['same-origin', 'none']) expect((await ask(port, '/static/app.js', from(site, 'no-cors'))).status).toBe(200);
  });

  test('other methods, bodies and targets that are no path are refused, and the connection with them', async () => {
    const { port } = await openHost();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND']) {
      const { status, headers } = await ask(port, '/', bearer, method);
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
    }
    expect((await ask(port, '/', { ...bearer, 'Content-Length': '5' })).status).toBe(413);
    expect((await ask(port, '/', { ...bearer, 'Transfer-Encoding': 'chunked' })).status).toBe(413);
    expect((await ask(port, `http://127.0.0.1:${port}/`, bearer)).status).toBe(400);
    expect((await ask(port, '*', bearer)).status).toBe(400);
    // What is smuggled behind a body is never taken for a request.
    const inner = `GET /?token=${token} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${inner.length}\r\n\r\n${inner}`);
    expect(answer.status).toBe(413);
    expect(answer.body).not.toContain('HTTP/1.1');
    const head = await ask(port, '/', bearer, 'HEAD');
    expect([head.status, head.headers['content-type'], head.body]).toEqual([200, 'text/html; charset=utf-8', '']);
  });

  test('no spelling of a path reaches a file outside of the page', async () => {
    const { port } = await openHost();
    const ups = [
      '..',
      '%2e%2e',
      '%2E%2e',
      '.%2e',
      '%2e.',
      '%252e%252e',
      '..%00',
      '..;',
      '．．',
      '%c0%ae%c0%ae',
      '%uff0e%uff0e',
      '\\..',
      '....',
    ];
    const slashes = ['/', '%2f', '\\', '%5c', '//', '%252f', '\\/', '/./'];
    const starts = ['/', '/static/', '/assets/', '/assets/thumbnail/', '/assets/preview/', '//', '/%2f', '/static%2f', '/\\'];
    const files = ['secret.txt', 'page.txt', 'data/secret.txt', 'data/studio.db', 'etc/passwd', 'page/index.html'];
    const paths = starts.flatMap((start) =>
      ups.flatMap((up) =>
        slashes.flatMap((slash) => files.map((file) => `${start}${up}${slash}${up}${slash}${file.replaceAll('/', slash)}`)),
      ),
    );
    const absolute = [
      join(folder, 'secret.txt'),
      `/${join(folder, 'secret.txt')}`,
      `/file://${folder}/secret.txt`,
      `/C:${folder}\\secret.txt`,
    ];
    const nulls = [
      '/index.html%00.js',
      '/static/app.js%00',
      '/%00',
      '/secret.txt%00.html',
      '/.txt',
      '/static/../../page.txt',
      '/~/secret.txt',
    ];
    const asked = [...paths, ...absolute, ...nulls];
    expect(asked.length).toBeGreaterThan(5000);
    const statuses = new Set<number>();
    while (asked.length > 0) {
      const batch = asked.splice(0, 50).map((path) => ask(port, Buffer.from(path).toString('latin1'), bearer));
      for (const { status, body } of await Promise.all(batch)) {
        statuses.add(status);
        expect(body).not.toMatch(/nobody may read|SQLite|root:/);
      }
    }
    expect([...statuses].sort()).toEqual([400, 404]); // 400: bytes that HTTP has no place for
    // A null byte as it is, and bytes that are no HTTP at all.
    for (const request of [`GET /\0 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`, '\x16\x03\x01\x00\xa5\x01\x00\x00', 'GET\r\n\r\n'])
      expect((await exchange(port, request)).status).toBe(400);
  });
});

/** A studio whose every call is answered by `reply`, and which knows how many clients it has. */
function fakeStudio(reply: (method: string, signal: AbortSignal) => unknown = () => null) {
  const ports = new Set<Port>();
  const connect: Studio['connect'] = (port) => {
    ports.add(port);
    port.onClose(() => ports.delete(port));
    serve(port, { parse: (_method, input) => input, handle: (method, _input, signal) => reply(method, signal) });
  };
  return { connect, clients: () => ports.size };
}

const call = (id: number, method: string, input: unknown = {}) => JSON.stringify({ type: 'call', id, method, input });

/** The reply to one call on a bare socket. */
async function replyTo(socket: WebSocket, id: number): Promise<Record<string, unknown>> {
  for await (const [data] of on(socket, 'message')) {
    const frame = JSON.parse(String(data)) as Record<string, unknown>;
    if (frame['type'] === 'reply' && frame['id'] === id) return frame;
  }
  throw new Error('the socket closed');
}

describe('the socket', () => {
  test('a page gets the state at once, calls commands and sees what they change', async () => {
    const { port } = await openHost();
    const [client, other] = [openClient(port), openClient(port)];
    await Promise.all([isThere(client), isThere(other)]);
    expect(Object.keys(client.state().presets).length).toBeGreaterThan(3);
    await client.call('changeSettings', { parallel: 7 });
    await sees(other, ({ settings }) => settings['studio']?.parallel === 7, 'the other page sees the change');
  });

  test('an unknown command, a wrong input and frames that are none are answered or ignored, and nothing else happens', async () => {
    const { port } = await openHost();
    const socket = await openSocket(port);
    socket.send(call(1, 'rm'));
    expect(await replyTo(socket, 1)).toMatchObject({ ok: false, error: { code: 'unknown-command', message: 'There is no command “rm”.' } });
    socket.send(call(2, 'constructor'));
    expect(await replyTo(socket, 2)).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
    socket.send(call(3, 'addJobs', { sources: 'all of them' }));
    expect(await replyTo(socket, 3)).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    for (const frame of ['null', '7', '[]', '{}', '{"type":"call"}', '{"type":"reply","id":1,"ok":true}']) socket.send(frame);
    socket.send(call(4, 'stopQueue'));
    expect(await replyTo(socket, 4)).toMatchObject({ ok: true });
  });

  test('text that is not JSON, binary frames, and a frame over 8 MiB end their own connection and no other', async () => {
    const { port } = await openHost();
    const client = openClient(port);
    await isThere(client);
    const ends: [name: string, send: (socket: WebSocket) => void, code: number][] = [
      ['no JSON', (socket) => socket.send('{"type":'), 1005],
      ['binary', (socket) => socket.send(Buffer.from(call(1, 'changeSettings', { parallel: 9 }))), 1003],
      ['too long', (socket) => socket.send(`"${'x'.repeat(8 * 2 ** 20)}"`), 1009],
      ['too long in parts', (socket) => tooLongInParts(socket), 1009],
    ];
    for (const [name, send, code] of ends) {
      const socket = await openSocket(port);
      send(socket);
      expect([name, await closeCode(socket)]).toEqual([name, code]);
    }
    // 8 MiB exactly is a message like any other.
    const socket = await openSocket(port);
    const frame = call(1, 'x'.repeat(8 * 2 ** 20 - call(1, '').length));
    socket.send(frame);
    expect(await replyTo(socket, 1)).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
    expect(client.connected()).toBe(true);
    await client.call('changeSettings', { parallel: 2 });
    expect(client.state().settings['studio']?.parallel).not.toBe(9);
  });

  test('what a client had running is told when it goes away, and half a handshake or half a frame holds nobody up', async () => {
    const reasons: unknown[] = [];
    let calls = 0;
    const studio = fakeStudio((_method, signal) => {
      calls++;
      return new Promise(() => signal.addEventListener('abort', () => reasons.push((signal.reason as { code: string }).code)));
    });
    const { port } = await openHost({ studio });
    const half = await openRaw(port);
    half.write('GET /wire HTTP/1.1\r\nHost: ');
    const raw = await openRaw(port);
    raw.write(handshake(port, bearer));
    await once(raw, 'data');
    raw.write(wsFrame(Buffer.from(call(1, 'plan'))));
    raw.write(wsFrame(Buffer.from(call(2, 'plan'))).subarray(0, 20));
    await eventually(() => calls === 1, 'the call is there');
    raw.destroy();
    await eventually(() => reasons.length === 1, 'the call is told');
    expect(reasons).toEqual(['disconnected']);
    half.destroy();
  });

  test('whoever does not answer a ping by the next one is let go, whoever does stays', async () => {
    const { port } = await openHost({ pingMs: 100 });
    const client = openClient(port);
    await isThere(client);
    let drops = 0;
    client.subscribe(() => client.connected() || drops++);
    const deaf = new WebSocket(`ws://127.0.0.1:${port}/wire`, { headers: bearer, autoPong: false });
    await once(deaf, 'open');
    const began = performance.now();
    expect(await closeCode(deaf)).toBe(1006);
    expect(performance.now() - began).toBeLessThan(400);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(drops).toBe(0);
  });

  test('a client that is busy with a long list is given time, one that takes nothing of it is let go in the end', async () => {
    const list = 'x'.repeat(40e6);
    const studio = fakeStudio(() => list);
    const { port } = await openHost({ pingMs: 150, studio });
    const [busy, stuck] = await Promise.all([openRaw(port), openRaw(port)]);
    for (const raw of [busy, stuck]) {
      raw.on('error', () => {});
      raw.write(handshake(port, bearer));
      await once(raw, 'data');
      raw.pause();
      raw.write(wsFrame(Buffer.from(call(1, 'list'))));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(studio.clients()).toBe(2); // three pings went unanswered, behind what waits
    let taken = 0;
    busy.on('data', (part: Buffer) => {
      taken += part.length;
      busy.write(wsFrame(Buffer.alloc(0), 10));
    });
    busy.resume();
    await eventually(() => taken > list.length, 'all of the list is there');
    await eventually(() => studio.clients() === 1, 'the stuck one is let go', 3000);
    busy.write(wsFrame(Buffer.from(call(2, 'list'))));
    await eventually(() => taken > 2 * list.length, 'the other one is still there');
    for (const raw of [busy, stuck]) raw.destroy();
  });

  test('one for whom more than 64 MB wait is let go at the second look', async () => {
    const studio = fakeStudio(() => 'x'.repeat(75e6));
    const { port } = await openHost({ pingMs: 150, studio });
    const raw = await openRaw(port);
    raw.on('error', () => {}).write(handshake(port, bearer));
    await once(raw, 'data');
    raw.pause();
    raw.write(wsFrame(Buffer.from(call(1, 'list'))));
    await eventually(() => studio.clients() === 0, 'it is let go', 1000);
    raw.destroy();
  });

  test('200 connections may be open and no more', async () => {
    const { port } = await openHost();
    const raws = await Promise.all(Array.from({ length: 200 }, () => openRaw(port)));
    expect(await ask(port, '/session', bearer)).toMatchObject({ status: 0 });
    raws[0]?.end();
    await once(raws[0]?.resume() as Socket, 'close');
    expect(await ask(port, '/session', bearer)).toMatchObject({ status: 204 });
    for (const raw of raws) raw.destroy();
  });

  test('50 pages may be open and no more; one that closes makes room', async () => {
    const studio = fakeStudio();
    const { port } = await openHost({ studio });
    const sockets = await Promise.all(Array.from({ length: 50 }, () => openSocket(port)));
    expect(await tryUpgrade(port, bearer)).toBe(503);
    sockets[0]?.close();
    await eventually(() => studio.clients() === 49, 'one is gone');
    await openSocket(port);
    expect(studio.clients()).toBe(50);
  });

  test('handshakes that are wrong get a status and are hung up', async () => {
    const { port } = await openHost();
    expect(await tryUpgrade(port, bearer, '/')).toBe(404);
    expect(await tryUpgrade(port, bearer, '/wire/')).toBe(404);
    expect(await tryUpgrade(port, bearer, '/wire?x')).toBe(404);
    expect(await tryUpgrade(port, { ...bearer, 'Sec-WebSocket-Key': 'short' })).toBe(400);
    expect(await tryUpgrade(port, { ...bearer, 'Sec-WebSocket-Version': '1' })).toBe(400);
    expect(await tryUpgrade(port, { ...bearer, Upgrade: 'h2c' })).toBe(400);
    const refused = await exchange(port, handshake(port));
    expect([refused.status, refused.headers['connection'], refused.body]).toEqual([401, 'close', 'This studio opens with its token.\n']);
  });
});

/** Nine parts of 1 MiB that belong to one message. */
function tooLongInParts(socket: WebSocket): void {
  for (let part = 0; part < 9; part++) socket.send('x'.repeat(2 ** 20), { fin: false });
}

interface Program {
  port: number;
  /** Changes the state, or nothing, and tells the memory in use afterwards. */
  order(order?: Order): Promise<number>;
  exited: Promise<number | null>;
}

/** A host in a process of its own, so that its memory is its own. */
async function openProgram(): Promise<Program> {
  const program = fileURLToPath(new URL('./fixtures/web-program.ts', import.meta.url));
  const child = fork(program, [data, pageFolder, token], { execArgv: ['--expose-gc'] });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  cleanups.push(() => {
    child.kill('SIGKILL');
    return exited;
  });
  const told = async () => ((await once(child, 'message')) as [Told])[0];
  const { port } = await told();
  return {
    port,
    exited,
    order(order = {}) {
      child.send(order);
      return told().then(({ memory }) => memory);
    },
  };
}

describe('what many and strange clients do to it', () => {
  test('10,000 strange frames: the valid ones are answered, no job is made but theirs, and the host is as it was', async () => {
    const { port, order, exited } = await openProgram();
    let ended = false;
    void exited.then(() => (ended = true));
    writeFileSync(join(folder, 'a.mov'), 'ten bytes!');
    const client = openClient(port);
    await isThere(client);
    const before = await order();
    const sockets = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)));
    /** Replies by the id of their call: each id is used for one frame. */
    const replies = new Map<number, { ok: boolean; value?: { ids?: string[] }; error?: { code: string } }>();
    for (const socket of sockets) {
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data));
        if (frame.type !== 'reply') return;
        expect(replies.has(frame.id)).toBe(false);
        replies.set(frame.id, frame);
      });
    }
    const frames = [...fuzzFrames(1, 10_000, folder)];
    const endings: Promise<unknown>[] = [];
    for (const [index, { text, broken }] of frames.entries()) {
      const socket = broken ? await openSocket(port) : sockets[index % sockets.length];
      socket?.send(text);
      if (broken && socket) endings.push(once(socket, 'close'));
      if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const valid = frames.flatMap(({ valid }) => valid ?? []);
    await Promise.all(endings);
    await eventually(() => valid.every(({ id }) => replies.has(id)), 'every valid frame is answered', 60_000);
    expect(ended).toBe(false);
    expect(endings.length).toBeGreaterThan(20);
    expect(sockets.every((socket) => socket.readyState === WebSocket.OPEN)).toBe(true);

    const expected: Partial<Record<string, string>> = {
      ...{ probe: 'not-media', probeExtra: 'not-media', plan: 'not-media', compare: 'not-media', findQuality: 'not-media' },
      ...{ jobLog: 'unknown-job', report: 'unknown-job', savePreset: 'unknown-preset' },
      ...{ checkUpdate: 'nothing-found', installUpdate: 'nothing-found' },
      // What this host's workers do not know.
      ...{ timeline: 'internal', liveDevices: 'internal' },
      ...Object.fromEntries(sessionCommands.map((method) => [method, 'not-live'])),
    };
    const surprises = valid.flatMap(({ id, method }) => {
      const code = replies.get(id)?.error?.code;
      return code === expected[method] || code === 'cancelled' ? [] : `${method}: ${code}`; // an abort frame may have hit it
    });
    expect([...new Set(surprises)]).toEqual([]);
    expect(new Set(valid.map(({ method }) => method)).size).toBe(Object.keys(commands).length);
    const codes = new Set([...replies.values()].map((reply) => reply.error?.code));
    expect(codes).toContain('bad-input');
    expect(codes).toContain('unknown-command');

    const added = [...replies.values()].flatMap((reply) => (reply.ok && reply.value?.ids) || []);
    expect(added.length).toBeGreaterThan(valid.filter(({ method }) => method === 'addJobs' || method === 'addLossless').length - 1);
    await client.call('stopQueue', {});
    await sees(client, ({ queue }) => queue['studio']?.total === added.length, 'the totals count the jobs that were added');
    await sees(client, ({ jobs }) => Object.keys(jobs).length === added.length, 'those jobs and no others');
    expect(Object.keys(client.state().jobs).sort()).toEqual(added.sort());
    expect(readdirSync(folder).sort()).toEqual(['a.mov', 'data', 'page', 'page.txt', 'secret.txt']);
    for (const socket of sockets) socket.terminate();
    await client.call('removeJobs', { ids: added });
    expect((await order()) - before).toBeLessThan(30e6);
  });

  test('a client that never reads while the state changes 10,000 times slows nobody and costs no memory', async () => {
    const { port, order } = await openProgram();
    const good = openClient(port);
    await isThere(good);
    const deaf = await openRaw(port);
    deaf.write(handshake(port, bearer));
    await once(deaf, 'data');
    deaf.pause();
    const before = await order();
    const bytes = 400_000;
    const during = await order({ churn: { times: 10_000, bytes } });
    const told = performance.now();
    await sees(good, ({ jobs }) => jobs['churned']?.order === 10_000, 'the reading one has the last change');
    expect(performance.now() - told).toBeLessThan(1500);
    expect(deaf.readableLength + deaf.bytesRead).toBeLessThan(50 * bytes);
    expect(during - before).toBeLessThan(10 * bytes);
    deaf.destroy();
  });

  test('while 8 jobs progress, a page is sent some kilobytes a second, and every job moves at least twice in it', async () => {
    const { port, studio } = await openHost();
    const socket = await openSocket(port);
    let bytes = 0;
    const seen = new Map<string, Set<number>>();
    await once(socket, 'message'); // the whole state
    socket.on('message', (data) => {
      bytes += String(data).length;
      for (const [id, status] of Object.entries(JSON.parse(String(data)).data?.put?.statuses ?? {})) {
        const { fraction } = status as { fraction: number };
        seen.set(id, (seen.get(id) ?? new Set()).add(fraction));
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    bytes = 0;
    const seconds = 3;
    for (let step = 0; step < seconds * 30; step++) {
      for (let job = 0; job < 8; job++) studio.state.put('statuses', `job-${job}`, progressAt(step / 90));
      await new Promise((resolve) => setTimeout(resolve, 1000 / 30));
    }
    expect(bytes / seconds).toBeGreaterThan(1000);
    expect(bytes / seconds).toBeLessThan(16_000);
    expect([...seen.values()].map(({ size }) => size >= 2 * seconds)).toEqual(Array.from({ length: 8 }, () => true));
  });
});

/** Those that need a live session, which a stranger does not have. */
const sessionCommands = [
  ...['previewLive', 'closeLive', 'goLive', 'endLive', 'startTarget', 'stopTarget', 'retryTarget', 'measureUplink'],
  ...['slateLive', 'muteLive', 'recordLive'],
];

const progressAt = (fraction: number): JobStatus => ({
  phase: 'running',
  paused: false,
  output: '/home/someone/Videos/exports/a rather long name of a film.mp4',
  fraction,
  done: fraction * 5400,
  planned: 5400,
  fps: 123.456,
  speed: 4.1152,
  etaSeconds: 1234.5,
  bytes: Math.round(fraction * 4e9),
  plannedBytes: null,
  bytesPerSecond: 3.2e6,
  stage: 'encoding',
  preview: 12,
});

describe('its end and its return', () => {
  test('a page comes back by itself to a host that was started again on the same data and port, with the cookie it had', async () => {
    const first = await openHost({ token: keepToken(data) });
    const Cookie = await cookieOf(first.url);
    const client = openClient(first.port, { Cookie, Origin: `http://127.0.0.1:${first.port}` });
    await isThere(client);
    await client.call('addJobs', { sources: [join(folder, 'fail.mov')], preset: 'fast-1080p30' });
    await first.close();
    expect(client.connected()).toBe(false);
    await expect(ask(first.port, '/session', { Cookie })).rejects.toThrow('ECONNREFUSED');
    const again = await openHost({ token: keepToken(data), ports: [first.port] });
    expect(again.url).toBe(first.url);
    await isThere(client, 5000);
    expect(Object.values(client.state().jobs).map(({ source }) => source)).toEqual([join(folder, 'fail.mov')]);
    expect((await ask(again.port, '/session', { Cookie })).status).toBe(204);
    // With another token the same page is told that it is locked out, not that the host is away.
    await again.close();
    const other = await openHost({ token: 'another-token-for-tests', ports: [first.port] });
    expect((await ask(other.port, '/session', { Cookie })).status).toBe(401);
    expect(await tryUpgrade(other.port, { Cookie })).toBe(401);
  });

  test('close ends within a second, whatever its clients do', async () => {
    const { port, close, studio } = await openHost();
    const idle = await openRaw(port);
    const half = await openRaw(port);
    half.write('GET / HTTP/1.1\r\nHost: x');
    const kept = await openRaw(port);
    kept.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    const deaf = await openRaw(port);
    deaf.write(handshake(port, bearer));
    await Promise.all([once(kept, 'data'), once(deaf, 'data')]);
    const polite = await openSocket(port);
    const code = closeCode(polite);
    const gone = [idle, half, kept, deaf].map((socket) => once(socket.on('error', () => {}).resume(), 'close'));
    const began = performance.now();
    await close();
    expect(performance.now() - began).toBeLessThan(1000);
    await Promise.all(gone);
    expect(await code).toBe(1001);
    await expect(openRaw(port)).rejects.toThrow('ECONNREFUSED');
    expect(studio.workers()).toEqual([]);
  });

  test('a port that is taken, or an address that is not ours, is a sentence; the next port in line is tried', async () => {
    const { port } = await openHost();
    const options = { studio: fakeStudio(), page: async () => new Response(), token };
    await expect(createWebHost({ ...options, ports: [port] })).rejects.toThrow(`Port ${port} is taken by another program.`);
    await expect(createWebHost({ ...options, ports: [0], host: '192.0.2.1' })).rejects.toThrow('192.0.2.1 is no address of this machine.');
    const next = await createWebHost({ ...options, ports: [port, 0] });
    expect(next.port).not.toBe(port);
    await next.close();
  });

  test('a page that throws is answered with 500 and one sentence, and the host goes on', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { port } = await openHost({
      page: async ({ url }) => {
        if (url.endsWith('/broken')) throw new Error('nobody foresaw this');
        return new Response('fine');
      },
    });
    const { status, body } = await ask(port, '/broken', bearer);
    expect([status, body]).toEqual([500, expect.stringContaining('Something went wrong inside Muxwell.')]);
    expect(body).not.toContain('foresaw');
    expect(said).toHaveBeenCalledOnce();
    said.mockRestore();
    expect((await ask(port, '/', bearer)).body).toContain('fine');
  });

  test('a request’s signal is aborted when its client goes, and a page never sees what opened the door', async () => {
    const seen: { signal: AbortSignal; headers: Headers }[] = [];
    const { port } = await openHost({
      page: ({ signal, headers }) => {
        seen.push({ signal, headers });
        return new Promise(() => {});
      },
    });
    const raw = await openRaw(port);
    raw.write(
      `GET /assets/x HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nCookie: a=b\r\nAccept: image/jpeg\r\n\r\n`,
    );
    await eventually(() => seen.length === 1, 'the page is asked');
    expect(seen[0]?.signal.aborted).toBe(false);
    expect(seen[0]?.headers.get('accept')).toBe('image/jpeg');
    expect([seen[0]?.headers.get('authorization'), seen[0]?.headers.get('cookie')]).toEqual([null, null]);
    raw.destroy();
    await eventually(() => seen[0]?.signal.aborted === true, 'the page is told');
  });
});

describe('the token', () => {
  test('is made once and kept, in a file for its owner alone', () => {
    const made = keepToken(data);
    expect(made).toMatch(/^[\w-]{32}$/);
    expect(keepToken(data)).toBe(made);
    const path = join(data, 'token');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toBe(`${made}\n`);
  });

  test.skipIf(process.platform === 'win32')(
    'that others could have read is replaced, and so is what is no token, or a link to another file',
    () => {
      const path = join(data, 'token');
      const made = keepToken(data);
      const spoilt: [name: string, spoil: () => void][] = [
        ['readable by the group', () => chmodSync(path, 0o640)],
        ['readable by all', () => chmodSync(path, 0o604)],
        ['writable by all', () => chmodSync(path, 0o602)],
        ['empty', () => writeFileSync(path, '')],
        ['too short', () => writeFileSync(path, 'short')],
        ['a link', () => linkTo(path, made)],
      ];
      const tokens = spoilt.map(([, spoil]) => {
        spoil();
        return keepToken(data);
      });
      expect(new Set([made, ...tokens]).size).toBe(spoilt.length + 1);
      for (const one of tokens) expect(one).toMatch(/^[\w-]{32}$/);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe(made);
    },
  );

  test('of one’s own is 16 characters or more, without spaces', () => {
    expect(checkToken('1234567890123456')).toBe('1234567890123456');
    for (const bad of ['', '123456789012345', '1234567890 123456', '1234567890123456\n', 'ein-Schlüssel-für-uns', 'x'.repeat(257)])
      expect(() => checkToken(bad)).toThrow(expect.objectContaining({ code: 'bad-input', message: expect.stringContaining('16') }));
  });
});

function linkTo(path: string, token: string): void {
  writeFileSync(join(folder, 'elsewhere'), token, { mode: 0o600 });
  rmSync(path);
  symlinkSync(join(folder, 'elsewhere'), path);
}

interface Serving {
  child: ChildProcess;
  /** The address that was printed; rejects when the command ends before. */
  url: Promise<string>;
  ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** `muxwell serve` with the test's data folder. */
function beginServe(args: string[], env: NodeJS.ProcessEnv = {}): Serving {
  const launch = join(root, 'native', 'hosts', 'launch.ts');
  const child = spawn(process.execPath, [launch, 'serve', ...args], {
    cwd: folder,
    env: { ...process.env, MUXWELL_DATA: data, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  cleanups.push(() => child.exitCode === null && child.signalCode === null && child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const printed = /^Muxwell is at (http:\S+)\n/.exec(stdout)?.[1];
      if (printed) resolve(printed);
    });
    void ended.then((end) => reject(new Error(`it ended: ${JSON.stringify(end)}`)));
  });
  url.catch(() => {}); // whoever waits for the end only
  return { child, url, ended };
}

const runServe = (args: string[], env?: NodeJS.ProcessEnv) => beginServe(args, env).ended;
const portOf = (url: string) => Number(new URL(url).port);
const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? '';

/** A file of /proc; nothing when the process has ended meanwhile. */
function ofProcess(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** Every process below one, by way of /proc. */
function descendants(pid: number): number[] {
  const direct = ofProcess(pid, `task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return direct.flatMap((child) => [child, ...descendants(child)]);
}

/** The command line and the environment of every process below one. */
const descendantsStartedWith = (pid: number) =>
  descendants(pid)
    .map((child) => [ofProcess(child, 'cmdline'), ofProcess(child, 'environ')])
    .filter((about) => about.every(Boolean))
    .map((about) => about.join(''));

describe('muxwell serve', () => {
  beforeAll(() => {
    if (!existsSync(join(root, 'dist', 'page', 'index.html')))
      execFileSync(process.execPath, [join(root, 'native', 'build.mjs')], { cwd: root, stdio: 'inherit' });
  });

  test('wrong usage exits with 2 and a sentence, and leaves nothing behind', async () => {
    rmSync(data, { recursive: true });
    const cases: [args: string[], env: NodeJS.ProcessEnv, sentence: RegExp][] = [
      [['--host', '0.0.0.0'], {}, /^At 0\.0\.0\.0 other machines can reach Muxwell: choose a token with --token or MUXWELL_TOKEN\.\n$/],
      [['--host', '::'], { MUXWELL_TOKEN: '' }, /^At :: other machines/],
      [['--host', '192.168.1.2'], {}, /^At 192\.168\.1\.2 other machines/],
      [['--host', ''], { MUXWELL_TOKEN: token }, /^--host needs an address\.\n$/],
      [['--host', '192.0.2.1', '--token', token], {}, /^192\.0\.2\.1 is no address of this machine\.\n$/],
      [['--token', 'too-short-to-be'], {}, /^The token is too short: it needs at least 16 characters\.\n$/],
      [['--token', ''], {}, /^The token is too short/],
      [[], { MUXWELL_TOKEN: 'too-short-to-be' }, /^The token is too short/],
      [['--token', 'with a space in its middle'], {}, /without spaces/],
      [['--port', '65536'], {}, /whole number from 0 to 65535/],
      [['--port', '-1'], {}, /whole number from 0 to 65535/],
      [['--port', '80a'], {}, /whole number from 0 to 65535/],
      [['film.mov'], {}, /too many arguments/],
    ];
    for (const [args, env, sentence] of cases) {
      const { code, stdout, stderr } = await runServe(args, env);
      expect({ args, code, stdout, stderr }).toEqual({ args, code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
      expect(stderr).not.toMatch(/too-short-to-be|in its middle/);
      expect(existsSync(data)).toBe(args[1] === '192.0.2.1'); // only what has to be tried gets so far
      rmSync(data, { recursive: true, force: true });
    }
  });

  test('prints one line, serves the page and the studio, and ends in order on SIGTERM: nothing of it is left', async () => {
    rmSync(data, { recursive: true });
    const { child, url, ended } = beginServe(['--port', '0']);
    const port = portOf(await url);
    const Cookie = await cookieOf(await url);
    const page = await ask(port, '/', { Cookie });
    expect([page.status, page.headers['content-security-policy']]).toEqual([200, securityHeaders['content-security-policy']]);
    const client = openClient(port, { Cookie });
    await isThere(client);
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(client.state().machine['studio']?.version).toBe(version);
    await expect(client.call('probe', { path: join(folder, 'secret.txt') })).rejects.toMatchObject({ code: 'not-media' });
    const children = process.platform === 'linux' ? descendants(child.pid ?? 0) : [];
    if (process.platform === 'linux') expect(children.length).toBeGreaterThan(0);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, stdout: `Muxwell is at ${await url}\n`, stderr: '' });
    await eventually(() => !children.some(isAlive), 'its workers are gone');
    // A busy machine may have come to the end of a trial of its devices.
    const left = readdirSync(data).filter((name) => name !== 'hardware.json');
    expect(left.sort()).toEqual(['logs', 'pictures', 'presets', 'studio.db', 'token']);
    if (process.platform !== 'win32')
      expect([statSync(data).mode & 0o777, statSync(join(data, 'token')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  test('the token is the same at the next start, and stands in no command line, no environment and no other line', async () => {
    const first = beginServe(['--port', '0', '--data', join(folder, 'other')]);
    const kept = tokenOf(await first.url);
    expect(readFileSync(join(folder, 'other', 'token'), 'utf8').trim()).toBe(kept);
    first.child.kill('SIGINT');
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' });
    const own = 'chosen-by-the-environment';
    const starts: [env: NodeJS.ProcessEnv, token: string][] = [
      [{}, kept],
      [{ MUXWELL_TOKEN: own }, own],
    ];
    for (const [env, expected] of starts) {
      const { child, url, ended } = beginServe(['--port', '0', '--data', join(folder, 'other')], env);
      expect(tokenOf(await url)).toBe(expected);
      const client = openClient(portOf(await url), { Authorization: `Bearer ${expected}` });
      await isThere(client);
      await client.call('probe', { path: join(folder, 'secret.txt') }).catch(() => {});
      if (process.platform === 'linux') {
        let workers: string[] = [];
        await eventually(() => {
          workers = descendantsStartedWith(child.pid ?? 0);
          return workers.length > 0 && workers.every((about) => about.includes('worker'));
        }, 'there are workers, and nothing else');
        for (const about of workers) expect(about).not.toContain(expected);
      }
      client.close();
      child.kill('SIGINT');
      const { stdout, stderr } = await ended;
      expect(`${stdout}${stderr}`.split(expected)).toHaveLength(2);
    }
    expect(tokenOf(await beginServe(['--port', '0', '--token', 'from-the-command-line'], { MUXWELL_TOKEN: own }).url)).toBe(
      'from-the-command-line',
    );
  });

  test('a port that was asked for and is taken is a sentence and exit 1; the usual one is replaced by another, in a line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    cleanups.push(() => taken.close());
    const { port } = taken.address() as AddressInfo;
    const { code, stdout, stderr } = await runServe(['--port', String(port)]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`Port ${port} is taken by another program. Choose another with --port.\n`);

    const usual = createServer().listen(7390, '127.0.0.1');
    await once(usual, 'listening').catch(() => {}); // somebody else has it: just as well
    cleanups.push(() => usual.close());
    const { child, url, ended } = beginServe([]);
    expect(portOf(await url)).not.toBe(7390);
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, stderr: 'Port 7390 is taken by another program, so another was chosen.\n' });
  });

  test('a queue that another Muxwell has open, and a folder that cannot be made, are a sentence and exit 1', async () => {
    const first = beginServe(['--port', '0']);
    await first.url;
    expect(await runServe(['--port', '0'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Another Muxwell is running with this queue. Close it first.\n',
    });
    const impossible = join(folder, 'secret.txt', 'data');
    expect(await runServe(['--port', '0', '--data', impossible])).toEqual({
      code: 1,
      stdout: '',
      stderr: `The folder ${impossible} could not be made.\n`,
    });
  });

  test('ended while a job runs it says that it starts anew, leaves no partial file, and the next start goes on with it', async () => {
    const film = longClip(join(folder, 'long.mp4'));
    const first = beginServe(['--port', '0', '--token', token]);
    const client = openClient(portOf(await first.url));
    await isThere(client);
    await client.call('startQueue', {});
    const { ids } = await client.call('addJobs', { sources: [film], ...slow, output: { folder: join(folder, 'out') } });
    const id = ids[0] ?? '';
    const underWay = ({ statuses }: State) => statuses[id]?.phase === 'running' && statuses[id].fraction > 0;
    await sees(client, underWay, 'the job is under way');
    expect(readdirSync(join(folder, 'out'))).toHaveLength(1);
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0, stderr: '1 export was running. It starts anew next time.\n' });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
    client.close();
    const second = beginServe(['--port', '0', '--token', token]);
    const again = openClient(portOf(await second.url));
    await sees(again, underWay, 'the job runs again');
    second.child.kill('SIGTERM');
    await second.ended;
  });

  const opener = { darwin: 'open', linux: 'xdg-open' }[process.platform as string];

  test.skipIf(!opener)('--open gives the browser an address for one use, and says so when there is no browser', async () => {
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    const note = join(folder, 'note');
    writeFileSync(join(tools, opener ?? ''), `#!/bin/sh\n{ echo "$@"; env; } > "${note}.new"; mv "${note}.new" "${note}"\n`, {
      mode: 0o755,
    });
    const PATH = `${tools}${delimiter}${process.env['PATH']}`;
    const { url } = beginServe(['--port', '0', '--open'], { PATH, MUXWELL_TOKEN: token });
    const port = portOf(await url);
    await eventually(() => existsSync(note), 'the browser is started');
    const [address = '', ...environment] = readFileSync(note, 'utf8').split('\n');
    expect(address).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:${port}/\\?token=[\\w-]{32}$`));
    expect(environment.join('\n')).toContain('PATH=');
    expect(`${address}\n${environment.join('\n')}`).not.toContain(token);
    expect(await cookieOf(address)).toBe(await cookieOf(await url));
    expect(await cookieOf(address)).toBe('');

    writeFileSync(join(tools, opener ?? ''), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
    for (const path of [PATH, join(folder, 'no-tools')]) {
      const { child, url, ended } = beginServe(['--port', '0', '--open', '--data', join(folder, 'third')], { PATH: path });
      await url;
      let said = '';
      child.stderr?.on('data', (text: string) => (said += text));
      await eventually(() => said.includes('\n'), 'it says so');
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 0, stderr: 'No browser could be opened. Open the address above in one.\n' });
    }
  });
});
