/** One picture of a film as a JPEG file. */
import { writeFileSync } from 'node:fs';
import { AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import { toneMapOf } from '../contract/hdr.ts';
import type { VideoStream } from '../contract/media.ts';
import type { WorkerCommands, WorkerResults } from '../contract/worker-contract.ts';
import { createDecoder } from './decoder.ts';
import { openInput } from './input.ts';
import { pictureOf, toJpeg } from './picture.ts';
import { probe } from './probe.ts';
import { createVideoChain } from './video-filters.ts';

/** Writes the picture at or before `at` seconds, `width` pixels wide, upright and with square pixels. */
export function thumbnail({ path, at, width, out }: WorkerCommands['thumbnail']): WorkerResults['thumbnail'] {
  const stream = probe(path).streams.find((one): one is VideoStream => one.kind === 'video' && one.decodable);
  if (!stream) throw new StudioError('nothing-to-export', 'There is no picture in this file.');
  const plan = pictureOf({ ...stream, toneMap: toneMapOf(stream) }, width);
  const input = openInput(path);
  const packet = new Packet();
  packet.alloc();
  const decoder = createDecoder(input, stream.index, 0);
  const chain = createVideoChain(plan, { num: 1, den: 1 }, input.name);
  let jpeg: Buffer | null = null;
  try {
    input.use([stream.index]);
    const start = stream.start ?? 0;
    if (at > 0) input.context.seekFrameSync(-1, BigInt(Math.round((start + at) * 1e6)), AVSEEK_FLAG_BACKWARD);
    const take = (frame: Frame) => {
      jpeg ??= toJpeg(frame, plan);
    };
    while (!jpeg && input.read(packet)) {
      if (packet.streamIndex === stream.index) decoder.decode(packet, (frame) => jpeg ?? chain.process(frame, take));
      packet.unref();
    }
    if (!jpeg) decoder.decode(null, (frame) => jpeg ?? chain.process(frame, take));
    if (!jpeg) throw new StudioError('source-damaged', `No picture of ${input.name} could be decoded.`);
    writeFileSync(out, jpeg);
    return { width: plan.width, height: plan.height };
  } finally {
    packet.free();
    chain.close();
    decoder.close();
    input.close();
  }
}
