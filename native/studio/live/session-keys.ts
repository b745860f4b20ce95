/** What must stay secret of live sessions: kept in the sealed store, shown masked, taken out of what failing programs say. */
import type { StudioError } from '../../contract/errors.ts';
import type { LiveSetup } from '../../contract/live.ts';
import { shownSource } from '../../contract/live-url.ts';
import type { Secrets } from '../secrets.ts';
import { placesOf } from './plan.ts';

export interface SessionKeys {
  /** Keeps a key for a setup that is saved next. */
  keep(key: string): { place: string; masked: string };
  /** An address to fetch from may have a login or a key in it: then it goes to the store, and what may be shown stays. */
  withoutSecrets(setup: LiveSetup): LiveSetup;
  /** The keys of a setup as they may be shown, by their places. */
  masked(setup: LiveSetup): Record<string, string>;
  /** The setup was saved: of all keys only those of `setups`, and of setups that are not saved yet, are kept. */
  settle(saved: LiveSetup | null, setups: Iterable<LiveSetup>): void;
  /** What FFmpeg or a dying process says may have an address in it. */
  hide(setup: LiveSetup, error: StudioError): { message: string; detail?: string };
}

export function createSessionKeys(secrets: Secrets): SessionKeys {
  const unsaved = new Set<string>();
  return {
    keep(key) {
      const place = secrets.keep(key.trim());
      unsaved.add(place);
      return { place, masked: secrets.masked(place) ?? '' };
    },
    withoutSecrets(setup) {
      const { source } = setup;
      if (source.kind !== 'pull' || shownSource(source.url) === source.url) return setup;
      // As it was shown, and so as it was saved.
      if (source.address !== null && source.url.endsWith('?••••')) return setup;
      return { ...setup, source: { ...source, url: shownSource(source.url), address: secrets.keep(source.url) } };
    },
    masked: (setup) =>
      Object.fromEntries(
        placesOf(setup).flatMap((place) => {
          const masked = secrets.masked(place);
          return masked === null ? [] : [[place, masked]];
        }),
      ),
    settle(saved, setups) {
      for (const place of saved ? placesOf(saved) : []) unsaved.delete(place);
      secrets.keepOnly(new Set([...unsaved, ...[...setups].flatMap(placesOf)]));
    },
    hide(setup, { message, detail }) {
      const keys = placesOf(setup).map((place) => secrets.read(place));
      const hide = (text: string) => keys.reduce((hidden, key) => hidden.replaceAll(key, '••••'), text);
      return { message: hide(message), ...(detail && { detail: hide(detail) }) };
    },
  };
}
