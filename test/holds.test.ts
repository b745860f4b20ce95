/** Troubles that pass, without a disk: which failures hold a job, and when it may go on. */
import { describe, expect, test } from 'vitest';
import type { Job, JobStatus } from '../native/contract/contract.ts';
import type { ErrorCode } from '../native/contract/errors.ts';
import { createHolds, type DiskLook } from '../native/studio/holds.ts';

const job = (more: Partial<Job> = {}): Job => ({
  ...{ id: 'a', order: 1, source: '/films/day/a.mov', lossless: null, preset: 'fast-1080p30', overrides: {} },
  ...{ output: { folder: '/out/films', template: '{name}', overwrite: false }, media: null, notes: [], outline: null },
  ...{ estimatedBytes: 1e9, device: null, chosen: '', ...{ priority: 'normal' as const, group: null, paused: false }, added: 0, ...more },
});
const failed = (code: ErrorCode): Extract<JobStatus, { phase: 'failed' }> => ({ phase: 'failed', error: { code, message: code } });
const disk = (paths: string[], free = 10e9): DiskLook => ({ exists: (path) => paths.includes(path), free: () => free });
const all = ['/', '/films', '/films/day', '/films/day/a.mov', '/out', '/out/films'];

describe('a job that failed', () => {
  test.each<[string, ErrorCode, DiskLook, boolean]>([
    ['a full disk passes', 'disk-full', disk(all, 0.5e9), true],
    ['a disk that has room again by now, or a quota that nobody can see, does not', 'disk-full', disk(all), false],
    ['a source that went with its folder comes back with it', 'source-missing', disk(['/', '/out']), true],
    ['a source that is missing in its folder does not', 'source-missing', disk(['/films/day']), false],
    ['a source that vanished midway, with its drive, does', 'source-vanished', disk(['/']), true],
    ['results whose drive is away wait for it', 'output-unwritable', disk(['/', '/films', '/films/day']), true],
    ['results in a folder that may not be written to do not', 'output-unwritable', disk(all), false],
    ['a broken file stays broken', 'not-media', disk([]), false],
    ['so does one that ended a worker twice', 'worker-crashed', disk([]), false],
  ])('%s', (_what, code, look, held) => {
    const status = createHolds(true, look).judge(job(), failed(code));
    expect(status).toEqual(held ? { phase: 'waiting', held: { code, message: code } } : failed(code));
    expect(createHolds(false, look).judge(job(), failed(code))).toEqual(failed(code));
  });

  test('goes on when there is room for what is expected of it, and not before', () => {
    const over = (free: number, more: Partial<Job> = {}) => createHolds(true, disk(all, free)).isOver(job(more), 'disk-full');
    expect([over(1e9), over(1.04e9), over(1.06e9)]).toEqual([false, false, true]);
    expect([over(0.2e9, { estimatedBytes: null }), over(0.3e9, { estimatedBytes: null })]).toEqual([false, true]);
  });

  test('fails for good when the same trouble comes again and again, and begins anew once it was done', () => {
    const holds = createHolds(true, disk(all, 0));
    const phases = () => Array.from({ length: 7 }, () => holds.judge(job(), failed('disk-full')).phase);
    expect(phases()).toEqual(['waiting', 'waiting', 'waiting', 'waiting', 'waiting', 'failed', 'failed']);
    holds.judge(job(), { phase: 'cancelled' });
    expect(phases()[0]).toBe('waiting');
  });
});
