/** Chapters held against programs that nobody here wrote: they see what the studio writes, and it sees what they write. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Chapter } from '../native/contract/media.ts';
import { readChapters } from '../native/engine/chapters.ts';
import { writeMatroskaChapters } from '../native/engine/matroska/write.ts';
import { finishMp4 } from '../native/engine/mp4/finish.ts';
import { films, makeFilm, numbered } from './fixtures/chapter-files.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;
const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-chapter-peers-'));
  Log.setLevel(AV_LOG_QUIET);
  for (const extension of Object.keys(films)) makeFilm(at(`film.${extension}`), extension);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isMatroska = (extension: string) => ['mkv', 'webm'].includes(extension);
let files = 0;

async function filmWith(extension: string, chapters: Chapter[], faststart: boolean): Promise<string> {
  const path = at(`written-${++files}.${extension}`);
  copyFileSync(at(`film.${extension}`), path);
  if (isMatroska(extension)) writeMatroskaChapters(path, chapters);
  else await finishMp4(path, { chapters, faststart });
  return path;
}

const lists: Record<string, Chapter[]> = {
  'umlauts, emoji, no title and a long one': [
    { start: 0, end: 0.4, title: 'Größe & Übermut' },
    { start: 0.4, end: 0.8, title: '🎬 Klappe die erste' },
    { start: 0.8, end: 1.2, title: '' },
    { start: 1.2, end: 1.9, title: 'Titel '.repeat(166).trim() },
  ],
  'a late start and an early end': [
    { start: 0.25, end: 0.75, title: 'Not at once' },
    { start: 0.75, end: 1.5, title: 'And not to the end' },
  ],
  '300 chapters': numbered(300, 1.8),
};

const written = Object.keys(films).flatMap((extension) =>
  (isMatroska(extension) ? [false] : [false, true]).flatMap((front) =>
    Object.keys(lists).map((list) => [extension, front ? 'in front' : 'as it is', list] as const),
  ),
);

describe.skipIf(!has('ffprobe') || !has('ffmpeg'))('ffprobe and ffmpeg (both needed on PATH)', () => {
  test.each(written)('%s, index %s: ffprobe sees %s, and ffmpeg plays it', async (extension, place, list) => {
    const chapters = lists[list] ?? [];
    const path = await filmWith(extension, chapters, place === 'in front');
    const told = JSON.parse(run('ffprobe', '-v', 'error', '-show_chapters', '-of', 'json', path)) as {
      chapters: { start_time: string; end_time: string; tags?: { title?: string } }[];
    };
    expect(told.chapters.map(({ tags }) => tags?.title ?? '')).toEqual(chapters.map(({ title }) => title));
    for (const [index, chapter] of chapters.entries()) {
      expect(Number(told.chapters[index]?.start_time)).toBeCloseTo(chapter.start, 3);
      expect(Number(told.chapters[index]?.end_time)).toBeCloseTo(chapter.end, 3);
    }
    const play = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' });
    expect(play).toMatchObject({ status: 0, stderr: '' });
  });

  const metadata = () => {
    writeFileSync(
      at('chapters.txt'),
      `;FFMETADATA1\n${[
        ['0', '700', 'Käse 🧀'],
        ['700', '1300', 'Second'],
        ['1300', '1900', 'Third'],
      ]
        .map(([start, end, title]) => `[CHAPTER]\nTIMEBASE=1/1000\nSTART=${start}\nEND=${end}\ntitle=${title}\n`)
        .join('')}`,
    );
    return at('chapters.txt');
  };
  const theirs = [
    { start: 0, end: 0.7, title: 'Käse 🧀' },
    { start: 0.7, end: 1.3, title: 'Second' },
    { start: 1.3, end: 1.9, title: 'Third' },
  ];

  test.each(Object.keys(films))('chapters that ffmpeg writes into %s are read, and replaced', async (extension) => {
    const path = at(`theirs.${extension}`);
    const input = ['-i', at(`film.${extension}`), '-i', metadata()];
    // Times as they are: FFmpeg would move chapters along with a first packet before zero.
    run('ffmpeg', '-y', '-v', 'error', '-copyts', ...input, '-map', '0', '-map_chapters', '1', '-c', 'copy', path);
    const read = readChapters(path);
    expect(read.map(({ title }) => title)).toEqual(theirs.map(({ title }) => title));
    for (const [index, chapter] of theirs.entries()) {
      expect(read[index]?.start).toBeCloseTo(chapter.start, 3);
      expect(read[index]?.end).toBeCloseTo(chapter.end, 3);
    }
    const [mine] = Object.values(lists) as [Chapter[]];
    if (isMatroska(extension)) writeMatroskaChapters(path, mine);
    else await finishMp4(path, { chapters: mine, faststart: true });
    const shown = run('ffprobe', '-v', 'error', '-show_entries', 'chapter_tags=title', '-of', 'csv=p=0', path);
    expect(shown).toContain('Klappe');
    expect(shown).not.toContain('Second');
  });

  test.each(['mp4', 'm4a'])('a cover in %s is still there', async (extension) => {
    const [picture, path] = [at('cover.png'), at(`cover.${extension}`)];
    run('ffmpeg', '-y', '-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=64x64', '-frames:v', '1', picture);
    const cover = ['-map', '0:a', '-map', '1', '-c', 'copy', '-disposition:v:0', 'attached_pic', path];
    run('ffmpeg', '-y', '-v', 'error', '-i', at(`film.${extension}`), '-i', picture, ...cover);
    const look = () => run('ffmpeg', '-v', 'error', '-i', path, '-map', '0:v', '-map', '0:a', '-c', 'copy', '-f', 'streamhash', '-');
    const before = look();
    await finishMp4(path, { chapters: theirs, faststart: true });
    expect(look()).toBe(before);
    expect(readChapters(path).length).toBe(3);
  });
});

describe.skipIf(!has('mkvmerge') || !has('mkvextract'))('mkvmerge and mkvextract (both needed on PATH)', () => {
  const cases = written.filter(([extension]) => isMatroska(extension));

  test.each(cases)('%s, index %s: they see %s, and carry them on', async (extension, _place, list) => {
    const chapters = lists[list] ?? [];
    const path = await filmWith(extension, chapters, false);
    const told = JSON.parse(run('mkvmerge', '-J', path)) as { chapters: { num_entries: number }[]; errors: string[]; warnings: string[] };
    expect(told).toMatchObject({ chapters: [{ num_entries: chapters.length }], errors: [], warnings: [] });
    const xml = run('mkvextract', path, 'chapters', '-');
    const texts = (element: string) => [...xml.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map((match) => match[1]);
    const seconds = (time = '') => time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
    expect(texts('ChapterString').map((text) => text?.replace('&amp;', '&'))).toEqual(
      chapters.flatMap(({ title }) => (title === '' ? [] : [title])),
    );
    for (const [index, time] of texts('ChapterTimeStart').entries()) expect(seconds(time)).toBeCloseTo(chapters[index]?.start ?? -1, 6);
    for (const [index, time] of texts('ChapterTimeEnd').entries()) expect(seconds(time)).toBeCloseTo(chapters[index]?.end ?? -1, 6);
    expect(new Set(texts('ChapterUID')).size).toBe(chapters.length);

    const carried = at(`carried-${++files}.mkv`);
    run('mkvmerge', '-q', '-o', carried, path);
    expect(readChapters(carried).length).toBe(chapters.length);
  });

  test('chapters that mkvmerge writes are read: languages, hidden ones, the default edition', () => {
    const atom = (start: string, title: string, more = '') =>
      `<ChapterAtom><ChapterTimeStart>00:00:0${start}</ChapterTimeStart>${more}<ChapterDisplay><ChapterString>${title}</ChapterString><ChapterLanguage>ger</ChapterLanguage></ChapterDisplay></ChapterAtom>`;
    const hidden = '<ChapterFlagHidden>1</ChapterFlagHidden>';
    const editions = [
      `<EditionEntry>${atom('0.1', 'another edition')}</EditionEntry>`,
      `<EditionEntry><EditionFlagDefault>1</EditionFlagDefault>${atom('0.25', 'Käse 🧀')}${atom('0.5', 'hidden', hidden)}${atom('1.0', 'Ende')}</EditionEntry>`,
    ];
    writeFileSync(at('chapters.xml'), `<?xml version="1.0"?><Chapters>${editions.join('')}</Chapters>`);
    run('mkvmerge', '-q', '-o', at('merged.mkv'), '--chapters', at('chapters.xml'), at('film.mkv'));
    const [first, second, ...more] = readChapters(at('merged.mkv'));
    expect(more).toEqual([]);
    expect(first).toEqual({ start: 0.25, end: 1, title: 'Käse 🧀', language: 'ger', simplified: true }); // there is another edition
    expect(second).toMatchObject({ start: 1, title: 'Ende', language: 'ger' });
    expect(second?.end).toBeGreaterThan(1.9);
  });

  test('chapters in a file of mkvmerge are replaced', () => {
    run('mkvmerge', '-q', '-o', at('again.mkv'), at('film.mkv'));
    const [mine] = Object.values(lists) as [Chapter[]];
    writeMatroskaChapters(at('again.mkv'), mine);
    expect(JSON.parse(run('mkvmerge', '-J', at('again.mkv')))).toMatchObject({ chapters: [{ num_entries: mine.length }], warnings: [] });
    expect(readChapters(at('again.mkv')).length).toBe(mine.length);
  });
});
