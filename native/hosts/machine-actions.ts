/** How each system is told to sleep and to shut down, and in words why it does not. */
import { execFile } from 'node:child_process';
import { StudioError } from '../contract/errors.ts';
import type { MachineAction } from '../contract/when-done.ts';
import type { MachineActions } from '../studio/when-done/afterwards.ts';

type Program = [name: string, ...args: string[]];

/** `rundll32` would send to hibernation where there is one. */
const windowsSleep = [
  'Add-Type -AssemblyName System.Windows.Forms',
  "if (-not [System.Windows.Forms.Application]::SetSuspendState('Suspend', $false, $false)) { exit 1 }",
].join('; ');

/** None of them asks anybody for a password: there may be nobody. */
const programs: Partial<Record<NodeJS.Platform, Record<MachineAction, Program>>> = {
  linux: {
    sleep: ['systemctl', '--no-ask-password', 'suspend'],
    shutdown: ['systemctl', '--no-ask-password', 'poweroff'],
  },
  darwin: {
    sleep: ['pmset', 'sleepnow'],
    shutdown: ['osascript', '-e', 'tell application "System Events" to shut down'],
  },
  win32: {
    sleep: ['powershell', '-NoProfile', '-NonInteractive', '-Command', windowsSleep],
    shutdown: ['shutdown', '/s', '/t', '0'],
  },
};

const refused: Record<MachineAction, string> = {
  sleep: 'The machine could not be put to sleep',
  shutdown: 'The machine could not be shut down',
};

/** What the programs write when it is a matter of permission. */
const notPermitted = /denied|permi(tted|ssion)|not allowed|authori[sz]|authentication|privilege/i;

/** null on a system for which no way is known. */
export function machineActions(platform: NodeJS.Platform = process.platform): MachineActions | null {
  const own = programs[platform];
  if (!own) return null;
  return { sleep: (signal) => tell('sleep', own.sleep, signal), shutdown: (signal) => tell('shutdown', own.shutdown, signal) };
}

function tell(action: MachineAction, [program, ...args]: Program, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { signal, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) return resolve();
      const words = `${stderr}${stdout}`.trim() || error.message;
      reject(new StudioError('machine-refused', `${refused[action]}: ${why(program, error.code, words)}`, words));
    });
  });
}

function why(program: string, code: unknown, words: string): string {
  if (code === 'ENOENT') return `there is no ${program} here.`;
  return notPermitted.test(words) ? 'Muxwell is not permitted to.' : `${program} failed.`;
}
