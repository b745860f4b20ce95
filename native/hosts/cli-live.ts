/** `muxwell live` and `muxwell ingest`: one source to any number of targets and a recording, until it is told to end. */
import { basename, dirname, extname, resolve } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import type { LiveSetupInput, LiveStatus } from '../contract/live.ts';
import { livePresets } from '../contract/live-presets.ts';
import { shownAddress, splitKey } from '../contract/live-url.ts';
import { withLog } from '../log/log-file.ts';
import { dataFolder, hardwareFile } from '../studio/data-folder.ts';
import { findService, services } from '../studio/live/services.ts';
import type { Log } from '../studio/log.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { childWorkers } from './child-worker.ts';
import { createLiveReport } from './cli-live-report.ts';
import { keepMachineAwake } from './keep-awake.ts';

export interface LiveOptions {
  to: string[];
  record?: string;
  preset: string;
  /** Seconds; absent: until it is told to end. */
  duration?: number;
  loop: boolean;
  json: boolean;
}

export interface IngestOptions extends LiveOptions {
  port: number;
  app: string;
  lan: boolean;
}

type Source = LiveSetupInput['source'];

/** Returns the exit code: 0 when it went live and ended in order, 1 when it could not. */
export const runLive = (source: string, options: LiveOptions, version: string): Promise<number> =>
  run(readSource(source, options.loop), null, options, version);

/** The key a publisher has to know comes from MUXWELL_INGEST_KEY, so that it stands in no list of processes. */
export const runIngest = ({ port, app, lan, ...options }: IngestOptions, version: string): Promise<number> =>
  run({ kind: 'rtmp-listen', port, app, lan }, process.env['MUXWELL_INGEST_KEY'] || null, options, version);

async function run(source: Source, ingestKey: string | null, options: LiveOptions, version: string): Promise<number> {
  const preset = livePresets.find(({ id }) => id === options.preset.toLowerCase());
  if (!preset)
    throw new StudioError(
      'unknown-preset',
      `There is no live preset “${options.preset}”. There are: ${livePresets.map(({ id }) => id).join(', ')}.`,
    );
  if (options.to.length === 0 && !options.record) throw new StudioError('bad-input', 'There is nowhere to send to: use --to or --record.');
  const begin = (log: Log) => goLive({ source, ingestKey, encode: preset.encode, options, version, log });
  return withLog({ data: dataFolder(), door: source.kind === 'rtmp-listen' ? 'ingest' : 'live', version, makes: false }, begin);
}

interface Show {
  source: Source;
  ingestKey: string | null;
  encode: LiveSetupInput['encode'];
  options: LiveOptions;
  version: string;
  log: Log;
}

async function goLive({ source, ingestKey, encode, options, version, log }: Show): Promise<number> {
  const studio = createStudio({
    spawn: childWorkers(),
    storage: ':memory:',
    hardware: hardwareFile(dataFolder()),
    tryHardware: false,
    version,
    log,
  });
  const sleepAgain = keepMachineAwake(studio.state);
  try {
    const keep = async (key: string) => (await studio.call('keepKey', { key })).place;
    const targets: NonNullable<LiveSetupInput['targets']> = [];
    for (const [index, to] of options.to.entries()) {
      const { name, service, url, key } = readTarget(to);
      targets.push({ id: `target-${index + 1}`, name, service, url, key: key && (await keep(key)) });
    }
    const withKey = source.kind === 'rtmp-listen' && ingestKey ? { ...source, key: await keep(ingestKey) } : source;
    const setup: LiveSetupInput = {
      source: withKey,
      encode,
      targets,
      recording: options.record ? readRecording(options.record) : null,
    };
    const { id } = await studio.call('saveLive', { setup });
    return await untilEnded(studio, id, options);
  } finally {
    sleepAgain();
    await studio.close();
  }
}

