/** Files one after the other in real time, without a gap between them: a channel made of a playlist. */
import { basename } from 'node:path';
import { fileOptions } from '../../input.ts';
import { type Ending, keepTrying } from '../intake/keep-trying.ts';
import { openLiveInput } from '../intake/live-input.ts';
import { createPacer } from '../intake/pacer.ts';
import { bestStreams, play } from '../intake/play.ts';
import { createPresenter, type Presenter } from '../intake/presenter.ts';
import { createTimeline } from '../intake/timeline.ts';
import { inWords } from '../intake/trouble.ts';
import type { Opener, SourceListener } from '../source.ts';

type Files = Parameters<Opener<'files'>>[0];

/** Seconds for a disk that has to wake up, or a share that has gone away. */
const patience = { open: 30, packet: 30 };
/** Seconds of a machine's hiccup that are caught up with; after a longer sleep the show goes on where it stood. */
const tolerance = 2;

async function playList({ paths, loop }: Files, listener: SourceListener, signal: AbortSignal): Promise<Ending> {
  const first = paths[0] ?? '';
  const words = paths.length === 1 ? `${basename(first)} is played.` : `${paths.length} files are played.`;
  let presenter = null as Presenter | null;
  const timeline = createTimeline();
  const pacer = createPacer(tolerance);
  const stop = () => pacer.close();
  signal.addEventListener('abort', stop);

  const skip = (path: string, error: unknown) => listener.notice(`${basename(path)} was skipped: ${inWords(error)}`);

  /** The file's packets still go out while the next one is being opened. */
  async function playFile(path: string): Promise<boolean> {
    const input = await openLiveInput({ from: `file:${path}`, name: basename(path), options: fileOptions, patience }, signal);
    try {
      const choice = bestStreams(input);
      presenter ??= createPresenter({ listener, name: 'The playlist', words, kinds: choice.kinds });
      timeline.join(input.origin() ?? 0);
      return await play(input, choice, { presenter, timeline, pacing: { pacer, failed: (error) => skip(path, error) } });
    } finally {
      await input.close();
    }
  }

  /** Plays all of them once. Whether any could be played. */
  async function round(): Promise<boolean> {
    let any = false;
    for (const path of paths) {
      try {
        any = (await playFile(path)) || any;
      } catch (error) {
        signal.throwIfAborted();
        skip(path, error);
      }
    }
    return any;
  }

  try {
    do {
      if (!(await round())) return { words: 'None of the files can be played.', next: 'later' };
    } while (loop);
    await pacer.finish();
    presenter?.drain();
    return { words: 'The last file has been played.', next: 'never' };
  } finally {
    signal.removeEventListener('abort', stop);
    pacer.close();
    presenter?.close();
  }
}

export const openFiles: Opener<'files'> = (source, _secrets, listener) =>
  keepTrying(listener, { state: 'connecting', words: 'Opening the files.' }, (signal, heard) => playList(source, heard, signal));
