/** Who is on the air: one publisher at a time, and a person whose old connection is dead may come back at once. */
import { inWords } from '../intake/trouble.ts';
import type { SourceListener } from '../source.ts';
import { createPublication, type Publication } from './publication.ts';
import type { Publisher, ServerEvents } from './server.ts';

export interface Stage extends Omit<ServerEvents, 'failed'> {
  close(): Promise<void>;
}

/** Milliseconds in which one notice of refusals is enough. */
const noticePause = 5000;

/** `isAllowed` knows app and key; `waiting` says what is waited for. */
export function createStage(listener: SourceListener, isAllowed: (app: string, name: string) => boolean, waiting: () => string): Stage {
  let onAir: { publisher: Publisher; publication: Publication } | null = null;
  /** Until those before are gone, whose last frames are still being read. */
  let ended: Promise<void> = Promise.resolve();
  let toldRefusal = -Infinity;

  function refuse({ address }: Publisher, why: string): void {
    const now = performance.now();
    if (now - toldRefusal < noticePause) return;
    toldRefusal = now;
    listener.notice(`A publisher at ${address} was refused: ${why}.`);
  }

  function leave(): void {
    const end = onAir?.publication.end();
    onAir = null;
    ended = Promise.all([ended, end]).then(() => {});
  }

  function enter(publisher: Publisher): void {
    const { address, destroy } = publisher;
    listener.state('connecting', `The publisher at ${address} is connected.`);
    const publication = createPublication({
      listener,
      address,
      after: ended,
      givenUp: destroy,
      failed(error) {
        listener.notice(inWords(error));
        destroy();
      },
    });
    onAir = { publisher, publication };
  }

  return {
    admit(publisher, app, name) {
      if (!isAllowed(app, name)) {
        refuse(publisher, 'it has another app or key');
        return 'Wrong app or key.';
      }
      if (onAir && !onAir.publication.stalled()) {
        refuse(publisher, 'there is one already');
        return 'Somebody publishes already.';
      }
      onAir?.publisher.destroy();
      leave();
      enter(publisher);
      return null;
    },
    tag(publisher, type, ms, payload) {
      if (onAir?.publisher === publisher) onAir.publication.tag(type, ms, payload);
    },
    gone(publisher, words) {
      if (onAir?.publisher !== publisher) return;
      leave();
      listener.state('lost', words);
      listener.state('waiting', waiting());
    },
    close() {
      leave();
      return ended;
    },
  };
}
