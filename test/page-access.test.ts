/** Every place and state of the page, in both themes, held against axe's rules; and no motion for those who asked for none. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { endAll, freePort, rtmpServer } from './fixtures/live-kit.ts';
import { ask, type BrowserApp, closeBrowser, drop, openBrowserApp, place, row, see } from './fixtures/page-app.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: what axe and reduced motion ask of the page, because ${missing}`);

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  if (missing) return;
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(async () => {
  endAll();
  await closeBrowser();
  if (clips) rmSync(clips, { recursive: true, force: true });
});

/** What axe finds, a line each: by all of its rules in the dark, and in the light by the one that depends on it. */
async function audit(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page }).setLegacyMode(); // there are no frames, and this takes half the time
    const { violations } = await (colorScheme === 'light' ? axe.withRules('color-contrast') : axe).analyze();
    for (const { id, help, nodes } of violations) {
      for (const { target, any } of nodes)
        found.push(`${colorScheme}: ${id} (${help}) at ${target.join(' ')}: ${any.map(({ message }) => message).join('; ')}`);
    }
  }
  return found;
}

/** The page anew, with nothing open or selected. */
async function goTo(app: BrowserApp, place: string): Promise<void> {
  await app.page.goto('about:blank');
  await app.page.goto(`${new URL(app.host.url).origin}/#/${place}`);
  await see(app.page.getByRole('contentinfo')).toBeVisible(); // the studio is there, and with it the page's own heading
  await see(app.page.getByRole('heading', { level: 1 })).toBeVisible();
}

const withReason = (words: string) => (missing ? `${words} (skipped: ${missing})` : words);

