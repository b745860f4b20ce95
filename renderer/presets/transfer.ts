/** Presets in and out as files: chosen or dropped ones come in with a report, one or all own ones go out as a download. */
import { StudioError } from '../../native/contract/errors.ts';
import { attempt } from '../notices.ts';
import { call, useStudio } from '../studio.ts';
import { openDialog } from '../ui-state.ts';
import { t } from '../words/index.ts';
import { isOwn, show } from './state.ts';

/** As the command has it; a larger file is no file of presets. */
const mostBytes = 5_000_000;

async function importFile(file: File): Promise<void> {
  if (file.size > mostBytes) throw new StudioError('bad-input', t('presets:import.tooLarge', { name: file.name }));
  const report = await call('importPresets', { text: await file.text() });
  const [first] = report.presets;
  if (first) show(first.id);
  openDialog({ kind: 'preset-import', file: file.name, report });
}

/** One file at a time: each has a report of its own. */
export async function importFiles(files: File[]): Promise<void> {
  const [file] = files;
  if (file) await importFile(file);
}

/** Asks for a file and takes its presets. The system's dialog opens in a browser, too, because only the text is wanted. */
export function chooseImport(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => attempt(importFiles([...(input.files ?? [])])));
  input.click();
}

export const ownIds = () => Object.keys(useStudio.getState().presets).filter(isOwn);

/** A browser downloads it; the desktop asks where to put it. */
export async function exportToFile(ids: string[], name: string): Promise<void> {
  const { text } = await call('exportPresets', { ids });
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/[\\/:*?"<>|]/g, ' ').trim()}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // it is read after the click
}
