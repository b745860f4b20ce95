/** Text drawn by libass, through FFmpeg's filter: a file and fonts in a folder of its own, which is gone afterwards. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AVColorSpace } from 'node-av/constants';
import type { Rational } from '../../contract/media.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import { createChain } from '../filter-chain.ts';
import { toTicks } from '../legs.ts';
import { scratch } from '../scratch.ts';
import { pictureShape } from '../video-filters.ts';
import { assFile } from './ass-file.ts';
import type { Painter } from './drawing.ts';
import { pathInFilter } from './filter-words.ts';
import { matrixOf } from './ink.ts';
import { type Stage, shownSize } from './place.ts';
import type { SubtitleTrack } from './read-track.ts';

/** Added to every time that libass sees, seconds: texts that began so long before the first picture still move as they should. */
const lead = 60;

export function createTextPainter(track: SubtitleTrack, plan: VideoEncode, stage: Stage, timeBase: Rational, subject: string): Painter {
  const shown = shownSize(stage);
  const { text, spans } = assFile(track, stage, plan.color, lead * 1000);
  const isSeen = createSpans(spans);
  const folder = mkdtempSync(join(scratch(), 'muxwell-text-'));
  const file = join(folder, 'text.ass');
  const fonts = join(folder, 'fonts');
  writeFileSync(file, text);
  mkdirSync(fonts);
  for (const [n, font] of track.fonts.entries()) writeFileSync(join(fonts, `${n}.ttf`), font);
  const restore = offerFallbackFont(folder);

  const words = [`filename=${pathInFilter(file)}`, `fontsdir=${pathInFilter(fonts)}`, `original_size=${shown.width}x${shown.height}`];
  const chain = createChain(
    subject,
    (frame) => pictureShape(frame, timeBase, plan.frameRate),
    // Libass draws into most formats, and the rest go through another and back.
    () => `ass=${words.join(':')},format=${plan.pixelFormat}`,
  );
  const later = toTicks(lead, timeBase);
  return {
    paint(frame, at, next) {
      if (!isSeen(at)) {
        next(frame);
        return;
      }
      const { colorSpace } = frame;
      // Libass's colours become the picture's by what the frame says of itself.
      frame.colorSpace = matrixOf(plan) as AVColorSpace;
      frame.pts += later;
      chain.process(frame, (drawn) => {
        drawn.pts -= later;
        next(drawn);
      });
      frame.pts -= later;
      frame.colorSpace = colorSpace;
    },
    close() {
      chain.close();
      restore();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Libass counts in hundredths of a second: a text may be seen that much before and after its time, milliseconds. */
const coarse = 10;

/** Whether anything is seen at a time that only goes forward, milliseconds. */
function createSpans(spans: { start: number; end: number }[]): (at: number) => boolean {
  let next = 0;
  let end = -Infinity;
  return (at) => {
    for (let span = spans[next]; span && span.start - coarse <= at; span = spans[++next]) end = Math.max(end, span.end + coarse);
    return at <= end;
  };
}

/** Our own fonts: beside the program, or where they are installed from. Native code reads no archive. */
const fontFolder = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../node_modules/dejavu-fonts-ttf/ttf' : './fonts', import.meta.url),
).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');

/** The settings of a machine's fonts where nobody names others. */
const systemFonts = '/etc/fonts/fonts.conf';

/**
 * On Linux, machines without a screen often have no fonts at all: fontconfig is told of ours, after all that the machine has.
 * Other systems always have fonts. Gives what undoes it.
 */
function offerFallbackFont(folder: string): () => void {
  if (process.platform !== 'linux' || !existsSync(fontFolder)) return () => {};
  const before = process.env['FONTCONFIG_FILE'];
  const config = join(folder, 'fonts.conf');
  const escaped = (path: string) => path.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  writeFileSync(
    config,
    [
      '<?xml version="1.0"?>',
      '<fontconfig>',
      `<include ignore_missing="yes">${escaped(before ?? systemFonts)}</include>`,
      `<dir>${escaped(fontFolder)}</dir>`,
      '<cachedir prefix="xdg">fontconfig</cachedir>',
      '</fontconfig>',
      '',
    ].join('\n'),
  );
  process.env['FONTCONFIG_FILE'] = config;
  return () => {
    if (before === undefined) delete process.env['FONTCONFIG_FILE'];
    else process.env['FONTCONFIG_FILE'] = before;
  };
}
