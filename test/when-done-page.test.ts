/** What follows the queue as a page shows it: chosen, counted down in every place, called off; told by a notification or a sound; and the machine's sleep. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { type AppOptions, ask, type BrowserApp, closeBrowser, openBrowserApp, place, row, see, stateOf } from './fixtures/page-app.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: what follows the queue, because ${missing}`);

describe.skipIf(missing)(missing ? `what follows the queue (skipped: ${missing})` : 'what follows the queue', () => {
  let clips: string;
  let short: string;
  let long: string;
  let app: BrowserApp;
  let page: Page;
  beforeAll(() => {
    clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
    short = shortClip(join(clips, 'short.mp4'));
    long = longClip(join(clips, 'long.mp4'));
  });
  afterAll(async () => {
    await closeBrowser();
    rmSync(clips, { recursive: true, force: true });
  });
  afterEach(async () => {
    await app.close();
    expect(app.problems).toEqual([]);
  });

  async function open(options: AppOptions = {}): Promise<void> {
    app = await openBrowserApp(options);
    ({ page } = app);
    await see(page.getByRole('contentinfo')).toBeVisible();
  }

  const choice = () => page.getByRole('combobox', { name: 'When the queue is done' });
  const bar = (from: Page = page) => from.getByRole('region', { name: 'The queue is done.' });
  const settings = async () => (await stateOf(page)).settings['studio'];
  const after = async () => (await stateOf(page)).run['studio']?.after;
  const choose = async (option: string | RegExp) => page.getByRole('option', { name: option }).click();

  async function audit(): Promise<void> {
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      expect((await new AxeBuilder({ page }).setLegacyMode().analyze()).violations.map(({ id }) => id)).toEqual([]);
    }
  }

  /** Runs a short film to its end. */
  async function runOne(name = 'film.mp4'): Promise<void> {
    await ask(page, 'startQueue', {});
    await ask(page, 'addJobs', { sources: place(app, short, name), ...quick });
    await see(row(page, name)).toContainText('Done');
  }

  test('a key opens the choice for this time; the countdown is seen in every place and every tab, and Escape in any calls it off', async () => {
    await open();
    await page.keyboard.press('d');
    await choose(/^Sleep/);
    await see(choice()).toHaveText('Sleep');
    expect(await settings()).toMatchObject({ whenDone: 'notify', whenDoneOnce: 'sleep' });
    const tab = await app.openTab();
    await runOne();
    await see(bar()).toContainText(/The machine goes to sleep in (60|5\d) s\./);
    await see(bar()).toContainText(/goes to sleep in 5\d s\./);
    await audit();
    for (const key of ['2', '3', '4', '5']) {
      await page.keyboard.press(`Control+${key}`);
      await see(bar()).toBeVisible();
    }
    await see(bar(tab)).toBeVisible();
    await page.getByLabel('Start jobs from').focus(); // also while one types
    await page.keyboard.press('Escape');
    await see(bar()).toBeHidden();
    await see(bar(tab)).toBeHidden();
    expect(await after()).toEqual({ phase: 'called-off', action: 'sleep', by: 'person' });
    await page.keyboard.press('Control+1');
    await see(choice()).toHaveText('Notification');
  });

  test('the button calls it off as well, and so does a file that is added', async () => {
    await open();
    await ask(page, 'changeSettings', { whenDone: 'shutdown' });
    await runOne();
    await see(bar()).toContainText('The machine shuts down in');
    await see(page.getByRole('alert')).toHaveText('The machine shuts down within a minute. Esc calls it off.');
    await bar().getByRole('button', { name: 'Keep the machine on' }).click();
    await see(bar()).toBeHidden();
    await runOne('next.mp4');
    await see(bar()).toBeVisible();
    await ask(page, 'stopQueue', {});
    await ask(page, 'addJobs', { sources: place(app, short, 'more.mp4'), ...quick });
    await see(bar()).toBeHidden();
    expect(await after()).toMatchObject({ phase: 'called-off', by: 'work' });
  });

  test('Settings has the choice for every time, and the command with its quotes; one that fails says why', async () => {
    await open();
    await page.keyboard.press('Control+5');
    await choice().click();
    await see(page.getByRole('option', { name: /^Run the command/ })).toContainText('Write the command in Settings first.');
    await page.keyboard.press('Escape');
    const command = page.getByRole('textbox', { name: 'Command' });
    await command.fill('/nowhere/upload "two words');
    await command.press('Enter');
    await see(page.getByText('A quote is not closed.')).toBeVisible();
    await command.fill(`/nowhere/upload  "two words" ''`);
    await command.press('Enter');
    await see(command).toHaveValue('/nowhere/upload "two words" ""');
    await choice().click();
    await choose(/^Run the command/);
    await see.poll(settings).toMatchObject({ whenDone: 'command', whenDoneCommand: ['/nowhere/upload', 'two words', ''] });
    await audit();
    await page.keyboard.press('Control+1');
    await runOne();
    await see(bar()).toContainText('The command upload could not be started.');
    await audit();
    await bar().getByRole('button', { name: 'Dismiss' }).click();
    await see(bar()).toBeHidden();
  });

  /** What the page shows and plays beside itself. */
  interface Heard {
    notifications: { title: string; body: string; tag: string }[];
    notes: number;
  }
  /** A browser that asks its person, who says yes: one without a window never does. Sounds are real. */
  const listen = (page: Page) =>
    page.addInitScript(() => {
      const heard: Heard = { notifications: [], notes: 0 };
      const permission = () => (sessionStorage.getItem('allowed') ? 'granted' : 'default');
      class Told {
        static get permission() {
          return permission();
        }
        static async requestPermission() {
          sessionStorage.setItem('allowed', 'yes');
          return permission();
        }
        constructor(title: string, { body = '', tag = '' }: NotificationOptions) {
          heard.notifications.push({ title, body, tag });
        }
      }
      Object.assign(window, { heard, Notification: Told });
      const { start } = OscillatorNode.prototype;
      OscillatorNode.prototype.start = function (when) {
        heard.notes++;
        start.call(this, when);
      };
    });
  const heard = () => page.evaluate(() => (window as unknown as { heard: Heard }).heard);

  test('a notification and a sound tell of the end, once, and not again to a page that comes later', async () => {
    await open({ prepare: listen });
    await page.keyboard.press('Control+5');
    const allow = page.getByRole('button', { name: 'Let this browser show them' });
    await see(allow).toBeVisible();
    await audit();
    await allow.click();
    await see(allow).toBeHidden();
    await page.keyboard.press('Control+1');
    await runOne();
    await see
      .poll(async () => (await heard()).notifications)
      .toEqual([{ title: 'The queue is done.', body: '1 file done.', tag: expect.stringMatching(/^muxwell-\d+$/) }]);
    await choice().click();
    await choose(/^Sound/); // and is heard at once
    await see.poll(async () => (await heard()).notes).toBe(2);
    await runOne('next.mp4');
    await see.poll(async () => (await heard()).notes).toBe(4);
    expect((await heard()).notifications).toHaveLength(1);
    await page.reload();
    await see(row(page, 'next.mp4')).toBeVisible();
    await runOne('last.mp4'); // the choice for once is used up
    await see.poll(async () => (await heard()).notifications.length).toBe(1);
    expect((await heard()).notes).toBe(0);
  });

  test('where the browser shows no notifications, the page itself says it', async () => {
    await open();
    await runOne();
    await see(page.getByText('The queue is done. 1 file done.')).toBeVisible();
  });

  test('a machine that slept is told with its times until it is put away, and in the log', async () => {
    await open();
    const { ids } = await ask(page, 'addJobs', { sources: place(app, long, 'film.mp4'), ...slow });
    await ask(page, 'startQueue', {});
    await see(row(page, 'film.mp4')).toContainText(/Encoding/);
    app.host.sleep(42 * 60_000);
    const told = page.getByRole('status').filter({ hasText: 'The machine slept from' });
    await see(told).toContainText(/from \d.* to \d.* \(42 min\)/);
    await audit();
    await ask(page, 'cancelJobs', { ids });
    await see(row(page, 'film.mp4')).toContainText('Cancelled');
    await see(told).toBeVisible();
    const log = await ask(page, 'jobLog', { id: ids[0] ?? '' });
    expect(log.map(({ text }) => text)).toContainEqual(expect.stringMatching(/^The machine slept for 42 minutes from \d\d:\d\d on\.$/));
    await told.getByRole('button', { name: 'Dismiss' }).click();
    await see(told).toHaveCount(0);
  });
});
