/** The system's own dialogs and file manager, for the page. */
import { type BrowserWindow, dialog, shell } from 'electron';
import type { State } from '../native/contract/contract.ts';
import type { StateOwner } from '../native/contract/state.ts';
import { mediaExtensions } from '../native/studio/browse.ts';
import type { Calls } from './security.ts';

const filters = [
  { name: 'Media', extensions: mediaExtensions },
  { name: 'All files', extensions: ['*'] },
];

/** A page gets paths from here, and none of its own making is believed: a job names what is shown. `logs` is the folder of the log. */
export function desktopCalls(
  state: StateOwner<State>,
  window: BrowserWindow,
  logs: string | null,
): Pick<Calls, 'chooseFiles' | 'chooseFolder' | 'showInFolder' | 'showLogs'> {
  return {
    async chooseFiles() {
      const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openFile', 'multiSelections'], filters });
      return filePaths;
    },
    async chooseFolder(current) {
      const defaultPath = typeof current === 'string' ? { defaultPath: current } : {};
      const { filePaths } = await dialog.showOpenDialog(window, { properties: ['openDirectory', 'createDirectory'], ...defaultPath });
      return filePaths[0] ?? null;
    },
    showInFolder(id) {
      const job = state.get('jobs', String(id));
      const status = state.get('statuses', String(id));
      if (job) shell.showItemInFolder(status?.phase === 'done' ? status.output : job.source);
    },
    async showLogs() {
      const failure = logs && (await shell.openPath(logs));
      if (failure) throw new Error(failure);
    },
  };
}
