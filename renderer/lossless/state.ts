/** What only the Lossless page knows of a file: which segment is chosen, which stretch the timeline shows, which tab is open. */
import { create } from 'zustand';
import type { View } from './view.ts';

export const tabs = ['tracks', 'chapters', 'tags', 'result'] as const;
export type Tab = (typeof tabs)[number];

interface LosslessUi {
  tab: Tab;
  /** Index of the chosen segment, by job. */
  chosen: Record<string, number>;
  /** null shows the whole film. By job. */
  views: Record<string, View | null>;
}

export const useLossless = create<LosslessUi>(() => ({ tab: 'tracks', chosen: {}, views: {} }));

export const setTab = (tab: Tab) => useLossless.setState({ tab });
export const setChosen = (id: string, index: number) => useLossless.setState(({ chosen }) => ({ chosen: { ...chosen, [id]: index } }));
export const setView = (id: string, view: View | null) => useLossless.setState(({ views }) => ({ views: { ...views, [id]: view } }));
