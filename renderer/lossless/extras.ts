/** Files that are added to a film, as the probe knows them; each is read once. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { toErrorData } from '../../native/contract/errors.ts';
import type { MediaInfo } from '../../native/contract/media.ts';
import { call, useStudio } from '../studio.ts';

/** A sentence where a file cannot be read. */
type Extra = MediaInfo | string;

const useExtras = create<Record<string, Extra>>(() => ({}));
const reading = new Set<string>();

async function read(path: string): Promise<void> {
  if (reading.has(path)) return;
  reading.add(path);
  try {
    const info = await call('probeExtra', { path });
    useExtras.setState({ [path]: info });
  } catch (thrown) {
    if (useStudio.getState().connected) useExtras.setState({ [path]: toErrorData(thrown).message });
  } finally {
    reading.delete(path);
  }
}

/** Reads a file anew; throws what is wrong with it. */
export async function readExtra(path: string): Promise<MediaInfo> {
  const info = await call('probeExtra', { path });
  useExtras.setState({ [path]: info });
  return info;
}

/** For a component: in the order asked, undefined while a file is read. */
export function useExtraFiles(paths: string[]): (Extra | undefined)[] {
  const all = useExtras();
  useEffect(() => {
    for (const path of paths) if (useExtras.getState()[path] === undefined) void read(path);
  }, [paths]);
  return paths.map((path) => all[path]);
}
