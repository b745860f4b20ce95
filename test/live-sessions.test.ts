/** Live sessions as the studio owns them: limits of services, sealed keys, an engine that is started again. The engine is a double here. */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LiveSetupInput, type LiveStatus, liveSessionSchema } from '../native/contract/live.ts';
import { livePresets } from '../native/contract/live-presets.ts';
import { shownAddress, splitKey } from '../native/contract/live-url.ts';
import { childWorkers } from '../native/hosts/child-worker.ts';
import { keyFileSeal } from '../native/studio/key-file.ts';
import { fitEncode, uplinkBudget } from '../native/studio/live/fit.ts';
import { makeLivePlan, planTarget } from '../native/studio/live/plan.ts';
import { findService, mostKbps, services } from '../native/studio/live/services.ts';
import { createStudio, type Studio } from '../native/studio/studio.ts';
import type { Noted } from './fixtures/live-worker.ts';
import { eventually, isAlive, untilState } from './fixtures/wait.ts';

const program = fileURLToPath(new URL('./fixtures/live-worker.ts', import.meta.url));
const key = 'live_123456789_Abcdefghijklmnop';

let folder: string;
const studios: Studio[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muxwell-live-test-'));
  process.env['LIVE_NOTES'] = join(folder, 'notes');
});
afterEach(async () => {
  for (const studio of studios.splice(0)) await studio.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): Studio {
  const studio = createStudio({
    spawn: childWorkers(program),
    storage: join(folder, 'data', 'studio.db'),
    seal: keyFileSeal(join(folder, 'data')),
  });
  studios.push(studio);
  return studio;
}

async function close(studio: Studio): Promise<void> {
  studios.splice(studios.indexOf(studio), 1);
  await studio.close();
}

const target = (id: string, more: Partial<NonNullable<LiveSetupInput['targets']>[number]> = {}) => ({
  ...{ id, name: id, service: 'custom', url: 'rtmp://127.0.0.1:1/live' },
  ...more,
});
const setupOf = (more: Partial<LiveSetupInput> = {}): LiveSetupInput => ({
  source: { kind: 'test-card' },
  targets: [target('one')],
  ...more,
});

const noted = (): Noted[] =>
  existsSync(join(folder, 'notes'))
    ? readFileSync(join(folder, 'notes'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Noted)
    : [];
const plans = () => noted().flatMap((one) => ('plan' in one ? [one.plan] : []));
const changes = () => noted().flatMap((one) => ('change' in one ? [one.change] : []));
const pids = () => [...new Set(noted().map((one) => one.pid))];
const status = (studio: Studio, id: string) => studio.state.get('live', id);
const running = (
  studio: Studio,
  id: string,
  look: (now: Extract<LiveStatus, { phase: 'live' | 'preview' | 'starting' | 'ending' }>) => boolean,
  what: string,
) =>
  untilState(
    studio,
    () => {
      const now = status(studio, id);
      return now && now.phase !== 'off' && now.phase !== 'failed' && look(now) ? now : null;
    },
    what,
  );
const events = (studio: Studio) => Object.values(studio.state.all('liveEvents')).map(({ text }) => text);

async function live(studio: Studio, setup: LiveSetupInput): Promise<string> {
  const { id } = await studio.call('saveLive', { setup });
  await studio.call('goLive', { id });
  await running(studio, id, ({ phase, health }) => phase === 'live' && health !== null, 'the session is live');
  return id;
}

describe('what a session sends', () => {
  const parse = (input: LiveSetupInput) => liveSessionSchema.parse(input);
  const to = (service: string, more = {}) => target(service, { service, url: findService(service)?.servers[0]?.url ?? '', ...more });

  test('every service is whole: a server by rtmp or rtmps, a source with its date, limits that fall with the picture', () => {
    for (const service of services) {
      for (const { url } of service.servers) expect(url).toMatch(/^rtmps?:\/\/[^/]+\/\w+/);
      expect(service.source.date).toMatch(/^\d{4}-\d{2}$/);
      expect(mostKbps(service, 360, 30)).toBeLessThanOrEqual(mostKbps(service, 1080, 60));
    }
    expect(services.map(({ id }) => id)).toEqual(expect.arrayContaining(['twitch', 'youtube', 'facebook', 'kick', 'x']));
  });

  test('the strictest enabled target decides, and says so; a disabled one does not count', () => {
    const encode = { height: 1080, fps: 60, videoKbps: 9000, audioKbps: 320 };
    const both = fitEncode(parse(setupOf({ encode, targets: [to('youtube'), to('facebook')] })));
    expect(both.encode).toMatchObject({ videoKbps: 9000, audioKbps: 256 });
    const three = fitEncode(parse(setupOf({ encode, targets: [to('youtube'), to('twitch'), to('facebook', { enabled: false })] })));
    expect(three.encode).toMatchObject({ videoKbps: 6000, audioKbps: 320 });
    expect(three.profile).toBe('main');
    expect(three.notes.map(({ text }) => text)).toEqual(["The picture's rate is lowered to 6000 kb/s for Twitch."]);
    expect(fitEncode(parse(setupOf({ encode: { codec: 'av1' }, targets: [to('youtube')] }))).encode.codec).toBe('av1');
    expect(fitEncode(parse(setupOf({ encode: { codec: 'av1' }, targets: [to('youtube'), to('twitch')] }))).encode.codec).toBe('h264');
    expect(fitEncode(parse(setupOf({ encode: { keyframeSeconds: 4 }, targets: [to('twitch')] }))).encode.keyframeSeconds).toBe(2);
  });

  test('with a second encode those that take the wanted picture get it, the others share one that all of them take', () => {
    const encode = { height: 1080, fps: 60, videoKbps: 9000, second: true };
    const named = (service: string, more = {}) => to(service, { name: findService(service)?.name ?? service, ...more });
    const sentTo = (targets: ReturnType<typeof to>[], wanted: LiveSetupInput['encode'] = encode) =>
      fitEncode(parse(setupOf({ encode: wanted, targets })));
    const text = ({ notes }: ReturnType<typeof fitEncode>) => notes.map((note) => note.text);

    const two = sentTo([named('twitch'), named('youtube')]);
    expect(two).toMatchObject({ encode: { videoKbps: 9000 }, profile: 'high', second: { encode: { videoKbps: 6000 }, profile: 'main' } });
    expect(text(two)).toEqual(['Twitch gets a second encode at 6000 kb/s; YouTube gets 9000 kb/s.']);
    const four = sentTo([named('twitch'), named('youtube'), named('kick'), named('facebook', { enabled: false }), target('own')]);
    expect(text(four)).toEqual(['Twitch and Kick get a second encode at 6000 kb/s; YouTube and own get 9000 kb/s.']);

    // None takes what is wanted: the most that one takes.
    const none = sentTo([named('kick'), named('twitch')], { ...encode, videoKbps: 20_000 });
    expect([none.encode.videoKbps, none.second?.encode.videoKbps]).toEqual([8000, 6000]);
    const large = sentTo([named('youtube'), named('twitch')], { ...encode, height: 1440, fps: 120, videoKbps: 6000, codec: 'av1' });
    expect(large.encode).toMatchObject({ height: 1440, fps: 60, codec: 'av1' });
    expect(large.second?.encode).toMatchObject({ height: 1080, fps: 60, videoKbps: 6000, codec: 'h264' });
    expect(text(large)[0]).toBe(
      'Twitch gets a second encode at 1080 lines, 6000 kb/s in H.264; YouTube gets 1440 lines, 6000 kb/s in AV1.',
    );

    // No need, not wanted, or only the sound: one.
    expect(sentTo([named('twitch'), named('kick')], { ...encode, videoKbps: 6000 }).second).toBeNull();
    expect(sentTo([named('twitch'), named('youtube')], { ...encode, second: false })).toMatchObject({
      encode: { videoKbps: 6000 },
      second: null,
    });
    expect(sentTo([named('x'), named('youtube')], { ...encode, audioKbps: 320 })).toMatchObject({
      encode: { audioKbps: 128 },
      second: null,
    });
  });

  test('the upload is summed with what each target gets, and every target of the plan says which that is', () => {
    const setup = parse(
      setupOf({
        encode: { height: 1080, fps: 60, videoKbps: 9000, second: true },
        targets: [to('youtube'), to('twitch'), to('kick')],
      }),
    );
    expect(uplinkBudget(setup, fitEncode(setup)).kbps).toBe(Math.round((9000 + 2 * 6000 + 3 * 128) * 1.03));
    const row = { name: 'libx264', always: {}, speed: (preset: string) => ({ preset }), pixelFormats: { 8: 'yuv420p' } };
    const rungs = () => [{ row, device: null, decodeOnDevice: false, why: '' }] as never;
    const { plan } = makeLivePlan({ setup, rungs, secret: () => '', recordingPath: null, preview: null, certificates: '' });
    expect(plan.targets.map(({ id, encode }) => [id, encode])).toEqual([
      ['youtube', 'first'],
      ['twitch', 'second'],
      ['kick', 'second'],
    ]);
    expect(plan.video.kbps).toBe(9000);
    expect(plan.second).toMatchObject({ audioKbps: 128, video: { kbps: 6000, floorKbps: 1800, width: 1920, gop: 120 } });
    expect(plan.second?.video.encoders[0]?.options).toMatchObject({ b: '6000000', profile: 'main' });
  });

  test('every live preset is within what every service takes', () => {
    for (const { encode } of livePresets)
      expect(fitEncode(parse(setupOf({ encode, targets: services.map(({ id }) => to(id)) }))).notes).toEqual([]);
  });

  test('the upload is summed over targets and warned of above 75 %; targets on this machine need none', () => {
    const far = (id: string) => target(id, { url: 'rtmp://example.org/live' });
    const setup = (uplinkKbps: number | null, targets = [far('a'), far('b'), target('local')]) => parse(setupOf({ uplinkKbps, targets }));
    const need = uplinkBudget(setup(null), fitEncode(setup(null))).kbps;
    expect(need).toBe(Math.round(2 * 3128 * 1.03));
    expect(uplinkBudget(setup(10_000), fitEncode(setup(null))).notes).toEqual([]);
    const [note] = uplinkBudget(setup(8000), fitEncode(setup(null))).notes;
    expect(note?.text).toMatch(/^2 targets take 81 % of the upload/);
    const lower = Number(/lower the picture to (\d+) kb/.exec(note?.text ?? '')?.[1]);
    expect(uplinkBudget(setup(8000), { encode: { ...setup(null).encode, videoKbps: lower }, second: null }).notes).toEqual([]);
  });

  test('the key stands behind the application, before its query; SRT calls it the stream id; what is shown has none', () => {
    const at = (url: string) => planTarget({ ...target('one'), url, key: 'place', enabled: true }, () => key);
    expect(at('rtmp://host/app').url).toBe(`rtmp://host/app/${key}`);
    expect(at('rtmps://b.rtmps.youtube.com:443/live2?backup=1').url).toBe(`rtmps://b.rtmps.youtube.com:443/live2/${key}?backup=1`);
    expect(at('srt://host:9000?latency=200').url).toBe(`srt://host:9000?latency=200&streamid=${key}`);
    expect(at('srt://host:9000?passphrase=secretsecret').shownUrl).not.toContain('secretsecret');
    expect(() => at('ftp://host/app')).toThrow(expect.objectContaining({ code: 'bad-input' }));
    expect(splitKey(`rtmp://host/app/${key}`)).toEqual({ url: 'rtmp://host/app', key });
    expect(splitKey('rtmp://host/app')).toEqual({ url: 'rtmp://host/app', key: null });
    expect(shownAddress('rtsp://user:pass@cam/stream?token=abc&x=1')).toBe('rtsp://cam/stream?token=••••&x=1');
  });

  test('the plan is constant in rate and keyframes; low latency has no B-frames', () => {
    const row = { name: 'libx264', always: {}, speed: (preset: string) => ({ preset }), pixelFormats: { 8: 'yuv420p' } };
    const rungs = [{ row, device: null, decodeOnDevice: false, why: '' }] as never;
    const plan = (encode: LiveSetupInput['encode']) =>
      makeLivePlan({
        setup: parse(setupOf({ encode })),
        rungs: () => rungs,
        secret: () => '',
        recordingPath: null,
        preview: null,
        certificates: '',
      }).plan.video;
    expect(plan({ fps: 29.97 })).toMatchObject({ fps: { num: 30_000, den: 1001 }, gop: 60, width: 1280, height: 720 });
    expect(plan({}).encoders[0]?.options).toMatchObject({ b: '3000000', maxrate: '3000000', bufsize: '3000000', bf: '2' });
    expect(plan({ latency: 'low' }).encoders[0]?.options).toMatchObject({ bf: '0', tune: 'zerolatency' });
    expect(plan({ videoKbps: 3000 }).floorKbps).toBe(900);
  });
});

describe('stream keys', () => {
  test('a key is nowhere but in the engine that needs it: not in the state, not in a reply but masked, not in the files of the studio', async () => {
    const studio = open();
    const { place, masked } = await studio.call('keepKey', { key: ` ${key} ` });
    expect(masked).toBe('••••••mnop');
    const id = await live(studio, setupOf({ targets: [target('one', { key: place })] }));
    expect(plans()[0]?.targets[0]?.url).toBe(`rtmp://127.0.0.1:1/live/${key}`);
    const seen: string[] = [];
    studio.state.subscribe((patch) => seen.push(JSON.stringify(patch)));
    expect(studio.state.get('sessions', id)?.keys).toEqual({ [place]: masked });
    await close(studio);
    expect(seen.join()).not.toContain(key);
    const files = readdirSync(join(folder, 'data'));
    for (const name of files) expect(readFileSync(join(folder, 'data', name)).includes(key)).toBe(false);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'data', 'key')).mode & 0o777).toBe(0o600);
  });

  test('an address with a login or a key in it is kept whole in the store, and shown without', async () => {
    const studio = open();
    const address = 'rtsp://admin:hunter22@camera.local/stream?token=hunter22';
    const { id } = await studio.call('saveLive', { setup: setupOf({ source: { kind: 'pull', url: address } }) });
    const source = () => studio.state.get('sessions', id)?.setup.source;
    expect(source()).toMatchObject({ url: 'rtsp://camera.local/stream?••••' });
    await studio.call('saveLive', { id, setup: { ...setupOf(), source: source() as never, name: 'Renamed' } });
    await studio.call('goLive', { id });
    await running(studio, id, ({ health }) => health !== null, 'it runs');
    expect(Object.values(plans()[0]?.secrets ?? {})).toEqual([address]);
    expect(JSON.stringify(studio.state.all('sessions'))).not.toContain('hunter22');
    await studio.call('endLive', { id });
    await studio.call('saveLive', { id, setup: setupOf({ source: { kind: 'pull', url: 'rtmp://host/app/hunter23' } }) });
    expect(source()).toMatchObject({ url: 'rtmp://host/app' });
    await studio.call('saveLive', { id, setup: setupOf({ source: { kind: 'pull', url: 'http://host/list.m3u8' } }) });
    expect(source()).toEqual({ kind: 'pull', url: 'http://host/list.m3u8', address: null });
  });

  test('they outlive the studio, and are forgotten with the target that had them', async () => {
    const first = open();
    const { place } = await first.call('keepKey', { key });
    const { id } = await first.call('saveLive', { setup: setupOf({ targets: [target('one', { key: place })] }) });
    await close(first);
    const second = open();
    await second.call('goLive', { id });
    await running(second, id, ({ health }) => health !== null, 'it runs');
    expect(plans()[0]?.targets[0]?.url).toContain(key);
    await second.call('endLive', { id });
    await second.call('saveLive', { id, setup: setupOf() });
    await second.call('saveLive', { id, setup: setupOf({ targets: [target('one', { key: place })] }) });
    await expect(second.call('goLive', { id })).rejects.toMatchObject({ code: 'no-key' });
    expect(status(second, id)).toMatchObject({ phase: 'off' });
  });

  test('a key file that others could have read seals nothing any more', async () => {
    const seal = keyFileSeal(join(folder, 'other'));
    const sealed = seal.seal(key);
    expect(sealed).not.toContain(key);
    expect(keyFileSeal(join(folder, 'other')).open(sealed)).toBe(key);
    expect(() => seal.open(`${sealed.slice(0, -4)}AAA=`)).toThrow();
    if (process.platform === 'win32') return;
    chmodSync(join(folder, 'other', 'key'), 0o644);
    expect(() => keyFileSeal(join(folder, 'other')).open(sealed)).toThrow(expect.objectContaining({ code: 'no-key' }));
  });
});

