/** Whether jobs may start: the queue's two switches, which outlive the studio, and what holds it by the hour or the mains. */
import type { Settings } from '../contract/contract.ts';
import { createGate } from './gate.ts';
import type { Storage } from './storage.ts';

export interface Switches {
  started(): boolean;
  paused(): boolean;
  /** Why nothing starts though it was started; null where nothing holds it. */
  held(): string | null;
  mayStart(): boolean;
  start(value: boolean): void;
  pause(value: boolean): void;
  /** For this run alone: something is so wrong that going on would make it worse. */
  halt(): void;
  /** Settings have changed. */
  look(): void;
  close(): void;
}

export interface SwitchesDeps {
  storage: Storage;
  settings(): Pick<Settings, 'from' | 'until' | 'onlyOnMains'>;
  /** A switch was thrown. */
  thrown(): void;
  /** What holds the queue has changed. */
  heldOtherwise(): void;
}

export function createSwitches({ storage, settings, thrown, heldOtherwise }: SwitchesDeps): Switches {
  const kept = storage.get<{ started: boolean; at?: number; paused?: boolean }>('queue', 'queue');
  let started = kept?.started ?? false;
  let startedAt = kept?.at;
  let paused = kept?.paused ?? false;
  const gate = createGate({ settings, changed: heldOtherwise });
  if (startedAt !== undefined) gate.started(startedAt);

  function keep(): void {
    storage.put('queue', 'queue', { started, paused, ...(startedAt !== undefined && { at: startedAt }) });
    thrown();
  }

  return {
    started: () => started,
    paused: () => paused,
    held: () => (started ? gate.why() : null),
    mayStart: () => started && !paused && gate.why() === null,
    start(value) {
      started = value;
      startedAt = Date.now();
      if (started) gate.started(startedAt);
      keep();
    },
    pause(value) {
      paused = value;
      keep();
    },
    halt() {
      started = false;
    },
    look: () => gate.look(),
    close: () => gate.close(),
  };
}
