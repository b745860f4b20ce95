/** Stream keys and passphrases: sealed by the host before they are stored, named everywhere else by their place. */
import { randomUUID } from 'node:crypto';
import { StudioError } from '../contract/errors.ts';
import type { Log } from './log.ts';
import type { Storage } from './storage.ts';

/** How the host seals a text so that the stored form is of no use elsewhere: the system's key store, or a key file. */
export interface Seal {
  /** To a text that can be stored. */
  seal(secret: string): string;
  /** Throws when it was sealed elsewhere. */
  open(sealed: string): string;
}

export interface Secrets {
  /** Keeps a secret and returns its place. */
  keep(secret: string): string;
  /** Throws no-key when there is none at this place, or none that can be opened here. */
  read(place: string): string;
  /** All that may be shown: `••••••a1b2`. */
  masked(place: string): string | null;
  /** Forgets all but these. */
  keepOnly(places: ReadonlySet<string>): void;
}

interface Stored {
  sealed: string;
  masked: string;
}

/** A key shorter than this shows nothing of itself. */
const shownFrom = 12;

/** What it keeps or gives out, `log` hides. */
export function openSecrets(storage: Storage, seal: Seal, log: Log): Secrets {
  return {
    keep(secret) {
      log.hide(secret);
      const place = randomUUID();
      const masked = `••••••${secret.length >= shownFrom ? secret.slice(-4) : ''}`;
      storage.put('secret', place, { sealed: seal.seal(secret), masked } satisfies Stored);
      return place;
    },
    read(place) {
      const stored = storage.get<Stored>('secret', place);
      if (!stored) throw new StudioError('no-key', 'The stream key is missing. Enter it again.');
      try {
        const secret = seal.open(stored.sealed);
        log.hide(secret);
        return secret;
      } catch {
        throw new StudioError('no-key', 'The stream key was sealed on another machine or for another user. Enter it again.');
      }
    },
    masked: (place) => storage.get<Stored>('secret', place)?.masked ?? null,
    keepOnly(places) {
      for (const place of storage.all<Stored>('secret').keys()) if (!places.has(place)) storage.remove('secret', place);
    },
  };
}
