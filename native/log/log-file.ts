/** The application log of a host: JSON lines in its data folder, from its start to its end, and what ended it when that was none of its own doing. */
import { existsSync } from 'node:fs';
import { release } from 'node:os';
import { pino, stdTimeFunctions } from 'pino';
import { toErrorData } from '../contract/errors.ts';
import { logFolder } from '../studio/data-folder.ts';
import type { Log, LogData } from '../studio/log.ts';
import { createRedactor } from '../studio/redact.ts';
import { type Bounds, openRotatingFile, type RotatingFile } from './rotating-file.ts';

export interface LogFile extends Log {
  /** Says how the host ended, and no longer listens for what ends it. */
  close(data?: LogData): void;
}

export interface LogFileOptions {
  /** The data folder. */
  data: string;
  /** Which program this is: `desktop`, `serve`, `encode`. */
  door: string;
  /** Muxwell's own. */
  version: string;
  /** false: a data folder that is not there is not made, and nothing is written (a single run of a command). Default true. */
  makes?: boolean;
  /** For tests. */
  bounds?: Bounds;
}

/** Of a text in a line so many characters are kept, and of a list so many entries. */
const longest = { text: 8000, list: 100 };

/** Tells its start at once. Whoever opens it closes it. */
export function openLog({ data: dataFolder, door, version, makes = true, bounds }: LogFileOptions): LogFile {
  const redactor = createRedactor();
  const folder = makes || existsSync(dataFolder) ? logFolder(dataFolder) : null;
  const file = folder === null ? null : openFile(folder, bounds);
  const logger = pino(
    {
      ...{ base: { pid: process.pid }, messageKey: 'what', nestedKey: 'data', timestamp: stdTimeFunctions.isoTime },
      ...{ enabled: Boolean(file), formatters: { level: (level) => ({ level }) } },
    },
    file || { write() {} },
  );
  const at =
    (level: 'info' | 'warn' | 'error') =>
    (what: string, data: LogData = {}) =>
      logger[level](shortened(redactor.cleanData(data)), what);
  const log: Log = {
    ...{ info: at('info'), warn: at('warn'), error: at('error'), hide: redactor.hide, clean: redactor.clean },
    tail: (count) => file?.tail(count) ?? [],
    folder: file ? folder : null,
  };

  const { node, electron } = process.versions;
  const system = { platform: process.platform, arch: process.arch, release: release() };
  log.info('started', { door, version, node, ...(electron && { electron }), ...system });
  // It is told before the process does what it would do anyway.
  const onUncaught = (error: unknown, origin: string) => {
    log.error('uncaught', { origin, ...toErrorData(error) });
    file?.flush();
  };
  const onExit = () => file?.flush();
  process.on('uncaughtExceptionMonitor', onUncaught).on('exit', onExit);
  return {
    ...log,
    close(data) {
      log.info('ended', data);
      process.off('uncaughtExceptionMonitor', onUncaught).off('exit', onExit);
      file?.flush();
    },
  };
}

/** Runs a host's work with a log that tells its start and its end, whichever that is. `work` returns the exit code. */
export async function withLog(options: LogFileOptions, work: (log: Log) => Promise<number>): Promise<number> {
  const log = openLog(options);
  try {
    const code = await work(log);
    log.close({ code });
    return code;
  } catch (thrown) {
    log.error('gave-up', { ...toErrorData(thrown) });
    log.close();
    throw thrown;
  }
}

/** null where nothing can be written: a host does its work without a log, too. */
function openFile(folder: string, bounds?: Bounds): RotatingFile | null {
  try {
    return openRotatingFile(folder, bounds);
  } catch (error) {
    console.error(`There is no log: ${error instanceof Error ? error.message : error}`);
    return null;
  }
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longest.text ? `${value.slice(0, longest.text)}…` : value;
  if (Array.isArray(value)) {
    const more = value.length - longest.list;
    return [...value.slice(0, longest.list).map(shortened), ...(more > 0 ? [`… and ${more} more`] : [])];
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shortened(one)]));
}
