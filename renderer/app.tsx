/** The frame of the page: places at the left, the place in the middle, the status bar below, dialogs and notices over it. */
import { CSPProvider } from '@base-ui/react/csp-provider';
import { Tooltip } from '@base-ui/react/tooltip';
import { Component, type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { CompareDialog } from './export/compare/compare-dialog.tsx';
import { DropArea } from './export/drop-area.tsx';
import { ExportPage } from './export/export-page.tsx';
import { FileBrowser } from './export/file-browser.tsx';
import { WelcomeDialog } from './export/first-run.tsx';
import { GroupDialog } from './export/group-dialog.tsx';
import { OriginalsDialog } from './export/originals-dialog.tsx';
import { isHeading } from './export/rows.ts';
import { SavePresetDialog } from './export/save-preset-dialog.tsx';
import { GlossaryDialog } from './glossary/glossary-dialog.tsx';
import { TargetDialog } from './live/target-dialog.tsx';
import { ConfirmDialog } from './parts/confirm-dialog.tsx';
import { KeysDialog } from './parts/keys-dialog.tsx';
import { Notices } from './parts/notices.tsx';
import { Palette } from './parts/palette.tsx';
import { Sidebar } from './parts/sidebar.tsx';
import { Broken, Loading, Locked, OfflineBar } from './parts/states.tsx';
import { StatusBar } from './parts/status-bar.tsx';
import { ImportReport } from './presets/import-report.tsx';
import { ReportDialog } from './report/report-dialog.tsx';
import { listenToDesktop, listenToKeys } from './shortcuts.ts';
import { isReady, useStudio } from './studio.ts';
import { type Dialog, forget, type Place, useUi } from './ui-state.ts';
import { EndingBar } from './when-done/ending-bar.tsx';
import { listenToRuns } from './when-done/news.ts';

/** Export is there at once; the other places come as soon as the page has nothing else to do, or when they are gone to. */
const later = {
  live: async () => ({ default: (await import('./live/live-page.tsx')).LivePage }),
  lossless: async () => ({ default: (await import('./lossless/lossless-page.tsx')).LosslessPage }),
  presets: async () => ({ default: (await import('./presets/presets-page.tsx')).PresetsPage }),
  settings: async () => ({ default: (await import('./settings/settings-page.tsx')).SettingsPage }),
};
const pages: Record<Place, ComponentType> = {
  export: ExportPage,
  live: lazy(later.live),
  lossless: lazy(later.lossless),
  presets: lazy(later.presets),
  settings: lazy(later.settings),
};

/** What is shown first has the connection for itself so long, ms. */
const restMs = 300;

/** So that going to a place takes no time, and works while the host is away. One that does not come is asked for again when it is gone to. */
function fetchPlaces(): void {
  for (const fetch of Object.values(later)) void fetch().catch(() => {});
}

function OpenDialog({ dialog }: { dialog: Dialog }): ReactNode {
  switch (dialog.kind) {
    case 'palette':
      return <Palette />;
    case 'keys':
      return <KeysDialog />;
    case 'welcome':
      return <WelcomeDialog />;
    case 'glossary':
      return <GlossaryDialog term={dialog.term} />;
    case 'compare':
      return <CompareDialog id={dialog.job} />;
    case 'save-preset':
      return <SavePresetDialog {...dialog} />;
    case 'files':
      return <FileBrowser wanted={dialog.wanted} {...(dialog.choose && { chooseFiles: dialog.choose })} />;
    case 'folder':
      return <FileBrowser start={dialog.start} chooseFolder={dialog.choose} />;
    case 'target':
      return <TargetDialog session={dialog.session} target={dialog.target} />;
    case 'preset-import':
      return <ImportReport file={dialog.file} report={dialog.report} />;
    case 'report':
      return <ReportDialog text={dialog.text} />;
    case 'group':
      return <GroupDialog jobs={dialog.jobs} />;
    case 'originals':
      return <OriginalsDialog jobs={dialog.jobs} />;
    case 'confirm':
      return <ConfirmDialog {...dialog} />;
  }
}

function Studio(): ReactNode {
  useTranslation(); // whatever it draws is drawn anew when the language changes
  const ready = useStudio(isReady);
  const locked = useStudio((mirror) => mirror.locked && !mirror.connected);
  useEffect(listenToKeys, []);
  useEffect(listenToDesktop, []);
  useEffect(listenToRuns, []);
  useEffect(
    () =>
      useStudio.subscribe(
        (mirror, before) => mirror.jobs !== before.jobs && forget((key) => isHeading(key) || Object.hasOwn(mirror.jobs, key)),
      ),
    [],
  );
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(fetchPlaces, restMs);
    return () => clearTimeout(timer);
  }, [ready]);
  if (locked) return <Locked />;
  return (
    <>
      {ready ? <Frame /> : <Loading />}
      <DropArea />
    </>
  );
}

function Frame(): ReactNode {
  const place = useUi((ui) => ui.place);
  const dialog = useUi((ui) => ui.dialog);
  const Page = pages[place];
  return (
    <div className="grid h-full grid-cols-[88px_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto]">
      <Sidebar />
      <main className="flex min-h-0 min-w-0 flex-col bg-ground">
        <OfflineBar />
        <EndingBar />
        <Suspense>
          <Page key={place} />
        </Suspense>
      </main>
      <StatusBar />
      {dialog && <OpenDialog dialog={dialog} />}
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
