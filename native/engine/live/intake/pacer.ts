/**
 * Lets packets out when they are due that come faster: from a file, or from a server that sends in bursts. Those of several
 * streams go out in the order of their times, whatever the order they lie in.
 */
import type { Packet } from 'node-av/lib';

export interface Paced {
  packet: Packet;
  /** Tells streams apart. */
  lane: string;
  /** Seconds on the source's timeline. */
  at: number;
  out(packet: Packet): void;
}

export interface Pacer {
  /** The streams that packets will come of from now on. */
  expect(lanes: string[]): void;
  /** The packet is the pacer's from now on. Resolves when there is room for another. */
  put(item: Paced): Promise<void>;
  /** Resolves when all are out. */
  finish(): Promise<void>;
  /** Frees what it holds; whoever waits goes on. */
  close(): void;
}

/** What it holds at most: enough to bring streams together that lie seconds apart. */
const most = { seconds: 3, bytes: 64 * 1024 * 1024 };

/** `tolerance`: seconds of lateness that are caught up with; after a longer wait the clock goes on from where it stood. */
export function createPacer(tolerance: number): Pacer {
  let expected: string[] = [];
  const lanes = new Map<string, Paced[]>();
  let bytes = 0;
  let newest = 0;
  /** When second 0 was or would have been, ms of the process's clock. */
  let origin: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  let finishing = false;
  let closed = false;
  let waiting: (() => void)[] = [];

  const heads = () => [...lanes.values()].flatMap((items) => items.slice(0, 1));
  const oldest = () => heads().reduce<Paced | null>((first, item) => (first && first.at <= item.at ? first : item), null);
  const full = () => newest - (oldest()?.at ?? newest) >= most.seconds || bytes >= most.bytes;
  const complete = () => finishing || full() || expected.every((lane) => (lanes.get(lane)?.length ?? 0) > 0);

  function wake(): void {
    if (!closed && (finishing ? bytes > 0 : full())) return;
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve();
  }

  const wait = () =>
    new Promise<void>((resolve) => {
      waiting.push(resolve);
      wake();
    });

  function letOut(item: Paced): void {
    lanes.get(item.lane)?.shift();
    bytes -= sizeOf(item);
    item.out(item.packet);
    item.packet.free();
  }

  function tick(): void {
    timer = null;
    const item = complete() ? oldest() : null;
    if (closed || !item) {
      wake();
      return;
    }
    const now = performance.now();
    origin ??= now - item.at * 1000;
    const ms = origin + item.at * 1000 - now;
    if (ms > 1) {
      timer = setTimeout(tick, ms);
      return;
    }
    if (-ms > tolerance * 1000) origin -= ms;
    letOut(item);
    wake();
    timer = setTimeout(tick, 0);
  }

  return {
    expect(next) {
      expected = next;
    },
    put(item) {
      if (closed) item.packet.free();
      if (closed) return wait();
      const items = lanes.get(item.lane) ?? [];
      lanes.set(item.lane, items);
      items.push(item);
      bytes += sizeOf(item);
      newest = Math.max(newest, item.at);
      if (!timer) tick();
      return wait();
    },
    finish() {
      finishing = true;
      if (!timer) tick();
      return wait();
    },
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      for (const items of lanes.values()) for (const { packet } of items) packet.free();
      lanes.clear();
      wake();
    },
  };
}

/** An empty packet counts, too: it keeps its place. */
const sizeOf = ({ packet }: Paced): number => packet.size + 1;
