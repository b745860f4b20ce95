/** The Lossless page as a person uses it: a real browser, a real host, real files; and the arithmetic that stands behind it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommandInputs } from '../native/contract/contract.ts';
import { complement } from '../native/contract/segments.ts';
import { chromiumPath } from './fixtures/browser.ts';
import { makeClip, testPicture, tone } from './fixtures/clips.ts';
import { ask, type BrowserApp, closeBrowser, drop, find, openBrowserApp, order, place, row, see, stateOf } from './fixtures/page-app.ts';

describe('what is left when parts are taken out', () => {
  const left = (...segments: [number | null, number | null][]) =>
    complement(
      segments.map(([start, end]) => ({ start, end })),
      null,
      null,
    ).map(({ start, end }) => [start, end]);

  test('the stretches between them, with open edges where the film itself begins and ends', () => {
    expect(left([10, 20], [30, 40])).toEqual([
      [null, 10],
      [20, 30],
      [40, null],
    ]);
    expect(left([null, 10], [50, null])).toEqual([[10, 50]]);
  });
  test('order and overlap do not matter, and all may be taken out', () => {
    expect(left([30, 45], [10, 20], [40, 50], [12, 15])).toEqual(left([10, 20], [30, 50]));
    expect(left([20, null], [null, 20])).toEqual([]);
  });
  test('taken out twice, what was marked comes back', () => {
    const marks = [
      { start: 10, end: 20 },
      { start: 30, end: null },
    ];
    expect(complement(complement(marks, null, null), null, null)).toEqual(marks);
  });
});

const missing = (await chromiumPath()) ? null : 'there is no Chromium for this machine';
if (missing) console.log(`skipped: the Lossless page, because ${missing}`);

let clips: string;
/** Ten seconds, a keyframe every second, two languages, subtitles. */
let film: string;
let plain: string;
let wide: string;
let sound: string;
/** What no browser plays. */
let recording: string;
beforeAll(() => {
  if (missing) return;
  Log.setLevel(AV_LOG_ERROR);
  clips = mkdtempSync(join(tmpdir(), 'muxwell-clips-'));
  const in_ = (name: string) => join(clips, name);
  film = makeClip(in_('film.mkv'), {
    muxer: 'matroska',
    tags: { title: 'A film' },
    streams: [
      testPicture(10),
      { ...tone(10), tags: { language: 'eng', title: 'Original' } },
      { ...tone(10), tags: { language: 'ger', title: 'Synchron' } },
    ],
    subtitles: [{ tags: { language: 'fre' }, lines: [{ at: 1, seconds: 2, text: 'Bonjour.' }] }],
  });
  plain = makeClip(in_('plain.mp4'), { muxer: 'mp4', streams: [testPicture(3), tone(3)] });
  wide = makeClip(in_('wide.mp4'), { muxer: 'mp4', streams: [testPicture(3, '640x240'), tone(3)] });
  recording = makeClip(in_('recording.ts'), {
    muxer: 'mpegts',
    streams: [
      { source: 'testsrc2=s=320x240:r=25:d=10,format=yuv420p', encoder: 'mpeg2video', options: { g: '25' } },
      { ...tone(10), encoder: 'ac3' },
    ],
  });
  sound = makeClip(in_('sound.flac'), {
    muxer: 'flac',
    streams: [{ source: 'sine=f=440:r=48000:d=3', encoder: 'flac', sampleFormat: 's16', layout: 'mono' }],
  });
});
afterAll(async () => {
  await closeBrowser();
  if (clips) rmSync(clips, { recursive: true, force: true });
});

