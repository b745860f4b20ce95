/** Where jobs stand among the others: how urgent they are, and the group they are told and handled with. */
import { z } from 'zod';
import { priorities } from './priority.ts';

/** A group is its name, on every job in it. */
export const groupName = z.string().trim().min(1).max(80);
export const priority = z.enum(priorities);

/** For new jobs. */
export const standing = { priority: priority.default('normal'), group: groupName.nullable().default(null) };
