/** The page in another language, in a real browser: chosen, kept, seen nowhere else for a moment, and with room for its longer words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { ask, type BrowserApp, closeBrowser, drop, openBrowserApp, place, see, stateOf } from './fixtures/page-app.ts';
import { shortClip } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: the page in another language, because ${missing}`);

let clips: string;
let short: string;
let app: BrowserApp;
beforeAll(() => {
  if (missing) return;
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
});
afterEach(async () => {
  await app.close();
  expect(app.problems).toEqual([]);
});
afterAll(async () => {
  await closeBrowser();
  if (clips) rmSync(clips, { recursive: true, force: true });
});

const language = (page: Page) => page.locator('html').getAttribute('lang');
const places = (page: Page) => page.getByRole('navigation').first().getByRole('button').allInnerTexts();
const german = ['Export', 'Live', 'Verlustfrei', 'Vorgaben', 'Einstellungen'];

async function goTo(page: Page, name: string): Promise<void> {
  await page.evaluate((name) => {
    location.hash = `#/${name}`;
  }, name);
  await see(page.getByRole('heading', { level: 1 })).toBeVisible();
  await see(page.locator('[aria-current=page]')).toBeVisible();
}

/** Words that do not fit: in buttons, the places and the bar below, whose own text is not made to end in dots. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wide = (element: Element) => element.scrollWidth > element.clientWidth + 1;
    const shown = [...document.querySelectorAll('nav, nav *, footer, footer *, button, h1, th, [role=tab]')];
    return shown
      .filter(
        (element) => element.clientWidth > 0 && !element.closest('.truncate, .sr-only, svg, input') && !element.querySelector('.truncate'),
      )
      .filter(wide)
      .map((element) => `${location.hash} ${element.tagName} ${element.textContent}`);
  });

/** The first words that a page draws, and the language it says they are in. */
const firstWords = () => {
  const told = window as { first?: string };
  new MutationObserver(() => {
    const words = document.getElementById('root')?.textContent;
    if (words) told.first ??= `${document.documentElement.lang} ${words}`;
  }).observe(document, { childList: true, subtree: true });
};

describe.skipIf(missing)(missing ? `languages (skipped: ${missing})` : 'languages', () => {
  test('German is chosen in Settings, stays after a reload, and goes back to English', async () => {
    app = await openBrowserApp();
    const { page } = app;
    await see(page.getByRole('heading', { name: 'Export' })).toBeVisible();
    expect(await language(page)).toBe('en');
    await goTo(page, 'settings');
    await page.getByRole('combobox', { name: 'Language', exact: true }).click();
    await page.getByRole('option', { name: 'Deutsch' }).click();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
    await see(page.locator('html')).toHaveAttribute('lang', 'de');
    expect(await places(page)).toEqual(german);
    await see(page.getByRole('contentinfo')).toContainText(/\d (GB|TB|MB) frei/);
    await page.keyboard.press('Control+k');
    await see(page.getByRole('combobox', { name: 'Aktion suchen' })).toBeVisible();
    await page.keyboard.type('dunkel');
    await see(page.getByRole('option', { name: /Zwischen dunkel und hell wechseln/ })).toContainText('Strg');
    await page.keyboard.press('Escape');
    expect((await stateOf(page)).settings['studio']?.language).toBe('de');

    await page.addInitScript(firstWords);
    await page.reload();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
    expect(await page.evaluate(() => (window as { first?: string }).first)).toMatch(/^de Muxwell(Das Studio wird geöffnet|Export)/);

    await page.getByRole('combobox', { name: 'Sprache', exact: true }).click();
    await page.getByRole('option', { name: 'English' }).click();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
    expect(await language(page)).toBe('en');
  });

  test('on a German system the page is German by itself; figures, counts and times are written as there', async () => {
    app = await openBrowserApp({ locale: 'de-AT' });
    const { page } = app;
    await see(page.getByRole('navigation').first()).toContainText('Verlustfrei');
    expect(await language(page)).toBe('de');
    await goTo(page, 'lossless');
    await drop(app, ...place(app, short, 'eins.mp4', 'zwei.mp4'));
    await see(page.getByRole('heading', { name: '2 Dateien ausgewählt' })).toBeVisible();
    await see(page.getByText(/^0:0\d insgesamt · \d+ kB$/)).toBeVisible();
    await page.getByRole('option', { name: /^eins/ }).click();
    await see(page.getByText(/eins\.mp4 · 240p30 H\.264 · AAC · 0:0\d · \d+,\d kB/)).toBeVisible();
  });

  test('long words have room in every place, and axe finds nothing', async () => {
    app = await openBrowserApp({ locale: 'de-DE' });
    const { page } = app;
    await see(page.getByRole('navigation').first()).toContainText('Verlustfrei');
    await drop(app, ...place(app, short, 'Urlaub.mp4'));
    await see(page.getByRole('row').first()).toBeVisible();
    await ask(page, 'saveLive', { setup: { name: 'Abendsendung', source: { kind: 'test-card' } } });
    await ask(page, 'addLossless', { sources: place(app, short, 'Rohschnitt.mp4'), order: {}, output: {}, draft: true });
    const found: string[] = [];
    for (const name of ['export', 'live', 'lossless', 'presets', 'settings']) {
      await goTo(page, name);
      await see(page.getByText(/Wird gelesen|Das Studio wird geöffnet/)).toHaveCount(0);
      found.push(...(await cutOff(page)));
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      found.push(...violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).join(', ')}`));
    }
    expect(found).toEqual([]);
  });
});
