/** Every preset that HandBrake itself comes with, as it writes them, imported (Debian: handbrake-cli). */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presetSchema, presetVersion } from '../native/contract/preset.ts';
import { convertHandBrake } from '../native/studio/handbrake/convert.ts';
import { type Entry, readHandBrake } from '../native/studio/handbrake/read.ts';
import { builtInPresets } from '../native/studio/preset.ts';

const missing = spawnSync('HandBrakeCLI', ['--version']).error ? 'no HandBrakeCLI on PATH' : null;
if (missing) console.log(`handbrake.peers: skipped, ${missing}`);

/** Names as `--preset-list` shows them: four spaces before a preset, none before its folder. */
function presetNames(): string[] {
  const { stderr, stdout } = spawnSync('HandBrakeCLI', ['--preset-list'], { encoding: 'utf8' });
  let folder = '';
  return `${stderr}${stdout}`.split('\n').flatMap((line) => {
    folder = /^(\S.*)\/$/.exec(line)?.[1] ?? folder;
    const name = /^ {4}(\S.*)$/.exec(line)?.[1];
    return name && folder ? [`${folder}/${name}`] : [];
  });
}

describe.skipIf(missing)('HandBrake', () => {
  let folder: string;
  let entries: { path: string; entry: Entry }[];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'muxwell-handbrake-'));
    entries = presetNames().map((path) => {
      const file = join(folder, 'one.json');
      execFileSync('HandBrakeCLI', ['-Z', path, '--preset-export', 'one', '--preset-export-file', file], { stdio: 'ignore' });
      const [found] = readHandBrake(JSON.parse(readFileSync(file, 'utf8'))) ?? [];
      return { path, entry: found?.entry ?? {} };
    });
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has many presets, all of them are usable here, and whatever has no counterpart is a setting that is known to have none', () => {
    expect(entries.length).toBeGreaterThan(60);
    const {
      id: _id,
      name: _name,
      group: _group,
      description: _description,
      source: _source,
      version: _version,
      ...template
    } = builtInPresets[0] as (typeof builtInPresets)[number];
    const without = new Set<string>();
    for (const { path, entry } of entries) {
      const made = convertHandBrake({ folders: [], entry }, template);
      if ('why' in made) throw new Error(`${path}: ${made.why}`);
      presetSchema.parse({ ...made.draft, version: presetVersion, id: 'own-test' });
      for (const { setting, why } of made.unmapped) {
        expect(why, `${path}: ${setting}`).not.toBe('this setting is not known here');
        without.add(setting);
      }
    }
    const expected = [
      'AlignAVStart',
      'AudioList 1: AudioMixdown',
      'VideoEncoder',
      'VideoOptionExtra',
      'VideoProfile',
      'VideoQualitySlider',
    ];
    expect([...without].filter((setting) => !expected.includes(setting))).toEqual([]);
  });
});
