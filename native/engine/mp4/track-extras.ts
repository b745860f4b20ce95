/** What the streams of an output say that FFmpeg's muxers do not write into MP4 or QuickTime. */
import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_DEFAULT,
  AV_PKT_DATA_DOVI_CONF,
  AV_PKT_DATA_STEREO3D,
  AVMEDIA_TYPE_SUBTITLE,
} from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { TrackExtras } from './extras.ts';

/** AVStereo3DType. */
const packings: Record<number, TrackExtras['packing']> = { 1: 'side', 2: 'over' };

/** By the tracks of the file: covers have none. */
export const trackExtras = (streams: Stream[]): TrackExtras[] =>
  streams
    .filter((stream) => !stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC))
    .map((stream) => {
      const { codecpar, metadata } = stream;
      const language = metadata?.get('language') ?? '';
      const dolbyVision = codecpar.getCodedSideData(AV_PKT_DATA_DOVI_CONF);
      return {
        off: codecpar.codecType === AVMEDIA_TYPE_SUBTITLE && !stream.hasDisposition(AV_DISPOSITION_DEFAULT),
        language: /^[a-z]{3}$/.test(language) ? language : null,
        dolbyVision: dolbyVision && Buffer.from(dolbyVision),
        packing: packings[codecpar.getCodedSideData(AV_PKT_DATA_STEREO3D)?.readUInt32LE(0) ?? 0] ?? null,
      };
    });
