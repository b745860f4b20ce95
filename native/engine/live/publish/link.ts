/** An open way to a server, whatever it speaks; and opening one. */
import type { TargetPlan } from '../../../contract/live-plan.ts';
import type { Unit } from '../packager.ts';
import { chunked, hasLongTime } from './chunks.ts';
import { mediaChannel, publishRtmp } from './rtmp.ts';
import { openSrt } from './srt.ts';
import type { Trouble } from './trouble.ts';

export interface Link {
  /** Hands over a unit with its time on this connection, ms; false when it has no room for another until `onRoom`. */
  write(unit: Unit, time: number): boolean;
  onRoom(listener: () => void): void;
  /** Called once, when it has ended for any reason but `close`. */
  onEnd(listener: (trouble: Trouble) => void): void;
  /** Bytes that the system took so far. */
  sent(): number;
  /** Bytes on their way, as far as that is known. */
  waiting(): number;
  close(): Promise<void>;
}

/** Opens a target's link, ready for media. `codecs` are the four-character codes of what is beyond classic FLV. Throws Trouble. */
export async function openLink(target: TargetPlan, certificates: string, codecs: string[], signal: AbortSignal): Promise<Link> {
  if (target.format === 'mpegts') return openSrt(target.url, signal);
  const rtmp = await publishRtmp(target.url, certificates, codecs, signal);
  return {
    ...rtmp,
    write: (unit, time) =>
      rtmp.write(unit.type, time, unit.bytes.length, hasLongTime(time) ? chunked(mediaChannel, time, unit.bytes) : unit.chunks()),
  };
}
