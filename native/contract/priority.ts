/** How urgent jobs are, the most urgent first. Apart from the schemas, which stay out of a page. */

/** `low` runs when nothing else waits for a place. */
export const priorities = ['urgent', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];
