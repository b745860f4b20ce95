/** Live as a person uses it: a real browser, a real host, the real engine, and RTMP servers that are refused, killed and started again. */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { LiveSetupInput } from '../native/contract/live.ts';
import { chromiumPath } from './fixtures/browser.ts';
import { endAll, type RtmpServer, rtmpServer } from './fixtures/live-kit.ts';
import { endPublishers, publish } from './fixtures/live-publisher.ts';
import { ask, type BrowserApp, closeBrowser, focused, openBrowserApp, place, see, stateOf } from './fixtures/page-app.ts';
import { fiveSecondsOfMatroska, shortClip } from './fixtures/sources.ts';
import { eventually } from './fixtures/wait.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: the Live page, because ${missing}`);

const secret = 'live_4711_a-key-that-nobody-may-see';
const masked = '••••••-see';

const apps: BrowserApp[] = [];
afterEach(async () => {
  await endPublishers();
  for (const app of apps.splice(0)) await app.close();
  endAll();
});
afterAll(closeBrowser);

async function openLive(prepare?: (page: Page) => Promise<unknown>): Promise<BrowserApp> {
  const app = await openBrowserApp({ reducedMotion: 'reduce', ...(prepare && { prepare }) });
  apps.push(app);
  await goToLive(app.page);
  return app;
}

async function goToLive(page: Page): Promise<void> {
  const heading = page.getByRole('heading', { level: 1 });
  await see(heading).toHaveText('Export');
  await page.keyboard.press('Control+2');
  await see(heading).toHaveText('Live');
}

const sign = (page: Page) => page.getByRole('timer', { name: 'State of the session' });
const targetRow = (page: Page, name: string) => page.getByRole('list', { name: 'Targets' }).getByRole('listitem', { name });
const happened = (page: Page) => page.getByRole('region', { name: 'What happened' });
const before = (page: Page) => page.getByRole('region', { name: 'Before going live' });
const bar = (page: Page) => page.getByRole('contentinfo');
/** Where the parts of a row begin. */
const columns = (row: Locator) => row.locator(':scope > *').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().left));

type Target = NonNullable<LiveSetupInput['targets']>[number];

/** A small session of two targets, set up without the page. */
async function setUp({ page }: BrowserApp, servers: RtmpServer[], more: Partial<LiveSetupInput> = {}): Promise<string> {
  const targets: Target[] = [];
  for (const [at, server] of servers.entries()) {
    const { place: key } = await ask(page, 'keepKey', { key: `${secret}-${at + 1}` });
    targets.push({ id: `t${at}`, name: ['Main stage', 'Second home'][at] ?? '', service: 'custom', url: server.url(''), key });
  }
  const encode = { height: 180, fps: 15, videoKbps: 300, audioKbps: 64, speed: 'ultrafast' as const };
  const setup = { name: 'Friday show', source: { kind: 'test-card' as const }, encode, targets, ...more };
  const { id } = await ask(page, 'saveLive', { setup });
  await see(page.getByText('Friday show').first()).toBeVisible();
  return id;
}

async function goLive(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+Enter');
  await see(sign(page)).toContainText('Live');
}

/** Goes on with Tab until something of that name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let steps = 0; steps < 60; steps++) {
    if (name.test(await focused(page))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never reaches ${name}`);
}

/** Opens the choice that has the focus and takes what begins with `words`. */
async function choose(page: Page, words: string): Promise<void> {
  await page.keyboard.press('Enter');
  await see(page.getByRole('option', { name: words })).toBeVisible();
  await page.keyboard.type(words);
  await see(page.getByRole('option', { name: words })).toHaveAttribute('data-highlighted', '');
  await page.keyboard.press('Enter');
}

