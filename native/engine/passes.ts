/** Two-pass encoding: how each encoder is told the pass, and where it keeps its notes. */
import { StudioError } from '../contract/errors.ts';

/** Both write into the current folder, because x265 cannot take a path with a colon in it. */
const statsFile = 'muxwell-2pass.log';

const words: Record<string, (pass: 1 | 2) => Record<string, string>> = {
  libx264: (pass) => ({ flags: `+pass${pass}`, stats: statsFile }),
  libx265: (pass) => ({ 'x265-params': `pass=${pass}:stats=${statsFile}` }),
};

/** Options of one pass over an encoder's own; parameter lists (`x265-params`) are joined, not replaced. */
export function passOptions(encoder: string, own: Record<string, string>, pass: 1 | 2): Record<string, string> {
  const row = words[encoder];
  if (!row) throw new StudioError('internal', `The encoder ${encoder} has no second pass.`);
  return Object.fromEntries(
    Object.entries(row(pass)).map(([key, value]) => [key, own[key] && key.endsWith('-params') ? `${own[key]}:${value}` : value]),
  );
}
