/** The studio's settings, the same for every page: how it works, what new jobs begin with, what people said of the page. */
import { z } from 'zod';
import { type HardwareChoice, hardwareChoice } from './hardware.ts';
import { type WhenDone, whenDoneChoices } from './when-done.ts';

const path = z.string().min(1).max(32_768);
const preset = z.string().min(1).max(80);
/** As the clock on the wall shows it, `22:30`. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** What results are called, without extension. */
export const nameTemplate = z.string().min(1).max(200);

/** Languages of the page; `system` goes by the reader's machine. */
export const languages = ['system', 'en', 'de'] as const;

const whenDone = z.enum(whenDoneChoices);
/** No system takes a NUL in what a program is given. */
const argument = z
  .string()
  .max(8192)
  .regex(/^[^\0]*$/);

export const settingsChange = z
  .object({
    hardware: hardwareChoice,
    parallel: z.number().int().min(0).max(64),
    preset,
    folder: path.nullable(),
    template: nameTemplate,
    overwrite: z.boolean(),
    favourites: z.array(preset).max(1000),
    language: z.enum(languages),
    welcomed: z.boolean(),
    from: timeOfDay.nullable(),
    until: timeOfDay.nullable(),
    onlyOnMains: z.boolean(),
    updates: z.boolean(),
    whenDone,
    whenDoneOnce: whenDone.nullable(),
    whenDoneCommand: z
      .array(argument)
      .max(64)
      .refine(([program]) => program !== '', 'A command begins with a program.'),
  })
  .partial();

export interface Settings {
  /** Jobs at a time; 0: as many as really get more done, found by measuring. */
  parallel: number;
  /** What encodes: automatic, the processor only, or one device. */
  hardware: HardwareChoice;
  /** What new jobs are added with: preset, folder (null: beside each source), name template, and whether results may replace files. */
  preset: string;
  folder: string | null;
  template: string;
  overwrite: boolean;
  /** Presets that are shown first, by id, in order. */
  favourites: string[];
  /** Presets that jobs were last added with, the newest first; the studio keeps it. */
  recent: string[];
  language: (typeof languages)[number];
  /** The first run's cards were seen or put away. */
  welcomed: boolean;
  /** Jobs start between these times of the day (`22:30`), of the studio's machine; null is no limit. */
  from: string | null;
  until: string | null;
  /** No job starts while the machine runs on its battery. */
  onlyOnMains: boolean;
  /** It is asked by itself whether there is a newer Muxwell. */
  updates: boolean;
  /** What follows whenever the last job of a started queue has ended. */
  whenDone: WhenDone;
  /** What follows the next time alone, in its place; null: the same as ever. */
  whenDoneOnce: WhenDone | null;
  /** The program and its arguments that `command` runs; empty for none, and where pages may not choose one. */
  whenDoneCommand: string[];
}
