/** Runs a lossless plan: packets go from sources to the result as they are. */
import { StudioError } from '../../contract/errors.ts';
import type { EncodeResult, Progress, WorkerCommands } from '../../contract/worker-contract.ts';
import type { Control } from '../control.ts';

export async function remux(
  _order: WorkerCommands['remux'],
  _control: Control,
  _tell: (progress: Progress) => void,
): Promise<EncodeResult> {
  throw new StudioError('internal', 'not yet');
}
