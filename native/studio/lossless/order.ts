/** Orders for lossless work, before they are planned. */
import type { Job } from '../../contract/contract.ts';

type Work = Pick<Job, 'source' | 'lossless' | 'preset' | 'overrides' | 'output' | 'priority' | 'group'>;

/** An order that asks for a file a segment, as one order each. Files are named by the segment's title, else by its number. */
export function splitOrder<W extends Work>({ source, lossless, preset, overrides, output, priority, group }: W): Work[] {
  const { segments = [], split = false } = lossless ?? {};
  if (!lossless || !split || segments.length < 2) return [{ source, lossless, preset, overrides, output, priority, group }];
  const digits = String(segments.length).length;
  const template = output.template.includes('{segment}') ? output.template : `${output.template} {segment}`;
  const { file: _file, ...rest } = output;
  return segments.map((segment, index) => {
    const name = segment.title?.trim() || String(index + 1).padStart(digits, '0');
    return {
      ...{ source, preset, overrides, priority, group },
      lossless: { ...lossless, segments: [segment], split: false },
      output: { ...rest, template: template.replaceAll('{segment}', name).slice(0, 200) },
    };
  });
}
