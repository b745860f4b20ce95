/** Small pictures along the timeline, each the keyframe at its place. */
import { type ReactNode, useEffect, useState } from 'react';
import type { VideoStream } from '../../../native/contract/media.ts';
import { stillUrl, widthFor } from '../asset-urls.ts';
import { keyframesAround } from '../marks.ts';
import { useScale } from './scale.ts';

export const stripHeight = 52;
/** The view rests so long before pictures are asked for that have not been seen yet, ms. */
const restMs = 120;
/** A picture that could not be had is asked for again after this, ms, so often. */
const againMs = 3000;
const mostTries = 3;
/** Pictures grow by so much before there are more of them: while one goes nearer, most stay. */
const growth = 1.25;

const seen = new Set<string>();

/** Of the picture as it is shown: pixels need not be square, and it may be turned. */
function shapeOf({ width, height, sar, rotation }: VideoStream): number {
  const wide = (width * (sar.num > 0 && sar.den > 0 ? sar.num / sar.den : 1)) / height;
  return Math.min(3, Math.max(0.4, rotation === 90 || rotation === 270 ? 1 / wide : wide));
}

export function Strip({ film }: { film: VideoStream }): ReactNode {
  const { job, timeline, view, width, x } = useScale();
  const perPx = (view.to - view.from) / Math.max(1, width);
  const seconds = growth ** Math.ceil(Math.log(Math.max(1e-3, perPx * stripHeight * shapeOf(film))) / Math.log(growth));
  const tile = seconds / perPx;
  const settled = useSettled(`${view.from}|${view.to}|${width}`);
  const first = Math.floor((view.from - timeline.start) / seconds);
  const last = Math.ceil((view.to - timeline.start) / seconds);
  const tiles = Array.from({ length: Math.max(0, Math.min(400, last - first)) }, (_, index) => timeline.start + (first + index) * seconds);
  return (
    <div aria-hidden data-strip className="relative overflow-hidden bg-track" style={{ height: stripHeight }}>
      {tiles.map((time) => (
        <Tile
          key={`${Math.round(time * 1000)}`}
          job={job}
          at={pictureAt(time, timeline.keyframes)}
          left={x(time)}
          width={tile}
          load={settled}
        />
      ))}
    </div>
  );
}

/** One address for all times that show the same keyframe. */
const pictureAt = (time: number, keyframes: number[]) => keyframesAround(keyframes, time).before ?? keyframes[0] ?? time;

function Tile({ job, at, left, width, load }: { job: string; at: number; left: number; width: number; load: boolean }): ReactNode {
  const url = stillUrl(job, at, widthFor(width));
  const [asked, setAsked] = useState(seen.has(url));
  const [failed, setFailed] = useState(0);
  const [tries, setTries] = useState(1);
  useEffect(() => {
    if (load) setAsked(true);
  }, [load]);
  useEffect(() => {
    if (failed === 0 || failed >= mostTries) return;
    const timer = setTimeout(() => setTries(failed + 1), againMs);
    return () => clearTimeout(timer);
  }, [failed]);
  if (!asked || failed >= tries) return null;
  return (
    <img
      key={tries}
      src={url}
      alt=""
      draggable={false}
      decoding="async"
      onLoad={() => seen.add(url)}
      onError={() => setFailed(tries)}
      className="absolute top-0 h-full border-r border-black/40 object-cover"
      style={{ left, width }}
    />
  );
}

/** True once a value has stayed for a moment. */
function useSettled(value: string): boolean {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), restMs);
    return () => clearTimeout(timer);
  }, [value]);
  return settled === value;
}
