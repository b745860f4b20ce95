/** Puts the text of a bug report on the clipboard, or before the person where a browser does not let that be done. */
import { call } from '../studio.ts';
import { notify, openDialog } from '../ui-state.ts';
import { t } from '../words/index.ts';

/** About one job, or about none. */
export async function copyReport(job: string | null): Promise<void> {
  const { text } = await call('report', job === null ? {} : { job });
  if (await copied(text)) notify({ kind: 'info', text: t('common:report.copied') });
  else openDialog({ kind: 'report', text });
}

/** A page that came over plain HTTP from another machine has no clipboard, and some browsers want a press that is quite fresh. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
