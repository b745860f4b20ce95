/**
 * Filter graphs that bring whatever a decoder gives to exactly what an encoder was opened for. When the source changes
 * its size, format or layout midway, the graph is emptied and built anew; the encoder never notices.
 */
import { AV_BUFFERSRC_FLAG_KEEP_REF, type AVPixelFormat, type AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDescribe,
  avGetPixFmtName,
  avGetSampleFmtName,
  Filter,
  type FilterContext,
  FilterGraph,
  FilterInOut,
  Frame,
} from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import type { AudioEncode, VideoEncode } from '../contract/plan.ts';
import { AGAIN, check, END } from './av-error.ts';

export interface FilterChain {
  /** Pushes a frame (null: the end) and hands on what comes out, with times in `timeBase`. Frames are only valid during the call. */
  process(frame: Frame | null, onFrame: (frame: Frame) => void): void;
  close(): void;
}

/** What makes a graph fit a frame; when it changes, a new graph is built. */
interface Shape {
  /** Differs when the graph must be built anew. */
  key: string;
  /** Filter names of source and sink, and the source's arguments. */
  source: 'buffer' | 'abuffer';
  sink: 'buffersink' | 'abuffersink';
  args: string;
}

interface Graph {
  key: string;
  graph: FilterGraph;
  source: FilterContext;
  sink: FilterContext;
}

/**
 * `shapeOf` reads a frame, `describe` writes the filters for it; `subject` names the source in errors.
 * `describe` may return null: frames then pass as they are.
 */
function createChain(subject: string, shapeOf: (frame: Frame) => Shape, describe: (frame: Frame) => string | null): FilterChain {
  let graph: Graph | 'none' | null = null;
  let key = '';
  const out = new Frame();
  out.alloc();

  function pull(current: Graph, onFrame: (frame: Frame) => void): void {
    for (;;) {
      const result = current.sink.buffersinkGetFrameSync(out);
      if (result === AGAIN || result === END) return;
      check(result, 'filter', subject);
      onFrame(out);
      out.unref();
    }
  }

  function end(onFrame: (frame: Frame) => void): void {
    if (graph && graph !== 'none') {
      check(graph.source.buffersrcAddFrameSync(null), 'filter', subject);
      pull(graph, onFrame);
      graph.graph.free();
    }
    graph = null;
  }

  return {
    process(frame, onFrame) {
      if (!frame) return end(onFrame);
      const shape = shapeOf(frame);
      if (!graph || shape.key !== key) {
        end(onFrame);
        key = shape.key;
        const filters = describe(frame);
        graph = filters === null ? 'none' : build(shape, filters, subject);
      }
      if (graph === 'none') return onFrame(frame);
      check(graph.source.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF), 'filter', subject);
      pull(graph, onFrame);
    },
    close() {
      if (graph && graph !== 'none') graph.graph.free();
      graph = null;
      out.free();
    },
  };
}

function build(shape: Shape, filters: string, subject: string): Graph {
  const graph = new FilterGraph();
  graph.alloc();
  // One job uses the machine through its codecs; more threads here only cost switches.
  graph.nbThreads = 1;
  const filter = (name: string) => Filter.getByName(name) as Filter;
  const source = graph.createFilter(filter(shape.source), 'in', shape.args) as FilterContext;
  const sink = graph.createFilter(filter(shape.sink), 'out') as FilterContext;
  const link = (name: string, context: FilterContext) => {
    const end = new FilterInOut();
    end.alloc();
    end.name = name;
    end.filterCtx = context;
    end.padIdx = 0;
    return end;
  };
  try {
    check(graph.parsePtr(filters, link('out', sink), link('in', source)), 'filter', subject);
    check(graph.configSync(), 'filter', subject);
  } catch (error) {
    graph.free();
    throw error;
  }
  return { key: shape.key, graph, source, sink };
}

const ratio = ({ num, den }: Rational) => `${num}/${den}`;

/** Filters of a video leg. Frame times must already be in `timeBase`. */
export function createVideoChain(plan: VideoEncode, timeBase: Rational, subject: string): FilterChain {
  const shapeOf = (frame: Frame): Shape => ({
    key: `${frame.width}x${frame.height} ${frame.format} ${frame.colorSpace} ${frame.colorRange}`,
    source: 'buffer',
    sink: 'buffersink',
    args: [
      `video_size=${frame.width}x${frame.height}`,
      `pix_fmt=${frame.format}`,
      `time_base=${ratio(timeBase)}`,
      `pixel_aspect=${ratio(frame.sampleAspectRatio.num > 0 ? frame.sampleAspectRatio : { num: 1, den: 1 })}`,
      `colorspace=${frame.colorSpace}`,
      `range=${frame.colorRange}`,
      ...(plan.frameRate ? [`frame_rate=${ratio(plan.frameRate)}`] : []),
    ].join(':'),
  });
  return createChain(subject, shapeOf, (frame) => videoFilters(plan, frame));
}

