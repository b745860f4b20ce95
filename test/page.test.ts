/** The page as a person uses it: a real browser (or Electron), a real host, real encodes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath } from './fixtures/browser.ts';
import {
  type App,
  type AppOptions,
  ask,
  type BrowserApp,
  closeBrowser,
  drop,
  find,
  type Kind,
  openApp,
  openBrowserApp,
  order,
  place,
  row,
  see,
  stateOf,
  whyNoElectron,
} from './fixtures/page-app.ts';
import { takeRenders, watchRenders } from './fixtures/page-renders.ts';
import { longClip, quick, shortClip, slow } from './fixtures/sources.ts';

const missing: Record<Kind, string | null> = {
  browser: (await chromiumPath()) ? null : 'there is no Chromium for this machine',
  electron: whyNoElectron,
};
for (const [kind, why] of Object.entries(missing)) if (why) console.log(`skipped: the page in ${kind}, because ${why}`);

let clips: string;
let short: string;
let long: string;
beforeAll(() => {
  if (missing.browser && missing.electron) return;
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  short = shortClip(join(clips, 'short.mp4'));
  long = longClip(join(clips, 'long.mp4'));
});
afterAll(async () => {
  await closeBrowser();
  if (clips) rmSync(clips, { recursive: true, force: true });
});

const inspector = (page: Page) => page.getByLabel('Inspector', { exact: true });
const statusBar = (page: Page) => page.getByRole('contentinfo');
const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const list = (page: Page) => page.getByRole('treegrid', { name: 'Files' });
const selected = (page: Page) => page.getByRole('row', { selected: true });
const start = (page: Page) => page.getByRole('button', { name: 'Start', exact: true });

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Opens a choice and takes one, by pointer. */
async function choose(page: Page, name: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name, exact: true }).click();
  await page.getByRole('option', { name: option }).click();
}

/** What the names of rows say, from the top. */
const seeNames = (rows: Locator, ...names: string[]) => see(rows).toHaveText(names.map((name) => new RegExp(`^${name}`)));

