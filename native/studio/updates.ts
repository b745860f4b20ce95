/** Updates of the program: asked for at the start and once a day, downloaded beside the work, used only when nothing is at work. */
import type { State } from '../contract/contract.ts';
import { StudioError, toErrorData } from '../contract/errors.ts';
import type { StateOwner } from '../contract/state.ts';
import type { UpdatePhase } from '../contract/update.ts';
import { busyWith } from './busy.ts';

/** What a host gives that can update itself. */
export interface UpdateSource {
  /** Who is asked, as a host's name. */
  host: string;
  /** Downloads what is newer. Resolves to its version, or to null when this is the newest. Throws StudioError. */
  fetch(signal: AbortSignal, onProgress: (version: string, fraction: number) => void): Promise<string | null>;
  /** Uses what was downloaded no more. */
  forget(): void;
  /** Ends the program and starts the version that was downloaded. */
  restart(): void;
}

export interface Updates {
  /** Asks now, also where it is not asked by itself. */
  check(): void;
  /** Throws too-busy while a job runs or a session is live. */
  install(): void;
  /** Whether it is asked by itself may have changed. */
  settingsChanged(): void;
  close(): Promise<void>;
}

export interface UpdatesDeps {
  state: StateOwner<State>;
  /** null where the program cannot update itself: nobody is asked anything. */
  source: UpdateSource | null;
}

const dayMs = 24 * 3600_000;
/** How often it is looked whether a day is over: a machine that sleeps stops its timers, ms. */
const lookMs = dayMs / 48;

export function createUpdates({ state, source }: UpdatesDeps): Updates {
  if (!source) return noUpdates;
  const { host, fetch, forget, restart } = source;
  const isWanted = () => state.get('settings', 'studio')?.updates === true;
  const phase = () => state.get('update', 'studio')?.phase;
  const show = (update: UpdatePhase) => state.put('update', 'studio', { host, ...update });
  let asked = 0;
  let wanted = isWanted();
  let work: { abort: AbortController; done: Promise<void> } | null = null;

  /** What was downloaded is used before anything newer is looked for. */
  function check(): void {
    if (work || phase() === 'ready') return;
    asked = Date.now();
    const abort = new AbortController();
    work = { abort, done: ask(abort.signal).finally(() => (work = null)) };
  }

  async function ask(signal: AbortSignal): Promise<void> {
    show({ phase: 'checking' });
    try {
      const version = await fetch(signal, (coming, fraction) => show({ phase: 'downloading', version: coming, fraction }));
      signal.throwIfAborted();
      show(version === null ? { phase: 'newest' } : { phase: 'ready', version });
    } catch (thrown) {
      if (signal.aborted) forget();
      show(signal.aborted ? { phase: 'idle' } : { phase: 'failed', error: toErrorData(thrown) });
    }
  }

  const look = () => {
    if (isWanted() && Date.now() - asked >= dayMs) check();
  };
  const timer = setInterval(look, lookMs);
  timer.unref();
  show({ phase: 'idle' });
  look();

  return {
    check,
    install() {
      if (phase() !== 'ready') throw new StudioError('nothing-found', 'There is no newer version to use yet.');
      const { running, live } = busyWith(state);
      if (running > 0 || live) throw new StudioError('too-busy', 'The new version waits until no job runs and no session is live.');
      restart();
    },
    settingsChanged() {
      if (isWanted() === wanted) return;
      wanted = isWanted();
      if (wanted) return check();
      if (work) return work.abort.abort();
      forget();
      show({ phase: 'idle' });
    },
    async close() {
      clearInterval(timer);
      work?.abort.abort();
      await work?.done;
    },
  };
}

const notHere = () => {
  throw new StudioError('nothing-found', 'This Muxwell is not updated by itself.');
};
const noUpdates: Updates = { check: notHere, install: notHere, settingsChanged() {}, close: async () => {} };
