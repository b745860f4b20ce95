/** The one window: it opens where it was left, without a white flash, and loads its page again when that has crashed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { app, BrowserWindow, nativeTheme, type Rectangle, screen } from 'electron';
import { pageUrl } from './security.ts';

/** How much of its title bar must lie on a screen for a window to be within reach, pixels. */
const grip = { width: 120, height: 32 };
/** Before a page that crashed is loaded again: one that always does must leave the machine some rest, ms. */
const reloadMs = 1000;

/** `memory` is the file that the window's place is kept in. */
export function openWindow(preload: string, icon: string, memory: string): BrowserWindow {
  const { maximized, ...bounds } = recall(memory);
  const window = new BrowserWindow({
    ...{ ...bounds, minWidth: 720, minHeight: 480, title: 'Muxwell', icon, show: false },
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0e1217' : '#f5f3ef', // the page's own ground
    webPreferences: {
      ...{ preload, contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true, webviewTag: false },
      spellcheck: false, // its dictionaries would come from the network
    },
  });
  window.once('ready-to-show', () => (maximized ? window.maximize() : window.show()));
  // The page mirrors the studio's state: a fresh one lacks nothing.
  window.webContents.on('render-process-gone', () => {
    setTimeout(() => window.isDestroyed() || window.webContents.reload(), reloadMs);
  });
  app.on('before-quit', () => remember(memory, window));
  void window.loadURL(pageUrl);
  return window;
}

/** To the front, from wherever it is. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function remember(file: string, window: BrowserWindow): void {
  try {
    writeFileSync(file, JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  } catch {} // a place that is forgotten must not keep anyone from quitting
}

/** The size that the window had; its position, too, if that is still on a screen. */
function recall(file: string): Partial<Rectangle> & { maximized: boolean } {
  try {
    const { x, y, width, height, maximized } = JSON.parse(readFileSync(file, 'utf8'));
    if (![x, y, width, height].every(Number.isInteger)) throw new Error('No place.');
    const { workArea: area } = screen.getDisplayMatching({ x, y, width, height });
    const across = x + width - grip.width >= area.x && x + grip.width <= area.x + area.width;
    const down = y >= area.y && y + grip.height <= area.y + area.height;
    const size = { width: Math.min(width, area.width), height: Math.min(height, area.height) };
    return { ...size, ...(across && down && { x, y }), maximized: maximized === true };
  } catch {
    return { width: 1280, height: 820, maximized: false };
  }
}
