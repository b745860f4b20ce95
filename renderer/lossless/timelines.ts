/** Where a file's keyframes are and how long it is: read once a file, and made up from the probe where that fails. */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Job } from '../../native/contract/contract.ts';
import { toErrorData } from '../../native/contract/errors.ts';
import type { Timeline } from '../../native/contract/lossless.ts';
import type { MediaInfo } from '../../native/contract/media.ts';
import { filmOf } from '../format.ts';
import { call, useStudio } from '../studio.ts';

/** A timeline; `problem` says why the keyframes are not known. null while it is read. */
export interface Known {
  timeline: Timeline;
  problem: string | null;
}

const useTimelines = create<Record<string, Known | 'reading'>>(() => ({}));
const keyOf = ({ source, media }: Job) => `${source}|${media?.modified}|${media?.bytes}`;

/** What the probe knows: no keyframes, but length and frame rate. */
function roughTimeline(media: MediaInfo): Timeline {
  const film = filmOf(media);
  const starts = media.streams.flatMap(({ kind, start }) => ((kind === 'video' || kind === 'audio') && start !== null ? [start] : []));
  const start = starts.length > 0 ? Math.min(...starts) : 0;
  const rate = film?.frameRate;
  return {
    stream: film?.index ?? null,
    keyframes: [],
    intraOnly: film === undefined,
    start,
    end: start + (media.duration ?? 0),
    frame: film && rate && rate.num > 0 && !film.variableRate ? rate.den / rate.num : null,
  };
}

async function read(key: string, job: Job): Promise<void> {
  useTimelines.setState({ [key]: 'reading' });
  const rough = roughTimeline(job.media as MediaInfo);
  try {
    const timeline = await call('timeline', { path: job.source });
    useTimelines.setState({ [key]: { timeline: timeline.end > timeline.start ? timeline : rough, problem: null } });
  } catch (thrown) {
    const { code, message } = toErrorData(thrown);
    const isAway = code === 'disconnected' || !useStudio.getState().connected;
    if (isAway) useTimelines.setState(({ [key]: _gone, ...rest }) => rest, true);
    else useTimelines.setState({ [key]: { timeline: rough, problem: message } });
  }
}

/** For a moment: the file's timeline, roughly while it is read; null before the file has been read. */
export function timelineOf(job: Job | undefined): Timeline | null {
  if (!job?.media) return null;
  const known = useTimelines.getState()[keyOf(job)];
  return known && known !== 'reading' ? known.timeline : roughTimeline(job.media);
}

/** For a component: the same, read on first use. `known` is false while it is read. */
export function useTimeline(job: Job | undefined): (Known & { known: boolean }) | null {
  const key = job?.media ? keyOf(job) : '';
  const found = useTimelines((all) => all[key]);
  const online = useStudio((mirror) => mirror.connected);
  useEffect(() => {
    if (job?.media && online && !useTimelines.getState()[key]) void read(key, job);
  }, [key, online, job]);
  if (!job?.media) return null;
  return found && found !== 'reading' ? { ...found, known: true } : { timeline: roughTimeline(job.media), problem: null, known: false };
}
