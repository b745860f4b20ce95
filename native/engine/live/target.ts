/**
 * One target of a broadcast: connects, sends, and connects again for as long as it is wanted. Whatever its server does, it costs
 * the others nothing: what it cannot take waits in a queue of its own, and is dropped there.
 */
import type { LiveEvent, TargetHealth, TargetState } from '../../contract/live.ts';
import type { TargetPlan } from '../../contract/live-plan.ts';
import type { Unit } from './packager.ts';
import { type Link, openLink } from './publish/link.ts';
import { Trouble } from './publish/trouble.ts';
import { createQueue } from './target-queue.ts';
import { refusalsUntilSlow, waitBefore } from './target-schedule.ts';

export interface Target {
  plan: TargetPlan;
  take(unit: Unit): void;
  /** Tries now, also after refusals. */
  retry(): void;
  /** Ends it properly. */
  stop(): Promise<void>;
  health(now: number): TargetHealth;
  /** Seconds of media that wait; 0 while it is not connected. */
  queueSeconds(): number;
}

export interface TargetContext {
  certificates: string;
  /** Of what is beyond classic FLV. */
  codecs: string[];
  /** What is told to a server before any media, as of now. */
  start(): Unit[];
  /** Asks for a keyframe soon. */
  wantKey(): void;
  tell(kind: LiveEvent['kind'], text: string): void;
}

/** A target is live after so many seconds of media that the server took. */
const provenMs = 2000;
/** A server that takes nothing for so long while something waits is lost, ms. */
const stallMs = 5000;
const watchMs = 250;

