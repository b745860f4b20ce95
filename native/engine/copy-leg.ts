/** Packets that go from source to output as they are. */
import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { StreamCopy } from '../contract/plan.ts';
import { type Leg, type LegContext, toSeconds, toTicks } from './legs.ts';
import { extentOf, type OutputStream, outputStream } from './output.ts';
import { clipText, holdsMost } from './part.ts';

/** `drivesClock`: there is no picture to measure progress by. */
export function createCopyLeg(plan: StreamCopy, context: LegContext, drivesClock: boolean): Leg {
  const { source, output, clock, part } = context;
  const sourceBase = { num: source.timeBase.num, den: source.timeBase.den };
  const origin = toTicks(context.origin, sourceBase);
  const stream = output.addStream(plan);
  if (source.codecpar.copy(stream.codecpar) < 0)
    throw new StudioError('internal', `Stream ${plan.input} of ${context.name} could not be copied.`);
  // The source container's own mark for the codec is not the target's.
  stream.codecpar.codecTag = plan.codecTag ?? 0;
  stream.timeBase = source.timeBase;
  stream.sampleAspectRatio = source.sampleAspectRatio;
  let target: OutputStream;

  function isInside(packet: Packet): boolean {
    if (plan.kind === 'subtitle') return clipText(part, packet, sourceBase, origin);
    if (packet.pts === AV_NOPTS_VALUE) return true;
    return holdsMost(part, toSeconds(packet.pts - origin, sourceBase), toSeconds(packet.duration, sourceBase));
  }

  return {
    kind: plan.kind,
    ready() {
      target = outputStream(stream, sourceBase);
    },
    onPacket(packet) {
      if (plan.disposition.includes('attached_pic')) packet.pts = packet.dts = 0n;
      else if (!isInside(packet)) return;
      else {
        if (packet.pts !== AV_NOPTS_VALUE) packet.pts -= origin;
        if (packet.dts !== AV_NOPTS_VALUE) packet.dts -= origin;
        if (drivesClock && packet.pts !== AV_NOPTS_VALUE) clock.advance(context.clockOffset + toSeconds(packet.pts, sourceBase));
      }
      output.write(packet, target);
    },
    *finish() {},
    written: () => extentOf(target),
    close() {},
  };
}
