/** Files beside the main ones: sound and subtitles that share the source's timeline and are cut as it is, and covers. */
import { basename } from 'node:path';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { RemuxPlan } from '../../contract/remux-plan.ts';
import { openInput } from '../input.ts';
import { toTicks } from '../legs.ts';
import { openPicture } from '../picture-file.ts';
import type { TextFormat } from '../text-track.ts';
import { OVER, type ReadTrack } from './packets.ts';
import { type Span, spansOf } from './spans.ts';
import { openTextFile } from './text-file.ts';

/** What a track of the result is made from, where that is not one of the main files. */
export type BesideTrack = ReadTrack | { text: TextFormat };

export interface BesideFile {
  /** By the plan's streams; null for those of other files. */
  tracks: (BesideTrack | null)[];
  /** When the next packet is due in the result, seconds; Infinity when there is none. */
  due(): number;
  /** Puts the next packet into a blank one and returns the track it belongs to, or OVER. Times are the result's. */
  next(packet: Packet): number;
  losses(): string[];
  close(): void;
}

/** Opens all files of a plan that are beside the main ones. Throws what opening a file throws. */
export function openBeside(plan: RemuxPlan): BesideFile[] {
  const spans = spansOf(plan);
  const opened: BesideFile[] = [];
  try {
    for (const [index, { role, kind }] of plan.inputs.entries()) {
      if (role !== 'beside' || !plan.streams.some(({ from }) => from[0]?.input === index)) continue;
      opened.push(openers[kind](plan, index, spans));
    }
    return opened;
  } catch (error) {
    for (const file of opened) file.close();
    throw error;
  }
}

type Open = (plan: RemuxPlan, index: number, spans: Span[]) => BesideFile;

const openers: Record<RemuxPlan['inputs'][number]['kind'], Open> = { media: openMedia, subtitle: openTextFile, cover: openCover };

/** A picture has no packets in time: it is a part of the header. */
function openCover(plan: RemuxPlan, index: number): BesideFile {
  const { path = '' } = plan.inputs[index] ?? {};
  const picture = openPicture(path);
  if (!picture) throw new StudioError('not-media', `${basename(path)} is not a picture that Muxwell can read.`);
  const { stream } = picture;
  const track: ReadTrack = { stream, timeBase: stream.timeBase, extradata: null, inBand: false };
  return {
    tracks: plan.streams.map(({ from }) => (from[0]?.input === index ? track : null)),
    due: () => Infinity,
    next: () => OVER,
    losses: () => [],
    close: picture.close,
  };
}

/** Tracks of one file do not lie side by side exactly: so far behind the end of a stretch there may still be some of it, seconds. */
const apart = 2;

function openMedia(plan: RemuxPlan, index: number, spans: Span[]): BesideFile {
  const { path = '', origin = 0 } = plan.inputs[index] ?? {};
  const input = openInput(path);
  const wanted = new Map<number, number>();
  const tracks = plan.streams.map(({ from: [head] }, track): ReadTrack | null => {
    const stream = head?.input === index ? input.streams[head.stream] : undefined;
    if (!stream) return null;
    wanted.set(stream.index, track);
    const { num, den } = stream.timeBase;
    return { stream, timeBase: { num, den }, extradata: null, inBand: false };
  });
  input.use(wanted.keys());
  const own = new Packet();
  own.alloc();
  let at = 0;
  let begun = -1;
  let waitsForKey = new Set<number>();
  let due = Infinity;
  let track = OVER;

  function begin(span: Span): void {
    begun = at;
    waitsForKey = new Set(tracks.flatMap((one, number) => (one && plan.streams[number]?.kind === 'video' ? [number] : [])));
    if (span.from > -Infinity) input.seek(span.from + origin);
  }

  /** Whether the packet at hand is in the span; gives it its time in the result. */
  function place({ from, to, delta }: Span): 'taken' | 'skipped' | 'past' {
    const number = wanted.get(own.streamIndex) ?? OVER;
    const base = tracks[number]?.timeBase;
    const time = own.pts === AV_NOPTS_VALUE ? own.dts : own.pts;
    if (!base || time === AV_NOPTS_VALUE) return 'skipped';
    const tick = base.num / base.den;
    const start = Number(time) * tick - origin;
    const isText = plan.streams[number]?.kind === 'subtitle';
    const end = start + (isText ? Number(own.duration) * tick : 0);
    if (start >= to) return start >= to + apart ? 'past' : 'skipped';
    if (isText ? start < from && end <= from : start < from) return 'skipped';
    if (waitsForKey.has(number) && !own.isKeyframe) return 'skipped';
    waitsForKey.delete(number);
    const shown = Math.max(start, from);
    if (isText && end > start) own.duration = toTicks(Math.min(end, to) - shown, base);
    const by = toTicks(delta - origin + shown - start, base);
    if (own.pts !== AV_NOPTS_VALUE) own.pts += by;
    if (own.dts !== AV_NOPTS_VALUE) own.dts += by;
    track = number;
    due = shown + delta;
    return 'taken';
  }

  /** Brings the next packet to hand. */
  function advance(): void {
    own.unref();
    for (let span = spans[at]; span; span = spans[++at]) {
      if (at !== begun) begin(span);
      while (input.read(own)) {
        const placed = place(span);
        if (placed === 'taken') return;
        own.unref();
        if (placed === 'past') break;
      }
    }
    due = Infinity;
    track = OVER;
  }

  advance();
  return {
    tracks,
    due: () => due,
    next(packet) {
      if (track === OVER) return OVER;
      const found = track;
      packet.ref(own);
      advance();
      return found;
    },
    losses: () => [],
    close() {
      own.free();
      input.close();
    },
  };
}
