/** Chapters of every container: what is written is read again, the media stays as it was, and no file however broken does harm. */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../native/contract/errors.ts';
import type { Chapter } from '../native/contract/media.ts';
import { readChapters } from '../native/engine/chapters.ts';
import { id3Room, writeId3Chapters } from '../native/engine/id3-chapters.ts';
import { writeMatroskaChapters } from '../native/engine/matroska/write.ts';
import { boxOf, u64 } from '../native/engine/mp4/boxes.ts';
import { finishMp4 } from '../native/engine/mp4/finish.ts';
import { rewriteIndex } from '../native/engine/mp4/index.ts';
import { probe } from '../native/engine/probe.ts';
import { chapterTags } from '../native/engine/vorbis-chapters.ts';
import {
  boxTypes,
  damage,
  type Edition,
  films,
  handMadeMatroska,
  handMadeMp4,
  makeFilm,
  numbered,
  occurrences,
  packetsOf,
  sample,
} from './fixtures/chapter-files.ts';
import { makeClip } from './fixtures/clips.ts';
import { measure } from './fixtures/measure.ts';
import { seeded } from './fixtures/wait.ts';

const media = join(import.meta.dirname, '../../shared/media');
let folder: string;
let files = 0;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-chapters-'));
  Log.setLevel(AV_LOG_QUIET);
  for (const extension of Object.keys(films)) makeFilm(at(`film.${extension}`), extension);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the film, to be written to. */
function copy(extension: string): string {
  const path = at(`copy-${++files}.${extension}`);
  copyFileSync(at(`film.${extension}`), path);
  return path;
}

const isMatroska = (path: string) => /\.(mkv|webm)$/.test(path);

async function put(path: string, chapters: Chapter[], faststart = false): Promise<string> {
  if (isMatroska(path)) writeMatroskaChapters(path, chapters);
  else await finishMp4(path, { chapters, faststart });
  return path;
}

/** Times to half a millisecond, everything else exactly. */
function expectSame(read: Chapter[], written: Chapter[]): void {
  expect(read.map(({ title }) => title)).toEqual(written.map(({ title }) => title));
  for (const [index, chapter] of read.entries()) {
    expect(chapter.start).toBeCloseTo(written[index]?.start ?? Number.NaN, 3);
    expect(chapter.end).toBeCloseTo(written[index]?.end ?? Number.NaN, 3);
  }
}

const long = 'Ein sehr langer Titel über 1000 Zeichen. '.repeat(25).slice(0, 1000);
const odd: Chapter[] = [
  { start: 0, end: 0.4, title: 'Größe & Übermut' },
  { start: 0.4, end: 0.8, title: '🎬 Klappe 👩‍👩‍👧 die erste' },
  { start: 0.8, end: 1.2, title: '' },
  { start: 1.2, end: 1.9, title: long },
];
const late: Chapter[] = [
  { start: 0.25, end: 0.75, title: 'Not at once' },
  { start: 0.75, end: 1.5, title: 'And not to the end' },
];

