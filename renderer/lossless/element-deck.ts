/** A media element as the player's deck: it plays on, seeks without piling up, and runs backwards in steps, which no browser does. */
import { type Deck, moved, pause, usePlayback } from './playback.ts';

/** How often a step is made when the film runs backwards, ms. */
const backMs = 120;
/** Into a picture rather than onto its edge, s. */
const inside = 0.001;

/** `offset` is the source's time at the element's 0. Returns the deck and the way to end it. */
export function elementDeck(element: HTMLVideoElement, offset: number): { deck: Deck; close(): void } {
  let wanted: number | null = null;
  let frame = 0;
  let back: ReturnType<typeof setInterval> | undefined;

  const go = (time: number) => {
    wanted = null;
    element.currentTime = Math.max(0, time - offset + inside);
  };
  const seek = (time: number) => {
    if (element.seeking) wanted = time;
    else go(time);
  };
  const onSeeked = () => {
    if (wanted !== null) go(wanted);
    else usePlayback.setState({ waiting: false });
  };
  const onSeeking = () => usePlayback.setState({ waiting: true });
  const follow = () => {
    if (element.ended) return pause();
    if (!element.seeking) moved(element.currentTime + offset);
    frame = requestAnimationFrame(follow);
  };
  const stop = () => {
    cancelAnimationFrame(frame);
    clearInterval(back);
    element.pause();
  };
  const playBack = (rate: number) => {
    back = setInterval(() => {
      const next = usePlayback.getState().time + (rate * backMs) / 1000;
      moved(next);
      seek(next);
      if (element.currentTime <= inside) pause();
    }, backMs);
  };
  element.addEventListener('seeked', onSeeked);
  element.addEventListener('seeking', onSeeking);
  const deck: Deck = {
    play(rate) {
      stop();
      if (rate < 0) return playBack(rate);
      element.playbackRate = rate;
      element.play().catch(() => pause()); // it was stopped before it had begun
      frame = requestAnimationFrame(follow);
    },
    pause: stop,
    seek,
  };
  return {
    deck,
    close() {
      stop();
      element.removeEventListener('seeked', onSeeked);
      element.removeEventListener('seeking', onSeeking);
    },
  };
}
