/** Subtitles that are pictures, written by ffmpeg and drawn by it: ours must look the same. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createControl } from '../native/engine/control.ts';
import { encode } from '../native/engine/encode.ts';
import { probe } from '../native/engine/probe.ts';
import { makePlan } from '../native/studio/plan.ts';
import { findPreset } from '../native/studio/preset.ts';
import { pgsPacket } from './fixtures/bitmap-subtitles.ts';
import { makeClip } from './fixtures/clips.ts';
import { changed, picturesOf } from './fixtures/seen.ts';
import { writeTrack } from './fixtures/subtitle-tracks.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version'], { stdio: 'ignore' }).error === undefined;
const ffmpeg = (args: string[]) => execFileSync('ffmpeg', ['-loglevel', 'error', '-y', ...args]);

/** Rings, at odd places and of odd sizes: every run length there is. */
function rings(width: number, height: number): { width: number; height: number; indexes: Uint8Array } {
  const indexes = Uint8Array.from({ length: width * height }, (_, n) => {
    const distance = Math.hypot(((n % width) % 60) - 30, Math.floor(n / width) - height / 2);
    return distance < 25 ? 2 : distance < 30 ? 1 : 0;
  });
  return { width, height, indexes };
}

describe.skipIf(!hasFfmpeg)('drawn by ffmpeg and by us', () => {
  let folder: string;
  let pgs: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'muxwell-burn-peers-'));
    Log.setLevel(AV_LOG_QUIET);
    const source = 'color=c=0x404040:s=720x576:r=10:d=3,format=yuv420p';
    const bare = makeClip(join(folder, 'bare.mkv'), {
      muxer: 'matroska',
      streams: [{ source, encoder: 'libx264', options: { preset: 'ultrafast', crf: '4', g: '10' } }],
    });
    pgs = join(folder, 'pgs.mkv');
    const canvas = { width: 720, height: 576 };
    const waiting = [
      { data: pgsPacket(canvas, [{ x: 201, y: 451, drawn: rings(301, 77) }]), pts: 1000, duration: 0 },
      { data: pgsPacket(canvas, []), pts: 2500, duration: 0 },
    ];
    const packetsUntil = (time: number) => waiting.splice(0, waiting.filter(({ pts }) => pts <= time).length);
    writeTrack(bare, pgs, 'matroska', { codec: 'hdmv_pgs_subtitle', extradata: null, timeBase: { num: 1, den: 1000 }, packetsUntil });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ["a Blu-ray's", null, 'mkv'],
    ["a DVD's", 'dvdsub', 'mkv'],
    ["a television station's", 'dvbsub', 'mkv'],
    ["a television station's, as it is sent", 'dvbsub', 'ts'],
  ] as const)('%s', async (_kind, codec, ending) => {
    const path = codec ? join(folder, `${codec}.${ending}`) : pgs;
    if (codec) ffmpeg(['-i', pgs, '-map', '0', '-c:v', 'copy', '-c:s', codec, path]);
    const theirs = join(folder, `theirs-${codec}-${ending}.mkv`);
    ffmpeg(['-i', path, '-filter_complex', '[0:v][0:s]overlay', '-c:v', 'libx264', '-crf', '4', '-preset', 'ultrafast', '-t', '3', theirs]);

    const found = findPreset('fast-1080p30');
    const video = found.video && { ...found.video, speed: 'ultrafast' as const, rate: { mode: 'quality' as const, value: 4 } };
    const plan = makePlan({ media: probe(path), settings: { ...found, video, subtitles: { ...found.subtitles, burn: 'first' } } });
    const ours = join(folder, `ours-${codec}-${ending}.mp4`);
    await encode({ plan, partial: ours, threads: 0 }, createControl(new AbortController().signal), () => {});

    const [mine, other] = [picturesOf(ours), picturesOf(theirs)];
    for (const at of [5, 15]) {
      const [a, b] = [mine[at]?.rgb ?? Buffer.alloc(0), other[at]?.rgb ?? Buffer.alloc(1)];
      expect(a.length).toBe(b.length);
      const differing = a.reduce((sum, value, n) => sum + (Math.abs(value - (b[n] ?? 0)) > 40 ? 1 : 0), 0);
      // Edges differ by how colours are halved; a thousandth of the picture.
      expect(differing / a.length).toBeLessThan(0.001);
    }
    const place = mine[15] && changed(mine[15], [64, 64, 64]);
    expect(place).toMatchObject({ top: 460, bottom: 519 });
  });
});
