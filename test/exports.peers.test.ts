/** Exports held against programs that nobody here wrote: ffprobe and ffmpeg read them, mkvmerge takes them apart. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtInPresets } from '../native/studio/preset.ts';
import { beep, flash, makeClip } from './fixtures/clips.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;
const program = join(import.meta.dirname, '../dist/muxwell.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-peers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function exportFile(source: string, preset: string): string {
  const out = join(folder, preset);
  execFileSync(process.execPath, [program, 'encode', source, '--preset', preset, '--out', `${out}/`, '--overwrite'], { timeout: 120_000 });
  return join(out, readdirSync(out).find((name) => name.startsWith(`${source.split('/').at(-1)?.split('.')[0]}.`)) ?? '');
}

interface Probed {
  format: { duration: string };
  streams: { codec_type: string; codec_name: string; codec_tag_string: string; duration?: string; start_time: string; pix_fmt?: string }[];
}

const ffprobe = (path: string) =>
  JSON.parse(
    execFileSync('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path], { encoding: 'utf8', timeout: 60_000 }),
  ) as Probed;

/** Decodes the whole file; returns what ffmpeg complains of. */
const complaints = (path: string) =>
  spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, '-map', '0', '-f', 'null', '-'], { encoding: 'utf8', timeout: 120_000 })
    .stderr;

/** Times at which ffmpeg sees a picture that is not black, and hears sound that is not silence. */
function flashesAndBeeps(path: string) {
  const filters = ['-vf', 'blackdetect=d=0:pix_th=0.5', '-af', 'silencedetect=n=-30dB:d=0.5'];
  const { stderr } = spawnSync('ffmpeg', ['-nostdin', '-i', path, ...filters, '-f', 'null', '-'], { encoding: 'utf8', timeout: 120_000 });
  const times = (pattern: RegExp) => [...stderr.matchAll(pattern)].map((match) => Number(match[1]));
  return { flashes: times(/black_end:([\d.]+)/g), beeps: times(/silence_end: ([\d.]+)/g) };
}

describe.skipIf(!has('ffprobe') || !has('ffmpeg'))('ffprobe and ffmpeg (both needed on PATH)', () => {
  test.each(builtInPresets.map((preset) => preset.id))('%s is read to its end without a complaint', (preset) => {
    const source = makeClip(join(folder, 'plain.mp4'), { muxer: 'mp4', streams: [flash(4), beep(4)] });
    const out = exportFile(source, preset);
    const { format, streams } = ffprobe(out);
    const wanted = builtInPresets.find((one) => one.id === preset);
    expect(streams.map((stream) => stream.codec_type)).toEqual(wanted?.video ? ['video', 'audio'] : ['audio']);
    expect(Number(format.duration)).toBeGreaterThan(3.95);
    expect(Number(format.duration)).toBeLessThan(4.1);
    expect(complaints(out)).toBe('');
    if (preset === 'hq-2160p60-hevc') expect(streams[0]?.codec_tag_string).toBe('hvc1');
  });

  test.each([
    ['delayed.mkv', { muxer: 'matroska', streams: [flash(6), { ...beep(6), delay: 0.5 }] }],
    ['late.ts', { muxer: 'mpegts', muxerOptions: { output_ts_offset: '1.48' }, streams: [flash(6), beep(6)] }],
    ['ten-hours.ts', { muxer: 'mpegts', muxerOptions: { output_ts_offset: '36000' }, streams: [flash(6), beep(6)] }],
  ])('%s: ffmpeg sees and hears picture and sound as far apart as before', (name, clip) => {
    const source = makeClip(join(folder, name), clip);
    const before = flashesAndBeeps(source);
    const after = flashesAndBeeps(exportFile(source, 'fast-720p30'));
    expect(after.flashes.length).toBeGreaterThanOrEqual(2);
    const apart = (times: typeof before, index: number) => (times.beeps[index] ?? 0) - (times.flashes[index] ?? 0);
    for (const index of [0, 1]) expect(Math.abs(apart(after, index) - apart(before, index))).toBeLessThan(1 / 30);
  });
});

describe.skipIf(!has('mkvmerge'))('mkvmerge (needed on PATH)', () => {
  test('takes an archive apart into its tracks', () => {
    const source = makeClip(join(folder, 'plain.mp4'), { muxer: 'mp4', streams: [flash(4), beep(4)] });
    const told = JSON.parse(execFileSync('mkvmerge', ['-J', exportFile(source, 'archive-ffv1')], { encoding: 'utf8' })) as {
      container: { recognized: boolean };
      tracks: { type: string; codec: string }[];
    };
    expect(told.container.recognized).toBe(true);
    expect(told.tracks.map((track) => `${track.type} ${track.codec.replace('V_', '')}`)).toEqual(['video FFV1', 'audio FLAC']);
  });
});
