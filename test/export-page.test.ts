/** Export as one who is new to it meets it: ways to begin, the choice of preset, changes to it, before and after, words explained. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import { ordinaryClip } from './fixtures/clips.ts';
import {
  type AppOptions,
  ask,
  type BrowserApp,
  closeBrowser,
  find,
  openBrowserApp,
  order,
  place,
  row,
  see,
  stateOf,
} from './fixtures/page-app.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: the Export page, because ${missing}`);

let clips: string;
let short: string;
let wide: string;
let long: string;
beforeAll(() => {
  if (missing) return;
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  wide = ordinaryClip(join(clips, 'wide.mp4'), 2, '640x360');
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(async () => {
  await closeBrowser();
  if (clips) rmSync(clips, { recursive: true, force: true });
});

const inspector = (page: Page) => page.getByLabel('Inspector', { exact: true });
const presetBox = (page: Page) => page.getByRole('combobox', { name: 'Preset', exact: true });

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

/** A line for each thing that axe finds, in both themes. */
async function audit(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    for (const { id, nodes } of violations) for (const { target } of nodes) found.push(`${colorScheme}: ${id} at ${target.join(' ')}`);
  }
  return found;
}

describe.skipIf(missing)(missing ? `Export (skipped: ${missing})` : 'Export', () => {
  let app: BrowserApp;
  let page: Page;
  const open = async (options?: AppOptions) => {
    app = await openBrowserApp(options);
    ({ page } = app);
    await see(page.getByRole('contentinfo')).toBeVisible();
  };
  /** Adds clips, waits until they were read, and selects the first. */
  const add = async (clip: string, ...names: string[]) => {
    await ask(page, 'addJobs', { sources: place(app, clip, ...names), ...quick });
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(names.length);
    await row(page, names[0] ?? '').click();
  };
  const unfold = () => page.locator('summary', { hasText: 'Changes to the preset' }).click();
  const run = async (name: string) => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await see(row(page, name)).toContainText('Done');
    const { status } = find(await stateOf(page), name);
    if (status.phase !== 'done') throw new Error('The page says that it is done.');
    return ask(page, 'probe', { path: status.output });
  };
  const jobOf = async (name: string) => find(await stateOf(page), name).job;

  afterEach(async () => {
    await app.close();
    expect(app.problems).toEqual([]);
  });

  test('a first run by keys alone: the card asks for a film, and a smaller copy of it stands beside it', async () => {
    await open();
    const [path = ''] = place(app, short, 'holiday.mp4');
    await see(page.getByRole('heading', { name: 'What would you like to do?' })).toBeVisible();
    await page.getByRole('button', { name: /^Make a file smaller/ }).focus();
    await press(page, 'Enter');
    await see(page.getByRole('dialog').getByRole('combobox')).toBeFocused();
    await page.getByRole('textbox', { name: 'Folder' }).fill(join(app.home, 'Videos'));
    await press(page, 'Enter');
    await page.getByRole('option', { name: /holiday/ }).dblclick();
    await see(row(page, 'holiday.mp4')).toContainText('Done');
    expect(readdirSync(join(app.home, 'Videos')).sort()).toEqual(['holiday (2).mp4', 'holiday.mp4']);
    expect((await stateOf(page)).settings['studio']?.welcomed).toBe(true);
    expect(path).toContain('holiday');
  });

  test('the ways to begin can be put away, stay away, and are brought back from the palette', async () => {
    await open();
    await page.getByRole('button', { name: 'Put this away' }).click();
    await see(page.getByRole('heading', { name: 'Drop films or sound here' })).toBeVisible();
    await page.reload();
    await see(page.getByRole('heading', { name: 'Drop films or sound here' })).toBeVisible();
    await press(page, 'Control+k');
    await page.keyboard.type('ways to begin');
    await press(page, 'Enter');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Go live/ })
      .click();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Live');
  });

  test('another container without encoding: the card opens the film in Lossless, made for MP4', async () => {
    await open();
    place(app, short, 'holiday.mp4');
    await page.getByRole('button', { name: /^Change container/ }).click();
    await page.getByRole('dialog').getByText('Videos').first().dblclick();
    await page.getByRole('option', { name: /holiday/ }).dblclick();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Lossless');
    expect((await jobOf('holiday.mp4')).lossless?.target).toBe('mp4');
  });

  test('presets: favourites stand first, words find, and each tells what it would make of this file', async () => {
    await open();
    await ask(page, 'changeSettings', { favourites: ['av1-1080p'] });
    await add(short, 'a.mp4');
    await presetBox(page).focus();
    await press(page, 'Enter');
    const options = page.getByRole('option');
    await see(options.first()).toContainText('AV1 1080p');
    await see(options.first()).toContainText(/about .* (smaller|larger|as large)/);
    await page.keyboard.type('mp3');
    await see(options).toHaveCount(1);
    await see(options.first()).toContainText(/about/);
    expect(await audit(page)).toEqual([]);
    await press(page, 'ArrowDown', 'Enter');
    await see(row(page, 'a.mp4')).toContainText('MP3');
    await see(presetBox(page)).toBeFocused();
    await presetBox(page).click();
    await options
      .filter({ hasText: 'Fast 720p30' })
      .first()
      .getByTitle(/among the favourites/)
      .click();
    await see(page.getByRole('group', { name: 'Favourites' }).getByRole('option')).toHaveCount(2);
  });

  test('changes reach the result, are marked and counted, and can be taken back', async () => {
    await open();
    await add(wide, 'a.mp4');
    await unfold();
    await choose(page, 'Container', 'Matroska (MKV)');
    await choose(page, 'Picture size', 'At most 360p');
    await see(page.locator('summary', { hasText: 'Changes to the preset (3)' })).toBeVisible();
    await page.getByRole('button', { name: 'Picture size as the preset has it' }).click();
    await see(page.locator('summary', { hasText: 'Changes to the preset (1)' })).toBeVisible();
    const quality = page.getByRole('slider', { name: 'Quality' });
    await see(quality).toHaveAttribute('aria-valuetext', '68 of 100, CRF 23');
    await quality.focus();
    await press(page, 'End');
    await see.poll(async () => (await jobOf('a.mp4')).overrides['video.rate']).toEqual({ mode: 'quality', value: 0 });
    await choose(page, 'Aim', 'A size of the file');
    await page.getByRole('textbox', { name: 'Size at most' }).fill('0.2');
    await page.getByRole('textbox', { name: 'The part begins at' }).fill('0.5'); // each is left before the studio has told of the one before
    await page.getByRole('textbox', { name: 'The part ends at' }).fill('0:01.5');
    await press(page, 'Enter');
    await choose(page, 'Black borders', 'Cut by hand');
    await page.getByRole('textbox', { name: 'Cut off at the Left, pixels' }).fill('40');
    await press(page, 'Enter');
    await see
      .poll(async () => (await jobOf('a.mp4')).overrides)
      .toEqual({
        container: 'mkv',
        'video.rate': { mode: 'size', megabytes: 0.2 },
        'video.crop': { mode: 'manual', top: 0, bottom: 0, left: 40, right: 0 },
        trim: { start: 0.5, end: 1.5 },
      });
    expect(await audit(page)).toEqual([]);
    const made = await run('a.mp4');
    expect(made.formatName).toMatch(/Matroska/);
    expect(made.bytes).toBeLessThanOrEqual(200_000);
    expect(made.duration).toBeCloseTo(1, 0);
  });

  test('of many files what they share is shown, and a change goes to all while each keeps its own', async () => {
    await open();
    await add(short, 'a.mp4', 'b.mp4', 'c.mp4');
    await unfold();
    await choose(page, 'Subtitles', 'Leave them out');
    await press(page, 'Control+a');
    await row(page, 'c.mp4').click({ modifiers: ['ControlOrMeta'] });
    await see(inspector(page)).toContainText('2 files selected');
    await unfold();
    await see(page.getByRole('combobox', { name: 'Subtitles' })).toContainText('They differ');
    await choose(page, 'Speed', 'Medium');
    await see.poll(async () => (await jobOf('b.mp4')).overrides).toEqual({ 'video.speed': 'medium' });
    expect((await jobOf('a.mp4')).overrides).toEqual({ 'video.speed': 'medium', 'subtitles.tracks': 'none' });
    expect((await jobOf('c.mp4')).overrides).toEqual({});
    await page.getByRole('button', { name: 'Speed as the preset has it' }).click();
    await see.poll(async () => (await jobOf('b.mp4')).overrides).toEqual({});
    expect((await jobOf('a.mp4')).overrides).toEqual({ 'subtitles.tracks': 'none' });
  });

  test('results of many files are shown as they differ, and a change of one thing leaves each its others', async () => {
    await open();
    const folders = ['One', 'Two'].map((name) => join(app.home, name));
    for (const [index, name] of ['a.mp4', 'b.mp4'].entries()) {
      const output = { folder: folders[index] as string, template: `{name} ${index}` };
      await ask(page, 'addJobs', { sources: place(app, short, name), ...quick, output });
    }
    await ask(page, 'addJobs', { sources: place(app, short, 'c.mp4'), preset: 'audio-mp3' });
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(3);
    await press(page, 'Control+a');
    await see(inspector(page)).toContainText('They go by different presets.');
    await row(page, 'c.mp4').click({ modifiers: ['ControlOrMeta'] });
    await page.locator('summary', { hasText: 'Result' }).click();
    await see(page.getByRole('button', { name: 'Output folder: They differ' })).toBeVisible();
    await see(page.getByRole('textbox', { name: 'Name template' })).toHaveValue('');
    await see(page.getByRole('textbox', { name: 'Name template' })).toHaveAttribute('placeholder', 'They differ');
    await choose(page, 'If a result exists', /Replace it/);
    await see.poll(async () => (await jobOf('b.mp4')).output).toEqual({ folder: folders[1], template: '{name} 1', overwrite: true });
    expect((await jobOf('a.mp4')).output).toEqual({ folder: folders[0], template: '{name} 0', overwrite: true });
    expect((await jobOf('c.mp4')).output.overwrite).toBe(false);
  });

  test('priorities by keys and for many at once: marked in the rows, found by their word, and the urgent ones run first', async () => {
    await open();
    await add(short, 'a.mp4', 'b.mp4', 'c.mp4');
    await row(page, 'c.mp4').click();
    await press(page, 'u');
    await see(row(page, 'c.mp4')).toContainText('Waiting, urgent');
    await press(page, 'Home', 'Shift+ArrowDown');
    await see(inspector(page)).toContainText('2 files selected');
    await choose(page, 'Priority', 'When nothing else waits');
    await see(page.getByRole('row').filter({ hasText: 'Waiting, last' })).toHaveCount(2);
    await press(page, 'Control+a');
    await see(page.getByRole('combobox', { name: 'Priority' })).toContainText('They differ');
    await page.getByRole('searchbox').fill('urgent');
    await see(page.getByRole('row')).toHaveCount(1);
    await see(row(page, 'c.mp4')).toBeVisible();
    await press(page, 'Escape');
    await row(page, 'a.mp4').click();
    await press(page, 'n');
    await see(row(page, 'a.mp4')).toContainText(/Waiting(?!,)/);
    expect(await audit(page)).toEqual([]);
  });

  test('a folder that is added is a group: folded and opened by keys, selected by its heading, renamed, left', async () => {
    await open();
    mkdirSync(join(app.home, 'Videos', 'Wedding'));
    const paths = place(app, short, 'Wedding/a.mp4', 'Wedding/b.mp4');
    await ask(page, 'addJobs', { sources: place(app, short, 'before.mp4'), ...quick });
    await press(page, 'Control+o');
    await page.getByRole('dialog').getByText('Wedding').dblclick();
    await see(page.getByRole('dialog').getByRole('option')).toHaveCount(2);
    await page.getByRole('button', { name: 'Add the whole folder' }).click();
    const heading = page.getByRole('row', { name: /Wedding/ }).first();
    await see(heading).toContainText('2 files');
    expect((await jobOf('a.mp4')).source).toBe(paths[0]);
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(3);

    await row(page, 'b.mp4').click();
    await press(page, 'ArrowLeft');
    await see(heading).toHaveAttribute('aria-selected', 'true');
    await see(inspector(page)).toContainText('Wedding, 2 files');
    await press(page, 'ArrowLeft');
    await see(heading).toHaveAttribute('aria-expanded', 'false');
    await see(page.getByRole('row')).toHaveCount(2);
    await page.reload();
    await see(heading).toHaveAttribute('aria-expanded', 'false');
    await page.getByRole('searchbox').fill('wedding');
    await see(page.getByRole('row')).toHaveCount(3); // what is searched for is found in folded groups, too
    await press(page, 'Escape');
    await heading.click();
    expect(await audit(page)).toEqual([]);
    await press(page, 'ArrowRight');
    await see(page.getByRole('row')).toHaveCount(4);

    await press(page, 'Alt+ArrowUp');
    await see.poll(async () => order(await stateOf(page))).toEqual(['a.mp4', 'b.mp4', 'before.mp4']);
    await press(page, 'g');
    const name = page.getByRole('textbox', { name: 'Name of the group' });
    await see(name).toHaveValue('Wedding');
    await name.fill('Party');
    await press(page, 'Enter');
    await see(page.getByRole('row', { name: /Party/ }).first()).toContainText('2 files');
    await row(page, 'b.mp4').click();
    await press(page, 'Shift+G');
    await see.poll(async () => (await jobOf('b.mp4')).group).toBe(null);
    expect(await audit(page)).toEqual([]);
  });

  test('rows are dragged into a group, also as its first, and a whole group stays out of another', async () => {
    await open();
    const group = (name: string, ...names: string[]) =>
      ask(page, 'addJobs', { sources: place(app, short, ...names), ...quick, group: name });
    await ask(page, 'addJobs', { sources: place(app, short, 'loose.mp4', 'other.mp4'), ...quick });
    await group('Wedding', 'a.mp4', 'b.mp4');
    await group('Inbox', 'c.mp4', 'd.mp4');
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(6);
    const at = async (name: string | RegExp, part: number) => {
      const box = await page.getByRole('row', { name }).first().boundingBox();
      if (!box) throw new Error(`There is no row ${name}.`);
      return { x: box.x + 300, y: box.y + box.height * part };
    };
    const drag = async (from: string | RegExp, to: string | RegExp, part: number) => {
      const [start, end] = [await at(from, 0.5), await at(to, part)];
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(start.x, start.y + 10);
      await page.mouse.move(end.x, end.y, { steps: 4 });
      await page.mouse.up();
    };
    const shown = async () => {
      const state = await stateOf(page);
      return order(state).map(
        (name) => `${name.replace('.mp4', '')}${find(state, name).job.group ? `:${find(state, name).job.group}` : ''}`,
      );
    };
    await drag(/loose\.mp4/, /b\.mp4/, 0.2);
    await see.poll(shown).toEqual(['other', 'a:Wedding', 'loose:Wedding', 'b:Wedding', 'c:Inbox', 'd:Inbox']);
    await drag(/other\.mp4/, /Inbox/, 0.9);
    await see.poll(shown).toEqual(['a:Wedding', 'loose:Wedding', 'b:Wedding', 'other:Inbox', 'c:Inbox', 'd:Inbox']);
    await drag(/Inbox/, /a\.mp4/, 0.4);
    await see.poll(shown).toEqual(['other:Inbox', 'c:Inbox', 'd:Inbox', 'a:Wedding', 'loose:Wedding', 'b:Wedding']);
  });

  test('a group is paused by its heading, everything by one key; both are told, and go on', async () => {
    await open();
    await ask(page, 'changeSettings', { parallel: 1 });
    await ask(page, 'addJobs', { sources: place(app, long, 'a.mp4'), ...quick, group: 'Wedding' });
    await ask(page, 'addJobs', { sources: place(app, long, 'b.mp4'), ...slow });
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(2);
    await page.getByRole('button', { name: 'Pause Wedding' }).click();
    await see(row(page, 'a.mp4')).toContainText('Paused');
    await press(page, 'Enter');
    await see(row(page, 'b.mp4')).toContainText('Encoding');
    await press(page, 'Shift+Space');
    await see(row(page, 'b.mp4')).toContainText('Paused at');
    await see(page.getByRole('contentinfo')).toContainText('paused');
    await page.reload();
    await page.getByRole('button', { name: 'Go on', exact: true }).click();
    await see(row(page, 'b.mp4')).toContainText('Encoding');
    await see(row(page, 'a.mp4')).toContainText('Paused');
    await ask(page, 'cancelJobs', { ids: [(await jobOf('b.mp4')).id] });
    await page.getByRole('button', { name: 'Let Wedding go on' }).click();
    await see(row(page, 'a.mp4')).toContainText(/Encoding|Done/);
  });

  test('what is over stays findable: filters by keys, search by state, preset and group, once more by another preset, cleared', async () => {
    await open();
    await ask(page, 'startQueue', {});
    await ask(page, 'addJobs', { sources: place(app, short, 'a.mp4'), ...quick, group: 'Wedding' });
    await ask(page, 'addJobs', { sources: place(app, short, 'b.mp4'), preset: 'audio-mp3' });
    writeFileSync(join(app.home, 'Videos', 'broken.mp4'), 'no film');
    await ask(page, 'addJobs', { sources: [join(app.home, 'Videos', 'broken.mp4')], ...quick });
    await see(page.getByRole('button', { name: 'Done 2' })).toBeVisible();
    await see(page.getByRole('button', { name: 'Failed 1' })).toBeVisible();
    await press(page, '5');
    await see(page.getByRole('button', { name: 'Failed 1' })).toHaveAttribute('aria-pressed', 'true');
    await see(page.getByRole('row')).toHaveCount(1);
    await press(page, '1');
    const search = page.getByRole('searchbox');
    const finds: [string, string[]][] = [
      ['failed', ['broken.mp4']],
      ['done mp3', ['b.mp4']],
      ['wedding', ['a.mp4']],
      ['very fast done', ['a.mp4']],
    ];
    for (const [words, names] of finds) {
      await search.fill(words);
      for (const name of names) await see(row(page, name)).toBeVisible();
      await see(page.locator('[data-row]:not([data-row^="group:"])')).toHaveCount(names.length);
    }
    await search.fill('');
    await press(page, 'Escape');
    await row(page, 'a.mp4').click();
    await page.getByRole('combobox', { name: 'Export again by another preset' }).click();
    await page.getByRole('option', { name: /^MP3/ }).first().click();
    await see(row(page, 'a.mp4')).toContainText('MP3');
    await see(row(page, 'a.mp4')).toContainText('Done');
    expect(readdirSync(join(app.home, 'Videos')).filter((name) => name.startsWith('a'))).toEqual(['a (2).mp4', 'a.mp3', 'a.mp4']);
    await press(page, 'Shift+Delete');
    await see(page.locator('[data-row]')).toHaveCount(1);
    await see(row(page, 'broken.mp4')).toBeVisible();
  });

  test('an original that can go is said to, and goes to a folder; what its result lacks is shown first and is not chosen by itself', async () => {
    await open();
    await ask(page, 'startQueue', {});
    const overrides = { 'video.maxHeight': null, 'video.maxWidth': null } as const;
    const output = { folder: join(app.home, 'made') };
    await ask(page, 'addJobs', { sources: place(app, wide, 'whole.mp4'), ...quick, overrides, output });
    await ask(page, 'addJobs', { sources: place(app, wide, 'sound.mp4'), preset: 'audio-mp3', output });
    await ask(page, 'addJobs', { sources: place(app, wide, 'gone.mp4'), ...quick, overrides, output });
    await see(page.getByRole('button', { name: 'Done 3' })).toBeVisible();
    rmSync(join(app.home, 'Videos', 'gone.mp4'));
    await row(page, 'sound.mp4').click();
    await see(inspector(page)).toContainText('Keep the original: the picture is not in the result.');
    await row(page, 'whole.mp4').click();
    await see(inspector(page)).toContainText('The original can go: both tracks and 0:02 of it are in the result');
    expect(await audit(page)).toEqual([]);
    await press(page, 'Control+a', 'o');
    const dialog = page.getByRole('dialog', { name: 'Move originals away' });
    await see(dialog).toContainText('1 original, ');
    await see(dialog.getByRole('checkbox')).toHaveCount(3);
    await see(dialog.getByRole('checkbox', { name: /whole/ })).toBeChecked();
    await see(dialog.getByRole('checkbox', { name: /sound/ })).not.toBeChecked();
    await see(dialog.getByRole('checkbox', { name: /gone/ })).toBeDisabled();
    await see(dialog.getByRole('button', { name: 'Keep all' })).toBeFocused();
    expect(await audit(page)).toEqual([]);
    await dialog.getByRole('checkbox', { name: /sound/ }).check();
    await see(dialog).toContainText('2 originals, ');
    mkdirSync(join(app.home, 'originals'));
    await dialog.getByRole('button', { name: 'Move to a folder…' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Folder' }).fill(join(app.home, 'originals'));
    await press(page, 'Enter');
    await see(page.getByRole('dialog').getByText('There is no folder in here.')).toBeVisible();
    await page.getByRole('button', { name: /^Use / }).click();
    await see(page.getByText('2 originals were moved.')).toBeVisible();
    expect(readdirSync(join(app.home, 'originals')).sort()).toEqual(['sound.mp4', 'whole.mp4']);
    expect(readdirSync(join(app.home, 'Videos'))).toEqual([]);
    expect((await jobOf('whole.mp4')).source).toBe(join(app.home, 'originals', 'whole.mp4'));
  });

  test('a file’s changes become a preset, which the file goes by; the part of the film stays its own', async () => {
    await open();
    await add(short, 'a.mp4');
    const { ids } = { ids: [(await jobOf('a.mp4')).id] };
    await ask(page, 'changeJobs', { ids, overrides: { 'audio.kbps': 96, trim: { start: 0.2, end: null } } });
    await unfold();
    await page.getByRole('button', { name: 'Save as preset…' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('For mum');
    await press(page, 'Enter');
    await see(presetBox(page)).toContainText('For mum');
    const state = await stateOf(page);
    const { job } = find(state, 'a.mp4');
    expect(job.overrides).toEqual({ trim: { start: 0.2, end: null } });
    expect(state.presets[job.preset]).toMatchObject({ name: 'For mum', audio: { kbps: 96 }, video: { codec: 'h264' } });
  });

  test('a ten-second sample is a job of its own around the moment, and a file of ten seconds', async () => {
    await open();
    await add(long, 'walk.mp4');
    await press(page, 's');
    await see(page.getByRole('row')).toHaveCount(2);
    await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(2);
    const { jobs } = await stateOf(page);
    const sample = Object.values(jobs).find(({ overrides }) => overrides.trim);
    expect(sample).toMatchObject({
      overrides: { trim: { start: expect.any(Number), end: expect.any(Number) } },
      output: { template: '{name} sample' },
    });
    await ask(page, 'removeJobs', { ids: Object.keys(jobs).filter((id) => id !== sample?.id) });
    const made = await run('walk.mp4');
    expect(made.path).toBe(join(app.home, 'Videos', 'walk sample.mp4'));
    expect(made.duration).toBeCloseTo(10, 0);
  });

  test('before and after: two pictures of one moment, a score in words, a line that keys move; Escape ends it', async () => {
    await open();
    await add(wide, 'a.mp4');
    await ask(page, 'changeJobs', { ids: [(await jobOf('a.mp4')).id], overrides: { 'video.rate': { mode: 'quality', value: 45 } } });
    await press(page, 'c');
    const dialog = page.getByRole('dialog', { name: 'a.mp4, before and after' });
    await see(dialog.getByRole('status')).toContainText('Encoding a few seconds');
    const pictures = dialog.getByRole('img');
    await see(pictures).toHaveCount(2, { timeout: 60_000 });
    const colours = await pictures.evaluateAll((all) =>
      Promise.all(
        (all as HTMLImageElement[]).map(async (image) => {
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
          const context = canvas.getContext('2d');
          context?.drawImage(image, 0, 0);
          return [...(context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [])];
        }),
      ),
    );
    const [before = [], after = []] = colours;
    expect(before.length).toBe(640 * 360 * 4);
    expect(after.length).toBe(before.length);
    const difference = before.reduce((sum, value, index) => sum + Math.abs(value - (after[index] ?? 0)), 0) / before.length;
    expect(difference).toBeGreaterThan(0.3); // it is encoded, badly,
    expect(difference).toBeLessThan(20); // and it is the same moment
    await see(dialog).toContainText(/source|picture is lost|Good/);
    await dialog.getByText('Figures').click();
    await see(dialog).toContainText(/XPSNR [\d.]+ dB, SSIM 0\.\d+/);
    await see(dialog).toContainText(/about .*(smaller|larger|as large)/);
    const line = dialog.getByRole('slider', { name: 'Line between before and after' });
    await line.focus();
    await see(line).toHaveAttribute('aria-valuenow', '50');
    await press(page, 'ArrowRight', 'ArrowRight');
    await see(line).toHaveAttribute('aria-valuenow', '54');
    await press(page, '4', 'Shift+ArrowRight');
    await see(dialog.getByRole('button', { name: '400 %' })).toHaveAttribute('aria-pressed', 'true');
    await see(pictures.first()).toHaveAttribute('style', /scale\(4\) translate\(-2\.5%/);
    expect(await audit(page)).toEqual([]);
    await press(page, 'Escape');
    await see(dialog).toBeHidden();
  });

  test('the glossary by keys, and from the mark beside a label', async () => {
    await open();
    await press(page, 'F1');
    const dialog = page.getByRole('dialog', { name: 'Glossary' });
    await see(dialog.getByRole('term')).toHaveCount(23);
    await page.keyboard.type('lufs');
    await see(dialog.getByRole('term')).toHaveText(['Loudness (LUFS)']);
    await press(page, 'Escape');
    await add(short, 'a.mp4');
    await unfold();
    await page.getByRole('button', { name: 'What is “Container”?' }).focus();
    await press(page, 'Enter');
    await see(dialog.getByText('The box that picture, sound and subtitles lie in')).toBeVisible();
    expect(await audit(page)).toEqual([]);
  });

  test('axe finds nothing on the first run, and nothing moves for those who asked for that', async () => {
    await open({ reducedMotion: 'reduce' });
    expect(await audit(page)).toEqual([]);
    const moving = await page.evaluate(
      () => document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0).length,
    );
    expect(moving).toBe(0);
  });
});
