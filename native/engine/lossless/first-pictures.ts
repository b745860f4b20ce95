/** Whether the tracks of a result can be decoded from their beginning on, if those of the source can. */
import { basename } from 'node:path';
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { StreamInfo } from '../../contract/media.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import type { Control } from '../control.ts';
import { createDecoder, type Decoder } from '../decoder.ts';
import { type Input, openInput } from '../input.ts';
import type { Written } from './written.ts';

/** Packets of a track after which its first picture has come, if one comes at all: the longest wait for a keyframe. */
const patience = 300;
/** Packets that are read at most for it: a track may begin in the middle of the film. */
const mostPackets = 3000;

export interface FirstPictures {
  /** The first of the plan's streams that cannot be decoded any more; null for none. */
  failed: number | null;
  /** How far decoding came, seconds. */
  at: number;
  warnings: string[];
}

/** `streams` and `written` by the plan's streams. */
export async function firstPictures(
  input: Input,
  plan: RemuxPlan,
  streams: (StreamInfo | undefined)[],
  written: Written[],
  control: Control,
): Promise<FirstPictures> {
  const wanted = plan.streams.flatMap(({ kind, disposition }, index) => {
    const isTrack = (kind === 'video' || kind === 'audio') && !disposition.includes('attached_pic');
    const stream = streams[index];
    return isTrack && stream && (written[index]?.packets ?? 0) > 0 ? [{ index, stream: stream.index }] : [];
  });
  const { silent, at } = await decodeStart(
    input,
    wanted.map((one) => one.stream),
    control,
  );
  const warnings: string[] = [];
  for (const { index } of wanted.filter(({ stream }) => silent.includes(stream))) {
    const [head] = plan.streams[index]?.from ?? [];
    const path = plan.inputs[head?.input ?? 0]?.path ?? '';
    if (await decodesInSource(path, head?.stream ?? -1, plan.pieces[0]?.start ?? null, control)) return { failed: index, at, warnings };
    warnings.push(`Track ${index + 1} is as it was in ${basename(path)}, where the beginning of it cannot be decoded.`);
  }
  return { failed: null, at, warnings };
}

async function decodesInSource(path: string, stream: number, start: number | null, control: Control): Promise<boolean> {
  const source = openInput(path);
  try {
    if (start !== null) source.seek(start);
    return (await decodeStart(source, [stream], control)).silent.length === 0;
  } finally {
    source.close();
  }
}

/** Decodes each of the streams up to its first frame; tells which have none. Those without a decoder are not looked at. */
async function decodeStart(input: Input, indexes: number[], control: Control): Promise<{ silent: number[]; at: number }> {
  const decoders = new Map<number, Decoder>();
  const packets = new Map<number, number>();
  let at = 0;
  const packet = new Packet();
  packet.alloc();
  const decode = (index: number, from: Packet | null) => {
    const base = input.streams[index]?.timeBase ?? { num: 0, den: 1 };
    try {
      decoders.get(index)?.decode(from, (frame) => {
        at = Math.max(at, (Number(frame.bestEffortTimestamp) * base.num) / base.den);
      });
    } catch (error) {
      // What it is damaged by is the same here and in the source, or else it is told there.
      if (!(error instanceof StudioError)) throw error;
    }
  };
  const isOpen = (index: number) => decoders.get(index)?.frames() === 0 && (packets.get(index) ?? 0) < patience;
  try {
    for (const index of indexes) {
      const decoder = tryDecoder(input, index);
      if (decoder) decoders.set(index, decoder);
    }
    for (let read = 0; read < mostPackets && [...decoders.keys()].some(isOpen) && input.read(packet); read++) {
      const { streamIndex } = packet;
      if (decoders.has(streamIndex) && isOpen(streamIndex)) {
        packets.set(streamIndex, (packets.get(streamIndex) ?? 0) + 1);
        decode(streamIndex, packet);
      }
      packet.unref();
      if (control.due()) await control.turn();
    }
    for (const [index, decoder] of decoders) if (decoder.frames() === 0) decode(index, null);
    return { silent: [...packets.keys()].filter((index) => decoders.get(index)?.frames() === 0), at };
  } finally {
    packet.free();
    for (const decoder of decoders.values()) decoder.close();
  }
}

/** null where this build has no decoder, or the header does not tell what it needs. */
function tryDecoder(input: Input, index: number): Decoder | null {
  try {
    return createDecoder(input, index, 1);
  } catch (error) {
    if (error instanceof StudioError) return null;
    throw error;
  }
}