describe.skipIf(missing)(missing ? `the Lossless page (skipped: ${missing})` : 'the Lossless page', () => {
  let app: BrowserApp;
  let page: Page;
  beforeEach(async () => {
    app = await openBrowserApp();
    ({ page } = app);
    await see(page.getByRole('contentinfo')).toBeVisible();
    await page.keyboard.press('Control+3');
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Lossless');
  });
  afterEach(async () => {
    await app.close();
    expect(app.problems).toEqual([]);
  });

  const file = (name: string): Locator => page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) });
  const bar = () => page.getByRole('contentinfo');
  const exportButton = () => bar().getByRole('button', { name: /^Export( \d+ files)?$/ });
  const playhead = () => page.getByRole('slider', { name: 'Playhead' });
  const segments = () => page.getByRole('list', { name: 'Segments in the order they play' }).getByRole('listitem');
  const tracks = () => page.getByRole('list', { name: 'Tracks' }).getByRole('listitem');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const choose = async (name: string, option: string | RegExp) => {
    await page.getByRole('combobox', { name, exact: true }).click();
    await page.getByRole('option', { name: option }).click();
  };
  /** Puts the playhead somewhere by typing a time, as G does. */
  const go = async (time: string) => {
    await press('g');
    await page.keyboard.type(time);
    await press('Enter');
    await playhead().focus();
  };
  const orderOf = async (name: string) => find(await stateOf(page), name).job.lossless;
  const outputOf = async (name: string) => {
    const { status } = find(await stateOf(page), name);
    if (status.phase !== 'done') throw new Error(`It is ${status.phase}.`);
    return status.output;
  };
  /** Opens clips and waits until the page says what comes of them. */
  const open = async (clip: string, ...names: string[]) => {
    await drop(app, ...place(app, clip, ...names));
    for (const name of names) await see(file(name)).toContainText(/Keeps|Converts|Leaves/);
  };
  /** Every picture and the waveform of the file at hand are there. */
  const drawn = () =>
    page.waitForFunction(
      () =>
        document.querySelector('[data-strip] img') &&
        document.querySelector('[data-waveform] path')?.getAttribute('d') &&
        [...document.images].every((image) => image.complete),
    );
  /** The small pictures in the list are there. */
  const listed = () => page.waitForFunction(() => [...document.images].every((image) => image.complete));
  const add = (sources: string[], more: Partial<CommandInputs['addLossless']> = {}) =>
    ask(page, 'addLossless', { sources, draft: true, ...more });

  test('from a drop to a proved file in another container: drop, container, Export', async () => {
    await see(page.getByText('Drop films or sound here')).toBeVisible();
    await open(film, 'film.mkv');
    await choose('Container', /^MP4/);
    await see(bar().getByRole('button', { name: 'Keeps everything, converts 1 subtitle track' })).toBeVisible();
    await exportButton().click();
    await see(file('film.mkv')).toContainText('Done');
    await see(page.getByRole('region', { name: 'Result' })).toContainText('Opened again and checked: 0:10, H.264, AAC, text.');
    const output = await outputOf('film.mkv');
    expect(output).toBe(join(app.home, 'Videos', 'film.mp4'));
    const { streams } = await ask(page, 'probe', { path: output });
    expect(streams.map(({ codec, language }) => [codec, language])).toEqual([
      ['h264', null],
      ['aac', 'eng'],
      ['aac', 'ger'],
      ['mov_text', 'fre'],
    ]);
  });

  test('drafts are not in the Export list and do not run; what was submitted is there, as lossless', async () => {
    await open(plain, 'a.mp4', 'b.mp4');
    await ask(page, 'startQueue', {});
    await press('Control+1');
    await see(page.getByText('Drop films or sound here')).toBeVisible();
    await press('Control+3');
    await file('a.mp4').click();
    await exportButton().click();
    await see(file('a.mp4')).toContainText('Done');
    await see(file('b.mp4')).toContainText('Keeps everything');
    await press('Control+1');
    await see(page.getByRole('row')).toHaveCount(1);
    await see(row(page, 'a.mp4')).toContainText('MP4, lossless');
    await row(page, 'a.mp4').click();
    const inspector = page.getByLabel('Inspector', { exact: true });
    await see(inspector).toContainText('MP4, nothing is encoded again');
    await see(inspector.getByRole('combobox', { name: 'Preset' })).toHaveCount(0);
    await inspector.getByRole('button', { name: 'Change it in Lossless' }).click();
    await see(page.getByRole('heading', { level: 1 })).toHaveText('Lossless');
    await see(file('a.mp4')).toContainText('Keeps everything');
    await see(file('a.mp4')).toHaveAttribute('aria-selected', 'true');
  });

  test('keys alone: the playhead moves by frames, seconds and to the ends, and says its time', async () => {
    await open(film, 'film.mkv');
    await playhead().focus();
    await press('Shift+ArrowRight', 'Shift+ArrowRight');
    await see(playhead()).toHaveAttribute('aria-valuetext', '2 seconds');
    await press('ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft');
    await see(playhead()).toHaveAttribute('aria-valuetext', '2.07 seconds');
    await press('End');
    await see(playhead()).toHaveAttribute('aria-valuetext', /^(9\.9\d|10(\.0\d)?) seconds$/);
    await press('Home');
    await see(playhead()).toHaveAttribute('aria-valuenow', '0');
    await go('4,5');
    await see(playhead()).toHaveAttribute('aria-valuetext', '4.5 seconds');
    await page.getByLabel('Time at the playhead').fill('noon');
    await press('Enter');
    await see(page.getByText('“noon” is no time.')).toBeVisible();
    await see(page.getByLabel('Time at the playhead')).toHaveValue('0:04.500');
    await press('?');
    await see(page.getByRole('dialog', { name: 'Keys' })).toContainText('Segment begins here');
  });

  test('keys alone: segments are marked, split, chosen, moved, deleted, undone and redone', async () => {
    await open(film, 'film.mkv');
    await go('2.5');
    await press('i');
    await go('6');
    await press('o');
    await see(segments()).toHaveCount(1);
    await see.poll(async () => (await orderOf('film.mkv'))?.segments).toEqual([{ start: 2.5, end: 6 }]);
    await go('4');
    await press('s');
    await see(segments()).toHaveCount(2);
    await go('7.25');
    await press('n');
    await see
      .poll(async () => (await orderOf('film.mkv'))?.segments)
      .toEqual([
        { start: 2.5, end: 4 },
        { start: 4, end: 6 },
        { start: 7.25, end: null },
      ]);
    await press('[', '[');
    await see(segments().nth(0).getByRole('button')).toHaveAttribute('aria-pressed', 'true');
    await press('ArrowDown', '}');
    await see.poll(async () => (await orderOf('film.mkv'))?.segments.map(({ start }) => start)).toEqual([2.5, 7.25, 4]);
    await press('Delete');
    await see(segments()).toHaveCount(2);
    await press('Control+z', 'Control+z');
    await see.poll(async () => (await orderOf('film.mkv'))?.segments.map(({ start }) => start)).toEqual([2.5, 4, 7.25]);
    await press('Control+Shift+z');
    await see.poll(async () => (await orderOf('film.mkv'))?.segments.map(({ start }) => start)).toEqual([2.5, 7.25, 4]);

    await page.getByRole('textbox', { name: 'Title of the segment' }).fill('iosn');
    await press('Enter');
    await see(segments()).toHaveCount(3);
    await page.reload();
    await see(segments()).toHaveCount(3);
    await see(segments().filter({ hasText: 'iosn' })).toHaveCount(1);
  });

  test('the edges of a segment are sliders: keys move them, and the pointer holds them at keyframes', async () => {
    await open(film, 'film.mkv');
    await go('5');
    await press('s');
    const begins = page.getByRole('slider', { name: 'Segment 2 begins' });
    await see(begins).toHaveAttribute('aria-valuetext', '5 seconds');
    await begins.focus();
    await press('Shift+ArrowRight', 'ArrowLeft');
    await see(begins).toHaveAttribute('aria-valuetext', '5.97 seconds');
    await see(playhead()).toHaveAttribute('aria-valuetext', '5.97 seconds');
    const ends = page.getByRole('slider', { name: 'Segment 1 ends' });
    const box = await ends.boundingBox();
    const next = await begins.boundingBox();
    if (!box || !next) throw new Error('The handles are not in sight.');
    const second = (next.x - (box.x + box.width)) / 0.967;
    await page.mouse.move(box.x + 5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 5 - second - 3, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await see(ends).toHaveAttribute('aria-valuetext', '4 seconds');
    await press('Control+z');
    await see(ends).toHaveAttribute('aria-valuetext', '5 seconds');
  });

  test('where a cut at a keyframe really falls is shown, and its neighbours are offered', async () => {
    await open(film, 'film.mkv');
    await go('2.6');
    await press('i');
    await see(page.getByText('Starts 0.6 s earlier, at the keyframe.')).toBeVisible();
    await page.getByRole('button', { name: 'To 0:03.000' }).click();
    await see(page.getByText('Cut exactly where it is asked, nothing is encoded.')).toBeVisible();
    await press('Control+z');
    await playhead().focus();
    await press('x');
    await see(page.getByText(/^Cut exactly: .* are encoded again, the rest is copied\.$/)).toBeVisible();
    await see(page.getByRole('combobox', { name: 'Where cuts fall' })).toHaveText('Cut exactly');
    await press('e');
    await see(file('film.mkv')).toContainText('Done');
    expect((await ask(page, 'probe', { path: await outputOf('film.mkv') })).duration).toBeCloseTo(7.4, 1);
  });

  test('parts are taken out, never the whole film', async () => {
    await open(film, 'film.mkv');
    await go('3');
    await press('m', 'i');
    await go('5');
    await press('o');
    await see
      .poll(async () => (await orderOf('film.mkv'))?.segments)
      .toEqual([
        { start: null, end: 3 },
        { start: 5, end: null },
      ]);
    await page.reload();
    await see(page.getByRole('button', { name: 'Take out' })).toHaveAttribute('aria-pressed', 'true');
    await see(segments()).toHaveCount(1);
    await go('0');
    await press('i');
    await go('10.5');
    await press('o');
    await see(page.getByText('That would take out the whole film')).toBeVisible();
    await press('m');
    await see(page.getByRole('button', { name: 'Keep', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await see.poll(async () => (await orderOf('film.mkv'))?.segments).toEqual([{ start: null, end: 5 }]);
  });

  test('every segment becomes a file of its own, named by its title or its number', async () => {
    await open(film, 'film.mkv');
    await go('4');
    await press('s');
    await page.getByRole('textbox', { name: 'Title of the segment' }).fill('The end');
    await press('Enter');
    await choose('How many files', /^A file each/);
    await see(exportButton()).toBeEnabled();
    await exportButton().click();
    await see(page.getByRole('option').filter({ hasText: 'Done' })).toHaveCount(2);
    const made = readdirSync(join(app.home, 'Videos')).sort();
    expect(made).toEqual(['film 1.mkv', 'film The end.mkv', 'film.mkv']);
    expect((await ask(page, 'probe', { path: join(app.home, 'Videos', 'film The end.mkv') })).duration).toBeCloseTo(6, 1);
  });

  test('tracks are left out, put in order, named and marked', async () => {
    await open(film, 'film.mkv');
    await see(tracks()).toHaveCount(4);
    await page.getByRole('checkbox', { name: /subtitles 3/ }).uncheck();
    await page.getByRole('button', { name: /German/ }).focus();
    await press('Alt+ArrowUp');
    await see(tracks().nth(1)).toContainText('German');
    await see(page.getByRole('button', { name: /German/ })).toBeFocused();
    await press('Enter');
    await page.getByRole('combobox', { name: 'Language' }).fill('italian');
    await press('Enter');
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Kommentar');
    await page.getByRole('textbox', { name: 'Shift in milliseconds' }).fill('-120');
    await page.getByRole('button', { name: 'Commentary' }).click();
    await see
      .poll(async () => (await orderOf('film.mkv'))?.tracks)
      .toEqual([
        { file: 0, stream: 0, shift: 0 },
        { file: 0, stream: 2, language: 'ita', title: 'Kommentar', disposition: ['comment'], shift: -0.12 },
        { file: 0, stream: 1, shift: 0 },
      ]);
    await see(bar().getByText('Keeps what you chose')).toBeVisible();
    await playhead().focus();
    await press('e');
    await see(file('film.mkv')).toContainText('Done');
    const { streams } = await ask(page, 'probe', { path: await outputOf('film.mkv') });
    expect(streams.map(({ kind, language, title }) => [kind, language, title])).toEqual([
      ['video', null, null],
      ['audio', 'ita', 'Kommentar'],
      ['audio', 'eng', 'Original'],
    ]);
  });

  test('tracks and segments are dragged to another place', async () => {
    await open(film, 'film.mkv');
    await tracks().nth(3).dragTo(tracks().nth(1));
    await see.poll(async () => (await orderOf('film.mkv'))?.tracks?.map(({ stream }) => stream)).toEqual([0, 3, 1, 2]);
    await see(tracks().nth(1)).toContainText('SRT');
    await go('4');
    await press('s');
    await go('7');
    await press('s');
    await segments().nth(2).getByRole('button').dragTo(segments().nth(0).getByRole('button'));
    await see.poll(async () => (await orderOf('film.mkv'))?.segments.map(({ start }) => start)).toEqual([7, null, 4]);
    await press('Control+z');
    await see.poll(async () => (await orderOf('film.mkv'))?.segments.map(({ start }) => start)).toEqual([null, 4, 7]);
  });

  test('one track is taken out alone, as a draft of its own', async () => {
    await open(film, 'film.mkv');
    await page.getByRole('button', { name: /French/ }).click();
    await page.getByRole('button', { name: 'This track alone, as SRT subtitles' }).click();
    await see(page.getByRole('option')).toHaveCount(2);
    await see(exportButton()).toBeEnabled();
    await exportButton().click();
    await see(page.getByRole('option').filter({ hasText: 'Done' })).toHaveCount(1);
    expect(readFileSync(join(app.home, 'Videos', 'film.srt'), 'utf8')).toContain('Bonjour.');
  });

  test('subtitles from another file are added, and a file that is none says so', async () => {
    writeFileSync(join(app.home, 'Videos', 'more.srt'), '1\n00:00:01,000 --> 00:00:02,000\nHello.\n');
    writeFileSync(join(app.home, 'Videos', 'notes.txt'), 'nothing');
    await open(plain, 'plain.mp4');
    const addFile = async (name: string) => {
      await page.getByLabel('Inspector', { exact: true }).getByRole('button', { name: 'Add', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await see(dialog.getByRole('combobox')).toBeFocused();
      await dialog.getByRole('textbox', { name: 'Folder' }).fill(join(app.home, 'Videos'));
      await press('Enter');
      await dialog.getByRole('option', { name }).dblclick();
    };
    await addFile('notes.txt');
    await see(page.getByRole('status').locator('p').first()).toBeVisible();
    expect((await orderOf('plain.mp4'))?.files).toEqual([]);
    await addFile('more.srt');
    await see(tracks()).toHaveCount(3);
    await see(tracks().nth(2)).toContainText(/SRT subtitles/);
    await exportButton().click();
    await see(file('plain.mp4')).toContainText('Done');
    expect((await ask(page, 'probe', { path: await outputOf('plain.mp4') })).streams.map(({ kind }) => kind)).toEqual([
      'video',
      'audio',
      'subtitle',
    ]);
    await page.getByRole('button', { name: 'Edit again' }).click();
    await page.getByRole('button', { name: 'Leave out more.srt' }).click();
    await see(tracks()).toHaveCount(2);
  });

  test('chapters and tags are written as they are typed', async () => {
    await open(film, 'film.mkv');
    await go('3');
    await press('c');
    await go('7');
    await press('c');
    await page.getByRole('tab', { name: 'Chapters' }).click();
    await page.getByRole('textbox', { name: 'Title of chapter 1' }).fill('The middle');
    await page.getByRole('textbox', { name: 'Chapter 2 begins at' }).fill('8');
    await press('Enter');
    await page.getByRole('tab', { name: 'Tags' }).click();
    await page.getByRole('textbox', { name: 'title', exact: true }).fill('Another film');
    await press('Enter');
    await see
      .poll(async () => (await orderOf('film.mkv'))?.chapters?.map(({ start, title }) => [start, title]))
      .toEqual([
        [3, 'The middle'],
        [8, 'Chapter 2'],
      ]);
    await playhead().focus();
    await press('Enter');
    await see(file('film.mkv')).toContainText('Done');
    const { chapters, tags } = await ask(page, 'probe', { path: await outputOf('film.mkv') });
    expect(chapters.map(({ start, title }) => [start, title])).toEqual([
      [3, 'The middle'],
      [8, 'Chapter 2'],
    ]);
    expect(tags['title']).toBe('Another film');
  });

  test('many files at once: a rule for tracks, a container, and all are exported', async () => {
    await open(film, 'one.mkv', 'two.mkv', 'three.mkv');
    await see(page.getByRole('heading', { name: '3 files selected' })).toBeVisible();
    await choose('Rule for tracks', /^English sound, forced subtitles/);
    await choose('Container', /^MP4/);
    await see(page.getByRole('list', { name: 'What comes of them' })).toHaveText('3Keeps what you chose');
    await press('e');
    await see(page.getByRole('option').filter({ hasText: 'Done' })).toHaveCount(3);
    const made = readdirSync(join(app.home, 'Videos')).filter((name) => name.endsWith('.mp4'));
    expect(made.sort()).toEqual(['one.mp4', 'three.mp4', 'two.mp4']);
    for (const name of made) {
      const { streams } = await ask(page, 'probe', { path: join(app.home, 'Videos', name) });
      expect(streams.map(({ kind, language }) => [kind, language])).toEqual([
        ['video', null],
        ['audio', 'eng'],
      ]);
    }
  });

  test('files are joined in the order of the list; a mismatch is named', async () => {
    await open(plain, 'a.mp4', 'b.mp4');
    await listed();
    await press('Control+a', 'Control+j');
    await see(page.getByRole('option')).toHaveCount(1);
    await see(page.getByRole('heading', { name: '2 files, one after the other' })).toBeVisible();
    await exportButton().click();
    await see(file('a.mp4')).toContainText('Done');
    expect((await ask(page, 'probe', { path: join(app.home, 'Videos', 'a joined.mp4') })).duration).toBeCloseTo(6, 1);
    await add([...place(app, plain, 'c.mp4'), ...place(app, wide, 'wide.mp4')]);
    await file('c.mp4').click();
    await drawn();
    await file('wide.mp4').click({ modifiers: ['Shift'] });
    await press('Control+j');
    await see(page.getByRole('alert')).toContainText('wide.mp4 cannot follow c.mp4');
    await see(exportButton()).toBeDisabled();
  });

  test('what cannot be written is said before it is tried; what failed is changed and tried again', async () => {
    await open(plain, 'plain.mp4');
    await choose('Container', /^WebM/);
    await see(page.getByRole('alert')).toContainText('WebM');
    await see(exportButton()).toBeDisabled();
    await choose('Container', /^Matroska \(MKV\)/);
    await see(bar().getByText('Keeps everything')).toBeVisible();
    await drawn(); // a picture of a file that has gone is none
    rmSync(join(app.home, 'Videos', 'plain.mp4'));
    await exportButton().click();
    await see(page.getByRole('region', { name: 'Error' })).toBeVisible();
    place(app, plain, 'plain.mp4');
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await see(exportButton()).toBeEnabled();
    await exportButton().click();
    await see(file('plain.mp4')).toContainText('Done');
    expect(existsSync(join(app.home, 'Videos', 'plain.mkv'))).toBe(true);
  });

  test('what is changed while the studio is away is told when it is back', async () => {
    await open(film, 'film.mkv');
    await go('5');
    await app.host.kill();
    await see(page.getByRole('alert')).toBeVisible();
    await press('s');
    await page.getByRole('checkbox', { name: /subtitles 3/ }).uncheck();
    await app.host.start();
    await see(page.getByRole('alert')).toBeHidden();
    await see.poll(async () => (await orderOf('film.mkv'))?.tracks?.length).toBe(3);
    expect((await orderOf('film.mkv'))?.segments).toHaveLength(2);
    app.problems.splice(0); // the browser complains of a host that is away
  });

  test('the browser plays a film, and Space, J, K and L move it', async () => {
    await open(film, 'film.mkv');
    const time = async () => Number(await playhead().getAttribute('aria-valuenow'));
    await press('Space');
    await see.poll(time).toBeGreaterThan(0.2);
    await press('Space');
    await see(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    await go('5');
    await press('j');
    await see.poll(time).toBeLessThan(4.7);
    await press('k');
    const stopped = await time();
    await press('l');
    await see.poll(time).toBeGreaterThan(stopped);
    await press('l');
    await see(page.getByText('2×')).toBeVisible();
    await see.poll(time).toBeGreaterThan(stopped + 0.3);
    await press('k');
    await go('2');
    await press('i');
    await go('2.5');
    await press('o');
    await go('9');
    await press('n', 'Home', 'p');
    await see.poll(time).toBeGreaterThan(1.9);
    await see.poll(time).toBeGreaterThan(8.9);
    await see(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  });

  test('what the browser cannot play is played from a light copy, and pictures one by one where there is none', async () => {
    await open(recording, 'recording.ts');
    const time = async () => Number(await playhead().getAttribute('aria-valuenow'));
    await see(page.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
    await go('5.4');
    await press('Space');
    await see.poll(time).toBeGreaterThan(5.9);
    await press('Space');
    const size = () => page.locator('video').evaluate((video: HTMLVideoElement) => `${video.videoWidth}×${video.videoHeight}`);
    expect(await size()).toBe('320×240');
    await page.route('**/assets/proxy/**', (route) => route.fulfill({ status: 404 }));
    await page.reload();
    await see(page.getByText('Its pictures can be looked at one by one.')).toBeVisible();
    await see(page.getByRole('button', { name: 'Play', exact: true })).toBeDisabled();
    const shown = page.locator('figure img');
    await see(shown).toHaveAttribute('src', /assets\/frame\//);
    const before = await shown.getAttribute('src');
    await press('Shift+ArrowRight');
    await see(shown).not.toHaveAttribute('src', before ?? '');
    await see.poll(() => shown.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0)).toBe(true);
    app.problems.splice(0); // the copy that was taken away
  });

  test('files leave the list by Delete, in the list only, and sources stay', async () => {
    await open(plain, 'a.mp4', 'b.mp4');
    await file('a.mp4').click();
    await playhead().focus();
    await drawn(); // a picture of a file that has gone is none
    await press('Delete');
    await see(page.getByRole('option')).toHaveCount(2);
    await page.getByRole('listbox', { name: 'Open files' }).focus();
    await press('Delete');
    await see(page.getByRole('option')).toHaveCount(1);
    await see(file('b.mp4')).toHaveAttribute('aria-selected', 'true');
    expect(order(await stateOf(page))).toEqual(['b.mp4']);
    expect(existsSync(join(app.home, 'Videos', 'a.mp4'))).toBe(true);
  });

  test('sound alone has its waveform in the place of the picture', async () => {
    await open(sound, 'sound.flac');
    await see(page.getByRole('heading', { name: basename(sound) })).toBeVisible();
    await see(page.locator('figure')).toHaveCount(0);
    await see(bar().getByText('Keeps everything')).toBeVisible();
  });
});
