/** Where the encoder of a chunk writes to: no container, but its packets as they are. */
import { createOutput, type Output } from '../output.ts';
import { type ChunkWriter, writeChunk } from './chunk-file.ts';

/** `name` is the source's, for sentences. */
export function createChunkOutput(name: string, path: string): Output {
  // Streams want a container to be described in: one that writes nothing.
  const frame = createOutput({ name, muxer: 'null', muxerOptions: {}, tags: {} }, '-');
  let extradata: () => Buffer | null = () => null;
  let writer: ChunkWriter | null = null;
  return {
    ...frame,
    addStream(plan) {
      const stream = frame.addStream(plan);
      extradata = () => stream.codecpar.extradata;
      return stream;
    },
    start() {
      frame.start();
      writer = writeChunk(path, Buffer.from(extradata() ?? []), name);
    },
    write(packet, stream) {
      stream.packets++;
      writer?.write(packet);
    },
    bytes: () => writer?.bytes() ?? 0,
    extras: () => undefined,
    async finish() {
      await frame.finish();
      writer?.finish();
    },
    close() {
      writer?.close();
      frame.close();
    },
  };
}
