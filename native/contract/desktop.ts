/** What the desktop shell adds to a page as `window.muxwell`. A page in a browser has none of it. */

export interface Desktop {
  /** As Node names it: linux, darwin, win32. */
  platform: string;
  /** Asks for a port to the studio; it comes to the window as a `message` event with `portMessage` as its data. */
  connect(): void;
  /** Where a dropped file lies; empty for one that is not on a disk. */
  pathOf(file: File): string;
  /** Files chosen in the system's dialog; empty when it was closed. */
  chooseFiles(): Promise<string[]>;
  chooseFolder(current: string | null): Promise<string | null>;
  /** Shows a job's result, or its source while there is none, in the system's file manager. */
  showInFolder(job: string): Promise<void>;
  /** Opens the folder of the application log in the system's file manager. */
  showLogs(): Promise<void>;
  /** The native menu, made from the page's own actions. `words`, in the page's language, by menu and by the role of what Electron adds. */
  setMenu(items: MenuEntry[], words: Record<string, string>): void;
  /** Called with an action's id when it was chosen in the native menu. */
  onAction(listener: (id: string) => void): void;
  /** Called with paths that the system asked Muxwell to open. */
  onFiles(listener: (paths: string[]) => void): void;
}

export interface MenuEntry {
  /** The action's id. */
  id: string;
  title: string;
  menu: 'File' | 'Edit' | 'Queue' | 'Playback' | 'Cut' | 'Live' | 'View' | 'Help';
  /** Electron's accelerator, e.g. `CmdOrCtrl+O`; null for none. The page listens to keys itself: this one is only shown. */
  accelerator: string | null;
  enabled: boolean;
}

export const portMessage = 'muxwell-port';
