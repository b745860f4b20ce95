/** The live session this page shows, and how it changes it. The sessions themselves belong to the studio. */
import { create } from 'zustand';
import type { LiveSession, LiveSetup, LiveSetupInput, LiveStatus, LiveTarget } from '../../native/contract/live.ts';
import { defaultLivePreset, livePresets } from '../../native/contract/live-presets.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';

interface LiveUi {
  /** The one that was chosen; the first where it is not there. */
  chosen: string | null;
  /** The target that keys act on; the first where it is not there. */
  target: string | null;
  /** The session's name is being typed. */
  renaming: boolean;
  /** How the last recording was set up that was switched off here. */
  recording: LiveSetup['recording'];
  /** Changes that were sent and are not in the mirror yet, so that a form never jumps back. */
  sent: Record<string, LiveSetup>;
}

export const useLiveUi = create<LiveUi>(() => ({ chosen: null, target: null, renaming: false, recording: null, sent: {} }));

const off: LiveStatus = { phase: 'off' };

function sessionIn(sessions: Record<string, LiveSession>): LiveSession | undefined {
  const { chosen } = useLiveUi.getState();
  return (chosen !== null && sessions[chosen]) || Object.values(sessions)[0];
}

/** The shown session; undefined before there is any. */
export function useSession(): LiveSession | undefined {
  const chosen = useLiveUi((ui) => ui.chosen);
  const session = useStudio((mirror) => (chosen !== null && mirror.sessions[chosen]) || Object.values(mirror.sessions)[0]);
  const sent = useLiveUi((ui) => (session ? ui.sent[session.id] : undefined));
  return session && sent ? { ...session, setup: sent } : session;
}

export const useLiveStatus = (id: string | undefined): LiveStatus => useStudio((mirror) => (id !== undefined && mirror.live[id]) || off);

/** For actions: the shown session and how it is, as they are now. */
export function shown(): { session: LiveSession | undefined; status: LiveStatus } {
  const mirror = useStudio.getState();
  const session = sessionIn(mirror.sessions);
  return { session, status: (session && mirror.live[session.id]) ?? off };
}

export type RunningStatus = Exclude<LiveStatus, { phase: 'off' | 'failed' }>;
export const isRunning = (status: LiveStatus): status is RunningStatus => status.phase !== 'off' && status.phase !== 'failed';

/** A platform takes nothing without its key. */
export const needsKey = ({ key, service }: LiveTarget) => key === null && useStudio.getState().services[service] !== undefined;

/** Saves a change; shown at once, taken back when the studio refuses it. */
export function changeSetup(session: LiveSession, change: Partial<LiveSetup>): void {
  attempt(saveSetup(session, change));
}

/** The same, settled when it is saved. */
export function saveSetup(session: LiveSession, change: Partial<LiveSetup>): Promise<unknown> {
  const setup = { ...session.setup, ...change };
  const forget = () => useLiveUi.setState(({ sent: { [session.id]: _gone, ...sent } }) => ({ sent }));
  useLiveUi.setState(({ sent }) => ({ sent: { ...sent, [session.id]: setup } }));
  return call('saveLive', { id: session.id, setup }).finally(() => useLiveUi.getState().sent[session.id] === setup && forget());
}

/** A first session: a preset that fits most uploads, and the source that was chosen. */
export function createSession(source: LiveSetupInput['source']): void {
  const preset = livePresets.find(({ id }) => id === defaultLivePreset);
  const encode = preset ? { encode: preset.encode } : {};
  attempt(call('saveLive', { setup: { source, ...encode } }).then(({ id }) => useLiveUi.setState({ chosen: id })));
}
