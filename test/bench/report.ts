/** From runs to figures: medians, ratios of pairs, and the table a person reads. */
import type { Case } from './cases.ts';
import type { Run } from './sides.ts';

/** Two runs, one right after the other; `theirs` is null without an ffmpeg. */
export interface Pair {
  ours: Run;
  theirs: Run | null;
}

/** One measured quantity. Ratios are ours over theirs: below 1 Muxwell needs less. */
export interface Figure {
  ours: number;
  theirs: number | null;
  /** Median, least and greatest of the ratios of single pairs. */
  ratio: number | null;
  range: [number, number] | null;
}

/** A case with its figures; null for what was not measured. Seconds and bytes. */
export interface Result {
  name: string;
  title: string;
  figures: Record<string, Figure | null>;
  pairs: Pair[];
}

type Reading = [ours: (run: Run) => number | null | undefined, theirs: (run: Run) => number | null | undefined];
type Format = (value: number) => string;

const seconds: Format = (value) => `${value.toFixed(2)} s`;
const megabytes: Format = (value) => `${(value / 1e6).toFixed(2)} MB`;

const times: Record<string, Reading> = { wall: [(run) => run.wall, (run) => run.wall], cpu: [(run) => run.cpu, (run) => run.cpu] };
const memory: Record<string, Reading> = {
  worker: [(run) => run.peaks?.child, (run) => run.peaks?.all],
  // A worker alone has no program around it.
  host: [(run) => run.peaks?.program || null, (run) => run.peaks?.all],
  all: [(run) => run.peaks?.all, (run) => run.peaks?.all],
};
const size: Record<string, Reading> = { bytes: [(run) => run.bytes, (run) => run.bytes] };
const formats: Record<string, Format> = { wall: seconds, cpu: seconds };

/** How far the sizes of the results may be apart; more means that the two sides did not do the same. */
const sizeTolerance = 0.03;

const median = (values: number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
};

/** The figures of a case's pairs. */
export function resultOf({ name, title, watched }: Case, pairs: Pair[]): Result {
  const readings = Object.entries({ ...(watched ? memory : times), ...size });
  const figures = Object.fromEntries(readings.map(([key, reading]) => [key, figureOf(pairs, reading)]));
  return { name, title, figures, pairs };
}

function figureOf(pairs: Pair[], [readOurs, readTheirs]: Reading): Figure | null {
  const rows = pairs.map(({ ours, theirs }) => ({ ours: readOurs(ours), theirs: theirs && readTheirs(theirs) }));
  const ours = rows.flatMap((row) => row.ours ?? []);
  const theirs = rows.flatMap((row) => row.theirs ?? []);
  if (ours.length === 0) return null;
  if (theirs.length === 0) return { ours: median(ours), theirs: null, ratio: null, range: null };
  const ratios = rows.flatMap((row) => (row.ours && row.theirs ? row.ours / row.theirs : []));
  return { ours: median(ours), theirs: median(theirs), ratio: median(ratios), range: [Math.min(...ratios), Math.max(...ratios)] };
}

/** False when the results' sizes say that the two sides had different settings. */
export const isFair = ({ figures }: Result) => Math.abs((figures['bytes']?.ratio ?? 1) - 1) < sizeTolerance;

/** The table of one case. */
export function tableOf(result: Result): string {
  const rows = Object.entries(result.figures).map(([key, figure]) => {
    const format = formats[key] ?? megabytes;
    const cell = (value: number | null | undefined, write: Format) => (value === null || value === undefined ? '–' : write(value));
    const range = figure?.range?.map((ratio) => ratio.toFixed(3)).join('–') ?? '';
    return [key, cell(figure?.ours, format), cell(figure?.theirs, format), cell(figure?.ratio, (ratio) => ratio.toFixed(3)), range];
  });
  const all = [['', 'Muxwell', 'ffmpeg', 'ratio', 'range'], ...rows];
  const widths = [8, 12, 12, 8, 14];
  const lines = all.map((row) => row.map((text, at) => (at === 0 ? text.padEnd(8) : text.padStart(widths[at] ?? 0))).join(''));
  const unfair = isFair(result)
    ? []
    : [`  The results differ by more than ${sizeTolerance * 100} % in size: the two sides did not do the same.`];
  return [`${result.name}  ${result.title}`, ...lines.map((line) => `  ${line.trimEnd()}`), ...unfair].join('\n');
}
