/** Where a session is recorded: a name of its own for every start, never over another file. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { StudioError } from '../../contract/errors.ts';
import type { LiveSetup } from '../../contract/live.ts';
import { cleanName } from '../naming.ts';

/** `Live 2026-11-27 20-15-03.mp4`, with a number where that is taken. Throws output-unwritable. */
export function recordingPath({ name, recording }: LiveSetup, now: Date): string {
  if (!recording) throw new StudioError('bad-input', 'Choose a folder for the recording first.');
  try {
    mkdirSync(recording.folder, { recursive: true });
  } catch (error) {
    throw new StudioError('output-unwritable', `The folder ${recording.folder} could not be made.`, String(error));
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
  const stem = cleanName(recording.name ?? `${name} ${day} ${time}`);
  for (let number = 1; ; number++) {
    const path = join(recording.folder, `${stem}${number === 1 ? '' : ` (${number})`}.${recording.container}`);
    if (!existsSync(path)) return path;
  }
}
