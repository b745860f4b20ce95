/** Remuxed files held against programs that nobody here wrote: ffprobe sees the same fields kept and lost, mkvtoolnix the same tracks. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TargetId } from '../native/contract/lossless.ts';
import type { MediaInfo } from '../native/contract/media.ts';
import { ffprobe, packetSums } from './fixtures/ffprobe.ts';
import { differences, notedTopics, resultTracks, takenTracks } from './fixtures/parity.ts';
import { remuxFile } from './fixtures/remux-file.ts';
import { createRichFiles, fontBytes, richFiles } from './fixtures/rich-files.ts';

const has = (program: string) => spawnSync(program, ['-version'], { stdio: 'ignore' }).error === undefined;

let folder: string;
let files: ReturnType<typeof createRichFiles>;
const made = new Map<string, string>();
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-parity-peers-'));
  Log.setLevel(AV_LOG_QUIET);
  files = createRichFiles(folder);
  for (const name of Object.keys(richFiles)) made.set(name, await files.write(name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const pathOf = (name: string) => made.get(name) ?? '';

const pairs: [string, TargetId][] = [
  ...(['mp4', 'mov', 'mkv', 'ts', 'm4a', 'mka'] as const).flatMap((target): [string, TargetId][] =>
    ['rich.mkv', 'rich.mp4', 'rich.mov', 'rich.ts', 'rich.flv', 'rich.avi', 'views.mkv'].map((name) => [name, target]),
  ),
  ...(['mp4', 'mkv', 'webm', 'mka', 'ogg'] as const).map((target): [string, TargetId] => ['rich.webm', target]),
  ...(['mp3', 'flac', 'ogg', 'wav', 'mp4', 'mkv'] as const).map((target): [string, TargetId] => ['songs.mkv', target]),
];

const mp4Family = ['mp4', 'mov', 'm4a'];
/** What ffprobe 5 does not see: names of MP4's tracks, turned pictures of Matroska, Apple's 3D and 360°, and HDR that only pictures tell. */
const blindSpots: { topics: string[]; applies(source: MediaInfo, target: TargetId): boolean }[] = [
  { topics: ['title'], applies: ({ format }, target) => /mp4/.test(format) || mp4Family.includes(target) },
  { topics: ['rotation'], applies: ({ format }, target) => /matroska/.test(format) || ['mkv', 'webm'].includes(target) },
  { topics: ['stereo', 'spherical'], applies: (_source, target) => target === 'mov' },
  { topics: ['hdr'], applies: (_source, target) => target === 'ts' },
];
const unseen = (source: MediaInfo, target: TargetId) =>
  blindSpots.flatMap(({ topics, applies }) => (applies(source, target) ? topics : []));

describe.skipIf(!has('ffprobe'))('ffprobe (needed on PATH)', () => {
  const known = new Map<string, MediaInfo>();
  test.each(pairs)('%s to %s: the same is kept and lost', async (name, target) => {
    const { source, plan, path } = await remuxFile(pathOf(name), { target });
    const before = known.get(name) ?? ffprobe(source.path);
    known.set(name, before);
    const after = ffprobe(path);
    const seen = (topic: string) => !unseen(before, target).includes(topic);
    expect(differences(before, after, plan).filter(seen)).toEqual(notedTopics(plan).filter(seen));
  });

  test.each([
    ['rich.mkv', 'mkv'],
    ['rich.mp4', 'mkv'],
    ['rich.mkv', 'mp4'],
    ['rich.mov', 'mp4'],
    ['rich.webm', 'mkv'],
  ] as const)('%s to %s: packets are the source’s', async (name, target) => {
    const { source, plan, result, path } = await remuxFile(pathOf(name), { target });
    const [before, after] = [packetSums(source.path), packetSums(path)];
    const tracks = resultTracks(result, plan);
    for (const [index, stream] of takenTracks(source, plan).entries()) {
      if (stream.kind !== 'video' && stream.kind !== 'audio') continue;
      expect(after[tracks[index]?.index ?? -1], `track ${index}`).toEqual(before[stream.index]);
    }
  });
});

interface Identified {
  attachments: { id: number; file_name: string; content_type: string; size: number }[];
  chapters: { num_entries: number }[];
  container: { properties: Record<string, unknown> };
  tracks: { type: string; codec: string; properties: Record<string, unknown> }[];
  errors: string[];
  warnings: string[];
}
const identify = (path: string) => JSON.parse(execFileSync('mkvmerge', ['-J', path], { encoding: 'utf8', timeout: 60_000 })) as Identified;

describe.skipIf(!has('mkvmerge') || !has('mkvextract'))('mkvmerge and mkvextract (both needed on PATH)', () => {
  test.each(['rich.mkv', 'rich.mp4'])('%s to Matroska: tracks, marks, chapters and files inside', async (name) => {
    const { path } = await remuxFile(pathOf(name), { target: 'mkv' });
    const { tracks, chapters, container, errors, warnings } = identify(path);
    expect([errors, warnings]).toEqual([[], []]);
    expect(chapters).toEqual([{ num_entries: 3 }]);
    expect(container.properties).toMatchObject({ title: 'Der Film', date_utc: '2020-05-06T07:08:09Z' });
    expect(tracks[0]?.properties).toMatchObject({
      ...{ language: 'jpn', track_name: 'Main', default_track: true, tag_timecode: '01:02:03:04', tag_handler_name: 'The lens' },
      ...{ color_primaries: 9, color_transfer_characteristics: 16, max_content_light: 1000, max_frame_light: 400, max_luminance: 1000 },
      projection_pose_roll: -90,
    });
    expect(tracks[2]?.properties).toMatchObject({ language: 'fre', track_name: 'Commentaire', flag_commentary: true });
    expect(
      tracks.some(({ type, properties }) => type === 'subtitles' && properties['forced_track'] && properties['language'] === 'ger'),
    ).toBe(true);
    expect(tracks.some(({ type, properties }) => type === 'subtitles' && properties['flag_hearing_impaired'])).toBe(true);
  });

  test('fonts and the cover come out as they went in', async () => {
    const { path } = await remuxFile(pathOf('rich.mkv'), { target: 'mkv' });
    const { attachments } = identify(path);
    expect(attachments.map(({ file_name, content_type }) => `${file_name} ${content_type}`)).toEqual([
      'One.ttf application/x-truetype-font',
      'Two.otf application/vnd.ms-opentype',
      'cover.jpg image/jpeg',
    ]);
    const wanted = [fontBytes.ttf, fontBytes.otf, files.coverBytes()];
    for (const [index, { id }] of attachments.entries()) {
      const out = join(folder, `attachment-${id}`);
      execFileSync('mkvextract', [path, 'attachments', `${id}:${out}`], { timeout: 60_000, stdio: 'ignore' });
      expect(readFileSync(out).equals(wanted[index] ?? Buffer.alloc(0))).toBe(true);
    }
  });
});
