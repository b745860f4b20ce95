/** What is measured: one row per case. */
import type { Overrides } from '../../native/contract/preset.ts';
import { commandLineSide, studioSide, warmWorker } from './muxwell-sides.ts';
import type { Copying, Encoding, Side, Task } from './sides.ts';
import type { FilmName } from './sources.ts';

/** A case: the same films and settings on both sides. */
export interface Case {
  name: string;
  title: string;
  film: FilmName;
  /** On both sides. The command line knows no overrides: there the preset's own quality counts on both sides. */
  how: Encoding | Copying;
  parallel: number;
  /** What counts is memory. */
  watched: boolean;
  ours(task: Task): Promise<Side>;
}

/** H.264 `veryfast` and AAC at 160 kb/s in MP4, at the source's size and rate for all films here. */
const preset = 'very-fast-1080p30';
const common = { parallel: 1, watched: false };
const toMp4: Copying = { target: 'mp4', ffmpegOptions: [] };
const toMkv: Copying = { target: 'mkv', ffmpegOptions: [] };

const crf23: Overrides = { 'video.rate': { mode: 'quality', value: 23 } };

/** In the order they run. */
export const cases: Case[] = [
  {
    ...common,
    name: '480p-ultrafast-warm',
    title: '480p, x264 ultrafast, CRF 23: a warm worker against an ffmpeg process',
    film: '480p',
    how: { preset, overrides: { 'video.speed': 'ultrafast', ...crf23 } },
    ours: warmWorker,
  },
  {
    ...common,
    name: '1080p-veryfast-warm',
    title: '1080p, x264 veryfast, CRF 23: a warm worker against an ffmpeg process',
    film: '1080p',
    how: { preset, overrides: crf23 },
    ours: warmWorker,
  },
  {
    ...common,
    name: '1080p-veryfast-process',
    title: '1080p, x264 veryfast, CRF 24: a whole muxwell process against an ffmpeg process',
    film: '1080p',
    how: { preset, overrides: {} },
    ours: commandLineSide,
  },
  {
    ...common,
    name: 'batch-40',
    title: '40 clips of 2 s, 320×240, x264 veryfast, CRF 23, two at a time: a studio against ffmpeg processes',
    film: 'clip-240p',
    how: { preset, overrides: crf23 },
    parallel: 2,
    ours: studioSide,
  },
  {
    ...common,
    name: 'remux-mp4',
    title: '2 GB, MP4 with its index in front: a warm worker against ffmpeg -c copy, which leaves the index at the end',
    film: '2-gb',
    how: toMp4,
    ours: warmWorker,
  },
  {
    ...common,
    name: 'remux-faststart',
    title: '2 GB, MP4 with its index in front on both sides: a warm worker against ffmpeg -c copy -movflags +faststart',
    film: '2-gb',
    how: { target: 'mp4', ffmpegOptions: ['-movflags', '+faststart'] },
    ours: warmWorker,
  },
  {
    ...common,
    name: 'remux-mkv',
    title: '2 GB, MP4 to Matroska: a warm worker against ffmpeg -c copy',
    film: '2-gb',
    how: toMkv,
    ours: warmWorker,
  },
  {
    ...common,
    name: 'remux-long',
    title: '2 hours of 300 kb/s, MP4 with its index in front: a warm worker against ffmpeg -c copy -movflags +faststart',
    film: 'long',
    how: { target: 'mp4', ffmpegOptions: ['-movflags', '+faststart'] },
    ours: warmWorker,
  },
  {
    ...common,
    name: 'remux-process',
    title: '2 GB, MP4 with its index in front: a whole muxwell process, to the disk, against ffmpeg -c copy -movflags +faststart',
    film: '2-gb',
    how: { target: 'mp4', ffmpegOptions: ['-movflags', '+faststart'] },
    ours: commandLineSide,
  },
  {
    ...common,
    name: 'remux-200',
    title: '200 clips of 2 s, MP4 to Matroska, two at a time: a pool of warm workers against ffmpeg processes',
    film: 'small',
    how: toMkv,
    parallel: 2,
    ours: warmWorker,
  },
  {
    ...common,
    name: 'remux-200-studio',
    title: '200 clips of 2 s, MP4 to Matroska, two at a time: a studio from start to end against ffmpeg processes',
    film: 'small',
    how: toMkv,
    parallel: 2,
    ours: studioSide,
  },
  {
    ...common,
    name: 'remux-rss',
    title: '2 GB, MP4 with its index in front: peak memory of a worker against an ffmpeg process',
    film: '2-gb',
    how: toMp4,
    watched: true,
    ours: warmWorker,
  },
  {
    ...common,
    name: 'rss',
    title: '1080p, x264 veryfast, CRF 24: peak memory of a muxwell process and its worker against an ffmpeg process',
    film: '1080p',
    how: { preset, overrides: {} },
    watched: true,
    ours: commandLineSide,
  },
];
