/** Where a studio keeps what must outlive it, on each system in its usual place. MUXWELL_DATA names another. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the machine's graphics cards can do: one file for every door. */
export const hardwareFile = (data: string): string => join(data, 'hardware.json');

/** Presets of one's own: one folder for every door. */
export const presetFolder = (data: string): string => join(data, 'presets');

/** What happened, for whoever looks for a fault: one log for every door. */
export const logFolder = (data: string): string => join(data, 'logs');

export function dataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['MUXWELL_DATA']) return env['MUXWELL_DATA'];
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Muxwell');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'Muxwell');
  return join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'muxwell');
}
