/** Text subtitles that become another format on their way from source to output. */
import { StudioError } from '../contract/errors.ts';
import type { SubtitleConvert } from '../contract/plan.ts';
import { type Leg, type LegContext, toTicks } from './legs.ts';
import { extentOf } from './output.ts';
import { clipText } from './part.ts';
import { createTextTrack, isTextTarget } from './text-track.ts';

export function createConvertLeg(plan: SubtitleConvert, { source, output, origin, part }: LegContext): Leg {
  const { to } = plan;
  if (!isTextTarget(to)) throw new StudioError('internal', `Subtitles cannot be converted to ${to}.`);
  const track = createTextTrack(output, { stream: source, timeBase: source.timeBase, codec: plan.codec }, { ...plan, to });
  return {
    kind: 'subtitle',
    ready: track.ready,
    onPacket(packet) {
      if (clipText(part, packet, source.timeBase, toTicks(origin, source.timeBase))) track.take(packet, -origin);
    },
    onTime: (time) => track.advance(time - origin),
    *finish() {
      yield track.finish();
    },
    written: () => extentOf(track.target()),
    losses: track.losses,
    close: track.close,
  };
}