/** PQ or HLG to BT.709: linear light at 100 cd/m² white, gamut first, then Hable's curve. */
const toneMap = 'zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv';

const turns: Record<VideoEncode['rotation'], string[]> = {
  0: [],
  90: ['transpose=clock'],
  180: ['hflip', 'vflip'],
  270: ['transpose=cclock'],
};

/** The filters one picture shape needs, or null when it can go to the encoder as it is. */
export function videoFilters(
  plan: VideoEncode,
  frame: { width: number; height: number; format: number; colorRange: number },
): string | null {
  const turned = plan.rotation === 90 || plan.rotation === 270;
  const [width, height] = turned ? [frame.height, frame.width] : [frame.width, frame.height];
  const format = avGetPixFmtName(frame.format as AVPixelFormat) ?? '';
  const rgb = /^(gbr|rgb|bgr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(format);
  const fullRange = frame.colorRange === 2 || format.startsWith('yuvj');
  const toRange = plan.color.range ?? (fullRange ? 'pc' : 'tv');
  // An odd side loses its last line of pixels: sharper than scaling the whole picture by it.
  const cropped = width - plan.width <= 1 && height - plan.height <= 1 && width >= plan.width && height >= plan.height;
  const same = width === plan.width && height === plan.height;
  const scaled = !same && !cropped;
  const converted = format !== plan.pixelFormat || (fullRange && toRange === 'tv');
  const filters = [
    ...(plan.deinterlace ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    ...(plan.timing === 'constant' && plan.frameRate ? [`fps=${ratio(plan.frameRate)}:start_time=0`] : []),
    ...(plan.flip ? ['hflip'] : []),
    ...turns[plan.rotation],
    ...(cropped && !same ? [`crop=${plan.width}:${plan.height}:0:0:exact=1`] : []),
    ...(plan.toneMap ? [toneMap] : []),
    ...(scaled || converted || plan.toneMap
      ? [
          [
            `scale=${plan.width}:${plan.height}:flags=lanczos+accurate_rnd`,
            ...(rgb ? [`out_color_matrix=${plan.color.matrix === 1 ? 'bt709' : 'bt601'}`] : []),
            `out_range=${toRange}`,
          ].join(':'),
          `format=${plan.pixelFormat}`,
        ]
      : []),
    ...(scaled ? [`setsar=${ratio(plan.sar)}`] : []),
  ];
  return filters.length > 0 ? filters.join(',') : null;
}

/** Silence is put in, or sound cut, where its clock is off by more than this, seconds: within what ears forgive (ITU-R BT.1359: 45 ms early). */
const audioToleranceSeconds = 0.04;

/**
 * Filters of an audio leg: gaps filled, rate, layout and format as the encoder wants them, in its frame size (0: any).
 * Sound begins with the sample `first` of the output's clock: silence is put before it, or earlier sound cut.
 */
export function createAudioChain(plan: AudioEncode, timeBase: Rational, frameSize: number, first: number, subject: string): FilterChain {
  let next = first;
  const convert = createChain(
    subject,
    (frame) => soundShape(frame, timeBase),
    (frame) => {
      // FFmpeg counts first_pts in samples of the input's rate.
      const start = Math.round((next * frame.sampleRate) / plan.sampleRate);
      return [
        `aresample=${plan.sampleRate}:async=1:min_hard_comp=${audioToleranceSeconds}:first_pts=${start}`,
        `aformat=sample_fmts=${plan.sampleFormat}:sample_rates=${plan.sampleRate}:channel_layouts=${plan.layout}`,
      ].join(',');
    },
  );
  // A graph of its own, which lives on when the source changes: only the very last frame may be short.
  const cut = createChain(
    subject,
    (frame) => soundShape(frame, { num: 1, den: plan.sampleRate }),
    () => (frameSize > 0 ? `asetnsamples=n=${frameSize}:p=0` : null),
  );
  return {
    process(frame, onFrame) {
      convert.process(frame, (converted) => {
        next = Number(converted.pts) + converted.nbSamples;
        cut.process(converted, onFrame);
      });
      if (!frame) cut.process(null, onFrame);
    },
    close() {
      convert.close();
      cut.close();
    },
  };
}

function soundShape(frame: Frame, timeBase: Rational): Shape {
  const layout = avChannelLayoutDescribe(frame.channelLayout) ?? '';
  // Files that only count their channels get FFmpeg's usual order for that many.
  const named = /^\d+ channels/.test(layout) ? `${frame.channels}c` : layout;
  return {
    key: `${frame.sampleRate} ${frame.format} ${named}`,
    source: 'abuffer',
    sink: 'abuffersink',
    args: `time_base=${ratio(timeBase)}:sample_rate=${frame.sampleRate}:sample_fmt=${avGetSampleFmtName(frame.format as AVSampleFormat)}:channel_layout=${named}`,
  };
}
