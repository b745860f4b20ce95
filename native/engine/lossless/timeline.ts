/** Keyframes and length of a file, for cutting. */
import { StudioError } from '../../contract/errors.ts';
import type { Timeline } from '../../contract/lossless.ts';

export async function timeline(_path: string): Promise<Timeline> {
  throw new StudioError('internal', 'not yet');
}