describe.each(Object.keys(films))('%s', (extension) => {
  const fronts = isMatroska(`.${extension}`) ? [false] : [false, true];

  test.each(fronts)('umlauts, emoji, no title and a long one are read as they were written (index in front: %s)', async (front) => {
    expectSame(readChapters(await put(copy(extension), odd, front)), odd);
  });

  test.each(fronts)(
    'a first chapter that starts late starts as late, and the last ends where it ends (index in front: %s)',
    async (front) => {
      expectSame(readChapters(await put(copy(extension), late, front)), late);
    },
  );

  // Nero's list ends at 255: players that know only that one show no more, all others have the track.
  test.each(fronts)('300 chapters are all there (index in front: %s)', async (front) => {
    expectSame(readChapters(await put(copy(extension), numbered(300, 1.9), front)), numbered(300, 1.9));
  });

  test.each(fronts)('not a packet, time, tag or stream is changed (index in front: %s)', async (front) => {
    const [before, path] = [at(`film.${extension}`), await put(copy(extension), odd, front)];
    expect(packetsOf(path)).toEqual(packetsOf(before));
    expect(packetsOf(path).length).toBeGreaterThan(80);
    const [was, is] = [probe(before), probe(path)];
    expect(is.streams.filter((stream) => stream.kind !== 'data')).toEqual(was.streams);
    expect({ tags: is.tags, duration: is.duration }).toEqual({ tags: was.tags, duration: was.duration });
  });

  test('written twice, the second ones are there alone, and shorter ones leave nothing behind', async () => {
    const path = await put(await put(copy(extension), odd), late);
    expectSame(readChapters(path), late);
    expect(packetsOf(path)).toEqual(packetsOf(at(`film.${extension}`)));
    const streams = probe(path).streams.map((stream) => stream.kind);
    const text = isMatroska(path) ? [] : ['data'];
    expect(streams).toEqual([...probe(at(`film.${extension}`)).streams.map((stream) => stream.kind), ...text]);
    expect(occurrences(path, 'chpl')).toBe(text.length);
    expect(isMatroska(path) || boxTypes(path).at(-1) === 'moov').toBe(true);
  });

  test('a title keeps its language', async () => {
    const german = late.map((chapter) => ({ ...chapter, language: 'ger' }));
    expect(readChapters(await put(copy(extension), german)).map(({ language }) => language)).toEqual(['ger', 'ger']);
    expect(readChapters(await put(copy(extension), late)).every((chapter) => !('language' in chapter))).toBe(true);
  });

  test('chapters out of order are put in order; impossible ones are refused', async () => {
    expectSame(readChapters(await put(copy(extension), late.toReversed())), late);
    for (const chapter of [
      { start: Number.NaN, end: 1, title: '' },
      { start: -1, end: 1, title: '' },
    ])
      await expect(put(copy(extension), [chapter])).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('a file without chapters has none', () => {
    expect(readChapters(at(`film.${extension}`))).toEqual([]);
  });
});

describe('Matroska in place', () => {
  test('the index and the size of the segment are right: nothing is left to guess', () => {
    const path = copy('mkv');
    writeMatroskaChapters(path, odd);
    const bytes = readFileSync(path);
    const segment = bytes.indexOf(Buffer.from('18538067', 'hex'));
    expect(segment + 12 + Number(bytes.readBigUInt64BE(segment + 4) & 0xffffffffffffffn)).toBe(bytes.length);
    // All but the index, the size and the end is as it was.
    const before = readFileSync(at('film.mkv'));
    expect(bytes.subarray(256, before.length).equals(before.subarray(256))).toBe(true);
    expect(bytes.indexOf(Buffer.from('53ab841043a770', 'hex'))).toBeLessThan(256);
  });

  test('shorter chapters take the place of longer ones, an empty list takes them away', () => {
    const path = copy('mkv');
    writeMatroskaChapters(path, odd);
    const { size } = statSync(path);
    writeMatroskaChapters(path, late);
    expect(statSync(path).size).toBe(size);
    expectSame(readChapters(path), late);
    writeMatroskaChapters(path, []);
    expect(readChapters(path)).toEqual([]);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mkv')));
  });

  test('every length of a title finds its place', () => {
    const path = copy('mkv');
    writeMatroskaChapters(path, [{ start: 0, end: 1, title: 'x'.repeat(200) }]);
    const { size } = statSync(path);
    for (let length = 0; length <= 200; length++) {
      const title = 'y'.repeat(length);
      writeMatroskaChapters(path, [{ start: 0, end: 1, title }]);
      expect(readChapters(path)).toEqual([{ start: 0, end: 1, title }]);
    }
    expect(statSync(path).size).toBe(size);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mkv')));
  });

  test('a file that cannot take them says so and stays as it is', () => {
    const path = handMadeMatroska(at('no-index.mkv'), []);
    const before = readFileSync(path);
    const why = (path: string) => {
      try {
        writeMatroskaChapters(path, late, 'holiday.mov');
      } catch (error) {
        return error;
      }
      return null;
    };
    expect(why(path)).toMatchObject({ code: 'muxer-failed', message: expect.stringMatching(/holiday\.mov.*no index/) });
    expect(readFileSync(path).equals(before)).toBe(true);
    const full = handMadeMatroska(at('full.mkv'), [], 'second');
    expect(why(full)).toMatchObject({ code: 'muxer-failed', message: expect.stringContaining('index is full') });
  });
});

describe('MP4 in one pass', () => {
  test('the index goes before the media, and every frame is decoded as before', async () => {
    const path = await put(copy('mp4'), odd, true);
    expect(boxTypes(path)).toEqual(['ftyp', 'moov', 'mdat', 'free', 'mdat']);
    const [before, after] = [measure(at('film.mp4')), measure(path)];
    expect(after).toEqual(before);
    expect(after.frames.length).toBe(50);
  });

  test('without chapters it is what FFmpeg makes of it, byte for byte', async () => {
    const { muxer, streams } = films['mp4'] as (typeof films)[string];
    const theirs = makeClip(at('theirs.mp4'), { muxer, streams, muxerOptions: { movflags: '+faststart' }, tags: { title: 'A film' } });
    const ours = copy('mp4');
    await finishMp4(ours, { chapters: [], faststart: true });
    expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
  });

  test('at the end nothing but the index is written', async () => {
    const path = await put(copy('mp4'), odd);
    expect(boxTypes(path)).toEqual(['ftyp', 'free', 'mdat', 'mdat', 'moov']);
    const before = readFileSync(at('film.mp4'));
    const media = before.lastIndexOf('moov') - 4;
    expect(readFileSync(path).subarray(0, media).equals(before.subarray(0, media))).toBe(true);
  });

  test('nothing to do is nothing done', async () => {
    const front = await put(copy('mp4'), [], true);
    const before = readFileSync(front);
    const { mtimeMs } = statSync(front);
    await finishMp4(front, { chapters: [], faststart: true });
    await finishMp4(front, { chapters: [], faststart: false });
    expect(readFileSync(front).equals(before)).toBe(true);
    expect(statSync(front).mtimeMs).toBe(mtimeMs);
  });

  test('chapters go into a file whose index is in front already', async () => {
    const path = await put(await put(copy('mov'), [], true), odd);
    expectSame(readChapters(path), odd);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mov')));
    // Fewer than before: what is left over is filled up.
    await put(path, late);
    expectSame(readChapters(path), late);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mov')));
  });

  test('places of 64 bits lead to the same media', async () => {
    const bytes = readFileSync(at('film.mp4'));
    const start = bytes.lastIndexOf('moov') - 4;
    const index = Buffer.concat(rewriteIndex(bytes.subarray(start), { moved: (place) => place, wide: true, chapters: null }));
    expect(index.includes('co64') && !index.includes('stco')).toBe(true);
    const path = at('wide.mp4');
    writeFileSync(path, Buffer.concat([bytes.subarray(0, start), index]));
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
    // And they are moved like the others.
    await put(path, late, true);
    expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
    expectSame(readChapters(path), late);
  });

  test("Nero's list has the first 255 of 300 chapters, and stands last among the film's notes", async () => {
    const bytes = readFileSync(await put(copy('mp4'), numbered(300, 1.9)));
    const list = bytes.indexOf('chpl') - 4;
    const end = list + bytes.readUInt32BE(list);
    expect(bytes[list + 16]).toBe(255);
    expect(bytes.toString('utf8', list, end)).toMatch(/Chapter 1\0.*Chapter 255$/s);
    const notes = bytes.indexOf('udta') - 4;
    expect(notes + bytes.readUInt32BE(notes)).toBe(end);
  });

  test('titles longer than a list or a sample takes are cut between letters', async () => {
    const emoji = '🎬'.repeat(20_000);
    const path = await put(copy('mp4'), [{ start: 0, end: 1, title: emoji }]);
    expect(readChapters(path)[0]?.title).toBe('🎬'.repeat(Math.floor(0xffff / 4)));
    expect(readFileSync(path).includes(Buffer.concat([Buffer.of(252), Buffer.from('🎬'.repeat(63))]))).toBe(true);
  });

  test('chapters after the end of the film are left out, and none reaches beyond it', async () => {
    const path = await put(copy('m4a'), [...late, { start: 1.8, end: 60, title: 'Last' }, { start: 60, end: 61, title: 'Never' }]);
    const [, , last, ...more] = readChapters(path);
    expect(more).toEqual([]);
    expect(last?.title).toBe('Last');
    expect(last?.end).toBeLessThan(2);
  });

  test('fragments are left alone; chapters for them are refused', async () => {
    const { muxer, streams } = films['mp4'] as (typeof films)[string];
    const path = makeClip(at('fragments.mp4'), { muxer, streams, muxerOptions: { movflags: 'frag_keyframe+empty_moov' } });
    const before = readFileSync(path);
    await finishMp4(path, { chapters: [], faststart: true });
    await expect(finishMp4(path, { chapters: odd, faststart: true, name: 'holiday.mov' })).rejects.toMatchObject({
      code: 'muxer-failed',
      message: expect.stringMatching(/holiday\.mov.*fragments/),
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  describe('a long one', () => {
    /** 40 MB of which no two places are alike. */
    const noise = Buffer.concat(boxOf('mdat', Buffer.from(Uint32Array.from({ length: 10e6 }, (_, index) => index).buffer)));

    /** The film with these bytes behind its media. */
    function padded(path: string): string {
      const bytes = readFileSync(at('film.mp4'));
      const start = bytes.lastIndexOf('moov') - 4;
      writeFileSync(path, Buffer.concat([bytes.subarray(0, start), noise, bytes.subarray(start)]));
      return path;
    }

    test('tells how many bytes it has moved, in steps up to all of them', async () => {
      const path = padded(at('long.mp4'));
      const steps: [number, number][] = [];
      await finishMp4(path, { chapters: odd, faststart: true, onProgress: (done, total) => steps.push([done, total]) });
      const dones = steps.map(([done]) => done);
      expect(dones.length).toBeGreaterThan(10);
      expect(dones).toEqual(dones.toSorted((a, b) => a - b));
      expect(new Set(steps.map(([, total]) => total)).size).toBe(1);
      expect(dones.at(-1)).toBe(steps[0]?.[1]);
      expect(packetsOf(path)).toEqual(packetsOf(at('film.mp4')));
      expect(readFileSync(path).subarray(-noise.length).equals(noise)).toBe(true);
    });

    test('is cancelled between two blocks', async () => {
      const path = padded(at('cancelled.mp4'));
      const stop = new AbortController();
      let blocks = 0;
      const onProgress = () => {
        if (++blocks === 3) stop.abort();
      };
      await expect(finishMp4(path, { chapters: odd, faststart: true, onProgress, signal: stop.signal })).rejects.toMatchObject({
        code: 'cancelled',
      });
      expect(blocks).toBe(3);
    });

    test('waits for whoever is told of its progress', async () => {
      const path = padded(at('paused.mp4'));
      let busy = 0;
      let most = 0;
      const onProgress = async () => {
        most = Math.max(most, ++busy);
        await new Promise((resolve) => setTimeout(resolve, 5));
        busy--;
      };
      await finishMp4(path, { chapters: [], faststart: true, onProgress });
      expect(most).toBe(1);
    });

    test('a full disk is called so', async (context) => {
      const disk = at('disk');
      mkdirSync(disk);
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=45m', 'tmpfs', disk], { stdio: 'ignore' });
      } catch {
        context.skip('a small disk can only be mounted as root');
      }
      try {
        const path = padded(join(disk, 'film.mp4'));
        const room = 45 * 2 ** 20 - statSync(path).size;
        writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.floor(room / 4096) * 4096));
        const many = numbered(300, 1.9).map((chapter) => ({ ...chapter, title: long }));
        const full = { code: 'disk-full', message: expect.stringMatching(/disk is full.*holiday\.mov/) };
        await expect(finishMp4(path, { chapters: many, faststart: true, name: 'holiday.mov' })).rejects.toMatchObject(full);
        rmSync(path);
        const other = join(disk, 'film.mkv');
        copyFileSync(at('film.mkv'), other);
        writeFileSync(join(disk, 'filler-2'), '');
        fill(join(disk, 'filler-2'));
        expect(() => writeMatroskaChapters(other, many, 'holiday.mov')).toThrow(expect.objectContaining(full));
      } finally {
        execFileSync('umount', [disk]);
      }
    });
  });
});

/** Writes until the disk is full. */
function fill(path: string): void {
  const fd = openSync(path, 'a');
  try {
    for (const size of [1e6, 1000, 1]) {
      try {
        for (;;) writeSync(fd, Buffer.alloc(size));
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
      }
    }
  } finally {
    closeSync(fd);
  }
}

describe('what others have written', () => {
  const titles = ['One', 'Two', 'Three'].map(sample);
  const durations = [1000, 2000, 3000];
  const [one, two, three] = [
    { start: 0, end: 1, title: 'One' },
    { start: 1, end: 3, title: 'Two' },
    { start: 3, end: 6, title: 'Three' },
  ] as const;
  const mp4 = (made: Parameters<typeof handMadeMp4>[1]) => readChapters(handMadeMp4(at(`hand-${++files}.mp4`), made));
  test('a text track of chapters', () => {
    expect(mp4({ titles, durations })).toEqual([one, two, three]);
    expect(mp4({ titles, durations, handler: 'sbtl', language: 0x15c7 })[0]).toEqual({ ...one, language: 'eng' });
  });

  test('titles in UTF-16 and in the letters of an old Mac', () => {
    const swapped = Buffer.from('\ufeffKäse 🧀', 'utf16le').swap16();
    const odd = [sample(swapped), sample(Buffer.from('\ufeffKäse 🧀', 'utf16le')), sample(Buffer.from([0x4b, 0x8a, 0x73, 0x65]))];
    expect(mp4({ titles: odd, durations }).map(({ title }) => title)).toEqual(['Käse 🧀', 'Käse 🧀', 'Käse']);
  });

  test('an edit list moves, cuts and leaves out', () => {
    expect(
      mp4({
        titles,
        durations,
        edits: [
          [500, -1],
          [6000, 0],
        ],
      }),
    ).toEqual([
      { start: 0.5, end: 1.5, title: 'One' },
      { start: 1.5, end: 3.5, title: 'Two' },
      { start: 3.5, end: 6.5, title: 'Three' },
    ]);
    expect(mp4({ titles, durations, edits: [[2500, 1500]] })).toEqual([
      { start: 0, end: 1.5, title: 'Two' },
      { start: 1.5, end: 2.5, title: 'Three' },
    ]);
  });

  test("Nero's list alone, and the track where there are both", () => {
    const nero = [
      { start: 0.5, title: 'Äpfel' },
      { start: 4, title: '' },
    ];
    expect(mp4({ nero })).toEqual([
      { start: 0.5, end: 4, title: 'Äpfel' },
      { start: 4, end: 10, title: '' },
    ]);
    expect(mp4({ titles, durations, nero })).toEqual([one, two, three]);
    expect(mp4({ titles, durations, nero, handler: 'vide' }).length).toBe(2);
  });

  const read = (editions: Edition[], ...more: [Parameters<typeof handMadeMatroska>[2]?, number?]) =>
    readChapters(handMadeMatroska(at(`hand-${++files}.mkv`), editions, ...more));
  const named = (start: number, text: string) => ({ start, titles: [{ text, language: 'und' }] });

  test.each(['none', 'first', 'second', 'wrong'] as const)('Matroska chapters behind the media are found, index: %s', (index) => {
    const found = read([{ atoms: [named(0, 'One'), named(4, 'Two')] }], index);
    const both = [
      { start: 0, end: 4, title: 'One' },
      { start: 4, end: 10, title: 'Two' },
    ];
    // An index that leads astray is worth no walk through hours of media.
    expect(found).toEqual(index === 'wrong' ? [] : both);
  });

  test('the default edition, or the first that is not hidden', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => ({ atoms: [named(0, text)] })) as [Edition, Edition, Edition];
    const title = (editions: Edition[]) => read(editions).map(({ title }) => title);
    expect(title([a, { ...b, isDefault: true }, c])).toEqual(['b']);
    expect(title([{ ...a, hidden: true, isDefault: true }, b])).toEqual(['b']);
    expect(title([a, b])).toEqual(['a']);
    expect(title([{ ...a, hidden: true }])).toEqual([]);
  });

  test('hidden, disabled and borrowed chapters are left out, named ones keep theirs to themselves, brackets are opened', () => {
    const atoms = [
      { ...named(0, 'hidden'), hidden: true },
      { ...named(1, 'disabled'), disabled: true },
      { ...named(2, 'from another file'), elsewhere: true },
      { ...named(3, 'named'), end: 4, inside: [named(3.5, 'inside')] },
      { start: 4, inside: [named(4, 'first'), named(5, 'second')] },
      { start: 6 },
    ];
    expect(read([{ atoms }]).map(({ start, title }) => [start, title])).toEqual([
      [3, 'named'],
      [4, 'first'],
      [5, 'second'],
      [6, ''],
    ]);
  });

  test('a title in English, else in no language, else the first', () => {
    const title = (...languages: (string | undefined)[]) =>
      read([
        { atoms: [{ start: 0, titles: languages.map((language) => ({ text: String(language), ...(language && { language }) })) }] },
      ])[0];
    expect(title('ger', 'und', 'eng')).toMatchObject({ title: 'eng', language: 'eng' });
    expect(title('ger', 'und')).toEqual({ start: 0, end: 10, title: 'und' });
    expect(title('ger', 'fre')).toMatchObject({ title: 'ger', language: 'ger' });
    // The format's own default.
    expect(title('ger', undefined)).toMatchObject({ title: 'undefined', language: 'eng' });
  });

  test.skipIf(!existsSync(media))('real files of all kinds are read without harm', () => {
    for (const name of readdirSync(media)) expect(readChapters(join(media, name))).toEqual([]);
  });
});

describe('no file does harm', () => {
  const quick = (path: string) => {
    const started = performance.now();
    const before = process.memoryUsage.rss();
    const chapters = readChapters(path);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
    return chapters;
  };

  test('an index behind 40 GB of media, with 500 MB of unused bytes in it, is read at once', () => {
    const path = handMadeMp4(at('huge.mp4'), { titles: [sample('One')], durations: [1000], spare: 100 });
    const bytes = readFileSync(path);
    const [start, spare] = [bytes.lastIndexOf('moov') - 4, bytes.lastIndexOf('free') - 4];
    const [hole, gap] = [40e9, 500e6];
    const index = Buffer.from(bytes.subarray(start));
    index.writeUInt32BE(index.length + gap, 0);
    index.writeUInt32BE(index.readUInt32BE(spare - start) + gap, spare - start);
    const fd = openSync(path, 'r+');
    const header = Buffer.concat([Buffer.from([0, 0, 0, 1]), Buffer.from('mdat'), u64(16 + hole)]);
    const rest = spare - start + 8;
    writeSync(fd, header, 0, 16, start);
    writeSync(fd, index, 0, rest, start + 16 + hole);
    writeSync(fd, index, rest, index.length - rest, start + 16 + hole + rest + gap);
    closeSync(fd);
    expect(quick(path)).toEqual([{ start: 0, end: 1, title: 'One' }]);
    rmSync(path);
  });

  test('millions of tiny parts are given up', () => {
    for (const [name, head, part] of [
      ['boxes.mp4', '', '0000000866726565'],
      ['elements.mkv', '1a45dfa38018538067ff', 'ec80'],
      ['chapters.mkv', '1a45dfa38018538067ff1043a77010ffff00', '45b980'],
    ] as const) {
      const path = at(name);
      writeFileSync(path, Buffer.concat([Buffer.from(head, 'hex'), Buffer.alloc(16e6, Buffer.from(part, 'hex'))]));
      expect(quick(path)).toEqual([]);
    }
  });

  test('ten thousand titles of 60 kB each are not all kept', () => {
    const path = handMadeMp4(at('titles.mp4'), { titles: [sample('x'.repeat(60_000))], durations: [1], repeats: 10_000 });
    expect(quick(path).length).toBe(Math.floor(16e6 / 60_002));
  });

  test('what is no file at all is told in a sentence', () => {
    expect(() => readChapters(at('nowhere'))).toThrow(expect.objectContaining({ code: 'source-missing' }));
    expect(() => readChapters(folder)).toThrow(expect.objectContaining({ code: 'not-media' }));
    if (process.platform === 'win32') return;
    // Opening it would wait for ever.
    execFileSync('mkfifo', [at('pipe')]);
    expect(() => readChapters(at('pipe'))).toThrow(expect.objectContaining({ code: 'not-media' }));
  });

  test('empty files, single bytes and noise have no chapters', () => {
    const random = seeded(7);
    for (const size of [0, 1, 4, 8, 100, 5000]) {
      for (const start of ['', '1a45dfa3', '0000001c66747970']) {
        writeFileSync(
          at('noise'),
          Buffer.concat([Buffer.from(start, 'hex'), Buffer.from(Array.from({ length: size }, () => random() * 256))]),
        );
        expect(readChapters(at('noise'))).toEqual([]);
      }
    }
  });

  /** Two kinds of outcome: it went well, or there is a sentence. Anything else fails the test. */
  const sentence = async (work: () => unknown): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof StudioError)) throw error;
      expect(error.message).toMatch(/\.$/);
      return false;
    }
  };

  const kinds = Object.keys(films);

  test('2,000 damaged files are read to an end, each in less than a second', async () => {
    const originals = await Promise.all(kinds.map(async (kind) => readFileSync(await put(copy(kind), [...odd, ...late], true))));
    const random = seeded(1123);
    let [found, slowest] = [0, 0];
    for (let round = 0; round < 2000; round++) {
      writeFileSync(at('damaged'), damage(originals[round % kinds.length] as Buffer, random));
      const started = performance.now();
      await sentence(() => {
        const chapters = readChapters(at('damaged'));
        if (chapters.length > 0) found++;
        for (const { start, end, title } of chapters)
          if (!(start >= 0 && end >= start) || typeof title !== 'string') throw new Error('odd');
      });
      slowest = Math.max(slowest, performance.now() - started);
    }
    expect(slowest).toBeLessThan(1000);
    // Otherwise the damage is all outside of the chapters, or nothing is left of them.
    expect(found).toBeGreaterThan(400);
    expect(found).toBeLessThan(1700);
  });

  test('500 damaged files take chapters or refuse them in a sentence', async () => {
    const originals = kinds.map((kind) => readFileSync(at(`film.${kind}`)));
    const random = seeded(1124);
    let good = 0;
    for (let round = 0; round < 500; round++) {
      const path = at(`damaged.${kinds[round % kinds.length]}`);
      writeFileSync(path, damage(originals[round % kinds.length] as Buffer, random));
      if (await sentence(() => put(path, late, round % 2 === 0))) good++;
      await sentence(() => readChapters(path));
    }
    expect(good).toBeGreaterThan(50);
    expect(good).toBeLessThan(450);
  });
});

