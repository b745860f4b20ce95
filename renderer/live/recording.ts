/** Recording on or off: before going live it is set up, while live it begins or ends. */
import type { LiveSession, LiveSetup, LiveStatus } from '../../native/contract/live.ts';
import { call, useStudio } from '../studio.ts';
import { isRunning, saveSetup, useLiveUi } from './session.ts';

/** It is recorded now, or will be. */
export const isRecording = ({ setup }: LiveSession, status: LiveStatus): boolean =>
  status.phase === 'live' && isRunning(status) ? status.recording !== null : setup.recording !== null;

/** As it was set up last, else into the folder for results. */
function usual(): NonNullable<LiveSetup['recording']> {
  const { settings, machine } = useStudio.getState();
  const folder = settings['studio']?.folder ?? machine['studio']?.home ?? '';
  return useLiveUi.getState().recording ?? { folder, container: 'mp4', name: null };
}

export async function switchRecording(session: LiveSession, status: LiveStatus): Promise<void> {
  const { id, setup } = session;
  const on = !isRecording(session, status);
  const isLive = status.phase === 'live';
  if (on && !setup.recording) await saveSetup(session, { recording: usual() });
  if (isLive) await call('recordLive', { id, on });
  else if (!on) {
    useLiveUi.setState({ recording: setup.recording });
    await saveSetup(session, { recording: null });
  }
}
