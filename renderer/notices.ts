/** Puts a failed call in front of the person who asked for it. */
import { StudioError, toErrorData } from '../native/contract/errors.ts';
import { notify } from './ui-state.ts';
import { t } from './words/index.ts';

/** Awaits work nobody waits for; a failure becomes a notice. */
export function attempt(work: Promise<unknown> | undefined): void {
  work?.catch((thrown: unknown) => {
    const error = toErrorData(thrown);
    const text = thrown instanceof StudioError ? error.message : t('common:state.somethingWrong');
    notify({ kind: 'error', text, ...(error.detail && { detail: error.detail }) });
  });
}
