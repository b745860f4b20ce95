/** Settings in a real browser: when jobs start, folders that are watched, updates. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { ask, type BrowserApp, closeBrowser, openBrowserApp, place, row, see, stateOf } from './fixtures/page-app.ts';
import { menuEntry, pretendDesktop } from './fixtures/pretend-desktop.ts';
import { longClip, shortClip, slow } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: settings, because ${missing}`);

describe.skipIf(missing)(missing ? `settings (skipped: ${missing})` : 'settings', () => {
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
  beforeEach(async () => {
    app = await openBrowserApp();
    ({ page } = app);
    await see(page.getByRole('contentinfo')).toBeVisible();
    await page.keyboard.press('Control+5');
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await app.close();
    expect(app.problems).toEqual([]);
  });

  test('a newer version is offered while nothing is at work; in the menu and by a key, too', async () => {
    await app.close();
    vi.stubEnv('MUXWELL_PAGE_UPDATE', '0.2.0');
    app = await openBrowserApp({ prepare: pretendDesktop });
    ({ page } = app);
    const offer = page.getByRole('contentinfo').getByRole('button', { name: 'Muxwell 0.2.0 is ready: restart to use it' });
    await see(offer).toBeVisible();
    await page.keyboard.press('Control+5');
    const section = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Updates' }) });
    await see(section).toContainText('updates.example is asked for a newer version');
    await see(section).toContainText('Muxwell 0.2.0 is ready: restart to use it');
    expect(await menuEntry(page, 'update-install')).toMatchObject({ menu: 'Help', accelerator: 'CmdOrCtrl+Shift+U', enabled: true });
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    }

    const { ids } = await ask(page, 'addJobs', { sources: place(app, long, 'film.mp4'), ...slow });
    await ask(page, 'startQueue', {});
    await see(section).toContainText('Nothing is installed while a job runs or you are live.');
    await see(offer).toHaveCount(0);
    await page.keyboard.press('Control+Shift+U');
    expect(await menuEntry(page, 'update-install')).toMatchObject({ enabled: false });
    await ask(page, 'cancelJobs', { ids });
    await see(offer).toBeVisible();

    await section.getByRole('button', { name: 'Off' }).click();
    await see(section).toContainText('Nobody has been asked yet.');
    await see(offer).toHaveCount(0);
    await section.getByRole('button', { name: 'Look for a newer version' }).click();
    await see(offer).toBeVisible();
    const restarted = join(app.home, '.muxwell', 'restarted');
    expect(existsSync(restarted)).toBe(false);
    await page.keyboard.press('Control+Shift+U');
    await see.poll(() => existsSync(restarted)).toBe(true);
  });

  test('in a browser there is nothing about updates', async () => {
    await see(page.getByRole('heading', { name: 'About' })).toBeVisible();
    await see(page.getByRole('heading', { name: 'Updates' })).toHaveCount(0);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('newer version');
    await see(page.getByRole('option').filter({ hasText: 'newer version' })).toHaveCount(0);
  });

  const hour = (from: number) => `${String((new Date().getHours() + from) % 24).padStart(2, '0')}:00`;

  test('hours are typed as people write them; outside of them the queue says what it waits for', async () => {
    const [from, until] = [page.getByLabel('Start jobs from'), page.getByLabel('Start jobs until')];
    await from.fill('noon');
    await from.press('Enter');
    await see(from).toHaveValue('');
    const [start, end] = [hour(2), hour(4)];
    await from.fill(start.replace(/^0|:00$/g, ''));
    await from.press('Enter');
    await see(from).toHaveValue(start);
    await until.fill(end);
    await until.press('Enter');
    await see.poll(async () => (await stateOf(page)).settings['studio']).toMatchObject({ from: start, until: end });
    await page.getByRole('navigation').getByText('Export', { exact: true }).click();
    await ask(page, 'addJobs', { sources: place(app, short, 'film.mp4'), preset: 'very-fast-720p30' });
    await ask(page, 'startQueue', {});
    await see(page.getByRole('contentinfo')).toContainText(`Jobs start at ${start}.`);
    await see(row(page, 'film.mp4')).toContainText('Waiting');
    await ask(page, 'changeSettings', { from: null, until: null });
    await see(row(page, 'film.mp4')).toContainText('Done');
  });

  test('a folder is chosen and watched; what is put into it is exported; it is let go again', async () => {
    const inbox = join(app.home, 'Videos', 'inbox');
    mkdirSync(inbox, { recursive: true });
    await page.getByRole('button', { name: 'Watch a folder…' }).click();
    const dialog = page.getByRole('dialog');
    await see(dialog.getByRole('combobox')).toBeFocused();
    await dialog.getByRole('textbox', { name: 'Folder', exact: true }).fill(inbox);
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Use inbox' }).click();
    const watched = page.getByRole('article').filter({ hasText: 'inbox' });
    await see(watched).toContainText('0 files taken');
    copyFileSync(short, join(inbox, 'new.mp4'));
    await see(watched).toContainText('1 file taken');
    await see.poll(async () => Object.values((await stateOf(page)).statuses).map(({ phase }) => phase)).toEqual(['done']);
    const [status] = Object.values((await stateOf(page)).statuses);
    expect(status?.phase === 'done' && status.output).toBe(join(inbox, 'Exported', 'new.mp4'));
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    }
    await watched.getByRole('button', { name: 'Off' }).click();
    await see(watched).toContainText('Not watched');
    await watched.getByRole('button', { name: 'Watch it no more' }).click();
    await see(watched).toHaveCount(0);
  });
});
