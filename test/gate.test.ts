/** When the queue may start jobs: hours of the day, mains power, and what people are told of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { createGate } from '../native/studio/gate.ts';
import { onMains } from '../native/studio/power.ts';
import { createStudio } from '../native/studio/studio.ts';
import { opensAt } from '../native/studio/window.ts';
import { shortClip } from './fixtures/sources.ts';
import { until, untilState } from './fixtures/wait.ts';

const at = (text: string) => new Date(`2026-11-${text}`).getTime();

describe('hours', () => {
  test.each<[string, string | null, string | null, string, string, string | null | 'never']>([
    ['no limit', null, null, '10T12:00', '10T12:00', null],
    ['a night, before it', '22:00', '06:30', '10T12:00', '10T18:00', '10T22:00'],
    ['a night, in it', '22:00', '06:30', '10T12:00', '10T23:00', null],
    ['a night, past midnight', '22:00', '06:30', '10T12:00', '11T06:29', null],
    ['a night, at its end', '22:00', '06:30', '10T12:00', '11T06:30', '11T22:00'],
    ['a day', '09:00', '17:00', '10T08:00', '10T16:59', null],
    ['a day, over', '09:00', '17:00', '10T08:00', '10T17:00', '11T09:00'],
    ['the same time twice is no limit', '09:00', '09:00', '10T08:00', '10T12:00', null],
    ['a beginning, before it', '22:00', null, '10T12:00', '10T21:59', '10T22:00'],
    ['a beginning, from then on', '22:00', null, '10T12:00', '12T03:00', null],
    ['a beginning that was past when it was started is the next day’s', '22:00', null, '10T23:00', '10T23:30', '11T22:00'],
    ['an end, before it', null, '07:00', '10T23:00', '11T06:59', null],
    ['an end, after it', null, '07:00', '10T23:00', '11T07:00', 'never'],
  ])('%s', (_what, from, to, started, now, opens) => {
    const expected = opens === 'never' ? Infinity : opens === null ? null : at(opens);
    expect(opensAt({ from, until: to }, at(started), at(now))).toBe(expected);
  });
});

describe('mains power', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'muxwell-power-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const supply = (name: string, files: Record<string, string>) => {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
  };

  test('is what the kernel says of the mains, else of the battery; a mouse’s battery says nothing', async () => {
    const ask = () => onMains('linux', folder);
    expect(await ask()).toBeNull();
    supply('hidpp_battery_0', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    expect(await ask()).toBeNull();
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    expect(await ask()).toBe(false);
    writeFileSync(join(folder, 'BAT0', 'status'), 'Not charging\n');
    expect(await ask()).toBe(true);
    supply('AC', { type: 'Mains', online: '0' });
    expect(await ask()).toBe(false);
    writeFileSync(join(folder, 'AC', 'online'), '1\n');
    expect(await ask()).toBe(true);
    expect(await onMains('linux', join(folder, 'nowhere'))).toBeNull();
  });

  test('holds the queue while it is away, and only where that was asked', async () => {
    let [mains, asked] = [false as boolean | null, true];
    let tell = () => {};
    const changes = (listener: () => void) => {
      tell = listener;
      return () => {};
    };
    const gate = createGate({
      settings: () => ({ from: null, until: null, onlyOnMains: asked }),
      changed: () => tell(),
      power: async () => mains,
    });
    await until(changes, () => gate.why() === 'Jobs wait for mains power.', 'it is held');
    mains = null; // nobody knows
    gate.look();
    await until(changes, () => gate.why() === null, 'it goes on');
    mains = false;
    gate.look();
    await until(changes, () => gate.why() !== null, 'it is held again');
    asked = false;
    expect(gate.why()).toBeNull();
    gate.close();
  });
});

test('outside of its hours a started queue starts nothing and says when it will; jobs that are changed meanwhile count', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'muxwell-gate-'));
  const studio = createStudio({ spawn: childWorkers(), storage: ':memory:' });
  try {
    const clock = (hours: number) => {
      const time = new Date(Date.now() + hours * 3600_000);
      return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
    };
    const [from, to] = [clock(2), clock(4)];
    await studio.call('changeSettings', { from, until: to });
    const sources = [shortClip(join(folder, 'film.mp4'))];
    const { ids } = await studio.call('addJobs', { sources, preset: 'very-fast-720p30', output: { folder: join(folder, 'out') } });
    const phase = () => studio.state.get('statuses', ids[0] ?? '')?.phase;
    await studio.call('startQueue', {});
    await untilState(studio, () => phase() === 'waiting' && studio.state.get('queue', 'studio')?.held, 'it is held');
    expect(studio.state.get('queue', 'studio')).toMatchObject({ started: true, running: 0, held: `Jobs start at ${from}.` });
    await expect(studio.call('changeSettings', { from: '24:00' })).rejects.toMatchObject({ code: 'bad-input' });
    await studio.call('changeSettings', { from: clock(-2) });
    await untilState(studio, () => phase() === 'done', 'it is done');
    await untilState(studio, () => studio.state.get('queue', 'studio')?.held === null, 'nothing holds it');
  } finally {
    await studio.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
