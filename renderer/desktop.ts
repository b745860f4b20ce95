/** The desktop shell's bridge, or null in a browser. */
import type { Desktop } from '../native/contract/desktop.ts';

declare global {
  interface Window {
    muxwell?: Desktop;
  }
}

export const desktop: Desktop | null = window.muxwell ?? null;

export const isMac = desktop ? desktop.platform === 'darwin' : /^Mac/.test(navigator.platform);
