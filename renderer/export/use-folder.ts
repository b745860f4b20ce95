/** The folder that a file browser shows. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Folder } from '../../native/contract/contract.ts';
import { toErrorData } from '../../native/contract/errors.ts';
import { call } from '../studio.ts';

/**
 * The folder at hand, and whether another is being opened, which it is not to be taken for. One that cannot be opened says why
 * and leaves the place before at hand; with none before, it leads home.
 */
export function useFolder(start: string | null) {
  const [folder, setFolder] = useState<Folder | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [opening, setOpening] = useState(true);
  const shown = useRef<Folder | null>(null);
  const last = useRef<AbortController | null>(null);
  const open = useCallback((path: string | null) => {
    last.current?.abort();
    const { signal } = (last.current = new AbortController());
    setOpening(true);
    const show = (next: Folder, why: string | null) => {
      if (signal.aborted) return;
      shown.current = next;
      setFolder(next);
      setError(why);
      setOpening(false);
    };
    const read = async (at: string | null): Promise<void> => {
      try {
        show(await call('browse', { folder: at }, signal), null);
      } catch (thrown) {
        const why = toErrorData(thrown).message;
        if (shown.current) show({ ...shown.current, entries: [] }, why);
        else if (at !== null && !signal.aborted) await read(null);
        else if (!signal.aborted) {
          setError(why);
          setOpening(false);
        }
      }
    };
    void read(path);
  }, []);
  useEffect(() => open(start), [open, start]);
  return { folder, error, opening, open };
}
