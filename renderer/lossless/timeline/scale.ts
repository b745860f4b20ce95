/** From seconds to pixels and back, for everything that is drawn on one timeline. */
import { createContext, useContext } from 'react';
import type { Timeline } from '../../../native/contract/lossless.ts';
import type { View } from '../view.ts';

export interface Scale {
  job: string;
  timeline: Timeline;
  view: View;
  /** Of the whole strip, px. */
  width: number;
}

const ScaleContext = createContext<Scale | null>(null);
export const ScaleProvider = ScaleContext.Provider;

export function useScale(): Scale & { x(time: number): number; at(x: number): number } {
  const scale = useContext(ScaleContext);
  if (!scale) throw new Error('Nothing is drawn outside of a timeline.');
  const { view, width } = scale;
  const length = Math.max(1e-6, view.to - view.from);
  return { ...scale, x: (time) => ((time - view.from) / length) * width, at: (x) => view.from + (x / Math.max(1, width)) * length };
}