describe.skipIf(missing)(withReason('axe finds nothing in either theme'), () => {
  let app: BrowserApp;
  let page: Page;
  afterAll(async () => app?.close());
  beforeAll(async () => {
    if (missing) return;
    app = await openBrowserApp({ reducedMotion: 'reduce' });
    ({ page } = app);
  });

  const names = ['done.mp4', 'broken.mp4', 'running.mp4', 'waiting.mp4', 'changed.mp4', 'cancelled.mp4'];

  /** A file in every state: what runs is paused, so that it stays. */
  async function fillList(): Promise<void> {
    const [done = '', broken = '', running = '', ...others] = names.map((name) => join(app.home, 'Videos', name));
    place(app, short, 'done.mp4', 'waiting.mp4', 'changed.mp4', 'cancelled.mp4');
    place(app, long, 'running.mp4');
    writeFileSync(broken, readFileSync(short).subarray(0, 20_000));
    mkdirSync(join(app.home, 'Videos', 'Norway'));
    await ask(page, 'startQueue', {});
    await ask(page, 'addJobs', { sources: [done, broken], ...quick });
    await see(row(page, 'done.mp4')).toContainText('Done');
    await see(row(page, 'broken.mp4').getByRole('button')).toBeVisible();
    const { ids } = await ask(page, 'addJobs', { sources: [running], ...slow });
    await see(row(page, 'running.mp4')).toContainText(/Encoding [1-9]/);
    await ask(page, 'pauseJobs', { ids });
    const [, changed = '', cancelled = ''] = (await ask(page, 'addJobs', { sources: others, ...quick })).ids;
    await ask(page, 'changeJobs', { ids: [changed], overrides: { container: 'mkv' } });
    await ask(page, 'cancelJobs', { ids: [cancelled] });
    await see(row(page, 'cancelled.mp4')).toContainText('Cancelled');
    await see(row(page, 'changed.mp4')).toContainText('Waiting');
  }

  test('before anything is there', async () => {
    await see(page.getByText('Drop films or sound here')).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.getByRole('main').getByRole('button', { name: 'Add files' }).first().hover();
    expect(await audit(page)).toEqual([]);
  });

  test('with files in every state, none, some, one or all of them selected', async () => {
    await fillList();
    expect(await audit(page)).toEqual([]);
    for (const name of names) {
      await row(page, name).click();
      await see(page.getByLabel('Inspector', { exact: true }).getByRole('heading', { name })).toBeVisible();
      for (const fold of await page.locator('summary').all()) await fold.click();
      expect(await audit(page), name).toEqual([]);
    }
    await page.keyboard.press('Control+a');
    await see(page.getByText('6 files selected')).toBeVisible();
    for (const fold of await page.locator('summary').all()) await fold.click();
    expect(await audit(page)).toEqual([]);
    await page.getByRole('button', { name: 'Failed 1' }).click();
    await page.getByRole('searchbox').fill('nothing is called that');
    await see(page.getByRole('heading', { name: 'No file is like that' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test.each(['live', 'lossless', 'presets', 'settings'])('%s', async (place) => {
    await goTo(app, place);
    expect(await audit(page)).toEqual([]);
  });

  test('Lossless, with every tab, a cut, a problem, a result, a failure and several files', async () => {
    const paths = place(app, short, 'cut.mp4', 'none.mp4', 'made.mp4', 'refused.mp4');
    const [, none = '', made = '', refused = ''] = paths;
    const order = {
      segments: [
        { start: 0.2, end: 0.6 },
        { start: 0.8, end: null, title: 'The end' },
      ],
    };
    await ask(page, 'addLossless', { sources: paths.slice(0, 1), order, draft: true });
    await ask(page, 'addLossless', { sources: [none], order: { target: 'webm' }, draft: true });
    await ask(page, 'changeSettings', { parallel: 2 }); // one place is taken by what is paused
    await ask(page, 'startQueue', {});
    await ask(page, 'addLossless', { sources: [made], order: { target: 'mkv' } });
    await ask(page, 'addLossless', { sources: [refused], order: { target: 'webm' } });
    await goTo(app, 'lossless');
    const file = (name: string) => page.getByRole('option').filter({ hasText: name });
    await see(file('made.mp4')).toContainText('Done');
    await file('cut.mp4').click();
    await see(page.getByText(/^Starts .* earlier/)).toBeVisible();
    await page.getByRole('button', { name: /Stereo AAC/ }).click();
    expect(await audit(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keeps everything' }).click();
    await see(page.getByText('What becomes of each track')).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+y');
    for (const tab of ['Chapters', 'Tags', 'Result']) {
      await page.getByRole('tab', { name: tab }).click();
      for (const button of await page.getByRole('button', { name: /^(From segments|Add a tag)$/ }).all()) await button.click();
      expect(await audit(page), tab).toEqual([]);
    }
    await page.getByRole('button', { name: 'Take out' }).click();
    expect(await audit(page)).toEqual([]);
    for (const [name, sign] of [
      ['none.mp4', page.getByRole('alert')],
      ['made.mp4', page.getByRole('region', { name: 'Result' })],
      ['refused.mp4', page.getByRole('region', { name: 'Error' })],
    ] as const) {
      await file(name).click();
      await see(sign).toBeVisible();
      expect(await audit(page), name).toEqual([]);
    }
    await page.keyboard.press('Control+a');
    await see(page.getByRole('heading', { name: '4 files selected' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('Live, being set up, in preview, on air with targets in every state, and afterwards', async () => {
    const [well, refusing] = [await rtmpServer(), await rtmpServer('wrong-key')];
    const keep = async (key: string) => (await ask(page, 'keepKey', { key })).place;
    const targets = [
      { id: 'one', name: 'Main stage', service: 'custom', url: well.url(''), key: await keep('a-key-of-some-length') },
      { id: 'two', name: 'Second home', service: 'custom', url: `rtmp://127.0.0.1:${await freePort()}/live` },
      { id: 'three', name: 'No entry', service: 'custom', url: refusing.url(''), key: await keep('wrong-key') },
      { id: 'four', name: 'Left out', service: 'custom', url: well.url(''), enabled: false },
    ];
    const setup = {
      ...{ source: { kind: 'test-card' as const }, targets, recording: { folder: join(app.home, 'Videos') }, uplinkKbps: 1000 },
      encode: { height: 180, fps: 15, videoKbps: 300, audioKbps: 64, speed: 'ultrafast' as const },
    };
    const noKey = { id: 'none', name: 'Twitch', service: 'twitch', url: 'rtmp://live.twitch.tv/app', key: null };
    const { id } = await ask(page, 'saveLive', { setup: { ...setup, targets: [...targets, noKey] } });
    await goTo(app, 'live');
    await see(page.getByText('The stream key for Twitch is missing.')).toBeVisible();
    for (const fold of await page.locator('summary').all()) await fold.click();
    expect(await audit(page), 'set up').toEqual([]);
    for (const kind of ['From another program', 'This screen', 'Files', 'SRT']) {
      await page.getByRole('combobox', { name: 'Kind of source' }).click();
      await page.getByRole('option', { name: kind }).click();
      await see(page.getByRole('combobox', { name: 'Kind of source' })).toContainText(kind);
      expect(await audit(page), kind).toEqual([]);
    }
    await page.keyboard.press('t');
    await see(page.getByRole('dialog', { name: 'Add a target' })).toBeVisible();
    expect(await audit(page), 'a new target').toEqual([]);
    await page.keyboard.press('Escape');
    await ask(page, 'saveLive', { id, setup });
    await see(page.getByText('The stream key for Twitch is missing.')).toBeHidden();
    await page.keyboard.press('p');
    await see(page.getByText('The source runs.')).toBeVisible();
    expect(await audit(page), 'preview').toEqual([]);

    await page.keyboard.press('Control+Shift+Enter');
    for (const words of [/^Live 0:/, /^Reconnecting/, /^Key refused/, /^Off$/]) await see(page.getByText(words).last()).toBeVisible();
    expect(await audit(page), 'live').toEqual([]);
    await page.keyboard.press('b');
    await page.keyboard.press('m');
    await see(page.getByText('The break card is on air, the sound is muted')).toBeVisible();
    await page.getByRole('listitem', { name: 'Second home' }).focus();
    for (const fold of await page.locator('summary').all()) await fold.click();
    expect(await audit(page), 'break').toEqual([]);
    await page.keyboard.press('Control+.');
    await see(page.getByRole('dialog', { name: 'End the broadcast?' })).toBeVisible();
    expect(await audit(page), 'the end').toEqual([]);
    await page.keyboard.press('Escape');
    await ask(page, 'endLive', { id });
    await see(page.getByRole('button', { name: 'Go live' })).toBeEnabled();
    expect(await audit(page), 'afterwards').toEqual([]);
    await page.keyboard.press('n');
    await see(page.getByRole('combobox', { name: 'Session' })).toBeVisible();
    await page.keyboard.press('F2');
    await see(page.getByLabel('Name of the session')).toBeFocused();
    expect(await audit(page), 'another session').toEqual([]);
  });

  test('the file browser, with files chosen, and for a drop that was not found', async () => {
    await goTo(app, 'export');
    await page.keyboard.press('Control+o');
    await page.getByRole('option', { name: 'done.mp4' }).click();
    await page.getByText('Show every kind of file').click();
    expect(await audit(page)).toEqual([]);
    await page.getByPlaceholder('Find in this folder').fill('nothing is called that');
    await see(page.getByText('Nothing here is called that.')).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press('Escape');
    mkdirSync(join(app.home, 'Elsewhere'));
    await drop(app, ...place(app, short, '../Elsewhere/lost.mp4'));
    await see(page.getByRole('dialog')).toContainText('Find lost.mp4 here.');
    expect(await audit(page)).toEqual([]);
  });

  test('the folder browser', async () => {
    await goTo(app, 'export');
    await page.keyboard.press('Control+Shift+o');
    await see(page.getByRole('option', { name: 'Norway' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('the palette, with and without a match', async () => {
    await goTo(app, 'export');
    await page.keyboard.press('Control+k');
    await see(page.getByRole('option', { name: /Add files/ })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.type('nothing is called that');
    await see(page.getByText('Nothing is called that')).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('the keys, and a question', async () => {
    await goTo(app, 'export');
    await page.keyboard.press('?');
    await see(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await row(page, 'running.mp4').click();
    await page.keyboard.press('Delete');
    await see(page.getByRole('dialog', { name: 'Remove 1 file?' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('an open choice', async () => {
    await goTo(app, 'export');
    await page.getByRole('combobox', { name: 'Preset', exact: true }).click();
    await see(page.getByRole('option', { name: /^HQ 720p30/ })).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('news and an error over the page', async () => {
    await goTo(app, 'export');
    await drop(app, ...place(app, short, 'one.mp4', 'two.mp4'));
    await see(page.getByText('2 files added.')).toBeVisible();
    await page.keyboard.press('Control+o');
    await page.getByRole('option', { name: 'Norway' }).dblclick();
    await page.getByRole('button', { name: 'Add the whole folder' }).click();
    await see(page.getByText('There is no media file in there.')).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('while the studio is opened', async () => {
    const tab = await app.context.newPage();
    await tab.routeWebSocket('**/wire', () => {});
    await tab.goto(app.host.url);
    await see(tab.getByRole('status')).toHaveText('Opening the studio…');
    expect(await audit(tab)).toEqual([]);
    await tab.close();
  });

  test('while the studio is away, and when it has another token', async () => {
    await goTo(app, 'export');
    await app.host.kill();
    await see(page.getByRole('alert')).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await app.host.start('another-token-than-before');
    await see(page.getByRole('heading', { name: 'This studio has another token now' })).toBeVisible();
    expect(await audit(page)).toEqual([]);
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await see(page).toHaveTitle('Muxwell is locked');
    expect(await audit(page)).toEqual([]);
  });
});

describe.skipIf(missing)(withReason('motion'), () => {
  /** How long everything that moves or fades takes, ms, while a file runs and dialogs and choices open. */
  async function motion(reducedMotion: 'reduce' | 'no-preference'): Promise<number> {
    const app = await openBrowserApp({ reducedMotion });
    const { page } = app;
    try {
      await page.evaluate(() => {
        Object.assign(window, { longest: 0 });
        const note = ({ target }: Event) => {
          for (const animation of (target as Element).getAnimations())
            Object.assign(window, { longest: Math.max(Reflect.get(window, 'longest'), Number(animation.effect?.getTiming().duration)) });
        };
        for (const type of ['transitionrun', 'animationstart']) window.addEventListener(type, note, true);
      });
      await ask(page, 'addJobs', { sources: place(app, long, 'film.mp4'), ...slow });
      await ask(page, 'startQueue', {});
      await row(page, 'film.mp4').click();
      await see(row(page, 'film.mp4')).toContainText(/Encoding [1-9]/);
      await page.keyboard.press('Control+k');
      await see(page.getByRole('dialog')).toBeVisible();
      await page.keyboard.press('Escape');
      await see(page.getByRole('dialog')).toBeHidden();
      return await page.evaluate(() => Reflect.get(window, 'longest'));
    } finally {
      await app.close();
    }
  }

  test('explains changes, and there is none for those who asked for none', async () => {
    expect(await motion('no-preference')).toBeGreaterThan(100);
    expect(await motion('reduce')).toBe(0);
  });
});
