/** Cuts held against programs that nobody here wrote: ffmpeg decodes them without a complaint, ffprobe counts, mkvmerge reads. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CutPlace } from '../native/contract/lossless.ts';
import { cutPlaces } from '../native/engine/lossless/cut-places.ts';
import { beep, makeClip } from './fixtures/clips.ts';
import { muxPlan, planOf, timesOf } from './fixtures/cut-files.ts';
import { type FilmKind, filmKinds, films, muxers } from './fixtures/cut-films.ts';

const has = (program: string) => spawnSync(program, ['-version']).error === undefined;
/** Half a picture, seconds: ffmpeg rounds some times to the rate. */
const near = 0.02;
let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-cuts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every picture that ffmpeg shows, by time and contents, and what it complains of. */
function decode(path: string): { pictures: { at: number; hash: string }[]; complaints: string } {
  const output = ['-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'];
  const { stdout, stderr } = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-copyts', '-i', path, ...output], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  const [, num = 1, den = 1] = /#tb 0: (\d+)\/(\d+)/.exec(stdout)?.map(Number) ?? [];
  const rows = stdout.split('\n').filter((line) => line && !line.startsWith('#'));
  const pictures = rows.map((line) => {
    const [, , pts = '', , , hash = ''] = line.split(',').map((cell) => cell.trim());
    return { at: (Number(pts) * num) / den, hash };
  });
  return { pictures, complaints: stderr };
}

const countOf = (path: string) => {
  const entries = ['-select_streams', 'v:0', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
  return Number.parseInt(execFileSync('ffprobe', ['-v', 'error', ...entries, path], { encoding: 'utf8', timeout: 60_000 }), 10);
};

/** When the first picture is shown, seconds. */
const startOf = (path: string) => Math.min(...timesOf(path, 0).map(({ pts }) => pts));

async function cut(
  kind: FilmKind,
  muxer: string,
  how: 'keyframe' | 'smart',
): Promise<{ source: string; places: CutPlace[]; result: string }> {
  const source = makeClip(at(`${kind}.${muxer}`), { muxer, streams: [films[kind], beep(6)] });
  const first = startOf(source);
  const segments = [
    { start: first + 3.2, end: first + 5.4 },
    { start: first + 0.52, end: first + 2.8 },
    { start: first + 2, end: first + 4 },
  ];
  const places = await cutPlaces({ path: source, segments, cut: how });
  const result = at(`${kind}-${how}.${muxer}`);
  muxPlan(planOf([source], places, muxer), result);
  return { source, places, result };
}

describe.skipIf(!has('ffmpeg') || !has('ffprobe'))('ffmpeg and ffprobe (both needed on PATH)', () => {
  for (const how of ['keyframe', 'smart'] as const) {
    for (const kind of filmKinds) {
      test.each(muxers)(`${kind}, ${how}, %s: every picture is there, in order, and copied ones are as they were`, async (muxer) => {
        const { source, places, result } = await cut(kind, muxer, how);
        // Some films ffmpeg counts from another time, by their rate.
        const { pictures: counted } = decode(source);
        const all = counted.map((picture) => ({ ...picture, at: picture.at - (counted[0]?.at ?? 0) + startOf(source) }));
        const wanted = places.flatMap((place) =>
          all
            .filter((picture) => picture.at >= place.start - near && picture.at < (place.end ?? Infinity) - near)
            .map(({ at: time, hash }) => ({
              hash,
              encoded: place.encoded.some(({ from, to }) => time >= from - near && time < to - near),
            })),
        );
        const { pictures, complaints } = decode(result);
        // Pictures after an open keyframe tell the decoder to forget others that it never had.
        if (!(kind === 'open' && how === 'keyframe')) expect(complaints).toBe('');
        const copied = (hashes: string[]) => hashes.map((hash, index) => (wanted[index]?.encoded ? 'encoded' : hash));
        expect(copied(pictures.map(({ hash }) => hash))).toEqual(copied(wanted.map(({ hash }) => hash)));
        expect(countOf(result)).toBe(wanted.length);
      });
    }
  }
});

describe.skipIf(!has('mkvmerge'))('mkvmerge (needed on PATH)', () => {
  test.each(['closed', 'hevc, open'] as const)('%s: it reads and takes over what was cut', async (kind) => {
    const { result } = await cut(kind, 'matroska', 'smart');
    const told = JSON.parse(execFileSync('mkvmerge', ['-J', result], { encoding: 'utf8' })) as {
      container: { recognized: boolean };
      tracks: unknown[];
    };
    expect(told.container.recognized).toBe(true);
    expect(told.tracks).toHaveLength(2);
    const copy = at('copy.mkv');
    const { stdout } = spawnSync('mkvmerge', ['-o', copy, result], { encoding: 'utf8' });
    expect(stdout).not.toMatch(/Warning|Error/);
    expect(countOf(copy)).toBe(countOf(result));
  });
});
