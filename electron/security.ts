/** What the page may not do, and who may ask main for something: Electron's security checklist, item by item. */
import { app, ipcMain, protocol, session, type WebFrameMain } from 'electron';
import { createPage } from '../native/studio/page.ts';

const scheme = 'app';
const host = 'muxwell';
/** The page's one address. */
export const pageUrl = `${scheme}://${host}/`;

/** Makes `app:` a scheme like https, with an origin of its own. Only before Electron is ready. */
export function registerScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true };
  protocol.registerSchemesAsPrivileged([{ scheme, privileges }]);
}

/** Answers app://muxwell/ with the built page and the studio's pictures. */
export function servePage(folder: string, pictures: (request: Request) => Promise<Response>): void {
  const page = createPage(folder, pictures);
  protocol.handle(scheme, (request) => (new URL(request.url).host === host ? page(request) : new Response(null, { status: 404 })));
}

/** All that a page may do of what asks for permission: put a text on the clipboard, when a person presses a button for it. */
const granted = 'clipboard-sanitized-write';

/** No page leaves its place, opens another, embeds one, reaches the network or is granted anything but that. */
export function lockDown(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => {
    const refuse = (event: { preventDefault(): void }) => event.preventDefault();
    contents.on('will-navigate', refuse);
    contents.on('will-frame-navigate', refuse);
    contents.on('will-redirect', refuse);
    contents.on('will-attach-webview', refuse);
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
  void app.whenReady().then(() => {
    const { defaultSession } = session;
    defaultSession.setPermissionRequestHandler((_contents, permission, grant) => grant(permission === granted));
    defaultSession.setPermissionCheckHandler((_contents, permission) => permission === granted);
    defaultSession.setDevicePermissionHandler(() => false);
    const remote = { urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] };
    defaultSession.webRequest.onBeforeRequest(remote, (_details, answer) => answer({ cancel: true }));
  });
}

/** What the page's preload may ask main for. */
export type CallName = 'connect' | 'takeFiles' | 'setMenu' | 'chooseFiles' | 'chooseFolder' | 'showInFolder' | 'showLogs';

/** The work behind each call. Inputs come unchecked. */
export type Calls = Record<CallName, (input: unknown, frame: WebFrameMain) => unknown>;

/** Answers the page's calls, and nobody else's. */
export function answerPage(calls: Calls): void {
  for (const [name, work] of Object.entries(calls)) {
    ipcMain.handle(name, ({ senderFrame }, input: unknown) => {
      if (!isOwnPage(senderFrame)) throw new Error(`${name} was refused: only Muxwell's own page may ask for it.`);
      return work(input, senderFrame);
    });
  }
}

/** The page itself, not a frame inside of it. */
const isOwnPage = (frame: WebFrameMain | null): frame is WebFrameMain => frame?.parent === null && frame.url.startsWith(pageUrl);
