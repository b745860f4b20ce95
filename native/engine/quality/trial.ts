/** One stretch of film encoded as the job would, decoded again and held against what the encoder was given. */
import { AV_PICTURE_TYPE_NONE } from 'node-av/constants';
import { CodecParameters, type Frame, type Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import type { VideoEncode } from '../../contract/plan.ts';
import type { Control } from '../control.ts';
import { openDecoder } from '../decoder.ts';
import { createDevicePictures, poolOf, takesOnlyDevicePictures } from '../devices.ts';
import { createVideoEncoder } from '../encoder.ts';
import { createScorer, type Measured } from './score.ts';
import type { Stretch } from './stretch.ts';

export interface Trial {
  bytes: number;
  /** Of those, the first picture's, which has nothing before it to refer to. */
  keyBytes: number;
  /** What encoding took, seconds. */
  seconds: number;
  measured: Measured;
}

/** `onCoded` sees every picture as it is decoded again, by its place in the stretch. `options` are FFmpeg's own, over the plan's. */
export async function tryStretch(
  stretch: Stretch,
  plan: VideoEncode,
  options: Record<string, string>,
  control: Control,
  onCoded: (coded: Frame, place: number) => void = () => {},
): Promise<Trial> {
  const packets: Packet[] = [];
  const started = performance.now();
  const parameters = await encode(stretch, plan, options, control, packets);
  const seconds = (performance.now() - started) / 1000;
  try {
    const measured = await measure(stretch, plan, parameters, packets, control, onCoded);
    const bytes = packets.reduce((sum, packet) => sum + packet.size, 0);
    return { bytes, keyBytes: packets[0]?.size ?? 0, seconds, measured };
  } finally {
    for (const packet of packets) packet.free();
  }
}

async function encode(
  { pictures, timeBase }: Stretch,
  plan: VideoEncode,
  options: Record<string, string>,
  control: Control,
  packets: Packet[],
): Promise<CodecParameters> {
  const { device } = plan;
  const onDevice =
    device && takesOnlyDevicePictures(device.backend) ? createDevicePictures(device, plan.pixelFormat, plan.width, plan.height) : null;
  const encoder = createVideoEncoder(plan, timeBase, options, 0, onDevice);
  const keep = (packet: Packet) => {
    const copy = packet.clone();
    if (copy) packets.push(copy);
  };
  try {
    const parameters = new CodecParameters();
    parameters.alloc();
    parameters.fromContext(encoder.context);
    for (const picture of pictures) {
      picture.pictType = AV_PICTURE_TYPE_NONE;
      encoder.encode(onDevice && !poolOf(picture) ? onDevice.upload(picture) : picture, keep);
      if (control.due()) await control.turn();
    }
    for (const _packet of encoder.flush(keep)) if (control.due()) await control.turn();
    return parameters;
  } finally {
    encoder.close();
    onDevice?.close();
  }
}

async function measure(
  { pictures, timeBase }: Stretch,
  plan: VideoEncode,
  parameters: CodecParameters,
  packets: Packet[],
  control: Control,
  onCoded: (coded: Frame, place: number) => void,
): Promise<Measured> {
  const decoder = openDecoder({ parameters, timeBase, name: plan.encoder }, 0, null);
  if (!decoder) throw new StudioError('unsupported-codec', `What ${plan.encoder} makes cannot be decoded here, so it cannot be measured.`);
  const scorer = createScorer(plan.frameRate);
  let place = 0;
  const take = (coded: Frame) => {
    const reference = pictures[place];
    if (!reference) return;
    onCoded(coded, place++);
    scorer.add(reference, coded);
  };
  try {
    for (const packet of [...packets, null]) {
      decoder.decode(packet, take);
      if (control.due()) await control.turn();
    }
    return scorer.measured();
  } finally {
    scorer.close();
    decoder.close();
    parameters.free();
  }
}
