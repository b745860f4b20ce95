/** `--when-done` and `--done-command`: what follows when the queue is done, chosen in a terminal and told there. */
import { Option } from 'commander';
import { readCommand } from '../contract/command-line.ts';
import type { Settings } from '../contract/contract.ts';
import { StudioError } from '../contract/errors.ts';
import type { Afterwards, MachineAction, WhenDone } from '../contract/when-done.ts';
import type { Studio } from '../studio/studio.ts';
import { createProgressLine } from './progress-line.ts';

export interface WhenDoneOptions {
  whenDone?: WhenDone;
  doneCommand?: string;
}

export const whenDoneOption = (choices: readonly WhenDone[]): Option =>
  new Option('--when-done <what>', 'what follows when the last job has ended').choices(choices);

export const doneCommandOption = (): Option =>
  new Option(
    '--done-command <command>',
    'run this then, without a shell: MUXWELL_DONE and MUXWELL_FAILED are the numbers of jobs, its input the failed ones as JSON',
  );

interface Chosen {
  choice: WhenDone;
  command: Pick<Settings, 'whenDoneCommand'> | null;
}

/** null where nothing was chosen. Throws bad-input. */
export function readWhenDone({ whenDone, doneCommand }: WhenDoneOptions): Chosen | null {
  if (doneCommand === undefined) return whenDone === undefined ? null : { choice: whenDone, command: null };
  if (whenDone !== undefined && whenDone !== 'command')
    throw new StudioError('bad-input', 'A command is run in place of what else could follow: choose one of the two.');
  const whenDoneCommand = readCommand(doneCommand);
  if (!whenDoneCommand?.[0])
    throw new StudioError(
      'bad-input',
      `The command “${doneCommand.slice(0, 60)}” is not understood. It must be a program with its arguments.`,
    );
  return { choice: 'command', command: { whenDoneCommand } };
}

/** The choice as a change of the studio's settings: for the next time the queue is done, or for every time. */
export const toSettings = ({ choice, command }: Chosen, always: boolean): Partial<Settings> => ({
  ...(always ? { whenDone: choice, whenDoneOnce: null } : { whenDoneOnce: choice }),
  ...command,
});

const goes: Record<MachineAction, string> = { sleep: 'goes to sleep', shutdown: 'shuts down' };

/** One phase in words; null for one that needs none. */
function describe(after: Afterwards): string | null {
  switch (after.phase) {
    case 'counting':
      return `The machine ${goes[after.action]} in ${after.seconds} s. Ctrl-C calls it off.`;
    case 'called-off':
      return 'Called off: the machine stays on.';
    case 'failed':
      return [after.error.message, after.error.detail].filter(Boolean).join('\n');
    default:
      return null;
  }
}

/** Shows what follows the one run of this studio; resolves, when it is through, with whether it went well. */
export function showAfterwards({ state }: Studio, json: boolean): Promise<boolean> {
  const line = createProgressLine(process.stderr);
  let told = '';
  function show(after: Afterwards): void {
    const isNews = after.phase !== told;
    told = after.phase;
    if (json) {
      if (isNews) process.stdout.write(`${JSON.stringify({ event: 'when-done', ...after })}\n`);
      return;
    }
    const words = describe(after);
    if (after.phase === 'counting' && process.stderr.isTTY) line.show(null, [words ?? '']);
    else if (isNews) {
      line.clear();
      if (words) line.print(words);
    }
  }
  return new Promise((resolve) => {
    const leave = state.subscribe(() => {
      const after = state.get('run', 'studio')?.after;
      if (!after) return;
      show(after);
      if (['held', 'counting', 'acting'].includes(after.phase)) return;
      queueMicrotask(() => leave()); // the first push comes before there is a way out
      resolve(after.phase !== 'failed');
    });
  });
}
