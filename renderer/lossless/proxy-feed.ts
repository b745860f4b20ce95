/** Feeds a media element with the studio's light copy, chunk by chunk around the playhead. */
import { type ProxyInfo, proxyUrl } from './asset-urls.ts';

/** Chunks kept ready after the one that plays. */
const ahead = 2;
/** What lies further behind is let go, s. */
const behind = 60;

export interface Feed {
  /** The source's time at the element's 0, s. */
  offset: number;
  close(): void;
}

/** `length` stands in where the copy does not tell its own, s. Throws where there is no copy; `onFail` is called when it ends later. */
export async function feedProxy(
  element: HTMLVideoElement,
  job: string,
  length: number,
  signal: AbortSignal,
  onFail: () => void,
): Promise<Feed> {
  const answer = await fetch(proxyUrl(job, 'info'), { signal });
  if (!answer.ok) throw new Error('There is no copy.');
  const info = (await answer.json()) as ProxyInfo;
  if (!MediaSource.isTypeSupported(info.mime)) throw new Error('The copy cannot be played.');
  const source = new MediaSource();
  const url = URL.createObjectURL(source);
  element.src = url;
  await once(source, 'sourceopen', signal);
  const duration = info.duration ?? length;
  source.duration = duration;
  const buffer = source.addSourceBuffer(info.mime);
  const closed = new AbortController();
  const last = Math.max(0, Math.ceil(duration / info.chunkSeconds) - 1);
  const have = new Set<number>();
  let loading: AbortController | null = null;

  const chunkAt = (time: number) => Math.min(last, Math.max(0, Math.floor(time / info.chunkSeconds)));
  const isIn = (at: number) => {
    for (let index = 0; index < element.buffered.length; index++)
      if (element.buffered.start(index) <= at + 0.1 && element.buffered.end(index) > at) return true;
    return false;
  };

  async function append(chunk: number, stop: AbortSignal): Promise<void> {
    const part = await fetch(proxyUrl(job, chunk), { signal: stop });
    if (!part.ok) throw new Error(`Chunk ${chunk} is missing.`);
    const bytes = await part.arrayBuffer();
    if (stop.aborted) return;
    if (buffer.updating) await once(buffer, 'updateend', stop);
    buffer.timestampOffset = chunk * info.chunkSeconds;
    buffer.appendBuffer(bytes);
    await once(buffer, 'updateend', stop);
    have.add(chunk);
    if (chunk === last && source.readyState === 'open') source.endOfStream();
  }

  async function trim(stop: AbortSignal): Promise<void> {
    const until = element.currentTime - behind;
    if (until <= 0 || element.buffered.length === 0 || element.buffered.start(0) >= until) return;
    buffer.remove(0, until);
    await once(buffer, 'updateend', stop);
    for (const chunk of have) if ((chunk + 1) * info.chunkSeconds <= until) have.delete(chunk);
  }

  /** Loads what is missing from the playhead on; called again when that has moved. */
  async function fill(): Promise<void> {
    if (closed.signal.aborted) return;
    const now = chunkAt(element.currentTime);
    if (loading) {
      if (have.has(now) || isIn(element.currentTime)) return;
      loading.abort(); // the playhead jumped: what it needs comes first
    }
    const mine = new AbortController();
    loading = mine;
    const stop = AbortSignal.any([mine.signal, closed.signal]);
    try {
      for (let chunk = now; chunk <= Math.min(last, now + ahead); chunk++) if (!have.has(chunk)) await append(chunk, stop);
      await trim(stop);
    } catch {
      if (!stop.aborted) onFail();
    } finally {
      if (loading === mine) loading = null;
    }
  }
  const look = () => void fill();
  element.addEventListener('seeking', look);
  element.addEventListener('timeupdate', look);
  look();
  return {
    offset: info.start,
    close() {
      closed.abort();
      element.removeEventListener('seeking', look);
      element.removeEventListener('timeupdate', look);
      element.removeAttribute('src');
      element.load();
      URL.revokeObjectURL(url);
    },
  };
}

const once = (target: EventTarget, name: string, signal: AbortSignal) =>
  new Promise<void>((resolve, reject) => {
    signal.throwIfAborted();
    target.addEventListener(name, () => resolve(), { once: true, signal });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
