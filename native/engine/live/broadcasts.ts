/** One programme in as many encodes as its targets need: one, or a second beside it for those whose services take less. */
import type { StudioError } from '../../contract/errors.ts';
import type { LivePlan, TargetPlan } from '../../contract/live-plan.ts';
import { type Broadcast, type BroadcastContext, type BroadcastHealth, createBroadcast } from './broadcast.ts';
import { createSecondPicture } from './second-picture.ts';

/** As `createBroadcast`. The first encode is the recording's, too; where only the second fails, the broadcast goes on without its targets. */
export function createBroadcasts(plan: LivePlan, context: BroadcastContext): Broadcast {
  if (!plan.second) return createBroadcast(plan, context);
  const { video, audioKbps } = plan.second;
  const pictures = createSecondPicture(plan.video, video);
  /** Where each target is, in the order in which they were started. */
  const places = new Map<string, TargetPlan['encode']>();
  let failed: StudioError | null = null;

  const first = createBroadcast(plan, context);
  const second = orEnd(first, () =>
    createBroadcast(
      { ...plan, video, audio: { ...plan.audio, kbps: audioKbps } },
      {
        ...context,
        tell: (kind, target, text) => context.tell(kind, target, target === null ? `Second encode: ${text}` : text),
        frameTime: (n) => context.frameTime(pictures.due(n)),
        onFailed(error) {
          failed = error;
          context.tell('error', null, `The second encode has ended, and its targets with it: ${error.message} The others go on.`);
          void second.end();
        },
      },
    ),
  );
  const both = { first, second };
  const running = () => (failed ? [first] : [first, second]);

  async function stopTarget(id: string): Promise<void> {
    const place = places.get(id);
    if (place && running().includes(both[place])) await both[place].stopTarget(id);
    places.delete(id);
  }

  return {
    soundFrame: first.soundFrame,
    picture(frame, n, cut) {
      first.picture(frame, n, cut);
      if (!failed) pictures.fit(frame, n, cut, second.picture);
    },
    sound(sound, at) {
      for (const one of running()) one.sound(sound, at);
    },
    async startTarget(target) {
      await stopTarget(target.id);
      if (failed && target.encode === 'second') throw failed;
      places.set(target.id, target.encode);
      await both[target.encode].startTarget(target);
    },
    stopTarget,
    retryTarget: (id) => both[places.get(id) ?? 'first'].retryTarget(id),
    record: (recording) => first.record(recording),
    health: (at) =>
      merge(
        running().map((one) => one.health(at)),
        [...places.keys()],
      ),
    async end() {
      await Promise.all(running().map((one) => one.end()));
      pictures.close();
    },
  };
}

/** What cannot be made leaves nothing behind. */
function orEnd(first: Broadcast, make: () => Broadcast): Broadcast {
  try {
    return make();
  } catch (error) {
    void first.end();
    throw error;
  }
}

/** The first's figures with the targets of all, and of what may go wrong the worse. */
function merge(all: BroadcastHealth[], order: string[]): BroadcastHealth {
  const [first] = all as [BroadcastHealth];
  const place = ({ id }: { id: string }) => order.indexOf(id);
  return {
    ...first,
    encoderDropped: all.reduce((sum, one) => sum + one.encoderDropped, 0),
    speed: Math.min(...all.map((one) => one.speed)),
    lagMs: Math.max(...all.map((one) => one.lagMs)),
    encoder: [...new Set(all.map((one) => one.encoder))].join(' and '),
    targets: all.flatMap((one) => one.targets).sort((a, b) => place(a) - place(b)),
  };
}
