/** Subtitles that are pictures: decoded as their time comes, and laid over the frames they belong to. */
import type { Burn } from '../../contract/plan.ts';
import type { BitmapDecoder, Show } from './bitmap.ts';
import type { Painter } from './drawing.ts';
import { dvbDecoder } from './dvb.ts';
import { createInk, type Ink, type Surface } from './ink.ts';
import { layInk } from './lay-ink.ts';
import { marksForced, pgsDecoder } from './pgs.ts';
import { placeOnStage, type Stage } from './place.ts';
import type { SubtitleTrack } from './read-track.ts';
import { fromRgba, resample } from './resample.ts';
import { vobsubDecoder } from './vobsub.ts';

const decoders: Record<string, (track: SubtitleTrack) => BitmapDecoder> = {
  hdmv_pgs_subtitle: pgsDecoder,
  dvd_subtitle: (track) => vobsubDecoder(track.extradata, track),
  dvb_subtitle: ({ extradata }) => dvbDecoder(extradata),
};

/** null where the track holds no pictures of a kind that we know. */
export function createPicturePainter(track: SubtitleTrack, burn: Burn, surface: Surface, stage: Stage): Painter | null {
  const open = decoders[track.codec];
  if (!open) return null;
  const showAt = createShows(open(track), track);
  const isOnlyMarked =
    burn.pictures === 'marked' || (burn.pictures === 'marked-or-all' && track.packets.some(({ data }) => hasMark(track.codec, data)));
  let drawn: Show | null = null;
  let inks: Ink[] = [];
  return {
    paint(frame, at, next) {
      const show = showAt(at);
      if (show !== drawn) {
        drawn = show;
        inks = (show?.bitmaps ?? [])
          .filter(({ width, height, forced }) => width > 0 && height > 0 && (forced || !isOnlyMarked))
          .map((bitmap) => {
            const box = placeOnStage(bitmap, show?.canvas ?? bitmap, stage);
            const graphic = resample(fromRgba(bitmap.rgba, bitmap.width, bitmap.height), box.width, box.height);
            return createInk(graphic, box.x, box.y, surface);
          });
      }
      layInk(inks, frame, next);
    },
    close() {},
  };
}

/** A DVD's command for "at once" is the mark; DVB knows none. */
function hasMark(codec: string, data: Buffer): boolean {
  if (codec === 'hdmv_pgs_subtitle') return marksForced(data);
  return (
    codec === 'dvd_subtitle' &&
    vobsubDecoder(null, { width: 0, height: 0 })
      .read({ data, pts: 0, duration: 0 })
      .some(({ bitmaps }) => bitmaps.some(({ forced }) => forced))
  );
}

/** What is shown at a time that only goes forward, milliseconds. */
function createShows(decoder: BitmapDecoder, { packets }: SubtitleTrack): (at: number) => Show | null {
  let next = 0;
  let current: Show | null = null;
  const waiting: Show[] = [];
  return (at) => {
    // A show may be later than the packet it comes in, but never earlier.
    for (let packet = packets[next]; packet && packet.pts <= at; packet = packets[++next]) waiting.push(...decoder.read(packet));
    while (waiting[0] && waiting[0].at <= at) current = waiting.shift() ?? null;
    return current && at < current.until ? current : null;
  };
}
