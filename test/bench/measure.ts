/** Wall clock and CPU of work, and the memory peaks of a process and its children, as Linux counts them. */
import { readFileSync } from 'node:fs';

/** CPU is null where the system has no /proc. */
export interface Cost {
  wall: number;
  cpu: number | null;
}

/** Whose CPU counts. Children that end during the work always do, with all that they started. */
export interface Workers {
  /** This process does part of the work. */
  host: boolean;
  /** Process ids of children that work and live on. */
  living(): number[];
}

/** For work that is all done by processes that end. */
export const onlyChildren: Workers = { host: false, living: () => [] };

/** Memory peaks in bytes: of the program itself, of its largest child (0 without), and of all its processes together. */
export interface Peaks {
  program: number;
  child: number;
  all: number;
}

/** Linux tells CPU in hundredths of a second on every architecture (USER_HZ). */
const ticksPerSecond = 100;
/** Places in /proc/PID/stat after the program's name (proc_pid_stat(5)): user and system, own and of ended children. */
const own = [11, 12];
const ended = [13, 14];
const peakPollMs = 20;

const hasProc = process.platform === 'linux';

/** Seconds that work took, by the clock and by all processors together. */
export async function timed(work: () => Promise<void>, workers: Workers): Promise<Cost> {
  const before = cpuSeconds(workers);
  const begun = performance.now();
  await work();
  const wall = (performance.now() - begun) / 1000;
  const after = cpuSeconds(workers);
  if (String(before.pids) !== String(after.pids)) throw new Error('A worker was replaced while it was measured.');
  return { wall, cpu: hasProc ? after.seconds - before.seconds : null };
}

/** The same by the clock alone. */
export async function timedByClock(work: () => Promise<void>): Promise<Cost> {
  const begun = performance.now();
  await work();
  return { wall: (performance.now() - begun) / 1000, cpu: null };
}

function cpuSeconds({ host, living }: Workers): { pids: number[]; seconds: number } {
  const pids = living();
  if (!hasProc) return { pids, seconds: 0 };
  const { user, system } = host ? process.cpuUsage() : { user: 0, system: 0 };
  const ticks = pids.reduce((sum, pid) => sum + ticksOf(pid, own), ticksOf('self', ended));
  return { pids, seconds: ticks / ticksPerSecond + (user + system) / 1e6 };
}

function ticksOf(pid: number | 'self', places: number[]): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const values = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return places.reduce((sum, place) => sum + Number(values[place]), 0);
}

/** Watches a process and its children until `stop`, which tells their peaks; null where the system has no /proc. */
export function watchPeaks(root: number): { stop(): Peaks | null } {
  const peaks = new Map<number, number>();
  const look = (pid: number) => {
    // The kernel keeps the peak itself: the last look before the end has it.
    const peak = /VmHWM:\s+(\d+) kB/.exec(readProc(`${pid}/status`))?.[1];
    if (peak) peaks.set(pid, Number(peak) * 1024);
    for (const child of readProc(`${pid}/task/${pid}/children`).split(' ').filter(Boolean)) look(Number(child));
  };
  const timer = setInterval(() => look(root), peakPollMs);
  return {
    stop() {
      clearInterval(timer);
      if (peaks.size === 0) return null;
      const children = [...peaks].filter(([pid]) => pid !== root).map(([, peak]) => peak);
      const program = peaks.get(root) ?? 0;
      return { program, child: Math.max(0, ...children), all: children.reduce((sum, peak) => sum + peak, program) };
    },
  };
}

/** The peaks of workers that live on, since they were started; null where the system has no /proc. */
export function peaksOf(pids: number[]): Peaks | null {
  const peaks = pids.map((pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readProc(`${pid}/status`))?.[1] ?? 0) * 1024);
  if (!hasProc) return null;
  return { program: 0, child: Math.max(0, ...peaks), all: peaks.reduce((sum, peak) => sum + peak, 0) };
}

/** A process may end at any moment: nothing is left to read then. */
function readProc(name: string): string {
  try {
    return readFileSync(`/proc/${name}`, 'latin1');
  } catch {
    return '';
  }
}
