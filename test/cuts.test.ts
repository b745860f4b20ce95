/** Reading films for lossless work: joins, cuts at keyframes, smart cuts, each decoded again and held against its source. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beep, flash, makeClip, ordinaryClip } from './fixtures/clips.ts';
import { muxPlan, picturesOf, planOf, timesOf } from './fixtures/cut-files.ts';
import { measure } from './fixtures/measure.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-cuts-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const hashes = (path: string) => picturesOf(path).pictures.map((picture) => picture.hash);
const rising = (values: number[]) => values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));

test('a whole file is read packet by packet as it is, from time 0', () => {
  const source = ordinaryClip(at('whole.ts'), 2, '320x240', 'mpegts');
  const result = at('whole.mp4');
  expect(muxPlan(planOf([source]), result).losses).toEqual([]);
  expect(hashes(result)).toEqual(hashes(source));
  expect(timesOf(result, 0)[0]?.pts).toBeCloseTo(0, 1);
  expect(timesOf(result, 0)).toHaveLength(60);
});

for (const muxer of ['mp4', 'matroska', 'mpegts']) {
  test(`files that follow one another keep picture and sound together (${muxer})`, () => {
    const clip = (name: string) => makeClip(at(`${name}.${muxer}`), { muxer, streams: [flash(4), beep(4)] });
    const [a, b] = [clip('a'), clip('b')];
    const result = at(`joined.${muxer}`);
    expect(muxPlan(planOf([a, b, a], [], muxer), result).losses).toEqual([]);
    expect(hashes(result)).toEqual([...hashes(a), ...hashes(b), ...hashes(a)]);
    const { flashes, beeps } = measure(result);
    expect(flashes).toHaveLength(6);
    expect(beeps).toHaveLength(6);
    for (const [index, flashed] of flashes.entries()) expect(Math.abs(flashed - (beeps[index] ?? 0))).toBeLessThan(0.022);
    for (const stream of [0, 1]) expect(rising(timesOf(result, stream).map((time) => time.dts))).toBe(true);
    const sound = timesOf(result, 1);
    const gaps = sound.slice(1).map((time, index) => Math.abs(time.pts - (sound[index]?.end ?? 0)));
    expect(Math.max(...gaps)).toBeLessThan(0.012);
  });
}
