/** What is measured: one row per case. */
import type { Overrides } from '../../native/contract/preset.ts';
import { commandLineSide, studioSide, warmWorker } from './muxwell-sides.ts';
import type { Side, Task } from './sides.ts';
import type { FilmName } from './sources.ts';

/** A case: the same films and settings on both sides. */
export interface Case {
  name: string;
  title: string;
  film: FilmName;
  preset: string;
  /** Over the preset, on both sides. The command line has none: there the preset's own quality counts on both sides. */
  overrides: Overrides;
  parallel: number;
  /** What counts is memory. */
  watched: boolean;
  ours(task: Task): Promise<Side>;
}

/** H.264 `veryfast` and AAC at 160 kb/s in MP4, at the source's size and rate for all films here. */
const common = { preset: 'very-fast-1080p30', parallel: 1, watched: false };

/** In the order they run. */
export const cases: Case[] = [
  {
    ...common,
    name: '480p-ultrafast-warm',
    title: '480p, x264 ultrafast, CRF 23: a warm worker against an ffmpeg process',
    film: '480p',
    overrides: { speed: 'ultrafast', quality: 23 },
    ours: warmWorker,
  },
  {
    ...common,
    name: '1080p-veryfast-warm',
    title: '1080p, x264 veryfast, CRF 23: a warm worker against an ffmpeg process',
    film: '1080p',
    overrides: { quality: 23 },
    ours: warmWorker,
  },
  {
    ...common,
    name: '1080p-veryfast-process',
    title: '1080p, x264 veryfast, CRF 24: a whole muxwell process against an ffmpeg process',
    film: '1080p',
    overrides: {},
    ours: commandLineSide,
  },
  {
    ...common,
    name: 'batch-40',
    title: '40 clips of 2 s, 320×240, x264 veryfast, CRF 23, two at a time: a studio against ffmpeg processes',
    film: 'clip-240p',
    overrides: { quality: 23 },
    parallel: 2,
    ours: studioSide,
  },
  {
    ...common,
    name: 'rss',
    title: '1080p, x264 veryfast, CRF 24: peak memory of a muxwell process and its worker against an ffmpeg process',
    film: '1080p',
    overrides: {},
    watched: true,
    ours: commandLineSide,
  },
];