/** Goes live, tells what happens, and ends in order at a signal, after the duration, or when the source has nothing more. */
async function untilEnded(studio: Studio, id: string, { duration, json }: LiveOptions): Promise<number> {
  const ended = Promise.withResolvers<number>();
  const end = () => ended.resolve(0);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  const report = createLiveReport(studio, id, json);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = studio.state.subscribe((patch) => {
    const status = patch.put['live']?.[id] as LiveStatus | undefined;
    if (status?.phase === 'failed') ended.resolve(1);
    if (status?.phase !== 'live' || !status.health) return;
    if (duration !== undefined) timer ??= setTimeout(end, duration * 1000);
    if (status.health.source === 'ended') end();
  });
  try {
    await studio.call('goLive', { id });
    const code = await ended.promise;
    if (code === 0) await studio.call('endLive', { id }).catch(() => {}); // it failed meanwhile, which was told
    return code;
  } finally {
    clearTimeout(timer);
    stop();
    report.end();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end);
  }
}

/** Sources by their words; anything else is a file. */
const namedSources: [RegExp, (match: RegExpExecArray) => Source][] = [
  [/^test(?:-card)?$/, () => ({ kind: 'test-card' })],
  [/^screen(?::(.+))?$/, ([, screen]) => ({ kind: 'screen', screen: screen ?? null })],
  [/^camera(?::(.+))?$/, ([, camera]) => ({ kind: 'camera', camera: camera ?? null })],
  [/^(?:listen|rtmp):(\d+)$/, ([, port]) => ({ kind: 'rtmp-listen', port: Number(port) })],
  [/^srt:\/\/(?:\[([^\]]+)\]|([^:/?]*)):(\d+)/, ([, v6, host, port]) => srtSource(v6 ?? host ?? '', Number(port))],
  [/^(?:rtsps?|rtmps?|https?|hls):\/\//, ({ input }) => ({ kind: 'pull', url: input })],
];

/** Without a host it listens. */
const srtSource = (host: string, port: number): Source => ({ kind: 'srt', mode: host === '' ? 'listener' : 'caller', host, port });

function readSource(written: string, loop: boolean): Source {
  for (const [pattern, make] of namedSources) {
    const match = pattern.exec(written);
    if (match) return make(match);
  }
  return { kind: 'files', paths: [resolve(written)], loop };
}

interface ReadTarget {
  name: string;
  service: string;
  url: string;
  key: string | null;
}

/** `twitch` (its key in MUXWELL_TWITCH_KEY), `twitch:KEY`, or a whole address. Throws bad-input. */
function readTarget(written: string): ReadTarget {
  const [, id = '', given] = /^([a-z0-9-]+)(?::(?!\/\/)(.+))?$/i.exec(written) ?? [];
  const service = findService(id.toLowerCase());
  if (service) {
    const variable = `MUXWELL_${service.id.toUpperCase().replaceAll('-', '_')}_KEY`;
    const key = given ?? process.env[variable];
    if (!key) throw new StudioError('no-key', `The stream key for ${service.name} is missing: put it into ${variable}.`);
    return { name: service.name, service: service.id, url: service.servers[0]?.url ?? '', key };
  }
  if (!/^(rtmps?|srt):\/\/[^/]+/i.test(written)) {
    const names = services.map((one) => one.id).join(', ');
    throw new StudioError(
      'bad-input',
      `“${shownAddress(written)}” is no target. Give an rtmp://, rtmps:// or srt:// address, or one of: ${names}.`,
    );
  }
  const { url, key } = splitKey(written);
  return { name: new URL(url.replace(/^\w+:/, 'http:')).hostname, service: 'custom', url, key };
}

/** The container follows the file's extension. Throws bad-input. */
function readRecording(file: string): NonNullable<LiveSetupInput['recording']> {
  const container = extname(file).slice(1).toLowerCase();
  if (container !== 'mp4' && container !== 'mkv') throw new StudioError('bad-input', 'A recording is an .mp4 or an .mkv file.');
  const path = resolve(file);
  return { folder: dirname(path), name: basename(path, extname(path)), container };
}
