/** A long list with files of every bad kind in it; `npm run bench -- --only thousand` runs the same with 1,000. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runManyJobs } from './fixtures/many-jobs.ts';

let folder: string;
beforeEach(() => {
  Log.setLevel(AV_LOG_QUIET);
  folder = mkdtempSync(join(tmpdir(), 'muxwell-thousand-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('120 files, 14 of them bad in seven ways: 106 proved, 14 named, none lost, none twice, and no memory', async () => {
  const { done, faults, skipped, wrong, memory, storedBytes } = await runManyJobs(folder, 120, 14);
  if (skipped) console.log(`skipped: a full disk, because ${skipped}`);
  expect(wrong).toEqual([]);
  expect(done).toBe(106);
  expect(Object.values(faults).reduce((sum, count) => sum + count, 0)).toBe(14);
  expect(Object.keys(faults)).toHaveLength(skipped ? 6 : 7);
  if (memory) expect(memory.late - memory.early).toBeLessThan(40e6);
  expect(storedBytes).toBeLessThan(8e6);
});
