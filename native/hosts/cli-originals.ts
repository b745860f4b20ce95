/** `muxwell queue originals`: which sources are not needed any more, and their way to another folder. */
import { resolve } from 'node:path';
import type { Results } from '../contract/contract.ts';
import { mostOriginals } from '../contract/originals.ts';
import { size } from '../contract/words.ts';
import type { HostOptions, QueueCommands } from './cli-queue.ts';
import { type Answer, named, shownId } from './cli-queue-jobs.ts';
import type { RemoteStudio } from './remote-studio.ts';

interface OriginalsOptions extends HostOptions {
  group?: string;
  moveTo?: string;
}

export function addOriginalsCommand({ command, run }: QueueCommands): void {
  command('originals', 'Say of finished jobs whether their source may go. Nothing is ever deleted.')
    .argument('[jobs...]', 'jobs, by the beginning of their id (default: all that are done)')
    .option('--group <name>', 'those of a group')
    .option('--move-to <folder>', "move those that may go to a folder of the studio's machine, each looked at again before")
    .action((names: string[], options: OriginalsOptions) => run(options, (studio) => originals(studio, names, options)));
}

async function originals(studio: RemoteStudio, names: string[], { moveTo, ...which }: OriginalsOptions): Promise<Answer> {
  const ids = named(studio.state(), names, { ...which, state: ['done'] });
  const found: Results['originals'] = {};
  for (let at = 0; at < ids.length; at += mostOriginals)
    Object.assign(found, await studio.call('originals', { ids: ids.slice(at, at + mostOriginals) }));
  if (moveTo === undefined) {
    const lines = Object.entries(found).map(([id, { path, bytes, why }]) => `${id.slice(0, shownId)}  ${path}, ${size(bytes)}: ${why}`);
    return { text: lines.join('\n') || 'No job is done.', json: found };
  }
  const moved: Results['moveOriginals'] = {};
  // One after the other: another disk may take its time over each.
  for (const [id, { safe, why }] of Object.entries(found))
    Object.assign(
      moved,
      safe ? await studio.call('moveOriginals', { originals: [{ id }], folder: resolve(moveTo) }, null) : { [id]: { moved: false, why } },
    );
  return {
    text:
      Object.entries(moved)
        .map(([id, { why }]) => `${id.slice(0, shownId)}  ${why}`)
        .join('\n') || 'No job is done.',
    json: moved,
  };
}
