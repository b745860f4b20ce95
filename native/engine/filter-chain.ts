/**
 * Filter graphs that bring whatever a decoder gives to exactly what an encoder was opened for. When the source changes
 * its size, format or layout midway, the graph is emptied and built anew; the encoder never notices.
 */
import { AV_BUFFERSRC_FLAG_KEEP_REF } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, FilterInOut, Frame, type HardwareFramesContext } from 'node-av/lib';
import type { Rational } from '../contract/media.ts';
import { AGAIN, check, END } from './av-error.ts';

export interface FilterChain {
  /** Pushes a frame (null: the end) and hands on what comes out, with times in `timeBase`. Frames are only valid during the call. */
  process(frame: Frame | null, onFrame: (frame: Frame) => void): void;
  close(): void;
}

/** What makes a graph fit a frame; when it changes, a new graph is built. */
export interface Shape {
  /** Differs when the graph must be built anew. */
  key: string;
  kind: 'video' | 'audio';
  /** Arguments of the graph's source; only asked for when a graph is built. */
  args(): string;
  /** The pool of pictures that lie on a device; null for memory. */
  pictures?: HardwareFramesContext | null;
}

const ends = { video: { source: 'buffer', sink: 'buffersink' }, audio: { source: 'abuffer', sink: 'abuffersink' } };

interface Graph {
  graph: FilterGraph;
  source: FilterContext;
  sink: FilterContext;
}

/**
 * `shapeOf` reads a frame, `describe` writes the filters for it; `subject` names the source in errors.
 * `describe` may return null: frames then pass as they are.
 */
export function createChain(subject: string, shapeOf: (frame: Frame) => Shape, describe: (frame: Frame) => string | null): FilterChain {
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
  const source = graph.allocFilter(filter(ends[shape.kind].source), 'in') as FilterContext;
  const sink = graph.createFilter(filter(ends[shape.kind].sink), 'out') as FilterContext;
  const link = (name: string, context: FilterContext) => {
    const end = new FilterInOut();
    end.alloc();
    end.name = name;
    end.filterCtx = context;
    end.padIdx = 0;
    return end;
  };
  try {
    if (shape.pictures) check(source.buffersrcParametersSet({ hwFramesCtx: shape.pictures }), 'filter', subject);
    check(source.initStr(shape.args()), 'filter', subject);
    check(graph.parsePtr(filters, link('out', sink), link('in', source)), 'filter', subject);
    check(graph.configSync(), 'filter', subject);
  } catch (error) {
    graph.free();
    throw error;
  }
  return { graph, source, sink };
}

export /** A fraction as filters write it. */
const ratio = ({ num, den }: Rational) => `${num}/${den}`;
