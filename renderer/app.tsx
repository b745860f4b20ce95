/** The frame of the page: places at the left, the place in the middle, the status bar below, dialogs and notices over it. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Component, type ComponentType, type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { DropArea } from './export/drop-area.tsx';
import { ExportPage } from './export/export-page.tsx';
import { FileBrowser } from './export/file-browser.tsx';
import { LivePage } from './live/live-page.tsx';
import { TargetDialog } from './live/target-dialog.tsx';
import { LosslessPage } from './lossless/lossless-page.tsx';
import { ConfirmDialog } from './parts/confirm-dialog.tsx';
import { KeysDialog } from './parts/keys-dialog.tsx';
import { Notices } from './parts/notices.tsx';
import { Palette } from './parts/palette.tsx';
import { Sidebar } from './parts/sidebar.tsx';
import { Broken, Loading, Locked, OfflineBar } from './parts/states.tsx';
import { StatusBar } from './parts/status-bar.tsx';
import { PresetsPage } from './presets/presets-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { listenToDesktop, listenToKeys } from './shortcuts.ts';
import { isReady, useStudio } from './studio.ts';
import { type Dialog, forget, type Place, useUi } from './ui-state.ts';

const pages: Record<Place, ComponentType> = {
  export: ExportPage,
  live: LivePage,
  lossless: LosslessPage,
  presets: PresetsPage,
  settings: SettingsPage,
};

function OpenDialog({ dialog }: { dialog: Dialog }): ReactNode {
  switch (dialog.kind) {
    case 'palette':
      return <Palette />;
    case 'keys':
      return <KeysDialog />;
    case 'files':
      return <FileBrowser wanted={dialog.wanted} {...(dialog.choose && { chooseFiles: dialog.choose })} />;
    case 'folder':
      return <FileBrowser start={dialog.start} chooseFolder={dialog.choose} />;
    case 'target':
      return <TargetDialog session={dialog.session} target={dialog.target} />;
    case 'confirm':
      return <ConfirmDialog {...dialog} />;
  }
}

function Studio(): ReactNode {
  useTranslation(); // whatever it draws is drawn anew when the language changes
  const ready = useStudio(isReady);
  const locked = useStudio((mirror) => mirror.locked && !mirror.connected);
  const place = useUi((ui) => ui.place);
  const dialog = useUi((ui) => ui.dialog);
  useEffect(listenToKeys, []);
  useEffect(listenToDesktop, []);
  useEffect(
    () => useStudio.subscribe((mirror, before) => mirror.jobs !== before.jobs && forget((id) => Object.hasOwn(mirror.jobs, id))),
    [],
  );
  if (locked) return <Locked />;
  if (!ready) return <Loading />;
  const Page = pages[place];
  return (
    <div className="grid h-full grid-cols-[76px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto]">
      <Sidebar />
      <main className="flex min-h-0 min-w-0 flex-col bg-ground">
        <OfflineBar />
        <Page key={place} />
      </main>
      <StatusBar />
      {dialog && <OpenDialog dialog={dialog} />}
      <DropArea />
      <Notices />
    </div>
  );
}

/** A mistake of ours must not leave an empty window: what runs, runs on in the studio. */
class Catch extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override render(): ReactNode {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}

export function App(): ReactNode {
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={500}>
        <Catch>
          <Studio />
        </Catch>
      </Tooltip.Provider>
    </CSPProvider>
  );
}
