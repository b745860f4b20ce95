/** How loud a source is, 50 times a second: a minute of peaks at a time. */
import { writeFileSync } from 'node:fs';
import { AV_NOPTS_VALUE } from 'node-av/constants';
import { type Frame, Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import { blockSeconds, peakSeconds } from '../../contract/viewing.ts';
import type { WorkerCommands } from '../../contract/worker-contract.ts';
import { soundShape } from '../audio-filters.ts';
import type { Control } from '../control.ts';
import { createDecoder } from '../decoder.ts';
import { createChain } from '../filter-chain.ts';
import { baseOf, createKeeper, goTo, openSound, packetTime, placesBefore } from './source.ts';

const withPeaks = createKeeper(openPeaks);

export async function waveform({ path, block, out }: WorkerCommands['waveform'], control: Control): Promise<void> {
  writeFileSync(out, await withPeaks(path, (peaks) => peaks.of(block, control)));
}

/** Decoders need some sound before what is heard right, seconds. */
const leadSeconds = 0.3;
const perBlock = Math.round(blockSeconds / peakSeconds);

function openPeaks(path: string) {
  const source = openSound(path);
  const { input, audio, video, start, duration } = source;
  const base = baseOf(input, audio.index);
  const decoder = createDecoder(input, audio.index, 1);
  const chain = createChain(
    input.name,
    (frame) => soundShape(frame, base),
    ({ sampleRate }) => `aformat=sample_fmts=s16p,asettb=1/${sampleRate}`,
  );
  const packet = new Packet();
  packet.alloc();
  input.use([audio.index]);
  // Containers have their index for the picture.
  const seekIndex = video?.index ?? audio.index;

  /** The next packet of sound; what was read to find out what streams there are comes with all of them. */
  function read(): boolean {
    do packet.unref();
    while (input.read(packet) && packet.streamIndex !== audio.index);
    return packet.size > 0;
  }

  /** Seeks so that the first packet of sound is not later than `from`, and leaves that packet in `packet`; false where there is none. */
  function seek(from: number): boolean {
    for (const place of placesBefore(from, start)) {
      goTo(source, place, seekIndex);
      if (read() && ((packetTime(packet, base) ?? start) <= from || place <= start)) return true;
    }
    return false;
  }

  return {
    async of(block: number, control: Control): Promise<Uint8Array> {
      const from = start + block * blockSeconds;
      const until = from + blockSeconds;
      const peaks = new Uint8Array(perBlock);
      let next = from;
      let heard = from;
      const measure = (frame: Frame) => {
        const at = frame.pts === AV_NOPTS_VALUE ? next : Number(frame.pts) / frame.sampleRate;
        next = at + frame.nbSamples / frame.sampleRate;
        heard = Math.max(heard, next);
        for (const plane of frame.extendedData ?? []) {
          const samples = new Int16Array(plane.buffer, plane.byteOffset, frame.nbSamples);
          raise(peaks, samples, (at - from) / peakSeconds, frame.sampleRate * peakSeconds);
        }
      };
      const take = (frame: Frame) => chain.process(frame, measure);
      decoder.flush();
      let isOver = !seek(from - leadSeconds);
      while (!isOver && next < until) {
        if ((packetTime(packet, base) ?? Infinity) >= from - leadSeconds) decoder.decode(packet, take);
        if (control.due()) await control.turn();
        isOver = !read();
      }
      packet.unref();
      if (isOver) {
        decoder.decode(null, take);
        chain.process(null, measure);
      }
      const end = duration === null ? (isOver ? heard : until) : start + duration;
      const length = Math.min(perBlock, Math.ceil((end - from) / peakSeconds - 1e-6));
      if (length <= 0) throw new StudioError('nothing-found', `${input.name} ends before that.`);
      return peaks.subarray(0, length);
    },
    close() {
      packet.free();
      chain.close();
      decoder.close();
      input.close();
    },
  };
}

/** Raises the peaks under samples that begin at the place `at`, with so many samples to a peak. */
function raise(peaks: Uint8Array, samples: Int16Array, at: number, perPeak: number): void {
  let index = 0;
  while (index < samples.length) {
    const place = Math.floor(at + (index + 0.5) / perPeak);
    const end = Math.min(samples.length, Math.max(index + 1, Math.ceil((place + 1 - at) * perPeak - 0.5)));
    let most = 0;
    for (; index < end; index++) {
      const sample = Math.abs(samples[index] as number);
      if (sample > most) most = sample;
    }
    if (place >= 0 && place < peaks.length) peaks[place] = Math.max(peaks[place] as number, Math.min(255, most >> 7));
  }
}
