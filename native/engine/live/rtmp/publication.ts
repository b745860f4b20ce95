/** One publisher on the air: its tags go through FFmpeg to the listener, also after it has been silent for a while. */
import { openLiveInput } from '../intake/live-input.ts';
import { firstStreams, play } from '../intake/play.ts';
import { createPresenter } from '../intake/presenter.ts';
import { createTimeline } from '../intake/timeline.ts';
import type { SourceListener } from '../source.ts';
import { createFeed, type Feed } from './feed.ts';
import { createTag, type Tag, type TagType } from './flv.ts';

export interface PublicationOrder {
  listener: SourceListener;
  /** Where the publisher comes from, for sentences. */
  address: string;
  /** When the one before is gone. */
  after: Promise<void>;
  /** What it sends cannot be shown. */
  failed(error: unknown): void;
  /** It has been silent for too long to be waited for. */
  givenUp(): void;
}

export interface Publication {
  tag(type: TagType, ms: number, payload: Buffer): void;
  /** It is connected, and has sent nothing for a while. */
  stalled(): boolean;
  end(): Promise<void>;
}

/** Milliseconds without media: at first; until it counts as lost; and then until it is cut off. */
const silence = { first: 10_000, lost: 3000, givenUp: 30_000 };
/** FFmpeg waits as long as the publisher may. */
const patience = { open: 60, packet: 60 };
/** Milliseconds from one notice of the same kind to the next. */
const noticePause = 10_000;

export function createPublication({ listener, address, after, failed, givenUp }: PublicationOrder): Publication {
  const name = `The publisher at ${address}`;
  const abort = new AbortController();
  const headers = new Map<Tag['sets'], Tag>();
  let feed: Feed | null = null;
  let playing = after;
  let isStalled = false;
  let toldDropped = -Infinity;
  let timer = setTimeout(givenUp, silence.first);

  function dropped(): void {
    const now = performance.now();
    if (now - toldDropped < noticePause) return;
    toldDropped = now;
    listener.notice(`This machine does not keep up with what ${address} sends: pictures were left out.`);
  }

  async function run(bytes: Feed): Promise<void> {
    if (abort.signal.aborted) return;
    const input = await openLiveInput({ from: bytes, format: 'live_flv', examine: false, name, patience }, abort.signal);
    const words = `${name} is on.`;
    const choice = firstStreams(input);
    const presenter = createPresenter({ listener, name, words, kinds: choice.kinds });
    try {
      await play(input, choice, { presenter, timeline: createTimeline(), pacing: null });
    } finally {
      presenter.close();
      await input.close();
    }
  }

  function begin(): Feed {
    isStalled = false;
    clearTimeout(timer);
    timer = setTimeout(stall, silence.lost);
    const next = createFeed(() => [...headers.values()], dropped);
    feed = next;
    playing = playing
      .then(() => run(next))
      .catch((error: unknown) => {
        if (feed === next && !abort.signal.aborted) failed(error);
      });
    return next;
  }

  function stall(): void {
    isStalled = true;
    feed?.end();
    feed = null;
    listener.state('lost', `${name} has sent nothing for ${silence.lost / 1000} seconds.`);
    timer = setTimeout(givenUp, silence.givenUp);
  }

  return {
    tag(type, ms, payload) {
      if (abort.signal.aborted || payload.length === 0) return;
      const tag = createTag(type, ms, payload);
      if (tag.sets) headers.set(tag.sets, tag);
      if (type === 18 && !feed) return; // words alone are no media
      timer.refresh();
      (feed ?? begin()).push(tag);
    },
    stalled: () => isStalled,
    async end() {
      clearTimeout(timer);
      abort.abort();
      feed?.end();
      await playing;
    },
  };
}
