/** The text of a bug report: what this is, what it runs on, what is chosen otherwise than usual, and all that is known of one job. */
import { release } from 'node:os';
import type { About, Commands, Machine, State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import { size } from '../contract/words.ts';
import { describeDevice } from './device-words.ts';
import type { Log } from './log.ts';
import type { Prober } from './prober.ts';
import { type JobFacts, reportJob } from './report-job.ts';
import { block, list } from './report-words.ts';
import { standardSettings } from './settings.ts';

export interface Reporter {
  about(): Promise<About>;
  /** Throws unknown-job. */
  report(input: Commands['report']): Promise<{ text: string }>;
}

export interface ReporterDeps {
  state: StateOwner<State>;
  prober: Prober;
  log: Log;
  /** Throws unknown-job. */
  jobFacts(id: string): JobFacts;
}

/** How long a worker may take to say what it is; one that reads a long file has other things to do, ms. */
const patienceMs = 5000;
/** Of the application log so many lines, and of a line so many characters. */
const longest = { lines: 60, line: 600 };

export function createReporter({ state, prober, log, jobFacts }: ReporterDeps): Reporter {
  const machine = () => state.get('machine', 'studio') as Machine;
  let ffmpeg: string | null = null;

  async function about(): Promise<About> {
    const { node, electron } = process.versions;
    return {
      muxwell: machine().version,
      runtime: electron ? `Electron ${electron} (Node ${node})` : `Node ${node}`,
      ffmpeg: ffmpeg ?? (await askWorker()),
      logs: log.folder && log.clean(log.folder),
    };
  }

  /** An answer is kept; a failure is asked about again. */
  async function askWorker(): Promise<string> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new StudioError('timed-out', 'Its worker is busy.')), patienceMs);
    try {
      const versions = await prober.versions(late.signal);
      ffmpeg = `FFmpeg ${versions.ffmpeg} (node-av ${versions.nodeAv})`;
      return ffmpeg;
    } catch (thrown) {
      const { message, detail } = toErrorData(thrown);
      return `FFmpeg: ${[message, detail?.split('\n')[0]].filter(Boolean).join(' ')}`;
    } finally {
      clearTimeout(timer);
    }
  }

  async function system(): Promise<string[]> {
    const { muxwell, runtime, ffmpeg: library } = await about();
    const { platform, processor, cores, memoryBytes } = machine();
    return list([
      `Muxwell ${muxwell}`,
      runtime,
      library,
      `${platform} ${release()} ${process.arch}`,
      `${processor}, ${cores} cores, ${size(memoryBytes)} of memory`,
      `written ${new Date().toISOString()}`,
    ]);
  }

  function hardware(): string[] {
    const devices = Object.values(state.all('hardware')).map((device) => describeDevice(device, true));
    return devices.length > 0 ? block(devices.join('\n').split('\n')) : ['None but the processor.'];
  }

  /** What was used last is no choice. */
  function settings(): string[] {
    const { recent: _, ...chosen } = state.get('settings', 'studio') ?? standardSettings;
    const changed = Object.entries(chosen).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(standardSettings[name as keyof typeof chosen]),
    );
    return changed.length > 0 ? list(changed.map(([name, value]) => `${name}: ${JSON.stringify(value)}`)) : ['None.'];
  }

  function lastLines(): string[] {
    const lines = log.tail(longest.lines).map((line) => (line.length > longest.line ? `${line.slice(0, longest.line)}…` : line));
    return lines.length > 0 ? block(lines) : ['There is none.'];
  }

  return {
    about,
    async report({ job }) {
      const facts = job === undefined ? null : jobFacts(job);
      const parts: [title: string, lines: string[]][] = [
        ['System', await system()],
        ['Graphics cards', hardware()],
        ['Settings that are not the usual ones', settings()],
        ...(facts ? reportJob(facts) : []),
        ['The end of the application log', lastLines()],
      ];
      const text = ['# Muxwell report', ...parts.flatMap(([title, lines]) => [`## ${title}`, lines.join('\n')])].join('\n\n');
      return { text: log.clean(`${text}\n`) };
    },
  };
}
