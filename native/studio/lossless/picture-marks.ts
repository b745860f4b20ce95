/** What is said of a picture beside its pixels, and which of it a container can say. */
import type { TargetId } from '../../contract/lossless.ts';
import type { Rational, VideoStream } from '../../contract/media.ts';
import { marks, type PictureMark } from '../container-marks.ts';

interface PictureFact {
  mark: PictureMark;
  /** What there is of it, in words; null where there is nothing to lose. */
  say(stream: VideoStream, rotation: number): string | null;
}

const facts: PictureFact[] = [
  { mark: 'rotation', say: (_stream, rotation) => (rotation === 0 ? null : `The rotation of the picture (${rotation}°)`) },
  { mark: 'mirror', say: ({ flip }) => (flip ? 'The mirror mark of the picture' : null) },
  { mark: 'sar', say: sayShape },
  // Of VP8 and VP9 it is a second picture beside each, which only Matroska has room for.
  { mark: 'alpha', say: ({ tags }) => (tags['alpha_mode'] === '1' ? 'The transparency of the picture' : null) },
  { mark: 'hdr', say: ({ mastering, contentLight }) => (mastering || contentLight ? 'The HDR metadata' : null) },
  { mark: 'dolbyVision', say: ({ dolbyVision }) => (dolbyVision ? 'The Dolby Vision configuration' : null) },
  { mark: 'stereo', say: ({ stereo }) => (stereo ? `The 3D layout (${stereo})` : null) },
  { mark: 'spherical', say: ({ spherical }) => (spherical ? `The 360° mark (${spherical})` : null) },
  { mark: 'timecode', say: (stream) => (timecodeOf(stream) ? `The timecode (${timecodeOf(stream)})` : null) },
];

/** What this picture says that the container cannot, in words. */
export function lostMarks(stream: VideoStream, rotation: number, target: TargetId): string[] {
  const held = heldMarks(stream, target);
  return facts.flatMap(({ mark, say }) => (held.includes(mark) ? [] : (say(stream, rotation) ?? [])));
}

/** The pictures' own stream may say their shape as well, and is copied. */
function sayShape({ sar, codedSar = sar }: VideoStream): string | null {
  return sar.num * codedSar.den === codedSar.num * sar.den ? null : `The shape of the pixels (${sar.num}:${sar.den})`;
}

const timecodeOf = ({ tags }: VideoStream): string | undefined => tags['timecode'] ?? tags['TIMECODE'];

/** Codecs whose containers can say that they are Dolby Vision. */
const dolbyVisionCodecs = ['hevc', 'av1', 'h264'];

/** MP4's family counts frames by the rate, and skips numbers only at rates like 29.97. */
const isCountable = (timecode: string, rate: Rational | null): boolean =>
  rate !== null &&
  /^\d\d:\d\d:\d\d[:;.]\d\d$/.test(timecode) &&
  (/:\d\d$/.test(timecode) || (rate.den === 1001 && rate.num % 30_000 === 0));

/** Marks that this picture can have in this container. */
function heldMarks(stream: VideoStream, target: TargetId): PictureMark[] {
  const { picture, trackTags, views } = marks[target];
  const timecode = timecodeOf(stream);
  return picture.filter((mark) => {
    if (mark === 'dolbyVision') return dolbyVisionCodecs.includes(stream.codec) && (target !== 'ts' || stream.codec === 'hevc');
    if (mark === 'timecode') return timecode === undefined || trackTags === 'any' || isCountable(timecode, stream.frameRate);
    if (mark === 'stereo') return stream.stereo === undefined || views.includes(stream.stereo);
    // Without a mirror mark a container turns pictures by their projection, of which there is one.
    if (mark === 'rotation') return !stream.spherical || picture.includes('mirror');
    return true;
  });
}
