/** The pass before an encode whose sound is to be as loud as asked: every such track is decoded and measured, mixed as it will be. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { type Frame, Packet } from 'node-av/lib';
import type { AudioEncode, Plan } from '../contract/plan.ts';
import { soundShape } from './audio-filters.ts';
import type { Control } from './control.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { createChain, type FilterChain } from './filter-chain.ts';
import { openInput } from './input.ts';
import { toSeconds } from './legs.ts';
import { type Loudness, measuring, readLoudness } from './loudness.ts';

/** By the plan's own streams. */
export type Measured = ReadonlyMap<AudioEncode, Loudness>;

interface Measuring {
  plan: AudioEncode;
  chain: FilterChain;
  loudness: Loudness;
}

export const isMeasured = (stream: Plan['streams'][number]): stream is AudioEncode =>
  stream.action === 'encode' && stream.kind === 'audio' && stream.loudness !== null;

/** `advance` hears how far it has come, seconds from the plan's origin. */
export async function measureLoudness(plan: Plan, control: Control, advance: (seconds: number) => void): Promise<Measured> {
  const input = openInput(plan.source);
  const decoders = new Map<number, Decoder>();
  const tracks = plan.streams.filter(isMeasured).map((stream): Measuring => {
    const base = input.streams[stream.input]?.timeBase ?? { num: 1, den: 1 };
    const filters = [`aformat=channel_layouts=${stream.layout}`, `volume=${stream.gain}dB`, measuring].join(',');
    const chain = createChain(
      input.name,
      (frame) => soundShape(frame, base),
      () => filters,
    );
    return { plan: stream, chain, loudness: { integrated: null, peak: -120 } };
  });
  const packet = new Packet();
  packet.alloc();
  try {
    const { start, end } = plan.part;
    for (const index of new Set(tracks.map((track) => track.plan.input))) decoders.set(index, createDecoder(input, index, 0));
    input.use(decoders.keys());
    if (start !== null) input.seek(start);
    const feed = (index: number, frame: Frame | null) => {
      if (frame && frame.pts !== AV_NOPTS_VALUE) {
        const at = toSeconds(frame.pts, input.streams[index]?.timeBase ?? { num: 1, den: 1 });
        if (at < (start ?? -Infinity) || at >= (end ?? Infinity)) return;
        advance(at - plan.origin);
      }
      for (const track of tracks) {
        if (track.plan.input === index)
          track.chain.process(frame, (measured) => {
            track.loudness = readLoudness(measured) ?? track.loudness;
          });
      }
    };
    while (input.read(packet)) {
      const { streamIndex, dts } = packet;
      const base = input.streams[streamIndex]?.timeBase;
      const past = end !== null && base && dts !== AV_NOPTS_VALUE && toSeconds(dts, base) > end + 1;
      if (!past) decoders.get(streamIndex)?.decode(packet, (frame) => feed(streamIndex, frame));
      packet.unref();
      if (past) break;
      if (control.due()) await control.turn();
    }
    for (const [index, decoder] of decoders) {
      decoder.decode(null, (frame) => feed(index, frame));
      feed(index, null);
    }
    return new Map(tracks.map((track) => [track.plan, track.loudness]));
  } finally {
    packet.free();
    for (const track of tracks) track.chain.close();
    for (const decoder of decoders.values()) decoder.close();
    input.close();
  }
}
