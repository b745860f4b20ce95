/** Presets as a person chooses, makes, changes and shares them: a real browser, a real host, a real export. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { ask, type BrowserApp, closeBrowser, drop, find, openBrowserApp, place, see, stateOf } from './fixtures/page-app.ts';
import { shortClip } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: the Presets page, because ${missing}`);

let files: string;
let short: string;
beforeAll(() => {
  if (missing) return;
  files = mkdtempSync(join(tmpdir(), 'muxwell-presets-'));
  short = shortClip(join(files, 'short.mp4'));
});
afterAll(async () => {
  await closeBrowser();
  if (files) rmSync(files, { recursive: true, force: true });
});

const list = (page: Page) => page.getByRole('listbox', { name: 'Presets' });
const chosen = (page: Page) => list(page).getByRole('option', { selected: true });
const search = (page: Page) => page.getByRole('searchbox');
const title = (page: Page) => page.getByRole('article').getByRole('heading', { level: 2 });
const nameBox = (page: Page) => page.getByRole('textbox', { name: 'Name', exact: true });
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
const row = (page: Page, name: string) => page.getByRole('group', { name, exact: true });
const own = async (page: Page) => Object.values((await stateOf(page)).presets).filter(({ id }) => id.startsWith('own-'));
const standard = async (page: Page) => (await stateOf(page)).settings['studio'];

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}
async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
const unfold = (page: Page, topic: string) => page.getByRole('article').locator('summary').filter({ hasText: topic }).click();

/** What HandBrake 1.x writes: folders of presets, with settings that have no counterpart here. */
const handBrake = {
  PresetList: [
    {
      ...{ Folder: true, PresetName: 'Mine', ChildrenArray: [] as object[] },
    },
  ],
  VersionMajor: 55,
  VersionMinor: 0,
  VersionMicro: 0,
};
handBrake.PresetList[0]?.ChildrenArray.push({
  ...{ PresetName: 'Old phone', PresetDescription: 'For the phone in the drawer.', Folder: false, Type: 1 },
  ...{ FileFormat: 'av_mp4', VideoEncoder: 'x264', VideoQualityType: 2, VideoQualitySlider: 23, VideoPreset: 'fast' },
  ...{ PictureWidth: 640, PictureHeight: 360, ChapterMarkers: true, PictureChromaSmoothPreset: 'light' },
  AudioList: [{ AudioEncoder: 'av_aac', AudioBitrate: 96, AudioMixdown: 'stereo' }],
});

