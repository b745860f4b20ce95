/**
 * A light stand-in for a source that a browser cannot play, made a chunk at a time while it is played. A chunk that follows
 * the last one goes on where that stopped: the decoders stay as they are, and what was read too far is kept.
 */
import { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import { chunkSeconds } from '../../contract/viewing.ts';
import type { WorkerCommands } from '../../contract/worker-contract.ts';
import type { Control } from '../control.ts';
import { createOutput } from '../output.ts';
import { createPictureTrack } from './proxy-picture.ts';
import { createSoundTrack } from './proxy-sound.ts';
import { chunkStart, type ProxyTrack } from './proxy-track.ts';
import { baseOf, createKeeper, goTo, openSource, packetTime, placesBefore } from './source.ts';

const withPlayhead = createKeeper(openPlayhead);

export function proxy({ path, chunk, out }: WorkerCommands['proxy'], control: Control): Promise<void> {
  return withPlayhead(path, (playhead) => playhead.write(chunk, out, control));
}

/** A seek goes to this long before a chunk: files hold sound a little before or after its picture, seconds. */
const leadSeconds = 0.6;
/** When one track is read so far ahead of the chunk's end, nothing of the other is waited for any more, seconds. */
const mostAhead = 5;

function openPlayhead(path: string) {
  const source = openSource(path);
  const { input, video, audio, start } = source;
  const tracks: ProxyTrack[] = [];
  const close = () => {
    for (const track of tracks) track.close();
    input.close();
  };
  try {
    if (video) tracks.push(createPictureTrack(source, video));
    if (audio) tracks.push(createSoundTrack(source, audio));
    if (tracks.length === 0) throw new StudioError('nothing-to-export', `There is nothing to see or hear in ${input.name}.`);
  } catch (error) {
    close();
    throw error;
  }
  const [main] = tracks as [ProxyTrack];
  input.use(tracks.map(({ stream }) => stream));
  const packet = new Packet();
  packet.alloc();
  /** The chunk that follows without a seek. */
  let next: number | null = null;
  let isRead = false;
  const drained = new Set<ProxyTrack>();

  /** Reads one packet for the track it belongs to, or null; at the end every track that holds nothing gives out its last. */
  function read(): ProxyTrack | null {
    packet.unref();
    if (!isRead && !input.read(packet)) isRead = true;
    return isRead ? null : (tracks.find(({ stream }) => stream === packet.streamIndex) ?? null);
  }

  function hold(track: ProxyTrack): void {
    const copy = packet.clone();
    if (copy) track.held.push(copy);
  }

  function drain(track: ProxyTrack): void {
    if (drained.has(track)) return;
    drained.add(track);
    track.decode(null);
  }

  async function seek(chunk: number, control: Control): Promise<void> {
    const from = chunkStart(chunk);
    for (const place of placesBefore(start + from - leadSeconds, start)) {
      for (const track of tracks) track.rewind(chunk, place <= start);
      drained.clear();
      isRead = false;
      goTo(source, place, main.stream);
      while (main.first() === null && !drained.has(main)) {
        const track = read();
        if (isRead) drain(main);
        else if (track === main) track.decode(packet);
        else if (track) hold(track);
        if (control.due()) await control.turn();
      }
      if ((main.first() ?? Infinity) <= from) return;
    }
  }

  /** Decodes until every track has what the chunk needs, or there is no more. */
  async function fill(end: number, control: Control): Promise<void> {
    const isDone = (track: ProxyTrack) => track.full() || drained.has(track);
    while (!tracks.every(isDone)) {
      if (control.due()) await control.turn();
      const behind = tracks.find((track) => !isDone(track) && track.held.length > 0);
      const kept = behind?.held.shift();
      if (behind && kept) {
        behind.decode(kept);
        kept.free();
        continue;
      }
      const track = read();
      if (isRead) for (const one of tracks) if (!isDone(one)) drain(one);
      if (!track) continue;
      if (!isDone(track)) track.decode(packet);
      else {
        hold(track);
        const at = packetTime(packet, baseOf(input, track.stream));
        if (at !== null && at - start > end + mostAhead) return;
      }
    }
  }

  return {
    async write(chunk: number, out: string, control: Control): Promise<void> {
      const follows = next === chunk;
      next = null;
      if (!follows) await seek(chunk, control);
      const output = createOutput({ name: input.name, muxer: 'webm', muxerOptions: {}, tags: {} }, out);
      try {
        const begin = tracks.map((track) => track.open(chunk, output));
        output.start();
        for (const ready of begin) ready();
        const from = chunkStart(chunk);
        const end = from + chunkSeconds;
        await fill(end, control);
        const until = tracks.every((track) => drained.has(track) && !track.full())
          ? Math.min(end, Math.max(...tracks.map((track) => track.reach())))
          : end;
        if (until <= from) throw new StudioError('nothing-found', `${input.name} ends before that.`);
        for (const track of tracks) track.finish(until);
        await output.finish();
        next = chunk + 1;
      } finally {
        for (const track of tracks) track.shut();
        output.close();
      }
    },
    close() {
      packet.free();
      close();
    },
  };
}
