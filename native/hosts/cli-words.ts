/** Figures and streams as a terminal shows them. */
import type { StreamInfo } from '../contract/media.ts';

/** 3725 → `1:02:05`, 65.4 → `1:05`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as disks and upload limits are sold: 1234567 → `1.2 MB`. */
export function size(bytes: number): string {
  const step = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3)) : 0;
  const value = bytes / 1000 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`;
}

/** One line about a stream: `video  h264 High, 1920×1080, 29.97 fps, 8 bit`. */
export function describeStream(stream: StreamInfo): string {
  const codec = `${stream.kind.padEnd(8)}  ${stream.codec}${stream.profile ? ` ${stream.profile}` : ''}`;
  const facts: (string | false | null)[] = [
    codec,
    ...(stream.kind === 'video'
      ? [
          `${stream.width}×${stream.height}`,
          stream.sar.num !== stream.sar.den && `pixels ${stream.sar.num}:${stream.sar.den}`,
          stream.frameRate &&
            !stream.cover &&
            `${Math.round((stream.frameRate.num / stream.frameRate.den) * 1000) / 1000} fps${stream.variableRate ? ' (variable)' : ''}`,
          `${stream.bitDepth} bit`,
          stream.hdr && `HDR (${stream.hdr.toUpperCase()})`,
          stream.interlaced && 'interlaced',
          stream.rotation !== 0 && `turned ${stream.rotation}°`,
          stream.cover && 'cover picture',
        ]
      : []),
    ...(stream.kind === 'audio' ? [stream.layout, `${stream.sampleRate} Hz`] : []),
    stream.bitRate !== null && `${Math.round(stream.bitRate / 1000)} kb/s`,
    stream.language,
    stream.title && `“${stream.title}”`,
    !stream.decodable && (stream.kind === 'video' || stream.kind === 'audio') && 'cannot be decoded',
  ];
  return facts.filter(Boolean).join(', ');
}
