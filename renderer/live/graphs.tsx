/** The last ten minutes: what was sent, what was dropped, how far behind it is, on one axis of time. */
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { LiveFigures } from '../../native/contract/live.ts';
import { decimal } from '../format.ts';
import { useStudio } from '../studio.ts';
import { t } from '../words/index.ts';

interface Graph {
  name: 'sent' | 'lost' | 'behind';
  /** With its unit. */
  words(value: number): string;
  /** Position in a row of figures. */
  row: 0 | 1 | 2;
  color: string;
  /** The axis reaches at least so far. */
  least: number;
}

const graphs: Graph[] = [
  { name: 'sent', words: (value) => t('common:unit.megabits', { value: decimal(value) }), row: 0, color: '--accent-text', least: 1 },
  { name: 'lost', words: (value) => t('live:graph.lostUnit', { value: Math.round(value) }), row: 1, color: '--warn', least: 5 },
  { name: 'behind', words: (value) => `${Math.round(value)} ms`, row: 2, color: '--good', least: 100 },
];

/** Seconds that are shown at least and at most: a broadcast that has just begun fills its graphs, too. */
const span = { least: 60, most: 600 };
const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export default function Graphs({ id }: { id: string }): ReactNode {
  const figures = useStudio((mirror) => mirror.liveFigures);
  const data = useMemo(() => columns(figures, id), [figures, id]);
  return graphs.map((graph) => <Plot key={graph.name} graph={graph} times={data.times} values={data.values[graph.row]} />);
}

/** Seconds since 1970 and the three figures, from old to new. */
function columns(figures: Record<string, LiveFigures>, session: string): { times: number[]; values: [number[], number[], number[]] } {
  const times: number[] = [];
  const values: [number[], number[], number[]] = [[], [], []];
  const own = Object.values(figures).filter((record) => record.session === session);
  for (const { from, rows } of own.sort((a, b) => a.from - b.from)) {
    for (const [index, [kbps, dropped, lag]] of rows.entries()) {
      times.push(from / 1000 + index);
      values[0].push(kbps / 1000);
      values[1].push(dropped);
      values[2].push(lag);
    }
  }
  return { times, values };
}

/** Asked for at every drawing, because the theme may have changed. */
const color = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

function Plot({ graph, times, values }: { graph: Graph; times: number[]; values: number[] }): ReactNode {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; its data follows below
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const axis = { stroke: color('--muted'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    const made = new uPlot(
      {
        ...size(),
        legend: { show: false },
        cursor: { show: false },
        padding: [6, 16, 0, 0],
        scales: {
          x: { time: true, range: (_plot, from, to) => [to - Math.min(span.most, Math.max(span.least, to - from)), to] },
          y: { range: (_plot, _from, to) => [0, Math.max(graph.least, to * 1.15)] },
        },
        axes: [
          { ...axis, size: 20, space: 64, incrs: [60, 120, 300], values: (_plot, splits) => splits.map((at) => time.format(at * 1000)) },
          { ...axis, size: 36, space: 24 },
        ],
        series: [{}, { stroke: color(graph.color), width: 1.5, points: { show: false } }],
      },
      [times, values],
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(size()));
    observer.observe(element);
    const themes = new MutationObserver(() => made.redraw(false));
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      observer.disconnect();
      themes.disconnect();
      made.destroy();
    };
  }, [graph]);
  useEffect(() => plot.current?.setData([times, values]), [times, values]);
  const last = values.at(-1);
  return (
    <figure className="flex min-h-0 min-w-0 flex-col">
      <figcaption className="flex justify-between gap-2 text-sm">
        <span className="text-muted">{t(`live:graph.${graph.name}`)}</span>
        <span className="whitespace-nowrap">{last === undefined ? '–' : graph.words(last)}</span>
      </figcaption>
      <div ref={place} aria-hidden className="min-h-0 min-w-0 flex-1 overflow-hidden" />
    </figure>
  );
}