/** Adds clips by a drop and waits until they have been read. */
async function addByDrop(app: App, paths: string[]): Promise<void> {
  await drop(app, ...paths);
  await see(app.page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(paths.length);
}

for (const kind of ['browser', 'electron'] as const) {
  const words = kind === 'browser' ? 'in a browser' : 'in Electron';
  describe.skipIf(missing[kind])(missing[kind] ? `${words} (skipped: ${missing[kind]})` : words, () => {
    let app: App;
    let page: Page;
    beforeEach(async () => {
      app = await openApp(kind);
      ({ page } = app);
      await see(statusBar(page)).toBeVisible();
    });
    afterEach(async () => {
      await app.close();
      expect(app.problems).toEqual([]);
    });

    test('from a drop to a proved file in three actions: drop, preset, Start', async () => {
      await see(page.getByText('Drop films or sound here')).toBeVisible();
      await drop(app, ...place(app, short, 'holiday.mp4'));
      await see(row(page, 'holiday.mp4')).toContainText('Waiting');
      await choose(page, 'Preset', /^Very Fast 720p30/);
      await start(page).click();
      await see(row(page, 'holiday.mp4')).toContainText('Done');
      await see(inspector(page)).toContainText('Opened again and checked: 0:01, H.264 and AAC.');
      const { job, status } = find(await stateOf(page), 'holiday.mp4');
      expect(job.preset).toBe('very-fast-720p30');
      if (status.phase !== 'done') throw new Error('The page says that it is done.');
      expect(status.output).toBe(join(app.home, 'Videos', 'holiday (2).mp4'));
      expect(statSync(status.output).size).toBe(status.proof.bytes);
      expect(await ask(page, 'probe', { path: status.output })).toMatchObject({ bytes: status.proof.bytes, duration: 1 });
    });

    test('progress, time left and a picture of the frame at hand advance, and none goes back', async () => {
      await ask(page, 'addJobs', { sources: place(app, long, 'talk.mp4', 'after.mp4'), ...slow });
      await row(page, 'talk.mp4').click();
      const picture = inspector(page).getByRole('img');
      const width = () => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth);
      await see(picture).toHaveAttribute('src', /thumbnail/);
      await see.poll(width).toBe(480);
      await start(page).click();
      await see(picture).toHaveAttribute('src', /preview\/.*\?1$/);
      await see.poll(width).toBe(480);
      await see(inspector(page).locator('figcaption')).toHaveCSS('color', 'rgb(255, 255, 255)');
      const bars = row(page, 'talk.mp4').evaluate(
        (element) =>
          new Promise<string[]>((resolve) => {
            const seen: string[] = [];
            new MutationObserver((_changes, observer) => {
              const { transform = '' } = element.querySelector<HTMLElement>('[style*=scaleX]')?.style ?? {};
              if (transform !== seen.at(-1)) seen.push(transform);
              if (seen.length < 8) return;
              observer.disconnect();
              resolve(seen);
            }).observe(element, { attributes: true, subtree: true });
          }),
      );
      await see(picture).toHaveAttribute('src', /preview\/.*\?[2-9]$/);
      await see.poll(width).toBe(480);
      const fractions = (await bars).map((transform) => Number(/scaleX\((.*)\)/.exec(transform)?.[1]));
      expect(fractions).toEqual([...fractions].sort((one, two) => one - two));
      await see(statusBar(page)).toContainText(/0 of 2 done · .* left/);
      await see(statusBar(page)).toContainText(/ free$/);
      await see(page).toHaveTitle(/^\d+ % · Muxwell$/);
    });

    test('a page that is loaded again in the middle of a job knows everything it knew', async () => {
      await ask(page, 'addJobs', { sources: place(app, long, 'one.mp4', 'two.mp4'), ...slow });
      await start(page).click();
      await see(row(page, 'one.mp4')).toContainText(/Encoding [1-9]/);
      await page.reload();
      await see(row(page, 'one.mp4')).toContainText(/Encoding [1-9]/);
      await see(row(page, 'two.mp4')).toContainText('Waiting');
      await see(page.getByRole('button', { name: 'Stop after these' })).toBeEnabled();
    });

    test('keys alone: files are added, put in order, searched for and looked into', async () => {
      const paths = place(app, short, 'a.mp4', 'b.mp4', 'c.mp4', 'd.mp4');
      await app.willChoose(paths);
      await press(page, 'Control+o');
      if (kind === 'browser') {
        await see(page.getByRole('combobox', { name: 'Find in this folder' })).toBeFocused();
        await see(page.getByRole('textbox', { name: 'Folder' })).toHaveValue(app.home);
        await press(page, 'Shift+Tab');
        await page.keyboard.type(join(app.home, 'Videos'));
        await press(page, 'Enter');
        await see(page.getByRole('option')).toHaveCount(4);
        await press(page, 'Control+a', 'Enter');
        await see(page.getByRole('dialog')).toBeHidden();
      }
      await seeNames(page.getByRole('row'), 'a', 'b', 'c', 'd');
      await see(list(page)).toBeFocused();
      await seeNames(selected(page), 'a', 'b', 'c', 'd');

      await press(page, 'End', 'ArrowUp');
      await seeNames(selected(page), 'c');
      await press(page, 'Shift+ArrowDown');
      await seeNames(selected(page), 'c', 'd');
      await press(page, 'Alt+ArrowUp');
      await seeNames(page.getByRole('row'), 'a', 'c', 'd', 'b');
      await press(page, 'Alt+Home');
      await seeNames(page.getByRole('row'), 'c', 'd', 'a', 'b');
      await press(page, 'Alt+ArrowDown');
      await seeNames(page.getByRole('row'), 'a', 'c', 'd', 'b');
      await press(page, 'Home', 'Alt+End');
      await seeNames(page.getByRole('row'), 'c', 'd', 'b', 'a');
      expect(order(await stateOf(page))).toEqual(['c.mp4', 'd.mp4', 'b.mp4', 'a.mp4']);
      await press(page, 'Control+a');
      await see(selected(page)).toHaveCount(4);
      await press(page, 'Escape');
      await see(selected(page)).toHaveCount(0);

      await press(page, '/');
      await page.keyboard.type('B.m');
      await seeNames(page.getByRole('row'), 'b');
      await press(page, 'Escape');
      await see(page.getByRole('row')).toHaveCount(4);
      await see(list(page)).toBeFocused();

      await press(page, 'Home', 'l');
      await see(inspector(page)).toContainText('Nothing has happened to this file yet.');
      await press(page, 'l');
      await see(inspector(page).getByText('Nothing has happened')).toBeHidden();

      await press(page, '?');
      await see(page.getByRole('dialog', { name: 'Keys' })).toContainText('Move to the top');
      await press(page, 'Escape');
      await see(page.getByRole('dialog')).toBeHidden();
      await see(list(page)).toBeFocused();
      await press(page, 'Control+k');
      await page.keyboard.type('preset: hq 720');
      await see(page.getByRole('option').first()).toHaveText(/(?<!Super )HQ 720p30/);
      await press(page, 'Enter');
      await see(row(page, 'c.mp4')).toContainText('HQ 720p30');
      await see(list(page)).toBeFocused();

      await page.getByRole('combobox', { name: 'Preset', exact: true }).focus();
      await press(page, 'Enter');
      await see(page.getByRole('option', { name: /^HQ 720p30/ })).toBeVisible();
      await press(page, 'Escape');
      await see(page.getByRole('combobox', { name: 'Preset', exact: true })).toBeFocused();

      for (const [key, name] of ['Export', 'Live', 'Lossless', 'Presets', 'Settings'].entries()) {
        await press(page, `Control+${key + 1}`);
        await see(heading(page)).toHaveText(name);
        await see(page.getByRole('link', { name }).or(page.getByRole('button', { name, exact: true }))).toHaveAttribute(
          'aria-current',
          'page',
        );
      }
      await press(page, 'Control+1');
      await see(list(page)).toBeFocused();
      await seeNames(selected(page), 'c');
    });

    test('keys alone: Enter starts, Space pauses and goes on, Ctrl+. cancels, R tries again, Delete asks before it ends what runs', async () => {
      await ask(page, 'addJobs', { sources: place(app, long, 'first.mp4', 'second.mp4'), ...slow });
      await ask(page, 'addJobs', { sources: place(app, short, 'third.mp4'), ...quick });
      await see(row(page, 'third.mp4')).toContainText('Waiting');
      await press(page, 'Home', 'Enter');
      await see(row(page, 'first.mp4')).toContainText(/Encoding [1-9]/);
      await press(page, 'Space');
      await see(row(page, 'first.mp4')).toContainText('Paused');
      await press(page, 'Space');
      await see(row(page, 'first.mp4')).toContainText('Encoding');
      await press(page, 'Control+.');
      await see(row(page, 'first.mp4')).toContainText('Cancelled');
      await press(page, 'r');
      await see(row(page, 'first.mp4')).toContainText('Waiting');

      await press(page, 'ArrowDown');
      await see(row(page, 'second.mp4')).toContainText('Encoding');
      await press(page, 'Delete');
      const question = page.getByRole('dialog', { name: 'Remove 1 file?' });
      await see(question).toContainText('1 export is running and will be ended.');
      await see(question.getByRole('button', { name: 'Keep' })).toBeFocused();
      await press(page, 'Escape');
      await see(question).toBeHidden();
      await see(list(page)).toBeFocused();
      await see(row(page, 'second.mp4')).toContainText('Encoding');
      await press(page, 'Delete');
      await see(question.getByRole('button', { name: 'Keep' })).toBeFocused();
      await press(page, 'Tab', 'Enter');
      await see(question).toBeHidden();
      await seeNames(page.getByRole('row'), 'first', 'third');
      await see(list(page)).toBeFocused();
      await seeNames(selected(page), 'third');
      await see.poll(() => readdirSync(join(app.home, 'Videos')).filter((name) => /second.*\.part/.test(name))).toEqual([]);
      await press(page, 'Delete');
      await seeNames(page.getByRole('row'), 'first');
      await seeNames(selected(page), 'first');
    });

    test('rows dragged with the pointer change the order of the queue; Escape leaves it as it was', async () => {
      await addByDrop(app, place(app, short, 'a.mp4', 'b.mp4', 'c.mp4', 'd.mp4'));
      const drag = async (name: string, before: string) => {
        const [from, to] = [await row(page, name).boundingBox(), await row(page, before).boundingBox()];
        if (!from || !to) throw new Error('The rows are not in sight.');
        await page.mouse.move(from.x + 200, from.y + from.height / 2);
        await page.mouse.down();
        await page.mouse.move(to.x + 200, to.y + 4, { steps: 4 });
      };
      await press(page, 'Escape'); // what was just added is selected, and a drag takes all that is
      await drag('d.mp4', 'b.mp4');
      await page.mouse.up();
      await seeNames(page.getByRole('row'), 'a', 'd', 'b', 'c');
      expect(order(await stateOf(page))).toEqual(['a.mp4', 'd.mp4', 'b.mp4', 'c.mp4']);
      await row(page, 'd.mp4').click();
      await row(page, 'b.mp4').click({ modifiers: ['Shift'] });
      await drag('b.mp4', 'a.mp4');
      await page.mouse.up();
      await seeNames(page.getByRole('row'), 'd', 'b', 'a', 'c');
      await drag('c.mp4', 'd.mp4');
      await press(page, 'Escape');
      await page.mouse.up();
      await seeNames(selected(page), 'c');
      await press(page, 'End', 'Alt+ArrowUp'); // comes after the drag, so what that did would be seen by then
      await seeNames(page.getByRole('row'), 'd', 'b', 'c', 'a');
    });

    test('many files are chosen with Ctrl and Shift and changed together', async () => {
      await addByDrop(app, place(app, short, 'a.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'e.mp4'));
      await row(page, 'b.mp4').click();
      await row(page, 'd.mp4').click({ modifiers: ['Shift'] });
      await seeNames(selected(page), 'b', 'c', 'd');
      await row(page, 'c.mp4').click({ modifiers: ['ControlOrMeta'] });
      await seeNames(selected(page), 'b', 'd');
      await row(page, 'e.mp4').click({ modifiers: ['ControlOrMeta'] });
      await see(inspector(page)).toContainText('3 files selected');
      const about =
        (await row(page, 'b.mp4')
          .getByText(/^about /)
          .textContent()) ?? '';
      await choose(page, 'Preset', /^HQ 720p30/);
      await seeNames(page.getByRole('row').filter({ hasText: 'HQ 720p30' }), 'b', 'd', 'e');
      await see(page.getByRole('row').filter({ hasText: 'Waiting' })).toHaveCount(5);
      await seeNames(page.getByRole('row').filter({ hasText: about }), 'a', 'c'); // the others have other estimates now
      const state = await stateOf(page);
      expect(['a', 'b', 'c', 'd', 'e'].map((name) => find(state, `${name}.mp4`).job.preset)).toEqual([
        'fast-1080p30',
        'hq-720p30',
        'fast-1080p30',
        'hq-720p30',
        'hq-720p30',
      ]);
    });

    test('changes to the preset and the name of the result reach the job and its file', async () => {
      await addByDrop(app, place(app, short, 'a.mp4', 'b.mp4'));
      await row(page, 'a.mp4').click();
      await inspector(page).locator('summary', { hasText: 'Changes to the preset' }).click();
      await choose(page, 'Container', 'Matroska (MKV)');
      await see(row(page, 'a.mp4')).toContainText('*');
      await choose(page, 'Picture size', 'At most 360p');
      await inspector(page).locator('summary', { hasText: 'Result' }).click();
      await page.getByRole('textbox', { name: 'Name template' }).fill('{name} for mum, {preset}');
      await see(inspector(page)).toContainText('Becomes a for mum, Fast 1080p30.mkv.');
      await start(page).click();
      await see(page.getByRole('row').filter({ hasText: 'Done' })).toHaveCount(2);
      const { job, status } = find(await stateOf(page), 'a.mp4');
      expect(job).toMatchObject({
        overrides: { container: 'mkv', 'video.maxHeight': 360 },
        output: { template: '{name} for mum, {preset}' },
      });
      expect(status).toMatchObject({ output: join(app.home, 'Videos', 'a for mum, Fast 1080p30.mkv') });
      expect(readdirSync(join(app.home, 'Videos')).sort()).toEqual(['a for mum, Fast 1080p30.mkv', 'a.mp4', 'b (2).mp4', 'b.mp4']);
    });

    test('a button pressed with the pointer leaves the keys to the list', async () => {
      await ask(page, 'addJobs', { sources: place(app, long, 'long.mp4'), ...slow });
      await row(page, 'long.mp4').click();
      await start(page).click();
      await see(row(page, 'long.mp4')).toContainText(/Encoding [1-9]/);
      await press(page, 'Space');
      await see(row(page, 'long.mp4')).toContainText('Paused');
    });

    test('in a narrow window the names of files can still be read', async () => {
      await addByDrop(app, place(app, short, 'A long name that says what it is.mp4'));
      const name = row(page, 'A long name that says what it is.mp4').getByText(/^A long name/);
      for (const width of [960, 720]) {
        await page.setViewportSize({ width, height: 480 });
        await see.poll(async () => (await name.boundingBox())?.width).toBeGreaterThan(90);
      }
    });

    test('dark and light: as the system, or as it was chosen, which is kept', async () => {
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const [dark, light] = ['rgb(14, 18, 23)', 'rgb(245, 243, 239)'];
      await see.poll(ground).toBe(dark);
      await page.emulateMedia({ colorScheme: 'light' });
      await see.poll(ground).toBe(light);
      await press(page, 'Control+Shift+l');
      await see.poll(ground).toBe(dark);
      await page.reload();
      await see(statusBar(page)).toBeVisible();
      expect(await ground()).toBe(dark);
      await press(page, 'Control+Shift+l');
      await see.poll(ground).toBe(light);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await ground()).toBe(light);
      await press(page, 'Control+5');
      await choose(page, 'Colours', 'As the system');
      await see.poll(ground).toBe(dark);
    });
  });
}

describe.skipIf(missing.browser)('what only a browser has', () => {
  let app: BrowserApp;
  let page: Page;
  /** Complaints that a test makes on purpose. */
  let expected: RegExp | null;
  const load = async (options?: AppOptions) => {
    app = await openBrowserApp(options);
    ({ page } = app);
  };
  const open = async (options?: AppOptions) => {
    await load(options);
    await see(page.getByRole('contentinfo')).toBeVisible();
  };
  beforeEach(() => {
    expected = null;
  });
  afterEach(async () => {
    await app.close();
    expect(app.problems.filter((problem) => !expected?.test(problem))).toEqual([]);
  });
  /** What a browser complains of while the host is away, and of what it was at when the host went. */
  const outage = /net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)|WebSocket connection to .* failed/;

  test('the file browser goes into folders, filters, counts what is chosen and adds it', async () => {
    await open();
    mkdirSync(join(app.home, 'Videos', 'Norway'));
    place(app, short, 'Norway/one.mp4', 'Norway/two.mp4', 'Norway/three.mp4');
    writeFileSync(join(app.home, 'Videos', 'Norway', 'notes.txt'), 'Fjords');
    await page.getByRole('main').getByRole('button', { name: 'Add files' }).first().click();
    const dialog = page.getByRole('dialog');
    const options = dialog.getByRole('option');
    await dialog.getByText('Videos').first().dblclick();
    await dialog.getByText('Norway').dblclick();
    await seeNames(options, 'one', 'three', 'two');
    await dialog.getByText('Show every kind of file').click();
    await seeNames(options, 'notes', 'one', 'three', 'two');
    await options.filter({ hasText: 'one' }).click();
    await dialog.getByPlaceholder('Find in this folder').fill('t m');
    await seeNames(options, 'three', 'two');
    await options.filter({ hasText: 'two' }).click();
    await see(dialog).toContainText('2 files, 177 kB');
    await dialog.getByRole('button', { name: 'Add 2 files' }).click();
    await seeNames(page.getByRole('row'), 'one', 'two');
  });

  test('a folder that is not there says so, and the one before stays at hand', async () => {
    await open();
    await press(page, 'Control+o');
    const dialog = page.getByRole('dialog');
    await see(dialog.getByRole('textbox', { name: 'Folder' })).toHaveValue(app.home);
    await dialog.getByRole('textbox', { name: 'Folder' }).fill('/no/such/folder');
    await press(page, 'Enter');
    await see(dialog.getByRole('status')).toHaveText('The folder /no/such/folder is not there.');
    await dialog.getByRole('button', { name: 'Home' }).click();
    await see(dialog.getByRole('option', { name: 'Videos' })).toBeVisible();
  });

  /** A page whose questions the studio answers only when it is told to. */
  async function openUnanswered(): Promise<{ answer(): void; hold(): void }> {
    let held: (() => void)[] | null = [];
    await open({
      prepare: (page) =>
        page.routeWebSocket('**/wire', (socket) => {
          socket.connectToServer().onMessage((message) => {
            const pass = () => socket.send(message);
            if (held && String(message).includes('"reply"')) held.push(pass);
            else pass();
          });
        }),
    });
    return {
      answer() {
        for (const pass of held?.splice(0) ?? []) pass();
        held = null;
      },
      hold() {
        held ??= [];
      },
    };
  }

  test('what is being typed is not replaced by an answer that comes late, and a chosen folder that is gone leads home', async () => {
    const { answer } = await openUnanswered();
    await press(page, 'Control+o');
    await see(page.getByPlaceholder('Find in this folder')).toBeFocused();
    await press(page, 'Shift+Tab');
    const box = page.getByRole('textbox', { name: 'Folder' });
    await page.keyboard.type('/typed/too/soon');
    answer();
    await see(page.getByRole('option', { name: 'Videos' })).toBeVisible();
    await see(box).toHaveValue('/typed/too/soon');
    await press(page, 'Escape');
    await ask(page, 'changeSettings', { folder: join(app.home, 'Gone') });
    await inspector(page)
      .getByRole('button', { name: /^Output folder: .*Gone$/ })
      .click();
    await see(box).toHaveValue(app.home);
    await see(page.getByRole('button', { name: 'Home' })).toBeVisible();
  });

  test('the folder before is not taken for one that is still being opened', async () => {
    const { answer, hold } = await openUnanswered();
    mkdirSync(join(app.home, 'Empty'));
    place(app, short, 'film.mp4');
    await press(page, 'Control+o');
    answer();
    const dialog = page.getByRole('dialog');
    const whole = dialog.getByRole('button', { name: 'Add the whole folder' });
    await see(whole).toBeEnabled();
    hold();
    await dialog.getByText('Empty').dblclick();
    await see(whole).toBeDisabled();
    await press(page, 'ArrowDown', 'Enter'); // would go into Videos
    answer();
    await whole.click();
    await see(page.getByText('There is no media file in there.')).toBeVisible();
    expect((await stateOf(page)).jobs).toEqual({});
  });

  test('what is typed into a box whose value comes late takes its place', async () => {
    const { answer } = await openUnanswered();
    await press(page, 'Control+o');
    await see(page.getByPlaceholder('Find in this folder')).toBeFocused();
    await press(page, 'Shift+Tab');
    answer();
    const box = page.getByRole('textbox', { name: 'Folder' });
    await see(box).toHaveValue(app.home);
    await page.keyboard.type('/typed');
    await see(box).toHaveValue('/typed');
  });

  test('a drop that the studio cannot find is asked for by name', async () => {
    await open();
    const elsewhere = join(app.home, 'Elsewhere');
    mkdirSync(elsewhere);
    const [near = ''] = place(app, short, 'near.mp4');
    const [far = '', ...others] = place(app, short, '../Elsewhere/far.mp4', '../Elsewhere/another.mp4');
    await drop(app, near, far);
    const dialog = page.getByRole('dialog');
    await see(dialog).toContainText('Find far.mp4 here.');
    await dialog.getByRole('button', { name: 'Folder above' }).click();
    await dialog.getByText('Elsewhere').dblclick();
    await seeNames(dialog.getByRole('option'), 'far', 'another');
    const weight = (name: string) =>
      dialog.getByText(name, { exact: true }).evaluate((element) => Number(getComputedStyle(element).fontWeight));
    expect(await weight('far.mp4')).toBeGreaterThan(await weight('another.mp4'));
    await dialog.getByText('far.mp4', { exact: true }).dblclick();
    await seeNames(page.getByRole('row'), 'near', 'far');
    await drop(app, ...others); // the folder is known now
    await seeNames(page.getByRole('row'), 'near', 'far', 'another');
  });

  test('results go to the folder that was chosen for new files', async () => {
    await open();
    mkdirSync(join(app.home, 'Exports'));
    await inspector(page).getByRole('button', { name: 'Output folder: beside each source' }).click();
    const dialog = page.getByRole('dialog', { name: 'Choose a folder' });
    await dialog.getByText('Exports').dblclick();
    await dialog.getByRole('button', { name: 'Use Exports' }).click();
    await see(inspector(page).getByRole('button', { name: /^Output folder: .*Exports$/ })).toBeVisible();
    await addByDrop(app, place(app, short, 'film.mp4'));
    await start(page).click();
    await see(row(page, 'film.mp4')).toContainText('Done');
    expect(readdirSync(join(app.home, 'Exports'))).toEqual(['film.mp4']);
  });

  test('a file that ends a worker twice fails in words, the others finish, and Try again finishes it', async () => {
    await open();
    const crash = async () => {
      const first = await app.host.worker('bad.mp4');
      process.kill(first, 'SIGSEGV');
      process.kill(await app.host.worker('bad.mp4', first), 'SIGSEGV');
    };
    const crashed = crash();
    await ask(page, 'addJobs', { sources: place(app, short, 'a.mp4', 'bad.mp4', 'c.mp4'), ...quick });
    await start(page).click();
    await crashed;
    await see(row(page, 'bad.mp4')).toContainText('bad.mp4 is set aside: two tries ended a worker.');
    await see(page.getByRole('row').filter({ hasText: 'Done' })).toHaveCount(2);
    await see(statusBar(page)).toContainText('2 files done · 1 failed');
    await row(page, 'bad.mp4').click();
    await see(inspector(page).getByRole('region', { name: 'Error' })).toContainText('Encoding bad.mp4 stopped unexpectedly (SIGSEGV)');
    await page.getByRole('button', { name: 'Try bad.mp4 again' }).click();
    await see(row(page, 'bad.mp4')).toContainText('Done');
    await see(statusBar(page)).toContainText('3 files done');
    expect(existsSync(join(app.home, 'Videos', 'bad (2).mp4'))).toBe(true);
  });

  test('two tabs see the same, and what is done in one appears in the other', async () => {
    await open();
    await addByDrop(app, place(app, short, 'a.mp4', 'b.mp4'));
    const other = await app.openTab();
    await seeNames(other.getByRole('row'), 'a', 'b');
    await row(other, 'b.mp4').click();
    await press(other, 'Alt+ArrowUp');
    await seeNames(page.getByRole('row'), 'b', 'a');
    await start(page).click();
    await see(other.getByRole('row').filter({ hasText: 'Done' })).toHaveCount(2);
    await press(other, 'Delete');
    await seeNames(page.getByRole('row'), 'a');
  });

  test('a host that is killed and comes back: the page says so, comes back by itself, and the queue goes on', async () => {
    expected = outage;
    await open();
    await ask(page, 'addJobs', { sources: place(app, long, 'film.mp4'), ...quick });
    await row(page, 'film.mp4').click();
    await start(page).click();
    await see(row(page, 'film.mp4')).toContainText(/Encoding [1-9]/);
    await app.host.kill();
    await see(page.getByRole('alert')).toContainText('The studio does not answer.');
    await see(row(page, 'film.mp4')).toBeVisible();
    await see(statusBar(page)).toContainText('Not connected');
    await see(page.getByRole('button', { name: 'Add files' })).toBeDisabled();
    await app.host.start();
    await see(page.getByRole('alert')).toBeHidden();
    await see(row(page, 'film.mp4')).toContainText('Done');
    await see(selected(page)).toHaveCount(1);
    expect(readdirSync(join(app.home, 'Videos')).sort()).toEqual(['film (2).mp4', 'film.mp4']);
  });

  test('a host with another token: the page says that it is locked and opens with the new one', async () => {
    expected = new RegExp(`${outage.source}|status of 401`);
    await open();
    await addByDrop(app, place(app, short, 'film.mp4'));
    await app.host.kill();
    await app.host.start('another-token-than-before');
    await see(page.getByRole('heading', { name: 'This studio has another token now' })).toBeVisible();
    await page.getByRole('button', { name: 'Enter the token' }).click();
    await see(page).toHaveTitle('Muxwell is locked');
    await page.getByLabel('Token').fill('another-token-than-before');
    await press(page, 'Enter');
    await see(row(page, 'film.mp4')).toContainText('Waiting');
  });

  /** A page that the studio has told nothing yet; the returned function lets it. */
  async function loadUntold(): Promise<() => void> {
    let letThrough = () => {};
    await load({
      prepare: (page) =>
        page.routeWebSocket('**/wire', (socket) => {
          letThrough = () => void socket.connectToServer();
        }),
    });
    await see(page.getByRole('status')).toHaveText('Opening the studio…');
    return () => letThrough();
  }

  test('until the studio has told its state, the page says that it is opening it', async () => {
    const letThrough = await loadUntold();
    await see(page.getByRole('status')).toHaveText('Still waiting for the studio…');
    letThrough();
    await see(page.getByText('Drop films or sound here')).toBeVisible();
  });

  test('what is dropped before the studio is opened is added as soon as it is', async () => {
    const letThrough = await loadUntold();
    await drop(app, ...place(app, short, 'film.mp4'));
    letThrough();
    await see(row(page, 'film.mp4')).toContainText('Waiting');
  });

  test('what the studio refuses is told in its words, and stays until it is dismissed', async () => {
    await open();
    mkdirSync(join(app.home, 'Empty'));
    await press(page, 'Control+o');
    await page.getByRole('dialog').getByText('Empty').dblclick();
    await see(page.getByRole('dialog')).toContainText('There is no film or sound in here.');
    await page.getByRole('button', { name: 'Add the whole folder' }).click();
    const notice = page.getByText('There is no media file in there.');
    await see(notice).toBeVisible();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await see(notice).toBeHidden();
  });

  test('of 200 rows only the one that changed is drawn', async () => {
    await open({ prepare: watchRenders });
    const names = Array.from({ length: 200 }, (_, index) => `clip-${String(index).padStart(3, '0')}.mp4`);
    const { ids } = await ask(page, 'addJobs', { sources: place(app, short, ...names), ...quick });
    await see(page.getByRole('button', { name: 'Waiting 200' })).toBeVisible();
    await see.poll(async () => Object.values((await stateOf(page)).statuses).every(({ phase }) => phase === 'waiting')).toBe(true);
    await see(row(page, 'clip-000.mp4')).toContainText('Waiting');
    const before = await takeRenders(page);
    expect(before.drawn.length).toBeGreaterThan(10);
    expect(before.drawn.length).toBeLessThan(60);
    for (const [count, id] of [ids[4] ?? '', ids[7] ?? ''].entries()) {
      await ask(page, 'cancelJobs', { ids: [id] });
      await see(page.getByRole('button', { name: `Cancelled ${count + 1}` })).toBeVisible();
      await see(page.getByRole('row').filter({ hasText: 'Cancelled' })).toHaveCount(count + 1);
      const { drawn, changed } = await takeRenders(page);
      expect(drawn).toEqual([id]);
      expect(changed.filter((where) => where !== 'elsewhere')).toEqual([id]);
    }
  });
});