describe.skipIf(missing)('the Live page', () => {
  test('from nothing to live and to the end by keys alone, and the key is nowhere in the page nor on its way to it', async () => {
    const frames: string[] = [];
    const asked: string[] = [];
    const server = await rtmpServer();
    const app = await openLive(async (page) => {
      page.on('websocket', (socket) => {
        socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
        socket.on('framesent', ({ payload }) => asked.push(String(payload)));
      });
    });
    const { page } = app;
    await tabTo(page, /Test card/);
    await page.keyboard.press('Enter');
    await see(before(page)).toContainText('There is nowhere to send to');
    await see(page.getByRole('button', { name: 'Go live' })).toBeDisabled();

    await tabTo(page, /Live preset/);
    await choose(page, '480p30');
    await page.keyboard.press('t');
    await see(page.getByRole('dialog', { name: 'Add a target' })).toBeVisible();
    await see(page.getByLabel('Stream key')).toBeFocused();
    await page.keyboard.press('Shift+Tab');
    if (!/Service/.test(await focused(page))) await page.keyboard.press('Shift+Tab');
    await choose(page, 'Another server');
    await tabTo(page, /Address/);
    await page.keyboard.type(`${server.url(secret)}`);
    await tabTo(page, /Name/);
    await page.keyboard.type('Main stage');
    await page.keyboard.press('Enter');
    await see(targetRow(page, 'Main stage')).toContainText('Ready');

    await page.keyboard.press('Shift+R');
    await see(before(page)).toContainText('Recording:');
    await page.keyboard.press('p');
    await see(before(page)).toContainText('The source runs.');
    await see(page.getByRole('img', { name: 'What is on air' })).toBeVisible();
    await page.keyboard.press('Control+Shift+Enter');
    await see(targetRow(page, 'Main stage')).toContainText(/Live 0:/);
    await see(sign(page)).toContainText(/Live ?0:/);
    await see(bar(page)).toContainText('1 of 1 targets live');
    expect(server.published).toEqual([secret]);

    await page.keyboard.press('b');
    await see(page.getByText('The break card is on air', { exact: true })).toBeVisible();
    await page.keyboard.press('m');
    await see(page.getByText('The break card is on air, the sound is muted')).toBeVisible();
    await page.keyboard.press('b');
    await page.keyboard.press('m');
    await see(page.getByText('The source is on air', { exact: true })).toBeVisible();
    await page.keyboard.press('Shift+R');
    await see(page.getByRole('button', { name: 'Record', exact: true })).toHaveAttribute('aria-pressed', 'false');

    await page.keyboard.press('Control+.');
    await see(page.getByRole('dialog', { name: 'End the broadcast?' })).toBeVisible();
    await tabTo(page, /^button End/);
    await page.keyboard.press('Enter');
    await see(sign(page)).toHaveText('Off');
    await see(happened(page)).toContainText('The broadcast has ended.');
    const [recorded = ''] = readdirSync(app.home).filter((name) => name.startsWith('Live '));
    expect(statSync(join(app.home, recorded)).size).toBeGreaterThan(50_000);

    await targetRow(page, 'Main stage').focus();
    await page.keyboard.press('e');
    await see(page.getByLabel('Stream key')).toHaveAttribute('placeholder', masked);
    await see(page.getByLabel('Stream key')).toHaveValue('');
    const seen = await page.evaluate(() => [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input')].map(({ value }) => value),
      JSON.stringify({ ...localStorage, ...sessionStorage }),
    ]);
    for (const text of [...seen, ...frames, JSON.stringify(await stateOf(page))]) expect(text).not.toContain(secret);
    expect(frames.some((frame) => frame.includes(masked))).toBe(true);
    expect(asked.filter((frame) => frame.includes(secret))).toHaveLength(1);
    expect(app.problems).toEqual([]);
  });

  test('a server that is killed is called again, its columns stay where they are, and the other target does not notice', async () => {
    const servers = [await rtmpServer(), await rtmpServer()];
    const app = await openLive();
    const { page } = app;
    await setUp(app, servers);
    await goLive(page);
    const [one, two] = [targetRow(page, 'Main stage'), targetRow(page, 'Second home')];
    await see(one).toContainText(/Live 0:/);
    await see(two).toContainText(/Live 0:/);
    const stands = await columns(two);
    servers[1]?.signal('SIGKILL');
    await see(two).toContainText(/Reconnecting, try \d+ in \d s/);
    await see(two).toContainText('Nothing listens at this address.');
    await see(bar(page)).toContainText('1 of 2 targets live');
    await see(happened(page)).toContainText('Second home was lost');
    expect(await columns(two)).toEqual(stands);
    await servers[1]?.restart();
    await two.focus();
    await page.keyboard.press('r');
    await see(two).toContainText(/Live 0:/);
    await see(happened(page)).toContainText(/Second home is live again after \d+ s without it/);
    await see(one).toContainText('0 lost');
    await see(two).toContainText(/[1-9]\d* lost/);
    await see(page.getByRole('region', { name: 'The last ten minutes' }).getByText('Lost')).toBeVisible();
    expect(app.problems).toEqual([]);
  });

  test('a refused key is called that; a target is stopped and started by itself', async () => {
    const servers = [await rtmpServer(), await rtmpServer(`${secret}-2`)];
    const app = await openLive();
    const { page } = app;
    await setUp(app, servers);
    await goLive(page);
    const [one, two] = [targetRow(page, 'Main stage'), targetRow(page, 'Second home')];
    await see(two).toContainText('Key refused');
    await see(happened(page)).toContainText('Is the stream key right');
    await two.getByRole('button', { name: 'Stop Second home' }).click();
    await see(two).toContainText('Off');
    await see(one).toContainText(/Live 0:/);
    await two.focus();
    await page.keyboard.press('ArrowUp');
    await see(one).toBeFocused();
    await page.keyboard.press('s');
    await see(one).toContainText('Off');
    await page.keyboard.press('s');
    await see(one).toContainText(/Live 0:/);
    expect(servers[0]?.published).toHaveLength(2);
  });

  test('another page shows the same, so does this one loaded again; when the studio was killed the session is kept, and off', async () => {
    const server = await rtmpServer();
    const app = await openLive();
    const { page } = app;
    await setUp(app, [server]);
    await goLive(page);
    await see(targetRow(page, 'Main stage')).toContainText(/Live 0:/);
    await page.keyboard.press('m');
    await page.reload();
    const tab = await app.openTab();
    await goToLive(tab);
    for (const one of [page, tab]) {
      await see(sign(one)).toContainText(/Live ?0:/);
      await see(targetRow(one, 'Main stage')).toContainText(/Live 0:/);
      await see(one.getByText('the sound is muted')).toBeVisible();
      await see(happened(one)).toContainText('Main stage is live.');
    }
    await tab.keyboard.press('m');
    await see(page.getByText('The source is on air', { exact: true })).toBeVisible();
    await tab.close();

    await app.host.kill();
    await see(page.getByRole('alert')).toContainText('The studio does not answer');
    await see(sign(page)).toContainText('Was live');
    await app.host.start();
    await see(page.getByRole('alert')).toBeHidden();
    await see(sign(page)).toHaveText('Off');
    await see(happened(page)).toContainText('The studio ended while this session was live');
    await see(page.getByText('Friday show')).toBeVisible();
    await see(targetRow(page, 'Main stage')).toContainText('Ready');
    await goLive(page);
    await see(targetRow(page, 'Main stage')).toContainText(/Live 0:/);
    expect(server.published).toHaveLength(2);
  });

  test('an engine that dies is started again on the same targets, which is said; what was stopped stays stopped', async () => {
    const servers = [await rtmpServer(), await rtmpServer()];
    const app = await openLive();
    const { page } = app;
    await setUp(app, servers);
    await goLive(page);
    const [one, two] = [targetRow(page, 'Main stage'), targetRow(page, 'Second home')];
    await see(two).toContainText(/Live 0:/);
    await two.getByRole('button', { name: 'Stop Second home' }).click();
    await see(two).toContainText('Off');
    process.kill(await app.host.worker('live'), 'SIGKILL');
    await see(happened(page)).toContainText('The engine stopped unexpectedly (SIGKILL). It is started again');
    await see(page.getByRole('region', { name: 'Health' })).toContainText('Engine started again');
    await see(one).toContainText(/Live 0:/);
    await see(two).toContainText('Off');
    expect(servers.map(({ published }) => published.length)).toEqual([2, 1]);
  });

  test('the end has to be held with the pointer: a slip of the hand ends nothing', async () => {
    const server = await rtmpServer();
    const app = await openLive();
    const { page } = app;
    await setUp(app, [server]);
    await goLive(page);
    await see(targetRow(page, 'Main stage')).toContainText(/Live 0:/);
    const end = page.getByRole('button', { name: 'Hold to end' });
    await end.click();
    await see(targetRow(page, 'Main stage')).toContainText(/Live 0:0?[3-9]/);
    await see(page.getByRole('dialog')).toBeHidden();
    await end.hover();
    await page.mouse.down();
    await see(sign(page)).toHaveText('Off');
    await page.mouse.up();
    await see(page.getByRole('button', { name: 'Go live' })).toBeEnabled();
  });

  test('a publisher is shown the port that is open; when it goes the break card is on air until it is back', async () => {
    const clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
    try {
      const clip = fiveSecondsOfMatroska(join(clips, 'show.mkv'));
      const app = await openLive();
      const { page } = app;
      const folder = join(app.home, 'Videos');
      await setUp(app, [], { source: { kind: 'rtmp-listen', port: 0 }, recording: { folder, container: 'mkv' } });
      await page.keyboard.press('p');
      const column = page.getByRole('complementary', { name: 'Source and settings' });
      await see(column.getByText(/^rtmp:\/\/127\.0\.0\.1:\d+\/live$/)).toBeVisible();
      await see(column.getByText(/^Waiting for a publisher on/)).toBeVisible();
      await see(before(page)).toContainText('the break card will be on air until it comes');
      const url = await column.getByText(/^rtmp:\/\/127\.0\.0\.1:\d+\/live$/).textContent();
      const first = publish(clip, `${url}/show`);
      await see(column.getByText('320×240 at 30 fps')).toBeVisible();
      await goLive(page);
      await see(page.getByText('The source is on air', { exact: true })).toBeVisible();
      first.signal('SIGKILL');
      await see(page.getByText('The break card is on air, because the source is gone')).toBeVisible();
      publish(clip, `${url}/show`);
      await see(page.getByText('The source is on air', { exact: true })).toBeVisible();
      await eventually(() => readdirSync(folder).length === 1, 'one recording');
    } finally {
      rmSync(clips, { recursive: true, force: true });
    }
  });

  test('files are chosen in the file browser, and are the picture before it goes live', async () => {
    const clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
    try {
      const app = await openLive();
      const { page } = app;
      place(app, shortClip(join(clips, 'short.mp4')), 'evening.mp4', 'night.mp4');
      await setUp(app, []);
      await page.getByRole('combobox', { name: 'Kind of source' }).click();
      await page.getByRole('option', { name: /^Files/ }).click();
      await page.getByRole('button', { name: 'Choose…' }).click();
      await page.getByRole('option', { name: 'Videos' }).dblclick();
      await page.getByRole('option', { name: 'evening.mp4' }).click();
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      await see(page.getByRole('button', { name: 'evening.mp4' })).toBeVisible();
      await page.getByRole('button', { name: 'Preview' }).click();
      await see(page.getByText('320×240 at 30 fps · H.264 · AAC')).toBeVisible();
      await see(before(page)).toContainText('The source runs.');
    } finally {
      rmSync(clips, { recursive: true, force: true });
    }
  });

  test('every action of Live has a key, which is told in the list of keys and in the palette', async () => {
    const server = await rtmpServer();
    const app = await openLive();
    const { page } = app;
    await setUp(app, [server, server]);
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' }).getByRole('heading', { name: 'Live' }).locator('..');
    const titles = await keys.getByRole('term').allTextContents();
    expect(titles.length).toBeGreaterThan(12);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('live');
    for (const title of ['Go live', 'Rename this live session', 'Remove this live session…', 'New live session']) {
      expect(titles).toContain(title);
      await see(page.getByRole('option', { name: title })).toBeVisible();
    }
    await page.keyboard.press('Escape');
    await page.keyboard.press('F2');
    await page.keyboard.type('Saturday show');
    await page.keyboard.press('Enter');
    await see(page.getByText('Saturday show')).toBeVisible();
    await targetRow(page, 'Second home').focus();
    await page.keyboard.press('s');
    await see(targetRow(page, 'Second home')).toContainText('Left out');
    await page.keyboard.press('Delete');
    await see(targetRow(page, 'Second home')).toBeHidden();
    await page.keyboard.press('n');
    await see(page.getByRole('combobox', { name: 'Session' })).toBeVisible();
    await page.keyboard.press('Shift+Delete');
    await tabTo(page, /^button Remove/);
    await page.keyboard.press('Enter');
    await see(page.getByText('Saturday show')).toBeVisible();
    expect(app.problems).toEqual([]);
  });

  test('a second encode is one box among the figures, and what each target gets then is said before going live', async () => {
    const app = await openLive();
    const { page } = app;
    const to = (id: string, name: string) => ({ id, name, service: id, url: `rtmp://${id}.invalid/live` });
    await setUp(app, [], {
      encode: { height: 1080, fps: 60, videoKbps: 9000 },
      targets: [to('twitch', 'Twitch'), to('youtube', 'YouTube')],
    });
    await see(before(page)).toContainText("The picture's rate is lowered to 6000 kb/s for Twitch.");
    const figures = page.locator('summary', { hasText: 'Figures' });
    await figures.focus();
    await page.keyboard.press('Enter');
    const box = page.getByRole('checkbox', { name: 'Second encode where a service allows less' });
    await see(box).not.toBeChecked();
    await see(box).toHaveAccessibleDescription('It costs about as much of the processor again.');
    await box.focus();
    await page.keyboard.press('Space');
    await see(before(page)).toContainText('Twitch gets a second encode at 6000 kb/s; YouTube gets 9000 kb/s.');
    await see(box).toBeChecked();
    await page.keyboard.press('Space');
    await see(before(page)).not.toContainText('second encode');
    expect(app.problems).toEqual([]);
  });
});
