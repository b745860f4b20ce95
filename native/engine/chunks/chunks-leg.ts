/** A picture that is encoded elsewhere: its chunks, one behind the other, as one stream. */
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import { createVideoEncoder } from '../encoder.ts';
import { type Leg, type LegContext, toSeconds } from '../legs.ts';
import { extentOf, type OutputStream, outputStream } from '../output.ts';
import { addVideoStream, videoTimeBase } from '../video-leg.ts';
import type { Arrivals } from './arrivals.ts';
import { type ChunkReader, readChunk } from './chunk-file.ts';

/** Throws chunks-impossible where the files were not written by one and the same encoder. */
export function createChunksLeg(
  plan: VideoEncode,
  { source, output, origin, clock, clockOffset, threads }: LegContext,
  { files, arrivals }: { files: string[]; arrivals: Arrivals },
): Leg {
  const timeBase = videoTimeBase(plan, source);
  // What the container says of a stream is the encoder's to tell: it is asked, and then not needed.
  const encoder = createVideoEncoder(plan, timeBase, {}, threads);
  const stream = addVideoStream(output, plan, encoder.context);
  encoder.close();
  const packet = new Packet();
  packet.alloc();
  let next = 0;
  let target: OutputStream;
  let reader: ChunkReader | null = null;
  let isFilled = false;

  /** Whether there is a packet at hand; else the film has ended, or the next chunk is not there yet. */
  function fill(): boolean {
    while (!isFilled) {
      if (!reader) {
        const file = files[next];
        if (file === undefined || !arrivals.has(next)) return false;
        reader = readChunk(file);
        next++;
        if (!reader.extradata.equals(stream.codecpar.extradata ?? Buffer.alloc(0)))
          throw new StudioError('chunks-impossible', 'What was encoded earlier does not fit what is encoded now.');
      }
      isFilled = reader.read(packet);
      if (isFilled) break;
      reader.close();
      reader = null;
    }
    return true;
  }

  function write(): void {
    clock.frame();
    clock.advance(clockOffset + toSeconds(packet.pts, timeBase));
    output.write(packet, target);
    isFilled = false;
  }

  return {
    kind: 'video',
    ready() {
      target = outputStream(stream, timeBase);
    },
    onTime(at) {
      while (fill() && toSeconds(packet.dts, timeBase) <= at - origin) write();
    },
    isBehind: () => !isFilled && !reader && next < files.length && !arrivals.has(next),
    *finish() {
      while (fill()) {
        write();
        yield;
      }
    },
    written: () => extentOf(target),
    close() {
      reader?.close();
      packet.free();
    },
  };
}
