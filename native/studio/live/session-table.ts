/** Live sessions as the shared state has them: looked up, or refused in words. */
import type { State } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import type { LiveSession, LiveStatus, LiveTarget } from '../../contract/live.ts';
import type { StateOwner } from '../../contract/state.ts';

export type Running = Extract<LiveStatus, { phase: 'starting' | 'preview' | 'live' | 'ending' }>;

export interface SessionTable {
  /** Throws not-live for a session that was removed. */
  session(id: string): LiveSession;
  /** Throws bad-input. */
  target(id: string, target: string): LiveTarget;
  /** Throws not-live where no engine runs for it. */
  running(id: string): Running;
  isLive(id: string): boolean;
  /** Changes what a running session is doing. */
  update(id: string, change: Partial<Running>): void;
}

export function createSessionTable(state: StateOwner<State>): SessionTable {
  function session(id: string): LiveSession {
    const found = state.get('sessions', id);
    if (!found) throw new StudioError('not-live', 'This live session is not there any more.');
    return found;
  }

  function running(id: string): Running {
    const status = state.get('live', session(id).id);
    if (!status || status.phase === 'off' || status.phase === 'failed') throw new StudioError('not-live', 'This session is not running.');
    return status;
  }

  return {
    session,
    running,
    target(id, target) {
      const found = session(id).setup.targets.find((one) => one.id === target);
      if (!found) throw new StudioError('bad-input', 'This target is not in the session.');
      return found;
    },
    isLive: (id) => state.get('live', id)?.phase === 'live',
    update: (id, change) => state.put('live', id, { ...running(id), ...change }),
  };
}
