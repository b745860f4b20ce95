/** Lossless results held against programs that nobody here wrote: what ffmpeg decodes of them, what ffprobe and mkvmerge find in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TargetId } from '../native/contract/lossless.ts';
import type { RemuxStream } from '../native/contract/remux-plan.ts';
import { beep, flash, makeClip } from './fixtures/clips.ts';
import { makePicture, remuxPlan, runRemux, type Wanted } from './fixtures/remux-files.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;

let folder: string;
let film: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-remux-peers-'));
  Log.setLevel(AV_LOG_QUIET);
  film = makeClip(at('film.mkv'), {
    muxer: 'matroska',
    // Later by more than an encoder's first samples, so that the picture is what begins at 0.
    streams: [flash(6), { ...beep(6), delay: 0.1, tags: { language: 'eng' } }],
    subtitles: [{ tags: { language: 'ger' }, lines: [{ at: 1, seconds: 1.5, text: 'Guten <i>Tag</i>' }] }],
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

let made = 0;
async function run(source: string, target: TargetId, wanted: Wanted = {}): Promise<string> {
  const { out } = await runRemux(remuxPlan(source, target, wanted), at(`out-${++made}.${target}`));
  return out;
}

const text = (program: string, args: string[]) => execFileSync(program, args, { encoding: 'utf8', timeout: 60_000 });

interface Probed {
  format: { start_time: string; duration: string };
  streams: {
    codec_type: string;
    codec_name: string;
    start_time?: string;
    disposition: Record<string, number>;
    tags?: Record<string, string>;
  }[];
}
const ffprobe = (path: string) =>
  JSON.parse(text('ffprobe', ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', path])) as Probed;

/** Of every decoded picture, and of the sound of every packet. Containers do not all say which first samples are not to be heard. */
const decoded = (path: string) => {
  const hash = (...args: string[]) =>
    text('ffmpeg', ['-nostdin', '-v', 'error', '-flags2', '+skip_manual', '-i', path, ...args, '-f', 'streamhash', '-hash', 'md5', '-']);
  return hash('-map', '0:v:0') + hash('-map', '0:a:0');
};
/** What ffmpeg makes of the first subtitle track. */
const asSrt = (path: string) =>
  text('ffmpeg', ['-nostdin', '-v', 'error', '-i', path, '-map', '0:s:0', '-c:s', 'srt', '-f', 'srt', '-']).replaceAll(
    /\r|<\/?font[^>]*>/g,
    '',
  );
const convert =
  (to: string) =>
  (stream: RemuxStream): RemuxStream =>
    stream.kind === 'subtitle' ? { ...stream, action: 'convert', to } : stream;

describe.skipIf(!has('ffprobe') || !has('ffmpeg'))('ffprobe and ffmpeg (both needed on PATH)', () => {
  test.each(['mkv', 'mp4', 'mov', 'ts'] as const)('%s decodes to the same pictures and samples, from 0 on', async (target) => {
    const track = (stream: RemuxStream) => (stream.kind === 'subtitle' ? null : stream);
    const out = await run(film, target, { track });
    expect(decoded(out)).toBe(decoded(film));
    expect(Number(ffprobe(out).format.start_time)).toBeLessThan(0.1);
    expect(Number(ffprobe(out).format.duration)).toBeCloseTo(6, 0);
  });

  test.each([
    ['mp4', 'mov_text'],
    ['mov', 'mov_text'],
    ['mkv', 'ass'],
    ['mkv', 'webvtt'],
  ] as const)('in %s, ffmpeg reads text that was converted to %s', async (target, to) => {
    const out = await run(film, target, { track: convert(to) });
    expect(ffprobe(out).streams.at(-1)).toMatchObject({ codec_name: to, tags: { language: 'ger' } });
    expect(asSrt(out).trim()).toBe('1\n00:00:01,000 --> 00:00:02,500\nGuten <i>Tag</i>');
  });

  test('an added subtitle file is where its times say, also after a cut', async () => {
    writeFileSync(at('more.srt'), '1\n00:00:03,000 --> 00:00:05,500\nMore\n');
    const track = (stream: RemuxStream) => (stream.kind === 'subtitle' && stream.from[0]?.input === 0 ? null : stream);
    const whole = await run(film, 'mkv', { beside: [at('more.srt')], track });
    expect(asSrt(whole).trim()).toBe('1\n00:00:03,000 --> 00:00:05,500\nMore');
    const places = [{ asked: { start: 2, end: 5 }, start: 2, end: 5, encoded: [] }];
    const cut = await run(film, 'mkv', { beside: [at('more.srt')], track, places });
    expect(asSrt(cut).trim()).toBe('1\n00:00:01,000 --> 00:00:03,000\nMore');
  });

  test.each(['mp4', 'm4a', 'mka'] as const)('a cover in %s is one for ffprobe, and the same picture', async (target) => {
    const bytes = makePicture(at('cover.png'));
    const track = (stream: RemuxStream): RemuxStream | null => {
      if (stream.kind === 'audio') return stream;
      return stream.disposition.includes('attached_pic') ? { ...stream, action: target === 'mka' ? 'attach' : 'copy' } : null;
    };
    const out = await run(film, target, { beside: [at('cover.png')], track });
    const { streams } = ffprobe(out);
    const index = streams.findIndex((stream) => stream.disposition['attached_pic'] === 1);
    expect(streams[index]?.codec_name).toBe('png');
    text('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-i', out, '-map', `0:${index}`, '-c', 'copy', '-f', 'image2', at('taken.png')]);
    expect(readFileSync(at('taken.png')).equals(bytes)).toBe(true);
  });
});

describe.skipIf(!has('mkvmerge'))('mkvmerge (needed on PATH)', () => {
  interface Identified {
    attachments: { file_name: string; content_type: string; size: number }[];
    tracks: { type: string; codec: string; properties: { language?: string } }[];
    errors: string[];
    warnings: string[];
  }

  test('finds tracks, languages and the cover, and nothing to complain of', async () => {
    const bytes = makePicture(at('cover.jpg'));
    const track = (stream: RemuxStream): RemuxStream =>
      stream.disposition.includes('attached_pic') ? { ...stream, action: 'attach' } : stream;
    const out = await run(film, 'mkv', { beside: [at('cover.jpg')], track });
    const { attachments, tracks, errors, warnings } = JSON.parse(text('mkvmerge', ['-J', out])) as Identified;
    expect(tracks.map(({ type, properties }) => `${type} ${properties.language}`)).toEqual(['video und', 'audio eng', 'subtitles ger']);
    expect(attachments).toMatchObject([{ file_name: 'cover.jpg', content_type: 'image/jpeg', size: bytes.length }]);
    expect([...errors, ...warnings]).toEqual([]);
    text('mkvmerge', ['-q', '-o', at('again.mkv'), out]); // reads every packet; fails where one is not as it should be
  });
});