export function createTarget(plan: TargetPlan, context: TargetContext): Target {
  const { tell } = context;
  const abort = new AbortController();
  const queue = createQueue();
  let state: TargetState = 'connecting';
  let since = Date.now();
  let tries = 0;
  let nextTry: number | null = null;
  let trouble = '';
  let reconnects = 0;
  let everLive = false;
  let missed = 0;
  let link: Link | null = null;
  /** The link has no room until it says so. */
  let full = false;
  /** Media time of this connection's first keyframe, ms; null until then. */
  let base: number | null = null;
  let firstMediaAt = 0;
  let progress = { sent: 0, at: 0 };
  let lostAt = 0;
  let missedBefore = 0;
  let failures = 0;
  let refusals = 0;
  let wake = () => {};
  let measured = { sent: 0, at: performance.now() };

  function become(next: TargetState): void {
    if (state === next) return;
    state = next;
    since = Date.now();
  }

  function pump(): void {
    for (let unit = queue.first(); unit && link && !full; unit = queue.first()) {
      queue.shift();
      full = !link.write(unit, Math.max(0, unit.time - (base ?? unit.time)));
    }
  }

  function begin(to: Link, unit: Unit): void {
    base = unit.time;
    firstMediaAt = performance.now();
    progress = { sent: to.sent(), at: firstMediaAt };
    for (const one of context.start()) queue.add({ ...one, time: unit.time });
  }

  function watch(): void {
    if (!link || base === null) return;
    const now = performance.now();
    const sent = link.sent();
    if (sent !== progress.sent || queue.isEmpty()) progress = { sent, at: now };
    if (now - progress.at > stallMs) dropped?.(new Trouble('lost', 'The server takes no data any more.'));
    else if (state !== 'live' && state !== 'stopping' && now - firstMediaAt > provenMs && now - progress.at < 1000) live();
  }

  function live(): void {
    become('live');
    failures = 0;
    refusals = 0;
    trouble = '';
    if (!everLive) tell('good', `${plan.name} is live.`);
    else {
      const pictures = missed - missedBefore;
      const seconds = Math.max(1, Math.round((Date.now() - lostAt - provenMs) / 1000));
      tell('good', `${plan.name} is live again after ${seconds} s without it. ${pictures} pictures did not reach it.`);
      reconnects++;
    }
    everLive = true;
  }

  let dropped: ((trouble: Trouble) => void) | null = null;

  /** One connection from its opening to its end. */
  async function connection(): Promise<Trouble> {
    let opened: Link;
    try {
      opened = await openLink(plan, context.certificates, context.codecs, abort.signal);
    } catch (error) {
      return error instanceof Trouble ? error : new Trouble('unreachable', 'The connection could not be made.');
    }
    if (abort.signal.aborted) {
      await opened.close();
      return new Trouble('lost', 'It was stopped.');
    }
    link = opened;
    base = null;
    measured = { sent: 0, at: performance.now() };
    const ended = new Promise<Trouble>((resolve) => {
      dropped = resolve;
      opened.onEnd(resolve);
      abort.signal.addEventListener('abort', () => resolve(new Trouble('lost', 'It was stopped.')), { once: true });
    });
    full = false;
    opened.onRoom(() => {
      full = false;
      pump();
    });
    context.wantKey();
    const watching = setInterval(watch, watchMs);
    const why = await ended;
    clearInterval(watching);
    dropped = null;
    link = null;
    if (everLive) missed += queue.pictures();
    queue.clear();
    await opened.close();
    return why;
  }

  /** Notes what went wrong, says so, and how long to wait before the next try. */
  function judge(why: Trouble): number {
    const wasLive = state === 'live';
    trouble = why.message;
    if (wasLive) {
      lostAt = Date.now();
      missedBefore = missed;
      failures = 0;
      refusals = 0;
    } else if (why.kind === 'unreachable') refusals = 0;
    // One that lets us in and hangs up at once does not want the stream either.
    else refusals++;
    const hopeless = why.kind === 'certificate' || why.kind === 'impossible';
    const refused = refusals >= refusalsUntilSlow;
    const next = hopeless ? 'failed' : refused ? 'refused' : 'reconnecting';
    if (wasLive) tell('warning', `${plan.name} was lost: ${why.message} Connecting again.`);
    else if (next !== state) {
      const words = {
        failed: `${plan.name} cannot be used: ${why.message}`,
        refused: `${plan.name} does not take this stream: ${why.message} Is the stream key right, and is it in use elsewhere? It is tried every 30 seconds.`,
        reconnecting: `${plan.name} cannot be reached yet: ${why.message} Trying again.`,
      };
      tell(next === 'reconnecting' ? 'warning' : 'error', words[next]);
    }
    become(next);
    return waitBefore({ failures: failures++, slow: hopeless || refused });
  }

  async function run(): Promise<void> {
    while (!abort.signal.aborted) {
      tries++;
      nextTry = null;
      const why = await connection();
      if (abort.signal.aborted) return;
      const wait = judge(why);
      nextTry = Date.now() + wait;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
  const running = run();

  return {
    plan,
    take(unit) {
      if (!link) {
        if (unit.kind === 'video' && everLive) missed++;
        return;
      }
      if (base === null) {
        if (!unit.key) {
          if (unit.kind === 'video' && everLive) missed++;
          return;
        }
        begin(link, unit);
      }
      const lost = queue.add(unit);
      if (everLive) missed += lost;
      pump();
    },
    retry() {
      failures = 0;
      refusals = 0;
      if (state === 'refused' || state === 'failed') become('connecting');
      wake();
    },
    async stop() {
      become('stopping');
      abort.abort();
      wake();
      await running;
      become('off');
      nextTry = null;
    },
    queueSeconds: () => (link && base !== null ? queue.seconds() + link.waiting() / Math.max(20_000, queue.bytesPerSecond()) : 0),
    health(now) {
      const sent = link?.sent() ?? 0;
      const seconds = (now - measured.at) / 1000;
      const kbps = seconds > 0 && link ? Math.max(0, ((sent - measured.sent) * 8) / 1000 / seconds) : 0;
      measured = { sent, at: now };
      const { id } = plan;
      const queueSeconds = this.queueSeconds();
      return { id, state, since, tries, nextTry, trouble, kbps: Math.round(kbps), droppedFrames: missed, queueSeconds, reconnects };
    },
  };
}
