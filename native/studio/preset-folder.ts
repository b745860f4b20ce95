/** Own presets on disk: one file each, named by its id. Whoever puts a file there or takes one away is heard. */

import { randomUUID } from 'node:crypto';
import { existsSync, type FSWatcher, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StudioError } from '../contract/errors.ts';
import { type Preset, presetVersion } from '../contract/preset.ts';
import { isPresetFile, readPresetFile, writePresetFile } from './preset-files.ts';
import { discard } from './publish.ts';

export interface PresetFolder {
  /** All that can be read, by id; null when the folder itself cannot be read. */
  read(): Map<string, Preset> | null;
  /** Throws output-unwritable; what was there before stays then. */
  write(preset: Preset): void;
  remove(id: string): void;
  close(): void;
}

const extension = '.json';
/** Several changes at once are read once, ms. */
const settleMs = 100;
/** Names of files that presets are read from. */
const isOwn = (name: string) => /^own-[\w-]{1,70}\.json$/.test(name);

/** `changed` is called when files came or went; `tell` takes a line about a file that cannot be used. */
export function openPresetFolder(folder: string, changed: () => void, tell: (line: string) => void): PresetFolder {
  const told = new Set<string>();
  const tellOnce = (line: string) => {
    if (!told.has(line)) tell(line);
    told.add(line);
  };
  let timer: ReturnType<typeof setTimeout> | null = null;
  let watcher: FSWatcher | null = null;

  /** A folder that cannot be watched (some shares) is read at the next start. */
  function follow(): void {
    if (watcher) return;
    try {
      watcher = watch(folder, { persistent: false }, () => {
        timer ??= setTimeout(() => {
          timer = null;
          changed();
        }, settleMs);
      });
      watcher.on('error', () => watcher?.close());
    } catch {
      watcher = null;
    }
  }

  function readOne(name: string): Preset | null {
    const path = join(folder, name);
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') tellOnce(`The preset ${path} cannot be read: ${String(error)}`);
      return null;
    }
    const id = name.slice(0, -extension.length);
    try {
      const file: unknown = JSON.parse(text);
      if (isPresetFile(file) && Number(file['version']) > presetVersion) {
        tellOnce(`The preset ${path} was made by a newer Muxwell. It is left as it is.`);
        return null;
      }
      if (!isPresetFile(file)) throw new StudioError('bad-input', 'It is no file of presets.');
      const { presets, refused } = readPresetFile(file);
      const [first] = presets;
      if (!first) throw new StudioError('bad-input', refused[0]?.why ?? 'It is empty.');
      return { ...first.preset, id };
    } catch (error) {
      setAside(path, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Nobody's work is deleted: whoever knows better may mend it. */
  function setAside(path: string, why: string): void {
    const aside = `${path}.damaged`;
    try {
      renameSync(path, aside);
      tellOnce(`The preset ${path} is damaged and was renamed to ${aside}: ${why}`);
    } catch (error) {
      tellOnce(`The preset ${path} is damaged: ${why} It could not be renamed: ${String(error)}`);
    }
  }

  return {
    read() {
      let names: string[];
      try {
        if (!existsSync(dirname(folder))) return new Map(); // nothing was ever kept, and a run that keeps nothing starts no folder
        mkdirSync(folder, { recursive: true });
        names = readdirSync(folder);
      } catch (error) {
        tellOnce(`Presets of one's own cannot be read: ${String(error)}`);
        return null;
      }
      follow();
      const presets = names.filter(isOwn).flatMap((name) => readOne(name) ?? []);
      return new Map(presets.map((preset) => [preset.id, preset]));
    },
    write(preset) {
      const final = join(folder, preset.id + extension);
      const partial = join(folder, `.${preset.id}.${randomUUID()}.part`);
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(partial, writePresetFile([preset]), { flush: true });
        renameSync(partial, final);
      } catch (error) {
        discard(partial);
        throw new StudioError('output-unwritable', `The preset “${preset.name}” cannot be kept in ${folder}.`, String(error));
      }
    },
    remove: (id) => rmSync(join(folder, id + extension), { force: true }),
    close() {
      watcher?.close();
      if (timer) clearTimeout(timer);
    },
  };
}
