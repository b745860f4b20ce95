/** Ten seconds of a film as a file of their own, to be looked at where the whole of it is to play. */
import type { Job } from '../../native/contract/contract.ts';
import { viewed } from '../../native/contract/viewing.ts';
import { attempt } from '../notices.ts';
import { call } from '../studio.ts';
import { closeDialog, select } from '../ui-state.ts';
import { t } from '../words/index.ts';

const seconds = 10;

/** `at`: the moment in the middle of it, seconds of the source; without one a third into what is exported. */
export function addSample({ source, preset, overrides, output, media }: Job, at?: number): void {
  if (!media) return;
  const { start, duration } = viewed(media);
  const first = overrides.trim?.start ?? start;
  const last = overrides.trim?.end ?? (duration === null ? Infinity : start + duration);
  const middle = at ?? first + (Number.isFinite(last) ? (last - first) / 3 : 0);
  const from = Math.max(first, Math.min(middle - seconds / 2, last - seconds));
  const trim = { start: from, end: Math.min(last, from + seconds) };
  const { file: _file, ...rest } = output;
  const template = t('export:sample.name', { name: output.template });
  const order = { sources: [source], preset, overrides: { ...overrides, trim }, output: { ...rest, template } };
  attempt(
    call('addJobs', order).then(({ ids }) => {
      closeDialog();
      select(ids);
    }),
  );
}
