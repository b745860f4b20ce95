/** What the player and the timeline share: where the playhead is, whether it moves, and how the player is told what to do. */
import { create } from 'zustand';

/** How the pictures come: the browser plays the file, the studio sends a light copy, or there are single pictures only. */
export type Way = 'source' | 'proxy' | 'stills';

export interface Playback {
  /** Whose time it is. */
  job: string | null;
  /** Seconds on the source's timeline. */
  time: number;
  playing: boolean;
  /** Times as fast as life; negative runs backwards. */
  rate: number;
  way: Way;
  /** The picture at the playhead is on its way. */
  waiting: boolean;
  /** There is a medium that can be played. */
  ready: boolean;
  /** Only what is kept is played. */
  skipping: boolean;
}

export const usePlayback = create<Playback>(() => ({
  job: null,
  time: 0,
  playing: false,
  rate: 1,
  way: 'source',
  waiting: false,
  ready: false,
  skipping: false,
}));

/** The medium behind the picture, while there is one. Times in seconds of the source. */
export interface Deck {
  play(rate: number): void;
  pause(): void;
  seek(time: number): void;
}

let deck: Deck | null = null;
let bounds = { start: 0, end: 0 };
/** Where each file's playhead was when another was shown. */
const left = new Map<string, number>();

/** Shows another file, at the place where it was left. */
export function load(job: string, start: number, end: number): void {
  const { job: before, time } = usePlayback.getState();
  bounds = { start, end };
  if (before === job) {
    seek(time);
    return;
  }
  if (before) left.set(before, time);
  usePlayback.setState({ job, time: left.get(job) ?? start, playing: false, rate: 1, way: 'source', waiting: false });
}

/** The player's own: joins it to the keys. Returns the way out. */
export function attach(next: Deck): () => void {
  deck = next;
  usePlayback.setState({ ready: true });
  next.seek(usePlayback.getState().time);
  return () => {
    if (deck === next) deck = null;
    usePlayback.setState({ playing: false, ready: deck !== null });
  };
}

export const canPlay = () => usePlayback.getState().ready;
const clamp = (time: number) => Math.min(bounds.end, Math.max(bounds.start, time));

export function seek(time: number): void {
  usePlayback.setState({ time: clamp(time) });
  deck?.seek(clamp(time));
}

/** The player tells how far it is; backwards and at the ends it stops. */
export function moved(time: number): void {
  usePlayback.setState({ time: clamp(time) });
}

export function play(rate = 1, skipping = false): void {
  if (!canPlay()) return;
  const { time } = usePlayback.getState();
  if (rate > 0 && time >= bounds.end - 0.05) seek(bounds.start);
  usePlayback.setState({ playing: true, rate, skipping });
  deck?.play(rate);
}

export function pause(): void {
  usePlayback.setState({ playing: false, rate: 1, skipping: false });
  deck?.pause();
}

export const toggle = () => (usePlayback.getState().playing ? pause() : play());

const fastest = 8;
/** L and J of an editing desk: each press twice as fast in its direction. */
export function shuttle(direction: 1 | -1): void {
  const { playing, rate } = usePlayback.getState();
  const goesOn = playing && Math.sign(rate) === direction;
  play(goesOn ? Math.sign(rate) * Math.min(fastest, Math.abs(rate) * 2) : direction);
}
