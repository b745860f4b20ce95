/** Whether the machine runs on mains power, as each system tells it. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const patienceMs = 5000;
const supplies = '/sys/class/power_supply';

/** null where the system does not tell, as on most machines without a battery. */
export async function onMains(platform: NodeJS.Platform = process.platform, folder = supplies): Promise<boolean | null> {
  try {
    if (platform === 'linux') return await linux(folder);
    if (platform === 'darwin') {
      const { stdout } = await run('pmset', ['-g', 'batt'], { timeout: patienceMs });
      return stdout.includes("'AC Power'") ? true : stdout.includes("'Battery Power'") ? false : null;
    }
    if (platform === 'win32') {
      const script = '(Get-CimInstance -ClassName Win32_Battery | Select-Object -First 1).BatteryStatus';
      const { stdout } = await run('powershell', ['-NoProfile', '-Command', script], { timeout: patienceMs });
      // 1 is discharging, 4 and 5 low and critical; all others have mains (Win32_Battery).
      return stdout.trim() === '' ? null : !['1', '4', '5'].includes(stdout.trim());
    }
    return null;
  } catch {
    return null;
  }
}

/** A mains supply that is online; without one, a battery that does not discharge. */
async function linux(folder: string): Promise<boolean | null> {
  const read = async (name: string, file: string) => (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim();
  let answer: boolean | null = null;
  for (const name of await readdir(folder)) {
    const type = await read(name, 'type');
    if (type === 'Mains' || type === 'USB') {
      if ((await read(name, 'online')) === '1') return true;
      if (type === 'Mains') answer = false;
    } else if (type === 'Battery' && (await read(name, 'scope')) !== 'Device') {
      answer ??= (await read(name, 'status')) !== 'Discharging';
    }
  }
  return answer;
}
