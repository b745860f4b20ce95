/** Values inside a description of filters, whatever is in them. */

/**
 * A path as the value of a filter's option. It is read twice: by the graph, to which `'[],;` and backslashes mean something,
 * and by the filter, to which `':` and backslashes do (FFmpeg, "Notes on filtergraph escaping").
 */
export const pathInFilter = (path: string): string => path.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
