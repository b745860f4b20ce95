/** The bridge: everything that the page gets of the desktop, as `window.muxwell`. It runs in the sandbox and can load only electron. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type Desktop, portMessage } from '../native/contract/desktop.ts';
import type { CallName } from './security.ts';

const ask = (name: CallName, input?: unknown) => ipcRenderer.invoke(name, input);

// A port cannot cross the context bridge; a message of the window can carry it.
ipcRenderer.on(portMessage, ({ ports }) => window.postMessage(portMessage, location.origin, ports));

contextBridge.exposeInMainWorld('muxwell', {
  platform: process.platform,
  connect: () => void ask('connect'),
  pathOf: (file) => webUtils.getPathForFile(file),
  chooseFiles: () => ask('chooseFiles'),
  chooseFolder: (current) => ask('chooseFolder', current),
  showInFolder: (job) => ask('showInFolder', job),
  showLogs: () => ask('showLogs'),
  setMenu: (items, words) => void ask('setMenu', { items, words }),
  onAction: (listener) => void ipcRenderer.on('action', (_event, id: string) => listener(id)),
  onFiles(listener) {
    const take = async () => {
      const paths: string[] = await ask('takeFiles');
      if (paths.length > 0) listener(paths);
    };
    ipcRenderer.on('files', take);
    void take();
  },
} satisfies Desktop);
