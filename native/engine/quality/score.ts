/** How near coded pictures come to those that the encoder was given: XPSNR and SSIM by FFmpeg's filters, pooled over all that is added. */
import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import type { Rational } from '../../contract/media.ts';
import type { Score } from '../../contract/quality.ts';
import { AGAIN, check, END } from '../av-error.ts';
import { ratio } from '../filter-chain.ts';
import { type Comparable, createComparable } from './comparable.ts';

/** XPSNR of equal pictures would be infinite, dB. */
const equal = 100;

/** What was measured, so that several stretches of a film can be told as one figure. */
export interface Measured {
  frames: number;
  /** Of every plane (Y, U, V), the sum of distances as shares of full scale. XPSNR means these (vf_xpsnr's square-mean-root average). */
  distances: number[];
  ssim: number;
}

export interface Scorer {
  /** Pictures in the order they are shown; the first of a stretch is not counted, because XPSNR weighs by what has moved. */
  add(reference: Frame, coded: Frame): void;
  measured(): Measured;
  close(): void;
}

/** `rate` is frames per second: XPSNR looks further back in fast films. */
export function createScorer(rate: Rational | null): Scorer {
  const perSecond = rate ?? { num: 25, den: 1 };
  const out = new Frame();
  out.alloc();
  let graph: Graph | null = null;
  let comparable: { reference: Comparable; coded: Comparable } | null = null;
  let count = 0n;
  let first: Measured | null = null;
  const rest: Measured = { frames: 0, distances: [], ssim: 0 };

  function take(frame: Frame): void {
    const figures = frame.getMetadata().getAll();
    const planes = ['y', 'u', 'v'].flatMap((plane) => figures[`lavfi.xpsnr.xpsnr.${plane}`] ?? []);
    const one = { frames: 1, distances: planes.map((text) => distance(Number(text))), ssim: Number(figures['lavfi.ssim.All'] ?? 0) };
    if (first) add(rest, one);
    else first = one;
  }

  function pull(sink: FilterContext): void {
    for (;;) {
      const result = sink.buffersinkGetFrameSync(out);
      if (result === AGAIN || result === END) return;
      check(result, 'filter', 'the score');
      take(out);
      out.unref();
    }
  }

  function compare(reference: Frame, coded: Frame): void {
    graph ??= build(reference, perSecond);
    reference.pts = coded.pts = count++;
    check(graph.reference.buffersrcAddFrameSync(reference), 'filter', 'the score');
    check(graph.coded.buffersrcAddFrameSync(coded), 'filter', 'the score');
    pull(graph.sink);
  }

  return {
    add(reference, coded) {
      // Where the two say different things of the same numbers, FFmpeg would convert one before it compares.
      coded.colorSpace = reference.colorSpace;
      coded.colorRange = reference.colorRange;
      comparable ??= { reference: createComparable(reference.format), coded: createComparable(reference.format) };
      const made: Frame[] = [];
      const use = (frame: Frame) => {
        made.push(frame);
        return frame;
      };
      try {
        compare(use(comparable.reference.of(reference)), use(comparable.coded.of(coded)));
      } finally {
        for (const frame of made) frame.free();
      }
    },
    measured() {
      if (graph) {
        for (const source of [graph.reference, graph.coded]) check(source.buffersrcAddFrameSync(null), 'filter', 'the score');
        pull(graph.sink);
        graph.graph.free();
        graph = null;
      }
      return rest.frames > 0 || !first ? rest : first;
    },
    close() {
      graph?.graph.free();
      graph = null;
      comparable?.reference.close();
      comparable?.coded.close();
      out.free();
    },
  };
}

/** 40 dB is a hundredth of full scale; equal pictures, for which FFmpeg says `inf`, are none. */
const distance = (decibels: number) => (Number.isFinite(decibels) ? 10 ** (-decibels / 20) : 0);

function add(sum: Measured, one: Measured): void {
  sum.frames += one.frames;
  one.distances.forEach((value, plane) => {
    sum.distances[plane] = (sum.distances[plane] ?? 0) + value;
  });
  sum.ssim += one.ssim;
}

/** One figure of several stretches. Of XPSNR's planes the worst counts, as FFmpeg's own summary has it. */
export function scoreOf(parts: Measured[]): Score {
  const sum: Measured = { frames: 0, distances: [], ssim: 0 };
  for (const part of parts) add(sum, part);
  const worst = Math.max(...sum.distances) / sum.frames;
  return { xpsnr: worst > 0 ? Math.min(equal, -20 * Math.log10(worst)) : equal, ssim: sum.ssim / Math.max(1, sum.frames) };
}

interface Graph {
  graph: FilterGraph;
  reference: FilterContext;
  coded: FilterContext;
  sink: FilterContext;
}

function build({ width, height, format, colorSpace, colorRange }: Frame, rate: Rational): Graph {
  const graph = new FilterGraph();
  graph.alloc();
  const create = (name: string, id: string) => graph.createFilter(Filter.getByName(name) as Filter, id) as FilterContext;
  const link = (from: FilterContext, pad: number, to: FilterContext, toPad: number) =>
    check(from.link(pad, to, toPad), 'filter', 'the score');
  try {
    const source = (id: string) => {
      const context = graph.allocFilter(Filter.getByName('buffer') as Filter, id) as FilterContext;
      const picture = `video_size=${width}x${height}:pix_fmt=${format}:colorspace=${colorSpace}:range=${colorRange}`;
      check(
        context.initStr(`${picture}:time_base=${rate.den}/${rate.num}:frame_rate=${ratio(rate)}:pixel_aspect=1/1`),
        'filter',
        'the score',
      );
      return context;
    };
    const made = { reference: source('reference'), coded: source('coded') };
    const sink = create('buffersink', 'out');
    const split = create('split', 'split');
    const xpsnr = create('xpsnr', 'xpsnr');
    const ssim = create('ssim', 'ssim');
    link(made.coded, 0, split, 0);
    link(made.reference, 0, xpsnr, 0);
    link(split, 0, xpsnr, 1);
    link(xpsnr, 0, ssim, 0);
    link(split, 1, ssim, 1);
    link(ssim, 0, sink, 0);
    check(graph.configSync(), 'filter', 'the score');
    return { graph, ...made, sink };
  } catch (error) {
    graph.free();
    throw error;
  }
}
