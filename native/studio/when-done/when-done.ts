/** What follows the queue, whole: what may be chosen, by whom, and what comes of it when a run ends. */
import type { Settings } from '../../contract/contract.ts';
import { StudioError } from '../../contract/errors.ts';
import { type WhenDone as Choice, isMachineAction, whenDoneChoices } from '../../contract/when-done.ts';
import { type AfterwardsDeps, createAfterwards } from './afterwards.ts';
import { followRuns, type RunRecord } from './run.ts';

export interface WhenDoneDeps extends AfterwardsDeps {
  /** Pages may choose a command, which is any program of the studio's machine. */
  pagesMayCommand: boolean;
}

export interface WhenDone extends Pick<RunRecord, 'slept'> {
  /** What a page may choose. */
  choices: Choice[];
  /** Throws bad-input for settings that cannot be meant. */
  check(change: Partial<Settings>): void;
  /** Throws not-allowed for settings that are not a page's to choose. */
  checkPage(change: Partial<Settings>): void;
  callOff(): void;
  close(): Promise<void>;
}

const namedBy = ({ whenDone, whenDoneOnce }: Partial<Settings>) => [whenDone, whenDoneOnce].filter((choice) => choice != null);

export function createWhenDone({ pagesMayCommand, ...deps }: WhenDoneDeps): WhenDone {
  const { state, settings, machine } = deps;
  const afterwards = createAfterwards(deps);
  const run = followRuns(state, afterwards.follow);
  return {
    choices: whenDoneChoices.filter((choice) =>
      isMachineAction(choice) ? machine !== null : choice === 'command' ? pagesMayCommand : true,
    ),
    check(change) {
      if (machine === null && namedBy(change).some(isMachineAction))
        throw new StudioError('bad-input', 'This studio cannot tell its machine to sleep or to shut down.');
      const next = { ...settings.get(), ...change };
      if (namedBy(next).includes('command') && next.whenDoneCommand.length === 0)
        throw new StudioError('bad-input', 'There is no command yet that could be run.');
    },
    checkPage(change) {
      if (pagesMayCommand || (change.whenDoneCommand === undefined && !namedBy(change).includes('command'))) return;
      throw new StudioError(
        'not-allowed',
        'A command cannot be chosen from here: it could be any program of the studio’s machine. “muxwell serve --allow-commands” allows it.',
      );
    },
    slept: run.slept,
    callOff: afterwards.callOff,
    async close() {
      run.close();
      await afterwards.close();
    },
  };
}
