/** Layouts and rescues held against programs that nobody here wrote: they read what the studio writes, and rescue no more than it does. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishMp4 } from '../native/engine/mp4/finish.ts';
import { films, numbered } from './fixtures/chapter-files.ts';
import { makeClip, testPicture, tone } from './fixtures/clips.ts';
import { remuxFile } from './fixtures/remux-file.ts';
import { runRemux } from './fixtures/remux-files.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;
const run = (program: string, ...words: string[]) =>
  execFileSync(program, words, { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-repair-peers-'));
  Log.setLevel(AV_LOG_QUIET);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  streams: { codec_type: string; nb_read_packets?: string }[];
  chapters: { start_time: string; tags?: { title?: string } }[];
}
const told = (path: string): Told =>
  JSON.parse(run('ffprobe', '-v', 'error', '-show_streams', '-show_chapters', '-count_packets', '-of', 'json', path));
const packets = (path: string) =>
  told(path)
    .streams.filter(({ codec_type }) => /video|audio/.test(codec_type))
    .map(({ nb_read_packets }) => Number(nb_read_packets));

describe.skipIf(!has('ffmpeg') || !has('ffprobe'))('FFmpeg', () => {
  test.each(['fragmented', 'roomy', 'front'])('reads chapters and every frame (%s)', async (layout) => {
    const { muxer, streams } = films['mp4'] as (typeof films)[string];
    const source = makeClip(at(`${layout}-source.mp4`), { muxer, streams });
    await finishMp4(source, { chapters: numbered(4, 1.6), faststart: false });
    const to = at(`${layout}.mp4`);
    const { plan } = await remuxFile(source, { target: 'mp4', layout: layout === 'fragmented' ? 'fragmented' : 'faststart', to });
    if (layout === 'roomy') await runRemux({ ...plan, estimatedBytes: 17e6 }, to);
    expect(packets(to)).toEqual(packets(source));
    expect(told(to).chapters.map(({ start_time, tags }) => [Number(start_time).toFixed(2), tags?.title])).toEqual(
      numbered(4, 1.6).map(({ start, title }) => [start.toFixed(2), title]),
    );
    expect(run('ffmpeg', '-v', 'error', '-i', to, '-f', 'null', '-')).toBe('');
    const frames = (path: string) => run('ffmpeg', '-v', 'error', '-i', path, '-map', '0:v', '-map', '0:a', '-f', 'framemd5', '-');
    expect(frames(to)).toBe(frames(source));
  });

  const kinds = {
    mkv: 'matroska',
    ts: 'mpegts',
    flv: 'flv',
    mp4: 'mp4',
  };
  test.each(Object.entries(kinds))('copies no more of a %s that was cut off', async (extension, muxer) => {
    const movflags = 'frag_keyframe+empty_moov+default_base_moof';
    const whole = makeClip(at(`whole.${extension}`), {
      muxer,
      streams: [testPicture(10), tone(10)],
      ...(muxer === 'mp4' && { muxerOptions: { movflags } }),
    });
    const bytes = readFileSync(whole);
    const cut = at(`cut.${extension}`);
    writeFileSync(cut, bytes.subarray(0, Math.floor(bytes.length * 0.6) | 1));
    const { path } = await remuxFile(cut, { target: 'mkv', to: at(`rescued-${extension}.mkv`) });
    const theirs = at(`theirs-${extension}.mkv`);
    run('ffmpeg', '-v', 'fatal', '-y', '-i', cut, '-map', '0', '-c', 'copy', theirs);
    for (const [index, count] of packets(theirs).entries()) expect(packets(path)[index]).toBeGreaterThanOrEqual(count);
  });
});

describe.skipIf(!has('mkvmerge'))('mkvmerge', () => {
  test('takes fragments with chapters', async () => {
    const { muxer, streams } = films['mp4'] as (typeof films)[string];
    const source = makeClip(at('for-mkvmerge.mp4'), { muxer, streams });
    await finishMp4(source, { chapters: numbered(4, 1.6), faststart: false });
    const { path } = await remuxFile(source, { target: 'mp4', layout: 'fragmented', to: at('for-mkvmerge-fragments.mp4') });
    const seen = JSON.parse(run('mkvmerge', '-J', path)) as { tracks: { type: string }[]; chapters: { num_entries: number }[] };
    expect(seen.tracks.map(({ type }) => type)).toEqual(['video', 'audio']);
    expect(seen.chapters).toEqual([{ num_entries: 4 }]);
  });
});
