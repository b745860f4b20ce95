/** Copy report in a real browser: on a failed file, in Settings, by its key and from the palette; and where there is no clipboard. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import {
  type AppOptions,
  ask,
  type BrowserApp,
  closeBrowser,
  find,
  openBrowserApp,
  place,
  row,
  see,
  stateOf,
} from './fixtures/page-app.ts';
import { quick } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: reports in the page, because ${missing}`);

describe.skipIf(missing)(missing ? `reports in the page (skipped: ${missing})` : 'reports in the page', () => {
  let clips: string;
  let noFilm: string;
  let app: BrowserApp;
  let page: Page;
  beforeAll(() => {
    clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
    noFilm = join(clips, 'no-film.mov');
    writeFileSync(noFilm, 'words');
  });
  afterAll(async () => {
    await closeBrowser();
    rmSync(clips, { recursive: true, force: true });
  });
  const open = async (options?: AppOptions) => {
    app = await openBrowserApp({ permissions: ['clipboard-read', 'clipboard-write'], ...options });
    ({ page } = app);
    await see(page.getByRole('contentinfo')).toBeVisible();
  };
  const addBroken = async () => {
    await ask(page, 'addJobs', { sources: place(app, noFilm, 'words.mov'), ...quick });
    await see(row(page, 'words.mov')).toContainText('not a media file');
    return find(await stateOf(page), 'words.mov').job.id;
  };
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const empty = () => page.evaluate(() => navigator.clipboard.writeText(''));
  const copied = async () => {
    await see(page.getByRole('status').getByText('Copied.')).toBeVisible();
    const text = await clipboard();
    expect(text).toMatch(/^# Muxwell report\n/);
    expect(text).not.toContain(app.home);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await empty();
    return text;
  };
  afterEach(async () => {
    await app.close();
    expect(app.problems).toEqual([]);
  });

  test('of a file that failed: by the button beside its error, and by the key', async () => {
    await open();
    const id = await addBroken();
    await row(page, 'words.mov').click();
    await page.getByLabel('Inspector', { exact: true }).getByRole('button', { name: 'Copy report' }).click();
    const text = await copied();
    expect(text).toContain(`- id: ${id}`);
    expect(text).toContain('not-media: words.mov is not a media file');
    await page.keyboard.press('Shift+F1');
    expect(await copied()).toContain(`- id: ${id}`);
    await page.keyboard.press('Escape'); // nothing selected: of no file
    await page.keyboard.press('Shift+F1');
    expect(await copied()).not.toContain('- id:');
  });

  test('in Settings beside the versions, and from the palette', async () => {
    await open();
    await page.keyboard.press('Control+5');
    const about = page.locator('section').filter({ has: page.getByRole('heading', { name: 'About' }) });
    await see(about).toContainText(/FFmpeg 8\S* \(node-av \d\S+\), Node 2\d/);
    await see(about).toContainText('MIT; with FFmpeg inside, GPL as a whole');
    await see(about).toContainText(join('~', '.muxwell', 'logs'));
    await about.getByRole('button', { name: 'Copy report' }).click();
    expect(await copied()).toContain('"what":"started"');
    await see(page.getByRole('button', { name: 'Show logs' })).toHaveCount(0); // a browser has no file manager
    await page.keyboard.press('Control+k');
    await page.keyboard.type('copy rep');
    await page.keyboard.press('Enter');
    await copied();
  });

  test('where the page has no clipboard, as over plain HTTP from another machine: the text to be copied by hand', async () => {
    const prepare = (one: Page) => one.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await open({ prepare, reducedMotion: 'reduce' });
    await page.keyboard.press('Shift+F1');
    const box = page.getByRole('dialog', { name: 'Report' }).getByRole('textbox', { name: 'Report' });
    await see(box).toBeFocused();
    const chosen = await box.evaluate((one: HTMLTextAreaElement) => one.value.slice(one.selectionStart, one.selectionEnd));
    expect(chosen).toMatch(/^# Muxwell report\n[\s\S]+application log/);
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => document.documentElement.setAttribute('data-theme', name), theme);
      expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
    }
    await page.keyboard.press('Escape');
    await see(box).toHaveCount(0);
  });
});
