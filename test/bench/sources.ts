/** The films that are worked on: a moving test picture with noise over it, and two tones with noise, the same on every run. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { finishMp4 } from '../../native/engine/mp4/finish.ts';
import { makeClip } from '../fixtures/clips.ts';
import { muxPlan, planOf } from '../fixtures/cut-files.ts';

/** A kind of film; `seconds` is its full length, `quickSeconds` the one of a quick look. */
export interface Film {
  size: string;
  bitRate: number;
  seconds: number;
  quickSeconds: number;
  copies: number;
  quickCopies: number;
  /** x264's preset. */
  preset?: string;
  /** How often it plays in a row in its file: long films are made of short ones. */
  repeats?: number;
  quickRepeats?: number;
}

/** All films, by name. */
export const films = {
  '480p': { size: '854x480', bitRate: 5e6, seconds: 20, quickSeconds: 4, copies: 1, quickCopies: 1 },
  '1080p': { size: '1920x1080', bitRate: 12e6, seconds: 10, quickSeconds: 2, copies: 1, quickCopies: 1 },
  'clip-240p': { size: '320x240', bitRate: 5e5, seconds: 2, quickSeconds: 2, copies: 40, quickCopies: 6 },
  '2-gb': { size: '1920x1080', bitRate: 42e6, preset: 'ultrafast', seconds: 10, quickSeconds: 2, copies: 1, quickCopies: 1, repeats: 40 },
  long: { size: '320x240', bitRate: 140e3, seconds: 60, quickSeconds: 10, copies: 1, quickCopies: 1, repeats: 120, quickRepeats: 6 },
  small: { size: '320x240', bitRate: 5e5, seconds: 2, quickSeconds: 2, copies: 200, quickCopies: 12 },
} as const satisfies Record<string, Film>;

export type FilmName = keyof typeof films;

const voice = (hertz: number, seed: number) => `0.4*sin(2*PI*${hertz}*t)+0.2*(random(${seed})-0.5)`;

/** Makes a film in a folder; the paths of all its copies. */
export async function makeFilm(name: FilmName, folder: string, quick: boolean): Promise<string[]> {
  Log.setLevel(AV_LOG_ERROR);
  const { size, bitRate, preset = 'veryfast', ...film }: Film = films[name];
  const [seconds, copies] = quick ? [film.quickSeconds, film.quickCopies] : [film.seconds, film.copies];
  const repeats = (quick ? film.quickRepeats : film.repeats) ?? 1;
  const paths = Array.from({ length: copies }, (_, index) => join(folder, `${name}-${index + 1}.mp4`));
  const [first = '', ...others] = paths;
  const part = repeats > 1 ? join(folder, `${name}-part.mp4`) : first;
  makeClip(part, {
    muxer: 'mp4',
    muxerOptions: { movflags: '+faststart' },
    streams: [
      {
        source: `testsrc2=s=${size}:r=30:d=${seconds},noise=alls=12:allf=t,format=yuv420p`,
        encoder: 'libx264',
        // A fixed number of threads: x264 decides a little differently with another.
        options: { preset, b: String(bitRate), g: '60', threads: '4' },
      },
      { source: `aevalsrc='${voice(440, 0)}|${voice(660, 1)}':c=stereo:s=48000:d=${seconds}`, encoder: 'aac', options: { b: '160000' } },
    ],
  });
  if (part !== first) {
    muxPlan(planOf(Array.from({ length: repeats }, () => part)), first);
    await finishMp4(first, { chapters: [], faststart: true });
    rmSync(part);
  }
  for (const path of others) copyFileSync(first, path);
  return paths;
}