describe.skipIf(missing)(missing ? `Presets (skipped: ${missing})` : 'Presets', () => {
  let app: BrowserApp;
  let page: Page;
  beforeEach(async () => {
    app = await openBrowserApp();
    ({ page } = app);
    await page.goto(`${new URL(app.host.url).origin}/#/presets`);
    await see(list(page)).toBeVisible();
  });
  afterEach(async () => {
    await app.close();
    expect(app.problems).toEqual([]);
  });

  test('a built-in preset is duplicated, changed and saved, and an export by it really has what was changed', async () => {
    await see(title(page)).toHaveText('Fast 1080p30');
    await see(page.getByRole('article')).toContainText(/About [\d.]+ GB for an hour at 1080p/);
    await see(page.getByRole('article')).toContainText('HandBrake 1.12');
    await page.getByRole('button', { name: 'Duplicate to change it' }).click();
    await see(nameBox(page)).toBeFocused();
    await page.keyboard.type('Tiny');
    await choose(page, 'Picture size', 'At most 360p');
    await choose(page, 'Format', /^Matroska \(MKV\), HEVC, AAC/);
    await choose(page, 'Speed', 'Fastest');
    await see(row(page, 'Picture size').getByRole('img', { name: 'Changed' })).toBeVisible();
    await row(page, 'Sound quality').getByRole('textbox').fill('96');
    await press(page, 'Control+s');
    await see(save(page)).toBeHidden();
    const [made] = await own(page);
    expect(made).toMatchObject({
      ...{ name: 'Tiny', group: 'My presets', container: 'mkv', source: null },
      video: { codec: 'hevc', maxHeight: 360, maxWidth: 640, speed: 'ultrafast' },
      audio: { kbps: 96 },
    });
    await page.getByRole('button', { name: 'Use for new files' }).click();
    await see(page.getByText('Used for new files')).toBeVisible();

    await press(page, 'Control+1');
    await drop(app, ...place(app, short, 'holiday.mp4'));
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(1);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await see(page.getByRole('row').filter({ hasText: 'Done' })).toHaveCount(1);
    const { status } = find(await stateOf(page), 'holiday.mp4');
    if (status.phase !== 'done') throw new Error('The page says that it is done.');
    expect(status.output).toMatch(/\.mkv$/);
    const media = await ask(page, 'probe', { path: status.output });
    expect(media.streams.map(({ codec }) => codec)).toEqual(['hevc', 'aac']);
  });

  test('what is impossible cannot be taken and says why; what a change makes impossible gives way, and is told', async () => {
    await press(page, 'Control+d');
    await see(nameBox(page)).toBeFocused();
    await unfold(page, 'Colour');
    await page.getByRole('combobox', { name: 'HDR', exact: true }).click();
    const kept = page.getByRole('option', { name: /^Kept/ });
    await see(kept).toContainText('HDR needs 10 bits.');
    await see(kept).toHaveAttribute('aria-disabled', 'true');
    await press(page, 'Escape');

    await choose(page, 'Bit depth', '10 bit');
    await choose(page, 'HDR', 'Kept');
    await choose(page, 'Bit depth', '8 bit');
    await see(page.getByRole('article').getByRole('status')).toHaveText('Changed along: HDR → Made to look right on any screen.');
    await see(save(page)).toBeDisabled(); // it is what was saved again

    const sound = row(page, 'Sound quality').getByRole('textbox');
    await sound.fill('9000');
    await press(page, 'Enter');
    await see(page.getByRole('alert')).toHaveText('From 32 to 512.');
    await see(sound).toHaveValue('160');
  });

  test('quality is a figure from 0 to 100 with the raw one beside it; a bitrate, a size and a target have their own fields', async () => {
    await press(page, 'Control+d');
    await see(nameBox(page)).toBeFocused();
    const scale = page.getByRole('slider', { name: 'Quality, 0 to 100' });
    await see(scale).toHaveAttribute('aria-valuetext', '70 of 100 (CRF 22)');
    await scale.fill('80');
    await scale.blur();
    await see(scale).toHaveAttribute('aria-valuetext', '80 of 100 (CRF 18)');
    await choose(page, 'Decided by', 'File size');
    await page.getByRole('textbox', { name: 'Largest file, MB' }).fill('10');
    await press(page, 'Enter');
    await see(page.getByRole('article')).toContainText('At most 10 MB, however long the film is');
    await choose(page, 'Decided by', 'Measured quality');
    await see(page.getByRole('textbox', { name: 'At least' })).toHaveValue('40');
    await choose(page, 'Decided by', 'Average bitrate');
    await choose(page, 'Passes', /^Two passes/);
    await press(page, 'Control+s');
    await see(save(page)).toBeHidden();
    expect((await own(page))[0]?.video?.rate).toEqual({ mode: 'bitrate', kbps: 6000, passes: 2 });
    await page.getByRole('button', { name: 'Reset Quality or size' }).click();
    await see(scale).toHaveAttribute('aria-valuetext', '70 of 100 (CRF 22)');
  });

  test('a draft outlives a reload and other places, until it is saved or discarded', async () => {
    await press(page, 'Control+d');
    await see(nameBox(page)).toBeFocused();
    await page.keyboard.type('Half done');
    await choose(page, 'Picture size', 'At most 480p');
    await page.reload();
    await see(nameBox(page)).toHaveValue('Half done');
    await press(page, 'Control+5', 'Control+4');
    await see(nameBox(page)).toHaveValue('Half done');
    await see(page.getByRole('combobox', { name: 'Picture size' })).toHaveText('At most 480p');
    expect((await own(page))[0]?.name).not.toBe('Half done');
    await page.getByRole('button', { name: 'Discard' }).click();
    await see(page.getByRole('combobox', { name: 'Picture size' })).toHaveText('At most 1080p');
    await see(save(page)).toBeHidden();
  });

  test('a file of HandBrake comes in by a drop, with a report that names what has no counterpart, and goes again', async () => {
    const path = join(files, 'handbrake.json');
    writeFileSync(path, JSON.stringify(handBrake));
    await drop(app, path);
    const report = page.getByRole('dialog', { name: 'Imported from handbrake.json' });
    await see(report).toContainText('A file of HandBrake. 1 preset was taken.');
    await report.locator('summary').click();
    await see(report).toContainText('PictureChromaSmoothPreset');
    expect((await own(page)).map(({ name }) => name)).toEqual(['Old phone']);
    await report.getByRole('button', { name: 'Undo' }).click();
    await see(report).toBeHidden();
    await see.poll(async () => (await own(page)).length).toBe(0);

    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import…' }).click();
    await (await chooser).setFiles(path);
    await report.getByRole('button', { name: 'Done' }).click();
    await see(nameBox(page)).toHaveValue('Old phone');

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export all own' }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe('Muxwell presets.json');
    expect(JSON.parse(readFileSync(await saved.path(), 'utf8'))).toMatchObject({ muxwell: 'presets', presets: [{ name: 'Old phone' }] });

    writeFileSync(path, 'not a file of presets');
    await drop(app, path);
    await see(
      page
        .getByRole('status')
        .filter({ hasText: /preset/i })
        .last(),
    ).toBeVisible();
  });

  test('keys alone: found by letters, used, favoured, duplicated, named, saved, deleted', async () => {
    await press(page, 'Control+f');
    await see(search(page)).toBeFocused();
    await page.keyboard.type('vryfst720');
    await see(list(page).getByRole('option')).toHaveText([/^Very Fast 720p30/]);
    await press(page, 'Enter');
    await see(list(page)).toBeFocused();
    await see(title(page)).toHaveText('Very Fast 720p30');
    await press(page, 'Enter');
    await see.poll(async () => (await standard(page))?.preset).toBe('very-fast-720p30');
    await press(page, 'f');
    await see.poll(async () => (await standard(page))?.favourites).toEqual(['very-fast-720p30']);
    await press(page, '/');
    await press(page, 'Escape');
    await see(list(page)).toBeFocused();
    await press(page, 'Home');
    await see(chosen(page)).toHaveAccessibleName('Very Fast 720p30, for new files, favourite');
    await press(page, 'ArrowDown');
    await see(title(page)).not.toHaveText('Very Fast 720p30');
    await press(page, 'ArrowUp', 'Control+d');
    await see(nameBox(page)).toBeFocused();
    await page.keyboard.type('By keys');
    await press(page, 'Tab');
    await page.keyboard.type('Made without a pointer.');
    await press(page, 'Control+s');
    await see(save(page)).toBeHidden();
    expect((await own(page))[0]).toMatchObject({ name: 'By keys' });

    await list(page).focus();
    await see(chosen(page)).toHaveAccessibleName('By keys');
    await press(page, 'Delete');
    const question = page.getByRole('dialog', { name: 'Delete “By keys”?' });
    await see(question.getByRole('button', { name: 'Keep' })).toBeFocused();
    await press(page, 'Tab', 'Enter');
    await see(question).toBeHidden();
    await see.poll(async () => (await own(page)).length).toBe(0);
  });

  test('a thousand presets: only the rows in sight exist', async () => {
    const [preset] = Object.values((await stateOf(page)).presets);
    if (!preset) throw new Error('There are presets.');
    const { version, id: _id, ...bare } = preset;
    const presets = Array.from({ length: 1000 }, (_, index) => ({ ...bare, name: `Copy ${index + 1}`, group: 'Many' }));
    await ask(page, 'importPresets', { text: JSON.stringify({ muxwell: 'presets', version, presets }) });
    await see(page.getByText(/^1,\d{3} presets$/)).toBeVisible();
    expect(await list(page).getByRole('option').count()).toBeLessThan(80);
    await search(page).fill('copy 777');
    await see(list(page).getByRole('option')).toHaveText([/^Copy 777/]);
  });

  test('axe finds nothing in either theme: reading, editing with everything unfolded, a choice, a report', async () => {
    const audit = async () => {
      const found: string[] = [];
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        const axe = new AxeBuilder({ page }).setLegacyMode();
        const { violations } = await (colorScheme === 'light' ? axe.withRules('color-contrast') : axe).analyze();
        for (const { id, nodes } of violations)
          for (const { target, any } of nodes)
            found.push(`${colorScheme}: ${id} ${target.join(' ')}: ${any.map(({ message }) => message).join('; ')}`);
      }
      return found;
    };
    for (const fold of await page.getByRole('article').locator('summary').all()) await fold.click();
    expect(await audit()).toEqual([]);
    await press(page, 'Control+d');
    await see(nameBox(page)).toBeFocused();
    for (const fold of await page.getByRole('article').locator('summary').all()) await fold.click();
    await choose(page, 'Picture size', 'At most 480p');
    expect(await audit()).toEqual([]);
    await page.getByRole('combobox', { name: 'HDR', exact: true }).click();
    await see(page.getByRole('option', { name: /^Kept/ })).toBeVisible();
    expect(await audit()).toEqual([]);
    await press(page, 'Escape');
    const path = join(files, 'axe.json');
    writeFileSync(path, JSON.stringify(handBrake));
    await drop(app, path);
    await see(page.getByRole('dialog')).toContainText('Old phone');
    expect(await audit()).toEqual([]);
  });
});
