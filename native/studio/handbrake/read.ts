/** Finds the presets in a HandBrake file: nested folders, lists of old versions, and the wrapper that newer ones have. */

/** A preset as HandBrake writes it; its values are unchecked. */
export type Entry = Record<string, unknown>;

export interface FoundEntry {
  /** Names of the folders it lies in. */
  folders: string[];
  entry: Entry;
}

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Deeper nesting than this is no file that HandBrake wrote. */
const deepest = 20;

/** null for a file that is not HandBrake's. */
export function readHandBrake(file: unknown): FoundEntry[] | null {
  // The wrapper of exported files, and that of the list inside the program.
  const list = isEntry(file) ? (file['PresetList'] ?? file['PresetBuiltin'] ?? [file]) : file;
  if (!Array.isArray(list)) return null;
  const found: FoundEntry[] = [];
  collect(list, [], found);
  return found.length > 0 ? found : null;
}

function collect(list: unknown[], folders: string[], found: FoundEntry[]): void {
  if (folders.length > deepest) return;
  for (const entry of list) {
    if (!isEntry(entry) || typeof entry['PresetName'] !== 'string') continue;
    const children = entry['ChildrenArray'];
    if (entry['Folder'] === true || entry['Folder'] === 1) {
      if (Array.isArray(children)) collect(children, [...folders, entry['PresetName']], found);
    } else if ('VideoEncoder' in entry || 'AudioList' in entry) found.push({ folders, entry });
  }
}
