/** One run of a source that is a single input: played to its end, closed. */
import type { SourceListener } from '../source.ts';
import type { LiveInput } from './live-input.ts';
import { createPacer } from './pacer.ts';
import { bestStreams, play } from './play.ts';
import { createPresenter, type Presenter } from './presenter.ts';
import { createTimeline } from './timeline.ts';

export interface InputRun {
  listener: SourceListener;
  /** Told when it runs. */
  words: string;
  /** For what may come faster than real time: seconds of lateness that are caught up with. null for what does not. */
  tolerance: number | null;
}

export async function runInput(input: LiveInput, { listener, words, tolerance }: InputRun, signal: AbortSignal): Promise<void> {
  const pacer = tolerance === null ? null : createPacer(tolerance);
  const stop = () => pacer?.close();
  signal.addEventListener('abort', stop);
  let presenter: Presenter | null = null;
  let failure: unknown = null;
  const failed = (error: unknown) => {
    failure = error;
    stop();
  };
  try {
    const choice = bestStreams(input);
    presenter = createPresenter({ listener, name: input.name, words, kinds: choice.kinds });
    await play(input, choice, { presenter, timeline: createTimeline(), pacing: pacer && { pacer, failed } });
    await pacer?.finish();
    if (failure) throw failure;
    presenter.drain();
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    presenter?.close();
    await input.close();
  }
}
