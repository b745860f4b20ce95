/** What is on air while there is no source, or while the person wants a break: a card, a picture or a film, with silence or music. */
import { basename } from 'node:path';
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { Slate as SlatePlan } from '../../contract/live.ts';
import type { LiveVideo } from '../../contract/live-plan.ts';
import { openDecoder } from '../decoder.ts';
import { openPicture } from '../picture-file.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { createCard } from './card.ts';
import { createLoop } from './loop.ts';
import { createStereoChain, type Stereo, samplesOf } from './sound.ts';

export interface Slate {
  /** The picture `seconds` after it went on air. */
  picture(seconds: number): Frame | null;
  sound(samples: number): Stereo;
  /** It goes on air: films and music start from their beginning. */
  begin(): void;
  close(): void;
}

/** `warn` is told in words what of the slate cannot be used; a card, and silence, are there always. */
export function createSlate(plan: SlatePlan, video: LiveVideo, pixelFormat: string, rate: number, warn: (words: string) => void): Slate {
  const canvas = createCanvas(video, pixelFormat, 'the slate');
  const trying = <T>(path: string | null, instead: string, open: (path: string) => T): T | null => {
    if (path === null) return null;
    try {
      return open(path);
    } catch (error) {
      const why = error instanceof StudioError ? error.message : `${basename(path)} cannot be used.`;
      warn(`${why} ${instead}`);
      return null;
    }
  };
  const openFilm = (path: string) => createLoop(path, 'video');
  const openMusic = (path: string) => createMusic(path, rate);
  let film = trying(plan.file, insteadOfPicture, (path) => (drawPicture(path, canvas) ? null : openFilm(path)));
  film?.play(0.001, (frame) => canvas.draw(frame));
  if (!canvas.picture()) drawCard(plan.text, video, canvas);
  let music = trying(plan.music, insteadOfMusic, openMusic);

  return {
    picture(seconds) {
      try {
        film?.play(seconds, (frame) => canvas.draw(frame));
      } catch {
        film?.close();
        film = null;
        drawCard(plan.text, video, canvas);
        warn(`The film of the slate cannot be played any further. ${insteadOfPicture}`);
      }
      return canvas.picture();
    },
    sound(samples) {
      try {
        if (music) return music.read(samples);
      } catch {
        music?.close();
        music = null;
        warn(`The music of the slate cannot be played any further. ${insteadOfMusic}`);
      }
      return [new Float32Array(samples), new Float32Array(samples)];
    },
    begin() {
      if (film) {
        film.close();
        film = trying(plan.file, insteadOfPicture, openFilm);
        if (!film) drawCard(plan.text, video, canvas);
      }
      if (music) {
        music.close();
        music = trying(plan.music, insteadOfMusic, openMusic);
      }
    },
    close() {
      film?.close();
      music?.close();
      canvas.close();
    },
  };
}

const insteadOfPicture = 'The slate is a card instead.';
const insteadOfMusic = 'The slate is silent.';

function drawCard(text: string, { width, height }: LiveVideo, canvas: Canvas): void {
  const card = createCard(text, width, height);
  canvas.draw(card);
  card.free();
}

/** false where the file is no picture. */
function drawPicture(path: string, canvas: Canvas): boolean {
  const picture = openPicture(path);
  if (!picture) return false;
  const packet = new Packet();
  packet.alloc();
  const { stream, context } = picture;
  const decoder = openDecoder({ parameters: stream.codecpar, timeBase: stream.timeBase, name: basename(path) }, 1, null);
  try {
    const draw = (frame: Frame) => canvas.draw(frame);
    if (context.readFrameSync(packet) >= 0) decoder?.decode(packet, draw);
    decoder?.decode(null, draw);
    if (!canvas.picture()) throw new StudioError('source-damaged', `${basename(path)} cannot be decoded.`);
    return true;
  } finally {
    packet.free();
    decoder?.close();
    picture.close();
  }
}

function createMusic(path: string, rate: number) {
  const loop = createLoop(path, 'audio');
  const chain = createStereoChain(basename(path), rate, loop.timeBase, '');
  const ready: Stereo[] = [];
  let have = 0;
  let used = 0;
  let until = 0;
  return {
    read(samples: number): Stereo {
      while (have < samples) {
        until += 0.2;
        loop.play(until, (frame) => {
          chain.process(frame, (out) => {
            const [left, right] = samplesOf(out);
            ready.push([left.slice(), right.slice()]);
            have += left.length;
          });
        });
      }
      const out: Stereo = [new Float32Array(samples), new Float32Array(samples)];
      for (let at = 0; at < samples; ) {
        const [piece] = ready;
        if (!piece) break;
        const part = Math.min(samples - at, piece[0].length - used);
        for (const side of [0, 1] as const) out[side].set(piece[side].subarray(used, used + part), at);
        at += part;
        used += part;
        if (used < piece[0].length) continue;
        ready.shift();
        used = 0;
      }
      have -= samples;
      return out;
    },
    close() {
      chain.close();
      loop.close();
    },
  };
}
