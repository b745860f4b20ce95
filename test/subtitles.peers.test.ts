/** Subtitles held against programs that nobody here wrote: ffmpeg and ffprobe read ours, and we read theirs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSubtitleFile, readSubtitleFile, type SubtitleFileFormat, writeSubtitleFile } from '../native/engine/subtitles/files.ts';
import { createSubtitleReader } from '../native/engine/subtitles/reader.ts';
import { type Cue, plainText } from '../native/engine/subtitles/text.ts';
import { createSubtitleWriter, type SubtitleTarget } from '../native/engine/subtitles/writer.ts';
import { makeClip, testPicture, tone } from './fixtures/clips.ts';
import { cue, run } from './fixtures/subtitle-samples.ts';
import { readTrack, writeTrack } from './fixtures/subtitle-tracks.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;

let folder: string;
let clip: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-subtitle-peers-'));
  Log.setLevel(AV_LOG_QUIET);
  clip = makeClip(join(folder, 'clip.mkv'), { muxer: 'matroska', streams: [testPicture(12, '64x48', 10), tone(12)] });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cues: Cue[] = [
  cue(0, 1000, null, run('Grüße', { italic: true }), run(', Ürümqi 😀')),
  cue(1000, 2000, null, run('שלום עולם\nمرحبا')),
  cue(2345, 3000, null, run('rot', { color: '#ff0000' }), run(' und '), run('fett', { bold: true })),
  cue(5000, 9000, null, run('5 < 6 & 7')),
  cue(10_000, 11_500, null, run('Schluss')),
];
const overlapping = [cue(1000, 5000, null, run('lang')), cue(2000, 3000, null, run('kurz'))];

const containers: [SubtitleTarget, string, string][] = [
  ['mov_text', 'mp4', 'mp4'],
  ['mov_text', 'mov', 'mov'],
  ['subrip', 'matroska', 'mkv'],
  ['ass', 'matroska', 'mkv'],
  ['webvtt', 'matroska', 'mkv'],
];

function ours(codec: SubtitleTarget, muxer: string, name: string, list = cues): string {
  const path = join(folder, name);
  const { extradata, timeBase, ...writer } = createSubtitleWriter(codec, '');
  const waiting = [...list];
  const packetsUntil = (time: number) => {
    const due = waiting.splice(0, waiting.findIndex((one) => one.start > time) >>> 0);
    return [...due.flatMap((one) => writer.write(one)), ...(time === Infinity ? writer.finish() : writer.advance(time))];
  };
  writeTrack(clip, path, muxer, { codec, extradata, timeBase, packetsUntil });
  return path;
}

const told = (list: Cue[]) => list.map((one) => `${one.start}-${one.end} ${plainText(one.text)}`);

/** Subtitles as ffmpeg writes them to a SubRip file, and what it complains of. */
function asSubrip(path: string) {
  const { stdout, stderr } = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-copyts', '-i', path, '-map', '0:s:0', '-f', 'srt', '-'], {
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { text: stdout, cues: parseSubtitleFile(Buffer.from(stdout), path).cues, complaints: stderr };
}

const streamOf = (path: string) =>
  JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-select_streams', 's', '-show_streams', '-of', 'json', path], { encoding: 'utf8' }))
    .streams[0];

describe.skipIf(!has('ffmpeg') || !has('ffprobe'))('ffmpeg and ffprobe (both needed on PATH)', () => {
  test.each(containers)('read %s of ours in %s: texts, looks and times', (codec, muxer, extension) => {
    const path = ours(codec, muxer, `${codec}.${extension}`);
    expect(streamOf(path)).toMatchObject({ codec_type: 'subtitle', codec_name: codec });
    const found = asSubrip(path);
    expect(found.complaints).toBe('');
    expect(told(found.cues)).toEqual(told(cues));
    expect(found.text).toContain('<i>Grüße</i>');
    expect(found.text).toContain('<b>fett</b>');
    if (codec !== 'webvtt') expect(found.text).toMatch(/<font[^>]*#ff0000[^>]*>rot/);
  });

  test('MP4: overlapping texts are all there, and the track says tx3g', () => {
    for (const muxer of ['mp4', 'mov']) {
      const path = ours('mov_text', muxer, `overlapping.${muxer}`, overlapping);
      expect(told(asSubrip(path).cues)).toEqual(['1000-2000 lang', '2000-3000 lang\nkurz', '3000-5000 lang']);
      expect(streamOf(path)).toMatchObject({ codec_tag_string: 'tx3g' });
    }
  });

  test.each<[SubtitleFileFormat]>([['subrip'], ['webvtt'], ['ass']])('read %s files of ours', (format) => {
    const path = join(folder, `ours.${{ subrip: 'srt', webvtt: 'vtt', ass: 'ass' }[format]}`);
    const list = cues.map((one) => ({ ...one, start: Math.round(one.start / 10) * 10 }));
    writeSubtitleFile(path, list, format);
    const found = asSubrip(path);
    expect(found.complaints).toBe('');
    expect(told(found.cues)).toEqual(told(list));
  });

  test.each(containers)('write %s in %s, and we read it', (codec, _muxer, extension) => {
    const [from, path] = [join(folder, 'theirs.srt'), join(folder, `theirs-${codec}.${extension}`)];
    writeSubtitleFile(from, cues, 'subrip');
    const inputs = ['-i', clip, '-i', from, '-map', '0:v', '-map', '1'];
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...inputs, '-c:v', 'copy', '-c:s', codec, path], { timeout: 60_000 });
    const track = readTrack(path);
    const reader = createSubtitleReader(track);
    const found = [...track.packets.flatMap((packet) => reader.read(packet)), ...reader.finish()];
    expect(told(found)).toEqual(told(cues));
    expect(found[0]?.text).toEqual(cues[0]?.text);
    // ffmpeg's encoders of the other two leave colours out.
    if (codec === 'subrip' || codec === 'ass') expect(found[2]?.text).toEqual(cues[2]?.text);
    else expect(found[2]?.text.runs.at(-1)).toEqual(run('fett', { bold: true }));
    expect(reader.losses()).toEqual([]);
  });

  test.each(['srt', 'vtt', 'ass'])('write %s files, and we read them', (extension) => {
    const [from, path] = [join(folder, 'from.srt'), join(folder, `theirs.${extension}`)];
    const list = cues.map((one) => ({ ...one, start: Math.floor(one.start / 10) * 10 }));
    writeSubtitleFile(from, list, 'subrip');
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', from, path], { timeout: 60_000 });
    expect(told(readSubtitleFile(path).cues)).toEqual(told(list));
  });
});

describe.skipIf(!has('mkvextract'))('mkvextract (needed on PATH)', () => {
  test.each<[SubtitleTarget, string]>([
    ['subrip', 'srt'],
    ['ass', 'ass'],
  ])('takes %s of ours out of Matroska as a file of its own', (codec, extension) => {
    const [path, file] = [ours(codec, 'matroska', `extract-${codec}.mkv`), join(folder, `extracted.${extension}`)];
    // The third track, after picture and sound.
    execFileSync('mkvextract', [path, 'tracks', `2:${file}`], { stdio: 'ignore', timeout: 60_000 });
    const found = readSubtitleFile(file);
    const coarse = codec === 'ass' ? 10 : 1;
    const rounded = cues.map((one) => ({
      ...one,
      start: Math.floor(one.start / coarse) * coarse,
      end: Math.floor(one.end / coarse) * coarse,
    }));
    expect(found.cues).toEqual(rounded);
  });
});
