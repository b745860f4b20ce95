/** What a graphics card can do, or why not, in lines for a terminal and a bug report. */
import type { DeviceReport, Trial } from '../contract/hardware.ts';

/** `withDetails`: also the driver's own words. */
export function describeDevice({ name, refusal, encoders, decoders, tried }: DeviceReport, withDetails: boolean): string {
  if (tried === null) return `${name}: Not tried yet.`;
  const lines = refusal
    ? [`${name}: ${refusal.text}`]
    : [name, ...encoders.map((one) => line('encodes', one)), ...decoders.map((one) => line('decodes', one))];
  if (!withDetails) return lines.join('\n');
  const details = [refusal, ...[...encoders, ...decoders].map((one) => one.refusal)].flatMap((one) => one?.detail.split('\n') ?? []);
  return [...lines, ...[...new Set(details)].map((detail) => `    ${detail}`)].join('\n');
}

const titles = { h264: 'H.264', hevc: 'HEVC', av1: 'AV1' };
const line = (verb: string, { codec, bitDepth, fps, refusal }: Trial) =>
  `  ${verb} ${titles[codec]}${bitDepth === 10 ? ' 10 bit' : ''}: ${fps === null ? refusal?.text : `${fps} pictures a second at 1080p`}`;
