/** What a file is, as a terminal and a bug report show it. */
import type { MediaInfo, StreamInfo } from '../contract/media.ts';
import { clock, size } from '../contract/words.ts';

/** Its path, its format, and a line a stream. */
export function describeMedia(media: MediaInfo): string {
  const length = media.duration === null ? 'length unknown' : `${clock(media.duration)}${media.durationIsExact ? '' : ' (estimated)'}`;
  return [
    media.path,
    `  ${media.formatName}, ${length}, ${size(media.bytes)}`,
    ...media.streams.map((stream) => `  ${stream.index}  ${describeStream(stream)}`),
  ].join('\n');
}

/** One line about a stream: `video  h264 High, 1920×1080, 29.97 fps, 8 bit`. */
function describeStream(stream: StreamInfo): string {
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
