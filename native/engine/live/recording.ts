/** A recording beside the broadcast, written so that even a killed process leaves a film that lacks its last half second at most. */
import { stat, statfs } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AVFMT_FLAG_FLUSH_PACKETS, AVIO_FLAG_WRITE } from 'node-av/constants';
import { Dictionary, type FormatContext, IOContext, type Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { RecordingPlan } from '../../contract/live-plan.ts';
import { check } from '../av-error.ts';
import { type Kind, openMuxer, streamOf, type Tracks } from './packager.ts';

export interface Recording {
  take(kind: Kind, packet: Packet): void;
  bytes(): number;
  /** Ends the file properly. Never throws: what goes wrong is told to `onFailed`. */
  stop(): Promise<void>;
}

const formats: Record<RecordingPlan['container'], { muxer: string; options: Record<string, string> }> = {
  // An ordinary MP4 in the end, readable fragments until then.
  mp4: { muxer: 'mp4', options: { movflags: 'hybrid_fragmented', frag_duration: '500000' } },
  mkv: { muxer: 'matroska', options: { cluster_time_limit: '500' } },
};

/** OBS stops at the same figure. */
const reserveBytes = 50e6;
const spaceCheckMs = 2000;
/** A disk that is so far behind is not coming back, packets: about half a minute. */
const mostWaiting = 2500;

/** Throws StudioError when the file cannot be created. `onFailed` is told once, when it ends for another reason than being stopped. */
export async function createRecording(plan: RecordingPlan, tracks: Tracks, onFailed: (error: StudioError) => void): Promise<Recording> {
  const name = basename(plan.path);
  const { muxer, options } = formats[plan.container];
  await assertSpace(plan.path);
  const there = await stat(plan.path).catch(() => null);
  if (there && there.size > 0) throw new StudioError('output-exists', `There is a file ${name} already.`);
  const context: FormatContext = openMuxer(muxer, plan.path, tracks);
  const io = new IOContext();
  const bases = [tracks.video.timeBase, tracks.audio.timeBase];
  try {
    check(await io.open2(`file:${plan.path}`, AVIO_FLAG_WRITE), 'create', name);
    context.pb = io;
    context.setFlags(AVFMT_FLAG_FLUSH_PACKETS);
    check(await context.writeHeader(Dictionary.fromObject(options)), 'mux', name);
  } catch (error) {
    context.pb = null;
    await io.closep();
    context.freeContext();
    throw error;
  }
  const outs = context.streams.map((stream) => stream.timeBase);
  const waiting: Packet[] = [];
  let origin: number | null = null;
  let writing: Promise<void> | null = null;
  let bytes = 0;
  let over = false;
  let checked = performance.now();

  /** One write at a time, beside the event loop: a slow disk makes nobody else wait. */
  async function write(): Promise<void> {
    try {
      for (let packet = waiting.shift(); packet; packet = waiting.shift()) {
        bytes += packet.size;
        const result = await context.writeFrame(packet);
        packet.free();
        check(Math.min(result, io.error), 'mux', name);
      }
      if (performance.now() - checked > spaceCheckMs) {
        checked = performance.now();
        await assertSpace(plan.path);
      }
    } catch (error) {
      fail(error);
      await end().catch(() => {}); // the first error is the one to tell
    } finally {
      writing = null;
    }
  }

  function fail(error: unknown): void {
    over = true;
    for (const packet of waiting.splice(0)) packet.free();
    onFailed(error instanceof StudioError ? error : new StudioError('write-failed', `${name} could not be written.`));
  }

  async function end(): Promise<void> {
    const written = await context.writeTrailer();
    await io.flush();
    const failed = Math.min(written, io.error);
    context.pb = null;
    const closed = await io.closep();
    context.freeContext();
    check(Math.min(failed, closed), 'mux', name);
  }

  return {
    take(kind, packet) {
      const from = bases[streamOf(kind)];
      const to = outs[streamOf(kind)];
      if (over || !from || !to) return;
      const at = (Number(packet.dts) * from.num) / from.den;
      if (origin === null) {
        if (kind !== 'video' || !packet.isKeyframe) return;
        origin = at;
      }
      const own = at < origin ? null : packet.clone();
      if (!own) return;
      const shift = BigInt(Math.round((origin * from.den) / from.num));
      own.pts -= shift;
      own.dts -= shift;
      own.streamIndex = streamOf(kind);
      own.rescaleTs(from, to);
      waiting.push(own);
      if (waiting.length > mostWaiting) return fail(new StudioError('write-failed', `The disk of ${name} is too slow or does not answer.`));
      writing ??= write();
    },
    bytes: () => bytes,
    async stop() {
      if (over) return void (await writing);
      await writing;
      await write();
      if (over) return;
      over = true;
      await end().catch(fail);
    },
  };
}

async function assertSpace(path: string): Promise<void> {
  const folder = dirname(path);
  const disk = await statfs(folder).catch((error) => {
    throw new StudioError('output-unwritable', `The folder ${folder} cannot be reached.`, String(error));
  });
  if (disk.bavail * disk.bsize < reserveBytes) throw new StudioError('disk-full', `There is too little free space in ${folder}.`);
}
