/** Whether the queue may start jobs at the moment: within its hours, and on mains power where that is asked. */
import type { Settings } from '../contract/contract.ts';
import { onMains } from './power.ts';
import { opensAt } from './window.ts';

export interface Gate {
  /** Why no job is started, in words; null when they may be. */
  why(): string | null;
  /** The queue was started, ms since 1970. */
  started(at: number): void;
  /** Settings have changed. */
  look(): void;
  close(): void;
}

export interface GateDeps {
  settings(): Pick<Settings, 'from' | 'until' | 'onlyOnMains'>;
  /** `why` has changed. */
  changed(): void;
  power?: typeof onMains;
  now?(): number;
}

/** How often the clock and the battery are looked at, ms. */
const everyMs = 10_000;

export function createGate({ settings, changed, power = onMains, now = Date.now }: GateDeps): Gate {
  let startedAt = now();
  let mains: boolean | null = null;
  let told: string | null = null;

  function why(): string | null {
    const { from, until, onlyOnMains } = settings();
    const at = opensAt({ from, until }, startedAt, now());
    if (at === Infinity) return `It is past ${until}: start the queue again to go on.`;
    if (at !== null) return `Jobs start at ${from}.`;
    return onlyOnMains && mains === false ? 'Jobs wait for mains power.' : null;
  }

  async function look(): Promise<void> {
    mains = await (settings().onlyOnMains ? power() : null); // never tells before its maker has it
    const next = why();
    if (next === told) return;
    told = next;
    changed();
  }

  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  void look();
  return {
    why,
    started(at) {
      startedAt = at;
      void look();
    },
    look: () => void look(),
    close: () => clearInterval(timer),
  };
}
