/** Where segments really fall. */
import { StudioError } from '../../contract/errors.ts';
import type { CutPlace } from '../../contract/lossless.ts';
import type { WorkerCommands } from '../../contract/worker-contract.ts';

export async function cutPlaces(_order: WorkerCommands['cutPlaces']): Promise<CutPlace[]> {
  throw new StudioError('internal', 'not yet');
}
