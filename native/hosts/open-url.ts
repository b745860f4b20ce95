/** Opens an address in the browser that the system has chosen. */
import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Never throws; `onFailure` is called when no browser could be opened. The browser outlives this process. */
export function openUrl(url: string, onFailure: () => void): void {
  const [program, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], { detached: true, stdio: 'ignore' });
  child.once('error', onFailure);
  child.once('exit', (code) => code !== 0 && onFailure());
  child.unref();
}
