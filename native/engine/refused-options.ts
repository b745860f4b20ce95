/** Options within an encoder's own list (`x265-params`): what it does not know it drops with a word in the log, which is an error here. */
import { StudioError } from '../contract/errors.ts';
import type { Plan } from '../contract/plan.ts';
import { lastWords, watchLog } from './av-error.ts';

/** In x264's and SVT-AV1's words, and in x265's two. */
const complaints = [/^Error parsing option '?([^ :']+)/, /^Unknown option: (.+?)\.?$/, /^Invalid value for ([^:]+):/];

/** Opens encoders; throws bad-setting where one of them complained. */
export async function refusingOptions<T>(plan: Plan, open: () => T): Promise<T> {
  const film = plan.streams.find((stream) => stream.action === 'encode' && stream.kind === 'video');
  if (film?.action !== 'encode' || !Object.keys(film.options).some((key) => key.endsWith('-params'))) return open();
  const refused: string[] = [];
  const stop = watchLog((line) => refused.push(...complaints.flatMap((complaint) => complaint.exec(line)?.[1] ?? [])));
  try {
    const opened = open();
    await lastWords();
    if (refused.length === 0) return opened;
  } finally {
    stop();
  }
  throw new StudioError('bad-setting', `The encoder ${film.encoder} does not take ${refused.join(', ')} as it is set.`);
}
