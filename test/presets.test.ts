/** The library of presets: those that come with Muxwell, one's own, and files of presets that come and go. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { emptyState, type State } from '../native/contract/contract.ts';
import { fitted } from '../native/contract/fitted.ts';
import { type Preset, presetVersion, settingsSchema } from '../native/contract/preset.ts';
import { presetTemplate } from '../native/contract/preset-template.ts';
import { createState } from '../native/contract/state.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { makePlan } from '../native/studio/plan.ts';
import { builtInPresets, defaultPresetId, findPreset } from '../native/studio/preset.ts';
import { createPresetLibrary } from '../native/studio/presets.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import { bytesOfAnHour } from './fixtures/hour.ts';
import { film, media, sound } from './fixtures/media-info.ts';
import { shortClip } from './fixtures/sources.ts';
import { eventually, untilState } from './fixtures/wait.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-presets-'));
});
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const presets = () => join(folder, 'presets');
const files = () => readdirSync(presets()).toSorted();

function open(where: string | null = presets()) {
  const state = createState<State>(emptyState);
  const told: string[] = [];
  const changed: string[] = [];
  const removed: string[] = [];
  const library = createPresetLibrary({
    state,
    folder: where,
    changed: (id) => changed.push(id),
    removed: (ids) => removed.push(...ids),
    tell: (line) => told.push(line),
  });
  closers.push(library.close);
  const own = () => Object.values(state.all('presets')).filter(({ id }) => id.startsWith('own-'));
  return { ...library, state, told, changed, removed, own };
}

const bare = ({ version: _version, id: _id, ...preset }: Preset) => preset;
const mine = (more: Partial<Preset> = {}) => ({ ...bare(findPreset('fast-1080p30')), name: 'Mine', group: 'My presets', ...more });
const envelope = (entries: unknown[], version = presetVersion) => JSON.stringify({ muxwell: 'presets', version, presets: entries });

describe("one's own presets", () => {
  test('are there again after a restart, under the same ids', () => {
    const first = open();
    const { id } = first.savePreset({ preset: mine({ description: 'Für Oma.' }) });
    expect(id).toMatch(/^own-/);
    expect(first.find('mine').id).toBe(id);
    expect(files()).toEqual([`${id}.json`]);
    const again = open();
    expect(again.find(id)).toEqual(first.find(id));
    expect(again.told).toEqual([]);
  });

  test('are changed in place and told to whoever goes by them', () => {
    const library = open();
    const { id } = library.savePreset({ preset: mine() });
    library.savePreset({ id, preset: mine({ name: 'Mine, smaller', container: 'mkv' }) });
    expect(library.own()).toHaveLength(1);
    expect(library.find(id)).toMatchObject({ name: 'Mine, smaller', container: 'mkv' });
    expect(library.changed).toEqual([id]);
    expect(open().find('Mine, smaller').container).toBe('mkv');
  });

  test('have a name each: a second one gets a number', () => {
    const library = open();
    const names = ['Mine', 'mine', 'Mine 2', 'Fast 1080p30'].map(
      (name) => library.find(library.savePreset({ preset: mine({ name }) }).id).name,
    );
    expect(names).toEqual(['Mine', 'mine 2', 'Mine 3', 'Fast 1080p30 2']);
    const { id } = library.find('Mine');
    library.savePreset({ id, preset: mine() });
    expect(library.find(id).name).toBe('Mine');
  });

  test('go with their file; built-in ones stay as they are', () => {
    const library = open();
    const { id } = library.savePreset({ preset: mine() });
    library.removePresets({ ids: [id, 'gone-already'] });
    expect(files()).toEqual([]);
    expect(library.removed).toEqual([id]);
    const refused = expect.objectContaining({ code: 'preset-built-in' });
    expect(() => library.removePresets({ ids: [defaultPresetId] })).toThrow(refused);
    expect(() => library.savePreset({ id: defaultPresetId, preset: mine() })).toThrow(refused);
    expect(() => library.savePreset({ id: 'own-0', preset: mine() })).toThrow(expect.objectContaining({ code: 'unknown-preset' }));
  });

  test('that another program puts into the folder, changes or takes away are seen', async () => {
    const [running, other] = [open(), open()];
    const { id } = other.savePreset({ preset: mine() });
    await eventually(() => running.own().length === 1, 'the other preset');
    other.savePreset({ id, preset: mine({ container: 'mkv' }) });
    await eventually(() => running.find(id).container === 'mkv', 'the change');
    expect(running.changed).toEqual([id]);
    other.removePresets({ ids: [id] });
    await eventually(() => running.own().length === 0, 'the end of it');
    expect(running.removed).toEqual([id]);
  });

  test('whose file is damaged are set aside and told of, never deleted', () => {
    mkdirSync(presets());
    const { id } = open().savePreset({ preset: mine() });
    const path = join(presets(), `${id}.json`);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200));
    writeFileSync(join(presets(), 'own-empty.json'), envelope([]));
    writeFileSync(join(presets(), 'own-wrong.json'), envelope([{ name: 'Wrong', container: 'avi' }]));
    writeFileSync(join(presets(), 'notes.txt'), 'not a preset');
    const library = open();
    expect(library.own()).toEqual([]);
    expect(files()).toEqual(['notes.txt', `${id}.json.damaged`, 'own-empty.json.damaged', 'own-wrong.json.damaged'].sort());
    expect(library.told).toHaveLength(3);
    expect(library.told.join('\n')).toContain('container');
  });

  test('of a newer Muxwell are left as they are', () => {
    mkdirSync(presets());
    writeFileSync(join(presets(), 'own-new.json'), envelope([mine()], presetVersion + 1));
    const library = open();
    expect(library.own()).toEqual([]);
    expect(library.told).toEqual([expect.stringContaining('newer Muxwell')]);
    expect(files()).toEqual(['own-new.json']);
  });

  test('without a folder live as long as the process', () => {
    const library = open(null);
    library.savePreset({ preset: mine() });
    expect(library.own()).toHaveLength(1);
    expect(existsSync(presets())).toBe(false);
  });

  test('whose folder cannot be read are told of, and the rest works', () => {
    writeFileSync(presets(), 'a file in the way');
    const library = open();
    expect(library.told).toEqual([expect.stringContaining('cannot be read')]);
    expect(library.find(defaultPresetId).id).toBe(defaultPresetId);
  });

  test('that cannot be written leave nothing behind, and what was there stays', () => {
    const library = open();
    const { id } = library.savePreset({ preset: mine() });
    renameSync(presets(), `${presets()}-away`);
    writeFileSync(presets(), 'a file in the way');
    expect(() => library.savePreset({ id, preset: mine({ container: 'mkv' }) })).toThrow(
      expect.objectContaining({ code: 'output-unwritable' }),
    );
    expect(library.find(id).container).toBe('mp4');
  });
});

describe('a file of presets', () => {
  test('that was exported is imported as it was, under new ids', () => {
    const library = open();
    const { id } = library.savePreset({ preset: mine({ video: null }) });
    const { text } = library.exportPresets({ ids: [id, 'archive-ffv1'] });
    const { format, presets: imported, refused } = library.importPresets({ text });
    expect({ format, refused }).toEqual({ format: 'muxwell', refused: [] });
    expect(imported.map(({ name }) => name)).toEqual(['Mine 2', 'Archive FFV1 and FLAC 2']);
    expect(imported.flatMap(({ unmapped }) => unmapped)).toEqual([]);
    expect(new Set([id, ...imported.map((one) => one.id)]).size).toBe(3);
    const copy = library.find(imported[1]?.id ?? '');
    expect(bare({ ...copy, name: '' })).toEqual(bare({ ...findPreset('archive-ffv1'), name: '' }));
  });

  test('of version 1 is brought up to date', () => {
    const { crop: _crop, denoise: _denoise, tune: _tune, ...video } = presetTemplate.video;
    const { codec, kbps, mixdown, tracks, passthrough } = presetTemplate.audio;
    const old = { name: 'Old', group: 'Mine', container: 'mkv', video, audio: { codec, kbps, mixdown, tracks, passthrough } };
    const library = open();
    const { presets: imported } = library.importPresets({
      text: envelope(
        [
          { ...old, subtitles: 'drop', description: '', source: null, muxerOptions: {} },
          { ...old, name: 'Older', subtitles: 'keep' },
        ],
        1,
      ),
    });
    expect(imported.map(({ unmapped }) => unmapped)).toEqual([[], []]);
    expect(library.find('Old')).toMatchObject({
      container: 'mkv',
      subtitles: { tracks: 'none', burn: 'none' },
      video: { crop: { mode: 'off' }, denoise: 'off', tune: null },
      audio: { loudness: null, more: [] },
    });
    expect(library.find('Older').subtitles.tracks).toBe('all');
  });

  test('names what it cannot use', () => {
    const library = open();
    const text = envelope([
      { ...mine(), video: { ...presetTemplate.video, sparkle: 3 } },
      { ...mine(), name: 'Broken', video: { ...presetTemplate.video, speed: 'warp' } },
      7,
    ]);
    const { presets: imported, refused } = library.importPresets({ text });
    expect(imported).toMatchObject([{ name: 'Mine', unmapped: [{ setting: 'video.sparkle', value: '3' }] }]);
    expect(refused).toMatchObject([{ name: 'Broken', why: expect.stringContaining('video.speed') }, { name: 'Preset 3' }]);
    expect(library.own()).toHaveLength(1);
  });

  test.each([
    ['not JSON', 'hello', /not JSON/],
    ['another JSON', '{"a":1}', /not a file of presets/],
    ['a list of numbers', '[1,2]', /not a file of presets/],
    ['presets without a list', '{"muxwell":"presets","version":2}', /does not/],
    ['one of a newer Muxwell', '{"muxwell":"presets","version":99,"presets":[]}', /newer Muxwell/],
  ])('that is %s is refused in a sentence', (_what, text, words) => {
    expect(() => open().importPresets({ text })).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(words) }),
    );
  });
});

describe('a studio with presets of its own', () => {
  let clip: string;
  let clips: string;
  beforeAll(() => {
    clips = mkdtempSync(join(tmpdir(), 'muxwell-preset-clips-'));
    clip = shortClip(join(clips, 'clip.mp4'));
  });
  afterAll(() => rmSync(clips, { recursive: true, force: true }));

  function studioWith(): Studio {
    const studio = createStudio({ spawn: childWorkers(), storage: join(folder, 'studio.db'), presets: presets() });
    closers.push(() => studio.close());
    return studio;
  }
  const add = async (studio: Studio, preset: string) => {
    const { ids } = await studio.call('addJobs', { sources: [clip], preset, output: { folder } });
    await untilState(studio, () => ids.every((id) => studio.state.get('statuses', id)?.phase === 'waiting'), 'the job waits');
    return ids[0] as string;
  };
  const settings = (studio: Studio) => studio.state.get('settings', 'studio');

  test('a job goes by one, is planned anew when it changes, and keeps it from being removed', async () => {
    const studio = studioWith();
    const { id } = await studio.call('savePreset', { preset: mine({ container: 'mkv', name: 'By name' }) });
    const job = await add(studio, 'by name');
    expect(studio.state.get('jobs', job)?.preset).toBe(id);
    await expect(studio.call('removePresets', { ids: [id] })).rejects.toMatchObject({
      code: 'preset-in-use',
      message: expect.stringContaining('a job'),
    });
    await studio.call('savePreset', { id, preset: mine({ container: 'mp4', video: null, name: 'By name' }) });
    await untilState(
      studio,
      () => studio.state.get('jobs', job)?.notes.some(({ text }) => text.includes('picture is left out')),
      'the new plan',
    );
    await studio.call('startQueue', {});
    const done = await untilState(
      studio,
      () => {
        const status = studio.state.get('statuses', job);
        return status?.phase === 'done' ? status : null;
      },
      'the end',
    );
    expect(done.output).toBe(join(folder, 'clip.mp4'));
    expect(done.proof.streams.map(({ kind }) => kind)).toEqual(['audio']);
    await studio.call('removePresets', { ids: [id] });
    await studio.call('retryJobs', { ids: [job] });
    const failed = await untilState(
      studio,
      () => {
        const status = studio.state.get('statuses', job);
        return status?.phase === 'failed' ? status : null;
      },
      'the refusal',
    );
    expect(failed.error).toMatchObject({ code: 'unknown-preset' });
  });

  test('remembers which were used, the newest first, and forgets those that are gone', async () => {
    const studio = studioWith();
    const { id } = await studio.call('savePreset', { preset: mine() });
    const used = builtInPresets.slice(0, 9).map((preset) => preset.id);
    for (const preset of [...used, id, used[8] ?? '']) await studio.call('addJobs', { sources: [join(folder, 'none')], preset });
    expect(settings(studio)?.recent).toEqual([used[8], id, ...used.slice(2, 8).toReversed()]);
    await studio.call('changeSettings', { preset: id, favourites: [used[0], id] });
    await studio.call('removeJobs', { ids: Object.keys(studio.state.all('jobs')) });
    await studio.call('removePresets', { ids: [id] });
    expect(settings(studio)).toMatchObject({ preset: defaultPresetId, favourites: [used[0]] });
    expect(settings(studio)?.recent).not.toContain(id);
  });
});

describe('the catalogue', () => {
  const hdr = { primaries: 9, transfer: 16, matrix: 9, range: 'tv' } as const;
  const tall = film({ width: 3840, height: 2160, codec: 'hevc', bitDepth: 10, pixelFormat: 'yuv420p10le', color: hdr, hdr: 'pq' });
  const films = [media([film(), sound()]), media([tall, sound({ channels: 6, layout: '5.1' })])];

  test('has presets for every use, one of them the obvious one, and old ones under their old ids', () => {
    expect([...new Set(builtInPresets.map(({ group }) => group))]).toEqual(
      ['General', 'Web and social', 'Devices', 'Editing', 'Archive', 'Audio', 'Matroska'], // as they are shown
    );
    expect(builtInPresets[0]?.id).toBe(defaultPresetId);
    const old =
      'fast-1080p30 very-fast-1080p30 hq-1080p30 very-fast-720p30 fast-720p30 hq-720p30 hq-2160p60-hevc av1-1080p youtube-1080p60';
    const rest = 'discord-10mb prores-422 archive-ffv1 audio-aac audio-mp3 audio-opus audio-flac';
    for (const id of `${old} ${rest}`.split(' ')) expect(findPreset(id).id).toBe(id);
    expect(new Set(builtInPresets.map(({ name }) => name.toLowerCase())).size).toBe(builtInPresets.length);
    expect(builtInPresets.filter(({ id }) => id.startsWith('own-'))).toEqual([]);
  });

  test.each(builtInPresets.map((preset) => [preset.id, preset] as const))(
    '%s suits HD and 4K HDR, enlarges nothing, and says how large it gets',
    (_id, preset) => {
      for (const source of films) {
        const plan = makePlan({ media: source, settings: preset });
        const [picture] = plan.streams.filter((stream) => stream.kind === 'video' && stream.action === 'encode');
        const from = source.streams[0] as ReturnType<typeof film>;
        if (picture && 'width' in picture) expect([picture.width <= from.width, picture.height <= from.height]).toEqual([true, true]);
        if (preset.video) expect(picture).toBeDefined();
      }
      const settings = settingsSchema.parse(preset);
      expect(fitted(settings, 'container', preset.container).moved).toEqual([]);
      const [, said, unit] = /about ([\d.]+) (MB|GB) per hour/.exec(preset.description) ?? [];
      if (preset.video?.rate.mode === 'size') expect(preset.description).not.toContain('per hour');
      else expect((Number(said) * (unit === 'GB' ? 1e9 : 1e6)) / bytesOfAnHour(preset)).toBeCloseTo(1, 1);
    },
  );
});