describe('sound files, where chapters are tags', () => {
  const list: Chapter[] = [
    { start: 0, end: 0.5, title: 'Grüße = Ende' },
    { start: 0.5, end: 1.25, title: '' },
    { start: 1.25, end: 2, title: '😀' },
  ];
  const songs: [muxer: string, encoder: string, sampleFormat: string][] = [
    ['flac', 'flac', 's16'],
    ['opus', 'libopus', 'flt'],
    ['ogg', 'libvorbis', 'fltp'],
    ['ogg', 'flac', 's16'],
  ];
  const song = ([muxer, encoder, sampleFormat]: (typeof songs)[number], tags: Record<string, string>) =>
    makeClip(at(`song-${++files}.${muxer}`), { muxer, tags, streams: [{ source: 'sine=f=440:r=48000:d=2', encoder, sampleFormat }] });

  test.each(songs)('%s with %s: what is written is read again, beside a tag of many pages', (...row) => {
    const path = song(row, { ...chapterTags(list), DESCRIPTION: 'x'.repeat(100_000) });
    expect(probe(path).chapters.map(({ start, title }) => ({ start, title }))).toEqual(list.map(({ start, title }) => ({ start, title })));
    expect(probe(path).chapters.at(-1)?.end).toBeCloseTo(2, 1);
  });

  test('MP3 keeps them in its tag, behind a cover and other tags, with ends of their own', () => {
    const path = makeClip(at('song.mp3'), {
      ...{ muxer: 'mp3', tags: { title: 'T', comment: 'x'.repeat(70_000) } },
      muxerOptions: { id3v2_version: '3', metadata_header_padding: String(id3Room(list)) },
      streams: [{ source: 'sine=f=440:r=48000:d=2', encoder: 'libmp3lame' }],
    });
    const before = packetsOf(path);
    writeId3Chapters(path, list, 'song');
    expect(readChapters(path)).toEqual(list);
    expect(packetsOf(path)).toEqual(before);
    expect(probe(path).tags['title']).toBe('T');
    expect(() => writeId3Chapters(path, numbered(50, 2), 'song')).toThrow(/no room/);
    const original = readFileSync(path);
    const random = seeded(11);
    for (let round = 0; round < 200; round++) {
      writeFileSync(at('damaged'), damage(original, random));
      expect(Array.isArray(readChapters(at('damaged')))).toBe(true);
    }
  });

  test('times are written in hours, minutes and thousandths', () => {
    expect(chapterTags([{ start: 3723.0045, end: 4000, title: 'A' }])).toEqual({ CHAPTER001: '01:02:03.005', CHAPTER001NAME: 'A' });
  });

  test.each(songs)('%s with %s: damaged files do no harm', (...row) => {
    const original = readFileSync(song(row, chapterTags(list)));
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      writeFileSync(at('damaged'), damage(original, random));
      expect(Array.isArray(readChapters(at('damaged')))).toBe(true);
    }
  });
});
