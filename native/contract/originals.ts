/** Whether the source of a finished job may go, and the way it goes: to the trash or to another folder, never for good. */
import { z } from 'zod';

const path = z.string().min(1).max(32_768);
const id = z.string().min(1).max(80);

/** More than a person looks through at a time are asked about in parts. */
export const mostOriginals = 1000;

export const moveOriginalsSchema = z.object({
  originals: z
    .array(
      z.object({
        id,
        /** What its result lacks, as `originals` said it and the person saw it: only where all of that is known it goes. */
        seen: z.array(z.string().max(2000)).max(1000).default([]),
      }),
    )
    .min(1)
    .max(mostOriginals),
  /** null: the system's trash, which only some hosts have. */
  folder: path.nullable(),
});

/** What speaks for and against letting a source go, as it is at the moment. */
export interface Original {
  /** Everything of it is in a result that is there and proved. */
  safe: boolean;
  /** Why it can go, or why it is to be kept: a sentence. */
  why: string;
  /** What the result lacks, in sentences, where nothing else speaks against it: who has seen them may let it go all the same. */
  lacks: string[];
  path: string;
  bytes: number;
}

/** What became of one that was to be moved. */
export interface MovedOriginal {
  moved: boolean;
  /** Where it lies now, or why it stayed: a sentence. */
  why: string;
}
