/** Reads the settings of one HandBrake preset, and remembers which were read and which have no counterpart. */
import type { ImportedPreset } from '../../contract/preset-import.ts';
import type { Entry } from './read.ts';

export interface Reader {
  /** Empty where it is absent. Numbers and lists as HandBrake's own tools would show them. */
  text(key: string): string;
  number(key: string, standard: number): number;
  flag(key: string, standard?: boolean): boolean;
  list(key: string): unknown[];
  /** A setting that has no counterpart, or not quite. */
  note(key: string, why: string): void;
  /** All that was noted, and every setting that nobody read. */
  unmapped(): ImportedPreset['unmapped'];
}

/** `silent` are keys that say nothing of the result. */
export function createReader(entry: Entry, silent: ReadonlySet<string>): Reader {
  const known = new Set<string>();
  const notes: ImportedPreset['unmapped'] = [];
  const get = (key: string) => {
    known.add(key);
    return entry[key];
  };
  const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 200);

  return {
    text(key) {
      const value = get(key);
      return typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
    },
    number(key, standard) {
      const value = get(key);
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : standard;
    },
    flag(key, standard = false) {
      const value = get(key);
      return value === undefined || value === null ? standard : value === true || value === 1 || value === '1';
    },
    list(key) {
      const value = get(key);
      return Array.isArray(value) ? value : [];
    },
    note: (setting, why) => void notes.push({ setting, value: shown(entry[setting] ?? ''), why }),
    unmapped() {
      const left = Object.keys(entry).filter((key) => !known.has(key) && !silent.has(key) && !isNothing(entry[key]));
      const strange = left.map((setting) => ({ setting, value: shown(entry[setting]), why: 'this setting is not known here' }));
      return [...notes, ...strange];
    },
  };
}

/** A setting that is off or empty has nothing to map. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === false ||
  value === '' ||
  value === 0 ||
  value === 'off' ||
  value === 'none' ||
  (Array.isArray(value) && value.length === 0);