describe('while it runs', () => {
  test('a preview sends nothing; going live tells the engine; ending ends its process', async () => {
    const studio = open();
    const { id } = await studio.call('saveLive', { setup: setupOf() });
    await studio.call('previewLive', { id });
    await running(studio, id, ({ phase }) => phase === 'preview', 'the preview runs');
    expect(changes()).toEqual([]);
    await studio.call('goLive', { id });
    expect(changes()).toEqual([{ do: 'go-live' }]);
    await running(studio, id, ({ phase, health }) => phase === 'live' && (health?.seconds ?? 0) > 2, 'it is live');
    await studio.call('endLive', { id });
    expect(status(studio, id)).toEqual({ phase: 'off' });
    expect(noted().some((one) => 'ended' in one)).toBe(true);
    await eventually(() => pids().every((pid) => !isAlive(pid)), 'no engine is left');
  });

  test('an engine that is killed is started again with the same targets, goes live by itself, and the log says so', async () => {
    const studio = open();
    const id = await live(studio, setupOf({ targets: [target('one'), target('two')], recording: { folder: join(folder, 'films') } }));
    await studio.call('slateLive', { id, on: true });
    const [before] = pids();
    process.kill(before ?? 0, 'SIGKILL');
    await running(studio, id, ({ restarts, health }) => restarts === 1 && health !== null, 'it runs again');
    expect(pids()).toHaveLength(2);
    const [first, second] = plans();
    expect(second?.targets).toEqual(first?.targets);
    // What was recorded so far is not written over.
    const recordings = [...changes().flatMap((one) => (one.do === 'record' ? [one.recording?.path] : [])), second?.recording?.path];
    expect(recordings.every((path) => path?.startsWith(join(folder, 'films')))).toBe(true);
    await untilState(studio, () => changes().filter((one) => one.do === 'slate').length === 2, 'the break card is asked for again');
    expect(changes().filter((one) => one.do === 'go-live')).toHaveLength(2);
    expect(events(studio)).toContainEqual(
      expect.stringMatching(/^The engine stopped unexpectedly \(SIGKILL\)\. It is started again and goes on/),
    );
  });

  test('an engine that dies again and again is given up, with the reason', async () => {
    const studio = open();
    const { id } = await studio.call('saveLive', { setup: setupOf({ targets: [target('one', { name: 'dies at once' })] }) });
    await studio.call('goLive', { id }).catch(() => {});
    const failed = await untilState(studio, () => (status(studio, id)?.phase === 'failed' ? status(studio, id) : null), 'it is given up');
    expect(failed).toMatchObject({ error: { code: 'worker-crashed', message: expect.stringContaining('6 times in a minute') } });
    expect(pids().length).toBeGreaterThan(3);
  });

  test('a target that was stopped by hand stays stopped in an engine that is started again, and counts again next time', async () => {
    const studio = open();
    const id = await live(studio, setupOf({ targets: [target('one'), target('two'), target('three', { enabled: false })] }));
    await studio.call('stopTarget', { id, target: 'one' });
    await studio.call('startTarget', { id, target: 'three' });
    process.kill(pids()[0] ?? 0, 'SIGKILL');
    await running(studio, id, ({ restarts, health }) => restarts === 1 && health !== null, 'it runs again');
    expect(
      plans()
        .at(-1)
        ?.targets.map((one) => one.id),
    ).toEqual(['two', 'three']);
    await studio.call('endLive', { id });
    await studio.call('goLive', { id });
    await running(studio, id, ({ health }) => health !== null, 'it is live once more');
    expect(
      plans()
        .at(-1)
        ?.targets.map((one) => one.id),
    ).toEqual(['one', 'two']);
  });

  test('a preview goes on when only targets change, is made anew for another picture, and going live waits for that', async () => {
    const studio = open();
    const { id } = await studio.call('saveLive', { setup: setupOf() });
    await studio.call('previewLive', { id });
    await running(studio, id, ({ health }) => health !== null, 'there is a preview');
    await studio.call('saveLive', { id, setup: setupOf({ name: 'Another', targets: [target('one'), target('two')] }) });
    expect(pids()).toHaveLength(1);
    expect(changes()).toMatchObject([{ do: 'start-target', target: { id: 'two' } }]);
    const other = setupOf({ encode: { height: 480 }, targets: [target('one')] });
    await Promise.all([studio.call('saveLive', { id, setup: other }), studio.call('goLive', { id })]);
    await running(studio, id, ({ phase, health }) => phase === 'live' && health !== null, 'it is live');
    expect(pids()).toHaveLength(2);
    expect(plans().at(-1)?.video.height).toBe(480);
    expect(pids().map(isAlive)).toEqual([false, true]);
  });

  test('a studio that ended while a session was live says so when it is there again, once', async () => {
    const studio = open();
    const id = await live(studio, setupOf());
    const kept = join(folder, 'kept.db');
    copyFileSync(join(folder, 'data', 'studio.db'), kept); // as a killed one leaves it
    for (const end of ['-wal', '-shm'])
      if (existsSync(`${join(folder, 'data', 'studio.db')}${end}`))
        copyFileSync(`${join(folder, 'data', 'studio.db')}${end}`, `${kept}${end}`);
    await close(studio);
    const again = () => createStudio({ spawn: childWorkers(program), storage: kept, seal: keyFileSeal(join(folder, 'data')) });
    const next = again();
    studios.push(next);
    expect(status(next, id)).toEqual({ phase: 'off' });
    expect(events(next)).toEqual([expect.stringContaining('The studio ended while this session was live')]);
    await close(next);
    const third = again();
    studios.push(third);
    expect(events(third)).toEqual([]);
  });

  test('an engine that refuses is told once, in its own words, and another try is possible', async () => {
    const studio = open();
    const { place } = await studio.call('keepKey', { key });
    const { id } = await studio.call('saveLive', { setup: setupOf({ targets: [target('one', { name: 'refuses', key: place })] }) });
    await studio.call('goLive', { id }).catch(() => {});
    await untilState(studio, () => status(studio, id)?.phase === 'failed', 'it has failed');
    const { error } = status(studio, id) as Extract<LiveStatus, { phase: 'failed' }>;
    expect(error).toEqual({
      code: 'encoder-failed',
      message: 'No encoder could be opened.',
      detail: 'as for rtmp://127.0.0.1:1/live/••••',
    });
    await studio.call('saveLive', { id, setup: setupOf() });
    await studio.call('goLive', { id });
    await running(studio, id, ({ health }) => health !== null, 'it runs');
  });

  test('targets are switched while live; source and encode are not', async () => {
    const studio = open();
    const id = await live(studio, setupOf({ targets: [target('one'), target('two', { enabled: false })] }));
    await studio.call('saveLive', { id, setup: setupOf({ targets: [target('one', { enabled: false }), target('two')] }) });
    expect(changes().slice(1)).toMatchObject([
      { do: 'stop-target', id: 'one' },
      { do: 'start-target', target: { id: 'two' } },
    ]);
    await studio.call('retryTarget', { id, target: 'two' });
    expect(changes().at(-1)).toEqual({ do: 'retry-target', id: 'two' });
    const other = setupOf({ targets: [target('two')], encode: { height: 1080 } });
    await expect(studio.call('saveLive', { id, setup: other })).rejects.toMatchObject({ code: 'not-live' });
    await expect(studio.call('startTarget', { id, target: 'none' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(studio.call('removeLive', { id })).rejects.toMatchObject({ code: 'not-live' });
    await expect(studio.call('endLive', { id: 'none' })).rejects.toMatchObject({ code: 'not-live' });
  });

  test('a target that is started while live gets the encode of those at work that its service takes', async () => {
    const studio = open();
    const at = (service: string, more = {}) => target(service, { service, ...more });
    const encode = { height: 1080, fps: 60, videoKbps: 9000, second: true };
    const targets = [at('youtube'), at('twitch'), at('kick', { enabled: false }), at('facebook', { enabled: false })];
    const id = await live(studio, setupOf({ encode, targets }));
    const started = () => changes().flatMap((one) => (one.do === 'start-target' ? [[one.target.id, one.target.encode]] : []));
    await studio.call('stopTarget', { id, target: 'youtube' });
    for (const one of ['kick', 'facebook', 'twitch']) await studio.call('startTarget', { id, target: one });
    expect(started()).toEqual([
      ['kick', 'second'],
      ['facebook', 'first'],
      ['twitch', 'second'],
    ]);
    await studio.call('endLive', { id });
    const one = setupOf({ encode, targets: [at('twitch'), at('youtube', { enabled: false })] });
    await studio.call('saveLive', { id, setup: one });
    await studio.call('goLive', { id });
    await studio.call('startTarget', { id, target: 'youtube' });
    expect(started().at(-1)).toEqual(['youtube', 'first']);
  });

  test('a target started while live that takes less than what is sent gets it, and the log says what to do', async () => {
    const studio = open();
    const at = (service: string, more = {}) => target(service, { service, ...more });
    const id = await live(
      studio,
      setupOf({ encode: { height: 1080, fps: 60, videoKbps: 9000 }, targets: [at('youtube'), at('twitch', { enabled: false })] }),
    );
    const warnings = () => Object.values(studio.state.all('liveEvents')).filter(({ kind }) => kind === 'warning');
    await studio.call('startTarget', { id, target: 'youtube' });
    expect(warnings()).toEqual([]);
    await studio.call('startTarget', { id, target: 'twitch' });
    expect(warnings()).toMatchObject([
      { target: 'twitch', text: expect.stringMatching(/^Twitch takes 6000 kb\/s at most and gets 9000 kb\/s/) },
    ]);
  });

  test('the upload is measured at a target, by a key that nobody sees, and becomes the session’s figure', async () => {
    const studio = open();
    const { place } = await studio.call('keepKey', { key });
    const at = (service: string) => target(service, { service, key: place, url: findService(service)?.servers[0]?.url ?? '' });
    const { id } = await studio.call('saveLive', { setup: setupOf({ targets: [at('twitch'), at('facebook')] }) });
    expect(await studio.call('measureUplink', { id, target: 'twitch' })).toEqual({ kbps: 100 });
    expect(plans()[0]?.targets.map(({ url }) => url)).toEqual([expect.stringMatching(new RegExp(`/${key}\\?bandwidthtest=true$`))]);
    expect(studio.state.get('sessions', id)?.setup.uplinkKbps).toBe(100);
    expect(studio.state.get('sessions', id)?.notes.some(({ text }) => text.includes('% of the upload'))).toBe(true);
    await expect(studio.call('measureUplink', { id, target: 'facebook' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('speed test'),
    });
    expect(plans()).toHaveLength(1);
    await eventually(() => pids().every((pid) => !isAlive(pid)), 'no engine is left');
  });

  test('figures are kept a row a second, and go with the session', async () => {
    const studio = open();
    const id = await live(studio, setupOf());
    await untilState(
      studio,
      () => Object.values(studio.state.all('liveFigures')).some(({ rows }) => rows.length === 10),
      'a record is full',
    );
    const [first] = Object.values(studio.state.all('liveFigures'));
    // The double drops two pictures a second.
    expect(first?.rows.slice(1).every(([kbps, dropped]) => kbps === 100 && dropped === 2)).toBe(true);
    await studio.call('endLive', { id });
    await studio.call('removeLive', { id });
    expect(Object.keys(studio.state.all('liveFigures'))).toEqual([]);
    expect(Object.keys(studio.state.all('liveEvents'))).toEqual([]);
  });
});
