/** Which job runs when: takes a place of the pool, then the job that is first by then, and brings it to its end. */
import type { Ended, Places, Runner } from './job-run.ts';
import type { Lease, PlaceKind, Pool } from './pool.ts';

/** The places that jobs wait for. */
type JobKind = Exclude<PlaceKind, 'beside'>;

/** A job at work. `leases`: its own place first, and those it was given to spare. */
export interface AtWork {
  abort: AbortController;
  leases: Set<Lease>;
  done: Promise<void>;
}

export interface Dispatching {
  active: ReadonlyMap<string, AtWork>;
  /** Something changed: starts what can be started. */
  poke(): void;
  /** Ends what runs, for this reason. */
  close(reason: Error): Promise<void>;
}

export interface DispatchingDeps {
  pool: Pool;
  /** Nothing is started once it is aborted. */
  closed: AbortSignal;
  mayStart(): boolean;
  /** The first job that waits for such a place and is not at work. */
  nextWaiting(onDevice: boolean, isAtWork: (id: string) => boolean): string | undefined;
  runnerOf(id: string): Runner;
  /** It is free by then, so that whoever hears of the end can start it again. */
  ended(id: string, status: Ended): void;
  /** No worker could be started for it. */
  notStarted(id: string, thrown: unknown): void;
  /** Not even its end could be written down. */
  notEnded(id: string, thrown: unknown): void;
  /** A job at work has ended, and its place is free. */
  freed(): void;
}

export function createDispatching({
  pool,
  closed,
  mayStart,
  nextWaiting,
  runnerOf,
  ended,
  notStarted,
  notEnded,
  freed,
}: DispatchingDeps): Dispatching {
  const active = new Map<string, AtWork>();
  const dispatching: Record<JobKind, Promise<void> | null> = { processor: null, device: null };
  const next = (kind: JobKind) => nextWaiting(kind === 'device', (id) => active.has(id));

  /** A place first and then a job: the pool, not the list, sets the pace. */
  async function dispatch(kind: JobKind): Promise<void> {
    while (mayStart() && !closed.aborted && next(kind) !== undefined) {
      let lease: Lease;
      try {
        lease = await pool.acquire(closed, kind);
      } catch (thrown) {
        const first = next(kind);
        if (closed.aborted || first === undefined) return;
        notStarted(first, thrown);
        continue;
      }
      const id = mayStart() ? next(kind) : undefined;
      if (id === undefined) {
        lease.release();
        return;
      }
      run(id, lease);
    }
  }

  function run(id: string, lease: Lease): void {
    const abort = new AbortController();
    const leases = new Set([lease]);
    const entry = { abort, leases, done: Promise.resolve() };
    active.set(id, entry);
    entry.done = runnerOf(id)
      .run(id, placesOf(lease, leases, abort.signal), abort.signal)
      .then((status) => {
        active.delete(id);
        lease.release();
        ended(id, status);
      })
      .catch((thrown) => notEnded(id, thrown))
      .finally(freed);
  }

  /** What a job at work may take beside its own place; all of it is paused with it. */
  function placesOf(lease: Lease, leases: Set<Lease>, signal: AbortSignal): Places {
    const share = (more: Lease): Lease => {
      leases.add(more);
      return {
        ...more,
        release() {
          leases.delete(more);
          more.release();
        },
      };
    };
    return {
      lease,
      beside: async () => share(await pool.acquire(signal, 'beside')),
      spare() {
        const more = lease.isResting() ? null : pool.spare();
        return more && share(more);
      },
    };
  }

  function poke(): void {
    if (closed.aborted) return;
    for (const kind of ['processor', 'device'] as const) {
      dispatching[kind] ??= dispatch(kind)
        .catch(() => {}) // only closing interrupts it
        .finally(() => {
          dispatching[kind] = null;
          if (mayStart() && next(kind) !== undefined && !closed.aborted) poke();
        });
    }
  }

  return {
    active,
    poke,
    async close(reason) {
      const ends = [...active.values()].map((entry) => {
        entry.abort.abort(reason);
        return entry.done;
      });
      await Promise.all([...ends, ...Object.values(dispatching)]);
    },
  };
}
