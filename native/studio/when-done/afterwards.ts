/** What follows a run's end: a machine that is to sleep waits for live sessions, counts down, and is called off by whoever or whatever wants it awake. */
import type { Settings, State } from '../../contract/contract.ts';
import { StudioError, toErrorData } from '../../contract/errors.ts';
import type { StateOwner } from '../../contract/state.ts';
import { type Afterwards as Followed, isMachineAction, type MachineAction, type WhenDone } from '../../contract/when-done.ts';
import type { KeptSettings } from '../settings.ts';
import { hasOpenJobs, isOnAir } from '../work.ts';
import { runCommand } from './command.ts';
import type { FailedJob } from './run.ts';

/** What a host can have its machine do. Each resolves when the machine was told, and throws machine-refused, in words; the signal ends waiting. */
export type MachineActions = Record<MachineAction, (signal: AbortSignal) => Promise<void>>;

/** The countdown: so many ticks, each so long. */
export interface CountdownPace {
  seconds: number;
  tickMs: number;
}

const usualPace: CountdownPace = { seconds: 60, tickMs: 1000 };

export interface AfterwardsDeps {
  state: StateOwner<State>;
  settings: KeptSettings;
  /** null where the host cannot. */
  machine: MachineActions | null;
  pace?: CountdownPace | undefined;
}

export interface Afterwards {
  /** A run has ended; its record is in the state. */
  follow(failed: FailedJob[]): void;
  /** The machine stays as it is. Nothing happens where nothing is about to. */
  callOff(): void;
  close(): Promise<void>;
}

const chosen = ({ whenDone, whenDoneOnce }: Settings): WhenDone => whenDoneOnce ?? whenDone;

export function createAfterwards({ state, settings, machine, pace = usualPace }: AfterwardsDeps): Afterwards {
  let countdown: NodeJS.Timeout | null = null;
  const closed = new AbortController();
  const acting = new Set<Promise<void>>();

  const tell = (after: Followed) => {
    const run = state.get('run', 'studio');
    if (run) state.put('run', 'studio', { ...run, after });
  };

  /** The choice for this once has been used. */
  const forgetOnce = () => settings.get().whenDoneOnce !== null && settings.change({ whenDoneOnce: null });

  /** The machine action that is about to happen. */
  function pending(): Extract<Followed, { phase: 'held' | 'counting' }> | null {
    const after = state.get('run', 'studio')?.after;
    return after?.phase === 'held' || after?.phase === 'counting' ? after : null;
  }

  function stop(): void {
    if (countdown) clearInterval(countdown);
    countdown = null;
  }

  function endBy(by: 'person' | 'work', action: MachineAction): void {
    stop();
    tell({ phase: 'called-off', action, by });
  }

  /** Whether there is something to do that there was not when the run ended. */
  function hasNewWork(): boolean {
    const ended = state.get('run', 'studio')?.ended ?? 0;
    return hasOpenJobs(state) || Object.values(state.all('jobs')).some(({ added }) => added >= ended);
  }

  /** Holds what is about to happen against how things are now. */
  function look(): void {
    const about = pending();
    if (!about) {
      stop();
      return;
    }
    const { action } = about;
    if (hasNewWork()) endBy('work', action);
    else if (chosen(settings.get()) !== action) endBy('person', action);
    else if (!isOnAir(state)) countdown ??= count(action);
    else if (about.phase === 'counting') {
      stop();
      tell({ phase: 'held', action });
    }
  }

  function count(action: MachineAction): NodeJS.Timeout {
    let { seconds } = pace;
    tell({ phase: 'counting', action, seconds });
    return setInterval(() => {
      look(); // the state's news may still be on its way
      if (!countdown) return;
      seconds--;
      if (seconds > 0) tell({ phase: 'counting', action, seconds });
      else {
        stop();
        act(action, machine?.[action] ?? cannot);
      }
    }, pace.tickMs);
  }

  function act(action: WhenDone, work: (signal: AbortSignal) => Promise<void>): void {
    const { began } = state.get('run', 'studio') ?? {};
    forgetOnce();
    tell({ phase: 'acting', action });
    const told = work(closed.signal)
      .then((): Followed => ({ phase: 'over', action }))
      .catch((thrown): Followed => ({ phase: 'failed', action, error: toErrorData(thrown) }))
      .then((outcome) => {
        const run = state.get('run', 'studio');
        // A new run goes on meanwhile: only what went wrong is still news.
        if (run?.began === began || (run?.after === null && outcome.phase === 'failed')) tell(outcome);
        acting.delete(told);
      });
    acting.add(told);
  }

  const leave = state.subscribe(look);

  return {
    follow(failed) {
      const action = chosen(settings.get());
      if (isMachineAction(action)) {
        if (!machine) return act(action, cannot);
        tell({ phase: 'held', action });
        look();
      } else if (action === 'command') {
        const done = state.get('run', 'studio')?.done ?? 0;
        act(action, (signal) => runCommand(settings.get().whenDoneCommand, { done, failed }, signal));
      } else {
        forgetOnce();
        tell({ phase: 'over', action });
      }
    },
    callOff() {
      const about = pending();
      if (!about) return;
      endBy('person', about.action);
      forgetOnce();
    },
    async close() {
      leave();
      stop();
      closed.abort();
      await Promise.all(acting);
    },
  };
}

/** Chosen in a host that could, kept for one that cannot. */
async function cannot(): Promise<never> {
  throw new StudioError('machine-refused', 'This studio was started by a program that cannot tell the machine to sleep or to shut down.');
}
