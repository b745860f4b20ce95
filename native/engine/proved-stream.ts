/** What a proof says of a stream of the finished file. */
import type { StreamInfo } from '../contract/media.ts';
import type { ProvedStream } from '../contract/plan.ts';

export function provedStream(stream: StreamInfo): ProvedStream {
  const { kind, codec, duration } = stream;
  if (stream.kind !== 'video') return { kind, codec, duration };
  const { width, height, frameRate, cover } = stream;
  return { kind, codec, duration, picture: { width, height, frameRate: frameRate && frameRate.num / frameRate.den, cover } };
}
