/** `npm run bench`: measures Muxwell against an ffmpeg on the same work, in interleaved pairs, and prints ratios. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { ManyJobs } from '../fixtures/many-jobs.ts';
import { type Case, cases } from './cases.ts';
import { type ChunksFigure, chunksTable, measureChunks } from './chunks.ts';
import { type LiveFigure, liveTable, measureLive } from './live.ts';
import { measureSoak, type SoakFigure, soakTable } from './live-soak.ts';
import { checkBuild } from './muxwell-sides.ts';
import { measurePage, type PageFigure, pageTable } from './page.ts';
import { type Ffmpeg, findFfmpeg } from './program.ts';
import { isFair, type Pair, type Result, resultOf, tableOf } from './report.ts';
import { ffmpegSide, type Task } from './sides.ts';
import { type FilmName, makeFilm } from './sources.ts';
import { isClean, measureThousand, thousandTable } from './thousand.ts';

interface Options {
  rounds?: number;
  only?: string;
  quick: boolean;
  /** A file, or true for standard output. */
  json?: string | true;
}

/** What is not held against an ffmpeg. */
const others = ['live', 'live-soak', 'chunks', 'page', 'thousand'];

const usualRounds = 5;
const quickRounds = 1;

const options = new Command('bench')
  .description('Measures Muxwell against the ffmpeg that FFMPEG names or PATH has. Ratios are Muxwell over ffmpeg.')
  .option('--rounds <number>', `pairs per case (default: ${usualRounds}, with --quick ${quickRounds})`, wholeNumber)
  .option('--only <name>', `one case: ${[...cases.map((row) => row.name), ...others].join(', ')}`, caseName)
  .option('--quick', 'short films and one pair: only shows that it works', false)
  .option('--json [file]', 'the figures as JSON too, to a file or to standard output')
  .parse()
  .opts<Options>();

const folder = mkdtempSync(join(tmpdir(), 'muxwell-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

/** Standard output is the JSON's when it goes there. */
const say = options.json === true ? console.error : console.log;
const rounds = options.rounds ?? (options.quick ? quickRounds : usualRounds);
const madeFilms = new Map<FilmName, string[]>();

const stale = await checkBuild();
if (stale) say(stale);
const found = findFfmpeg();
const ffmpeg = typeof found === 'string' ? null : found;
const processors = { model: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
say(
  typeof found === 'string'
    ? found
    : `Against ffmpeg ${found.version}, on ${processors.cores} × ${processors.model}, ${rounds} pairs a case.`,
);

const results: Result[] = [];
for (const row of cases.filter(({ name }) => !options.only || name === options.only)) {
  const result = resultOf(row, await measure(row, ffmpeg));
  results.push(result);
  say(`\n${tableOf(result)}`);
}
let live: LiveFigure | null = null;
if (!options.only || options.only === 'live') {
  live = await measureLive(folder, ffmpeg, options.quick);
  say(`\n${liveTable(live)}`);
}
let soak: SoakFigure | null = null;
if (options.only === 'live-soak') {
  soak = await measureSoak(folder, options.quick);
  say(`\n${soakTable(soak)}`);
}
let chunks: ChunksFigure | null = null;
if (!options.only || options.only === 'chunks') {
  chunks = await measureChunks(folder, options.quick ? 1 : 3, options.quick);
  say(`\n${chunksTable(chunks)}`);
}
let page: PageFigure[] = [];
if (!options.only || options.only === 'page') {
  page = await measurePage(folder, rounds);
  say(`\n${pageTable(page)}`);
}
let thousand: ManyJobs | null = null;
if (options.only === 'thousand') {
  thousand = await measureThousand(folder, options.quick);
  say(`\n${thousandTable(thousand)}`);
}
const report = {
  ffmpeg: ffmpeg?.version ?? null,
  node: process.version,
  processors,
  rounds,
  quick: options.quick,
  cases: results,
  live,
  soak,
  chunks,
  page,
  thousand,
};
const json = `${JSON.stringify(report, null, 2)}\n`;
if (options.json === true) process.stdout.write(json);
else if (options.json) writeFileSync(options.json, json);
process.exitCode = results.every(isFair) && (!thousand || isClean(thousand)) ? 0 : 1;

/** Runs the pairs of a case, after one of each side that does not count. */
async function measure(row: Case, against: Ffmpeg | null): Promise<Pair[]> {
  const sources = madeFilms.get(row.film) ?? (await makeFilm(row.film, folder, options.quick));
  madeFilms.set(row.film, sources);
  const { how, parallel, watched } = row;
  const taskOf = (side: string): Task => {
    const to = join(folder, `${row.name}-${side}`);
    mkdirSync(to);
    return { sources, folder: to, how, parallel, watched };
  };
  const ours = await row.ours(taskOf('ours'));
  const theirs = against && ffmpegSide(taskOf('theirs'), against.program);
  try {
    const pair = async (): Promise<Pair> => ({ ours: await ours.run(), theirs: theirs && (await theirs.run()) });
    await pair();
    const pairs: Pair[] = [];
    while (pairs.length < rounds) pairs.push(await pair());
    return pairs;
  } finally {
    await ours.close();
  }
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 90) throw new InvalidArgumentError('It must be a whole number from 1 to 90.');
  return number;
}

function caseName(text: string): string {
  if (!others.includes(text) && !cases.some(({ name }) => name === text)) throw new InvalidArgumentError('There is no such case.');
  return text;
}
