/** A lossless plan as lines of a job's log. */
import type { RemuxPlan } from '../../contract/remux-plan.ts';

export function describeRemux({ target, layout, streams, pieces, duration, notes }: RemuxPlan): string[] {
  const length = duration === null ? '' : `, ${duration.toFixed(2)} s`;
  const head = `Plan: ${target}${layout === 'plain' ? '' : `, ${layout}`}, ${pieces.length === 1 ? 'one piece' : `${pieces.length} pieces`}${length}.`;
  return [
    head,
    ...streams.map(({ from, kind, action, codec, to }) => {
      const [first] = from;
      const done = action === 'convert' ? `converted to ${to}` : action === 'attach' ? 'attached' : 'copied';
      return `Stream ${first?.stream} of file ${first?.input}: ${kind}, ${codec}, ${done}.`;
    }),
    ...notes.map((note) => note.text),
  ];
}
