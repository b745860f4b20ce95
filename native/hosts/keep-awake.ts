/** Keeps the machine awake while a studio works, by a program of the system that does so for as long as it reads from us. */
import { spawn } from 'node:child_process';
import type { State } from '../contract/contract.ts';
import type { StateOwner } from '../contract/state.ts';
import { keepAwake } from '../studio/work.ts';

/** Windows counts this process as busy until its input ends: ES_CONTINUOUS and ES_SYSTEM_REQUIRED. */
const windowsScript = [
  `$power = Add-Type -PassThru -Name Power -Namespace Muxwell -MemberDefinition '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);'`,
  '[void]$power::SetThreadExecutionState([uint32]2147483649)',
  '[void][Console]::In.ReadToEnd()',
].join('; ');

/** Each ends with its input, which ends with us, however we end. */
const programs: Partial<Record<NodeJS.Platform, [name: string, ...args: string[]]>> = {
  linux: ['systemd-inhibit', '--what=idle:sleep', '--mode=block', '--who=Muxwell', '--why=Jobs are running', 'cat'],
  darwin: ['caffeinate', '-i', 'cat'],
  win32: ['powershell', '-NoProfile', '-NonInteractive', '-Command', windowsScript],
};

/** While jobs run or wait for their turn, or a session is on air. Returns the way out. */
export const keepMachineAwake = (state: StateOwner<State>): (() => void) => keepAwake(state, hold);

/** A machine that has no such program, or does not let us, sleeps when it likes. */
function hold(): () => void {
  const [program, ...args] = programs[process.platform] ?? [];
  if (!program) return () => {};
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  return () => child.stdin.destroy();
}
