/** Remuxing keeps, converts or leaves out every field of a rich file exactly as the plan says, for every pair of containers. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StudioError } from '../native/contract/errors.ts';
import type { TargetId } from '../native/contract/lossless.ts';
import { differences, notedTopics, resultTracks, takenTracks } from './fixtures/parity.ts';
import { remuxFile, takeOut } from './fixtures/remux-file.ts';
import { createRichFiles, fontBytes, richFiles } from './fixtures/rich-files.ts';
import { trackContents } from './fixtures/track-contents.ts';

let folder: string;
const made = new Map<string, string>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-parity-'));
  Log.setLevel(AV_LOG_QUIET);
  const files = createRichFiles(folder);
  for (const name of Object.keys(richFiles)) made.set(name, await files.write(name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Where nothing of a source can go, and the plan says so. */
const nothing: Record<string, TargetId[]> = {
  'rich.mkv': ['webm', 'mp3', 'flac', 'ogg', 'wav'],
  'rich.mp4': ['webm', 'mp3', 'flac', 'ogg', 'wav'],
  'rich.mov': ['webm', 'mp3', 'flac', 'ogg', 'wav'],
  'rich.webm': ['mov', 'mp3', 'flac', 'wav'],
  'rich.ts': ['webm', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'rich.flv': ['webm', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'rich.avi': ['webm', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'views.mkv': ['webm', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'views.mp4': ['webm', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'dolby.mkv': ['webm', 'm4a', 'mka', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'],
  'songs.mkv': ['srt', 'ass', 'vtt'],
};
const targets: TargetId[] = ['mp4', 'mov', 'mkv', 'webm', 'ts', 'm4a', 'mka', 'mp3', 'flac', 'ogg', 'wav', 'srt', 'ass', 'vtt'];
const pairs = Object.keys(richFiles).flatMap((name) => targets.map((target) => [name, target] as const));
const fits = ([name, target]: readonly [string, TargetId]) => !nothing[name]?.includes(target);
const isMedia = ([, target]: readonly [string, TargetId]) => !['srt', 'ass', 'vtt'].includes(target);

describe('every pair of containers', () => {
  test.each(pairs.filter((pair) => fits(pair) && isMedia(pair)))('%s to %s: fields, bytes and times', async (name, target) => {
    const { source, plan, result, path } = await remuxFile(made.get(name) ?? '', { target });
    expect(differences(source, result, plan)).toEqual(notedTopics(plan));

    const tracks = resultTracks(result, plan);
    const [before, after] = [trackContents(source.path), trackContents(path)];
    const contents = takenTracks(source, plan).map((stream, index) => {
      const [one, other] = [before[stream.index], after[tracks[index]?.index ?? -1]];
      if (!one || !other) throw new Error(`track ${index} is missing`);
      return { stream, one, other };
    });
    const origin = (plan.inputs[0]?.origin ?? 0) * 1000;
    for (const [index, { stream, one, other }] of contents.entries()) {
      if (stream.kind !== 'subtitle') expect(other.sums, `bytes of track ${index}`).toEqual(one.sums);
      expect(
        other.cues.map((cue) => inWords(cue)),
        `texts of track ${index}`,
      ).toEqual(one.cues.map((cue) => inWords(cue, origin)));
    }
    const apart = contents.flatMap(({ one, other }) => one.times.map((time, index) => time - (other.times[index] ?? Infinity)));
    // All tracks moved alike; clocks of containers count in milliseconds at the coarsest.
    expect(Math.max(...apart) - Math.min(...apart)).toBeLessThan(0.002);
    const starts = result.streams.flatMap(({ start, kind }) => (kind === 'video' || kind === 'audio' ? (start ?? 0) : []));
    expect(Math.abs(Math.min(...starts))).toBeLessThan(0.1);
  });

  test.each(pairs.filter((pair) => fits(pair) && !isMedia(pair)))(
    '%s to %s: the text of one track, at the times of its film',
    async (name, target) => {
      const { source, plan, texts } = await remuxFile(made.get(name) ?? '', { target });
      const [taken] = takenTracks(source, plan);
      const cues = trackContents(source.path)[taken?.index ?? -1]?.cues ?? [];
      // ASS counts hundredths.
      const coarse = (cue: (typeof cues)[number]) => `${Math.round(cue.start / 10)} ${Math.round(cue.end / 10)} ${cue.text}`;
      expect(texts?.map(coarse)).toEqual(cues.map(coarse));
      expect(cues.length).toBeGreaterThan(0);
    },
  );

  test.each(pairs.filter((pair) => !fits(pair)))('%s to %s: nothing fits, which is said', async (name, target) => {
    await expect(remuxFile(made.get(name) ?? '', { target })).rejects.toMatchObject({ code: 'nothing-to-export' });
  });
});

describe('what is asked for', () => {
  const fragmented = ['rich.mkv', 'rich.mp4', 'rich.mov', 'songs.mkv'].flatMap((name) =>
    (['mp4', 'mov'] as const).map((target) => [name, target] as const),
  );
  test.each(fragmented)('%s to %s in fragments loses no more than without', async (name, target) => {
    const { source, plan, result } = await remuxFile(made.get(name) ?? '', { target, layout: 'fragmented' });
    expect(differences(source, result, plan)).toEqual(notedTopics(plan));
  });

  test.each(['mkv', 'mp4', 'mov'] as const)('words and flags of tracks, tags and chapters by hand are in the %s file', async (target) => {
    const { plan, result } = await remuxFile(made.get('rich.mkv') ?? '', {
      target,
      tracks: [
        { stream: 2, title: 'Neu', language: 'spa', disposition: target === 'mov' ? ['default'] : ['default', 'comment'] },
        { stream: 1, title: null, language: null, disposition: [] },
        { stream: 0, rotation: 270 },
      ],
      tags: { title: 'Andere', 'Mein Wort': 'ja' },
      chapters: [{ start: 0.5, end: 2.5, title: 'Eins' }],
    });
    const [first, second, picture] = result.streams;
    expect(first).toMatchObject({ kind: 'audio', title: 'Neu', language: 'spa', disposition: plan.streams[0]?.disposition });
    expect(second).toMatchObject({ kind: 'audio', title: null, language: null });
    expect(picture).toMatchObject({ kind: 'video', rotation: 270 });
    expect(result.chapters).toMatchObject([{ start: 0.5, end: 2.5, title: 'Eins' }]);
    const words = Object.entries(result.tags).map(([key, value]) => `${key.toLowerCase().replaceAll('_', ' ')}=${value}`);
    expect(words).toEqual(expect.arrayContaining(['title=Andere', 'mein wort=ja']));
    expect(words.join()).not.toContain('Somebody');
  });

  const films = Object.keys(richFiles).filter((name) => name.startsWith('rich.'));
  test.each(films)('%s follows itself: twice as long, with everything twice but words and files inside', async (name) => {
    const path = made.get(name) ?? '';
    const { source, plan, result } = await remuxFile(path, { target: 'mkv', join: [path] });
    expect(Math.abs((result.duration ?? 0) - (plan.duration ?? 0))).toBeLessThan(0.1);
    expect(result.chapters.map(({ title }) => title)).toEqual([...source.chapters, ...source.chapters].map(({ title }) => title));
    expect(differences(source, { ...result, chapters: source.chapters }, { ...plan, inputs: [] })).toEqual(notedTopics(plan));
  });

  test('HEVC is marked for Apple, and Dolby Vision that nobody else can show for those who can', async () => {
    for (const [name, mark] of [
      ['rich.mkv', 'hvc1'],
      ['dolby.mkv', 'dvh1'],
    ] as const) {
      for (const target of ['mp4', 'mov'] as const) {
        const { path } = await remuxFile(made.get(name) ?? '', { target });
        expect(readFileSync(path).includes(mark), `${name} to ${target}`).toBe(true);
      }
    }
  });

  test('fonts and covers taken out are the files that were put in', async () => {
    const files = createRichFiles(folder);
    for (const [stream, bytes] of [
      [6, fontBytes.ttf],
      [7, fontBytes.otf],
      [8, files.coverBytes()],
    ] as const) {
      const { path } = await takeOut(made.get('rich.mkv') ?? '', stream);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });
});

/** In hundredths of a second: ASS counts no finer. */
function inWords({ start, end, text }: { start: number; end: number; text: string }, origin = 0): string {
  const [from, to] = [start, end].map((time) => Math.round((time - origin) / 10));
  return `${from}-${to} ${text}`;
}

describe('real files', () => {
  const media = fileURLToPath(new URL('../../shared/media', import.meta.url));
  const names = existsSync(media) ? readdirSync(media).filter((name) => extname(name) !== '.md') : [];

  test.skipIf(names.length === 0)('everything goes into Matroska, and into MP4 where its codecs allow', async () => {
    for (const name of names) {
      for (const target of ['mkv', 'mp4'] as const) {
        try {
          const { source, plan, result, path } = await remuxFile(join(media, name), { target, to: join(folder, `real-${name}.${target}`) });
          expect(differences(source, result, plan), `${name} to ${target}`).toEqual(notedTopics(plan));
          const [before, after] = [trackContents(source.path), trackContents(path)];
          const tracks = resultTracks(result, plan);
          for (const [index, stream] of takenTracks(source, plan).entries()) {
            if (stream.kind === 'subtitle') continue;
            expect(after[tracks[index]?.index ?? -1]?.sums, `${name} to ${target}: track ${index}`).toEqual(before[stream.index]?.sums);
          }
        } catch (error) {
          if (!(error instanceof StudioError)) throw error;
          expect(`${name} to ${target}: ${error.code}`).toMatch(/nothing-to-export/);
        }
      }
    }
  });
});
