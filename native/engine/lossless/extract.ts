/** Takes one attachment or one cover out of a file, as the file it is. */
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { AVMEDIA_TYPE_ATTACHMENT } from 'node-av/constants';
import { StudioError } from '../../contract/errors.ts';
import type { EncodeResult, Progress, WorkerCommands } from '../../contract/worker-contract.ts';
import { createByteClock } from '../byte-clock.ts';
import { fileError } from '../chapters.ts';
import type { Control } from '../control.ts';
import { openInput } from '../input.ts';
import { watchSpace } from '../partial-file.ts';
import { readPicture } from './pictures.ts';

/** Throws source-damaged where there is nothing in it. */
export async function extract(
  { plan, partial }: WorkerCommands['remux'],
  control: Control,
  tell: (progress: Progress) => void,
): Promise<EncodeResult> {
  const [planned] = plan.streams;
  const [head] = planned?.from ?? [];
  const { path = '' } = plan.inputs[head?.input ?? 0] ?? {};
  const name = basename(path);
  const bytes = contentOf(path, head?.stream ?? -1);
  if (!planned || !bytes || bytes.length === 0)
    throw new StudioError('source-damaged', `There is nothing in track ${head?.stream} of ${name}.`);
  watchSpace(partial, bytes.length);
  const size = bytes.length;
  const clock = createByteClock(
    { toCopy: size, toMove: 0, duration: null, elapsed: control.elapsed, read: () => size, written: () => size },
    tell,
  );
  try {
    writeFileSync(partial, bytes);
  } catch (error) {
    throw fileError(error, 'write', name);
  }
  clock.stage('proving');
  if (!readFileSync(partial).equals(bytes))
    throw new StudioError('proof-failed', `The file inside ${name} was written, but is not the same. It was not kept; retry.`);
  const streams = [{ kind: planned.kind, codec: planned.codec, duration: null }];
  return { proof: { bytes: size, duration: 0, streams, decodedAt: [] }, seconds: control.elapsed() / 1000, warnings: [], log: [] };
}

/** An attachment lies in the header; a cover comes before the film. */
function contentOf(path: string, index: number): Buffer | null {
  const input = openInput(path);
  try {
    const stream = input.streams[index];
    if (!stream) throw new StudioError('source-vanished', `${input.name} has changed since it was added. Retry to read it anew.`);
    const { codecType, extradata } = stream.codecpar;
    return codecType === AVMEDIA_TYPE_ATTACHMENT ? extradata && Buffer.from(extradata) : readPicture(path, index);
  } finally {
    input.close();
  }
}
