/** The live session this page shows, and how it changes it. The sessions themselves belong to the studio. */
import { create } from 'zustand';
import type { LiveSession, LiveSetup, LiveSetupInput, LiveStatus, LiveTarget } from '../../native/contract/live.ts';
import { defaultLivePreset, livePresets } from '../../native/contract/live-presets.ts';
import { attempt } from '../notices.ts';
import { same } from '../same.ts';
import { call, useStudio } from '../studio.ts';
import { t } from '../words/index.ts';

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
  return { session: session && withSent(session), status: (session && mirror.live[session.id]) ?? off };
}

export type RunningStatus = Exclude<LiveStatus, { phase: 'off' | 'failed' }>;
export const isRunning = (status: LiveStatus): status is RunningStatus => status.phase !== 'off' && status.phase !== 'failed';

/** A platform takes nothing without its key. */
export const needsKey = ({ key, service }: LiveTarget) => key === null && useStudio.getState().services[service] !== undefined;

/** A session with what was sent of it and is not in the mirror yet. */
function withSent(session: LiveSession): LiveSession {
  const sent = useLiveUi.getState().sent[session.id];
  return sent ? { ...session, setup: sent } : session;
}

type Change = Partial<LiveSetup> | ((setup: LiveSetup) => Partial<LiveSetup>);

/** Saves a change to what is set up by then; shown at once, taken back when the studio refuses it. */
export function changeSetup(session: LiveSession, change: Change): void {
  attempt(saveSetup(session, change));
}

/** The same, settled when it is saved. */
export async function saveSetup({ id, ...session }: LiveSession, change: Change): Promise<void> {
  const before = useLiveUi.getState().sent[id] ?? useStudio.getState().sessions[id]?.setup ?? session.setup;
  const setup = { ...before, ...(typeof change === 'function' ? change(before) : change) };
  const forget = () =>
    useLiveUi.setState(({ sent }) => {
      const { [id]: last, ...others } = sent;
      return { sent: last === setup ? others : sent };
    });
  useLiveUi.setState(({ sent }) => ({ sent: { ...sent, [id]: setup } }));
  try {
    await call('saveLive', { id, setup });
    void inMirror(id, setup).then(forget);
  } catch (error) {
    forget();
    throw error;
  }
}

/** The studio's news may come after its answer, by this at most, ms. */
const newsMs = 2000;

/** Resolves when the mirror has what was saved, or something newer. */
function inMirror(id: string, setup: LiveSetup): Promise<void> {
  return new Promise((resolve) => {
    const record = useStudio.getState().sessions[id];
    if (same(record?.setup, setup)) return resolve();
    const end = () => {
      clearTimeout(timer);
      leave();
      resolve();
    };
    const timer = setTimeout(end, newsMs);
    const leave = useStudio.subscribe((mirror) => mirror.sessions[id] !== record && end());
  });
}

/** A first session: a preset that fits most uploads, the source that was chosen, and a break card in the page's language. */
export function createSession(source: LiveSetupInput['source']): void {
  const preset = livePresets.find(({ id }) => id === defaultLivePreset);
  const encode = preset ? { encode: preset.encode } : {};
  const slate = { text: t('live:break.usual') };
  attempt(call('saveLive', { setup: { source, slate, ...encode } }).then(({ id }) => useLiveUi.setState({ chosen: id })));
}
