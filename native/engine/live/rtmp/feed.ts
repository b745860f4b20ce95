/** A publisher's tags on their way to FFmpeg. Where FFmpeg does not keep up, what waits is let go up to the next keyframe. */
import type { ByteSource } from '../intake/live-input.ts';
import { fileHeader, type Tag } from './flv.ts';

export interface Feed extends ByteSource {
  push(tag: Tag): void;
}

/** What may wait: milliseconds of media, and bytes. */
const most = { ms: 4000, bytes: 32 * 1024 * 1024 };

/** `headers` are the tags that decoders need first, as they are when they are asked for; `onDrop` is told when tags are let go. */
export function createFeed(headers: () => Tag[], onDrop: () => void): Feed {
  let chunks: { bytes: Buffer; ms: number | null }[] = [];
  let waiting: ((bytes: Buffer | null) => void) | null = null;
  /** Bytes that the waiting read asked for. */
  let wanted = 0;
  let queued = 0;
  let hasPictures = false;
  let skipping = false;
  let ended = false;

  function add(bytes: Buffer, ms: number | null): void {
    chunks.push({ bytes, ms });
    queued += bytes.length;
  }

  function take(size: number): Buffer | null {
    const first = chunks[0];
    if (!first) return null;
    const part = first.bytes.subarray(0, size);
    queued -= part.length;
    if (part.length === first.bytes.length) chunks.shift();
    else chunks[0] = { bytes: first.bytes.subarray(size), ms: null };
    return part;
  }

  function behind(now: number): boolean {
    const oldest = chunks.find(({ ms }) => ms !== null)?.ms ?? now;
    return queued > most.bytes || now - oldest > most.ms;
  }

  /** A tag that FFmpeg has begun to read is read to its end. */
  function letGo(): void {
    chunks = chunks.filter(({ ms }) => ms === null);
    queued = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    skipping = true;
    onDrop();
  }

  add(fileHeader, null);
  for (const { bytes } of headers()) add(bytes, null);

  return {
    push(tag) {
      if (ended) return;
      hasPictures ||= tag.isPicture;
      if (behind(tag.ms)) letGo();
      if (skipping && hasPictures && !tag.isKeyframe) return;
      if (skipping) for (const { bytes } of headers()) add(bytes, null);
      skipping = false;
      add(tag.bytes, tag.ms);
      if (!waiting) return;
      const give = waiting;
      waiting = null;
      give(take(wanted));
    },
    read(size) {
      const ready = take(size);
      if (ready || ended) return ready;
      wanted = size;
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    end() {
      ended = true;
      chunks = [];
      waiting?.(null);
      waiting = null;
    },
  };
}
