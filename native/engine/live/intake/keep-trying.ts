/** A source that is lost is tried again, soon at first and then every five seconds, until it is closed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningSource, SourceListener } from '../source.ts';
import { inWords } from './trouble.ts';

/** Seconds before each next try; the last is for all that follow. */
const pauses = [0.5, 1, 2, 3, 4, 5];

/** How a try ended, when nothing went wrong. */
export interface Ending {
  /** Why, for a person. */
  words: string;
  /** What comes next: a try after a pause, a try at once, or nothing any more. */
  next: 'later' | 'now' | 'never';
}

/** One try: from opening to the end. It tells `running` itself, and throws what went wrong. */
export type Attempt = (signal: AbortSignal, heard: SourceListener) => Promise<Ending>;

/** `before` is told at the beginning of each try. */
export function keepTrying(
  listener: SourceListener,
  before: { state: 'connecting' | 'waiting'; words: string },
  attempt: Attempt,
): RunningSource {
  const abort = new AbortController();
  const { signal } = abort;
  let fails = 0;

  /** What the attempt tells after the close is no longer heard. */
  const heard: SourceListener = {
    video: (frame, seconds, timeBase) => void (signal.aborted || listener.video(frame, seconds, timeBase)),
    audio: (frame, seconds, timeBase) => void (signal.aborted || listener.audio(frame, seconds, timeBase)),
    facts: (facts) => void (signal.aborted || listener.facts(facts)),
    notice: (words) => void (signal.aborted || listener.notice(words)),
    state(state, words) {
      if (signal.aborted) return;
      if (state === 'running') fails = 0;
      listener.state(state, words);
    },
  };

  async function once(): Promise<Ending> {
    try {
      return await attempt(signal, heard);
    } catch (error) {
      return { words: inWords(error), next: 'later' };
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      heard.state(before.state, before.words);
      const ending = await once();
      if (ending.next === 'never') return heard.state('ended', ending.words);
      heard.state('lost', ending.words);
      if (ending.next === 'now') continue;
      const seconds = pauses[Math.min(fails++, pauses.length - 1)] ?? 0;
      await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    close() {
      abort.abort();
      return running;
    },
    port: () => null,
  };
}
