/** Live in a person's words. */
import type { LiveHealth, LiveSource, LiveStatus, SourceState, TargetHealth } from '../../native/contract/live.ts';
import { clock } from '../format.ts';

export const sourceKinds: Record<LiveSource['kind'], { name: string; text: string }> = {
  'rtmp-listen': { name: 'From another program', text: 'OBS, a camera or a phone publishes to this machine by RTMP.' },
  screen: { name: 'This screen', text: 'What the studio’s machine shows, with a microphone if you like.' },
  camera: { name: 'Camera and microphone', text: 'A camera at the studio’s machine.' },
  files: { name: 'Files', text: 'Films one after the other, again and again.' },
  pull: { name: 'From an address', text: 'RTSP, HLS, HTTP or RTMP: security cameras, other servers.' },
  srt: { name: 'SRT', text: 'A contribution link that survives a bad network.' },
  'test-card': { name: 'Test card', text: 'A picture with a clock and a tone, to try things out.' },
};

export const sourceStates: Record<SourceState, string> = {
  off: 'Off',
  waiting: 'Waiting for it',
  connecting: 'Connecting',
  running: 'Running',
  lost: 'Lost, trying again',
  ended: 'Ended',
};

/** "Live 12:04", "Reconnecting, try 3 in 2 s", "Key refused". `at` is when this was told, by the studio's clock. */
export function targetWords(target: TargetHealth | undefined, at: number): string {
  if (!target) return 'Off';
  const { state, since, tries, nextTry } = target;
  const next = nextTry === null ? '' : ` in ${Math.max(0, Math.ceil((nextTry - at) / 1000))} s`;
  switch (state) {
    case 'off':
      return 'Off';
    case 'connecting':
      return 'Connecting';
    case 'live':
      return `Live ${clock(Math.max(0, Math.round((at - since) / 1000)))}`;
    case 'reconnecting':
      return `Reconnecting, try ${tries + (next ? 1 : 0)}${next}`;
    case 'refused':
      return `Key refused${next && `, try${next}`}`;
    case 'failed':
      return 'Cannot be used';
    case 'stopping':
      return 'Ending';
  }
}

export const onAirWords: Record<LiveHealth['onAir'], string> = {
  source: 'The source is on air',
  'slate-lost': 'The break card is on air, because the source is gone',
  'slate-asked': 'The break card is on air',
};

export const phaseWords: Record<LiveStatus['phase'], string> = {
  off: 'Off',
  starting: 'Starting',
  preview: 'Preview',
  live: 'Live',
  ending: 'Ending',
  failed: 'Failed',
};

/** With a true minus sign and one digit: −20.0. */
export const decibels = (db: number) => db.toFixed(1).replace('-', '−');

/** 3128 → `3.1 Mb/s`. */
export const rate = (kbps: number) => (kbps >= 1000 ? `${(kbps / 1000).toFixed(1)} Mb/s` : `${Math.round(kbps)} kb/s`);
