/** What came of a file of presets. */

export interface PresetImport {
  /** Which program's file it was. */
  format: 'muxwell' | 'handbrake';
  presets: ImportedPreset[];
  /** Entries that are no presets or cannot be used at all, with the reason. */
  refused: { name: string; why: string }[];
}

export interface ImportedPreset {
  /** The new preset's id in the state. */
  id: string;
  name: string;
  /** Settings of the file that have no counterpart here, or were made the nearest one. */
  unmapped: { setting: string; value: string; why: string }[];
}
