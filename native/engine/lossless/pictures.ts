/** Cover pictures as the files they are. They are read apart from the packets in time: some containers want them in their header. */
import { basename } from 'node:path';
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import { openInput } from '../input.ts';
import { openPicture } from '../picture-file.ts';

/** FFmpeg hands out covers before everything else. Packets that are read at most. */
const mostPackets = 100;

/** By the plan's streams; null for tracks that are no covers, or whose picture comes in time. */
export function readPictures({ streams, inputs }: RemuxPlan): (Buffer | null)[] {
  return streams.map(({ kind, action, disposition, from: [head] }) => {
    const isCover = action === 'attach' || (kind === 'video' && disposition.includes('attached_pic'));
    const input = inputs[head?.input ?? -1];
    if (!isCover || !head || !input) return null;
    return input.kind === 'cover' ? fileOf(input.path) : readPicture(input.path, head.stream);
  });
}

function fileOf(path: string): Buffer {
  const picture = openPicture(path);
  if (!picture) throw new StudioError('not-media', `${basename(path)} is not a picture that Muxwell can read.`);
  picture.close();
  return picture.bytes;
}

/** The picture of one stream; null where it is not there at once. (`Stream.attachedPic` crashes in node-av 6.1.) */
export function readPicture(path: string, stream: number): Buffer | null {
  const input = openInput(path, { headerOnly: true });
  const packet = new Packet();
  packet.alloc();
  try {
    for (let read = 0; read < mostPackets && input.read(packet); read++) {
      if (packet.streamIndex === stream) return Buffer.from(packet.data ?? []);
      packet.unref();
    }
    return null;
  } finally {
    packet.free();
    input.close();
  }
}
