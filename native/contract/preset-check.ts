/** Values that come from files and terminals, held against the schemas; what is wrong with them, in words. */
import { z } from 'zod';
import { type Overrides, overridesSchema, type Preset, presetSchema } from './preset.ts';

const mostWords = 300;

/** A preset without its id, or why it is none. */
export function checkPreset(value: unknown): Omit<Preset, 'id'> | string {
  const result = presetSchema.omit({ id: true }).safeParse(value);
  return result.success ? result.data : z.prettifyError(result.error).replaceAll('\n', ' ').slice(0, mostWords);
}

/** A setting's value as the schema has it, or why it cannot be. */
export function checkSetting(key: keyof Overrides, value: unknown): { value: unknown } | { why: string } {
  const result = (overridesSchema.shape[key] as z.ZodType).safeParse(value);
  return result.success ? { value: result.data } : { why: z.prettifyError(result.error) };
}
