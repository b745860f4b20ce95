/** What a container says of a picture's shape and kind in FFmpeg's side data: rotation, Dolby Vision, 3D and 360°. */
import { AV_PKT_DATA_DISPLAYMATRIX, AV_PKT_DATA_DOVI_CONF, AV_PKT_DATA_SPHERICAL, AV_PKT_DATA_STEREO3D } from 'node-av/constants';
import type { CodecParameters } from 'node-av/lib';
import type { VideoStream } from '../contract/media.ts';

/** AVStereo3DType and AVSphericalProjection, by FFmpeg's names. */
const views = [
  null,
  'side by side',
  'top and bottom',
  'frame sequence',
  'checkerboard',
  'side by side quincunx',
  'lines',
  'columns',
  'unspecified',
];
const projections = [
  'equirectangular',
  'cubemap',
  'tiled equirectangular',
  'half equirectangular',
  'rectilinear',
  'fisheye',
  'parametric immersive',
];

type PictureTags = Pick<VideoStream, 'rotation' | 'flip' | 'dolbyVision' | 'stereo' | 'spherical'>;

export function pictureTags(codecpar: CodecParameters): PictureTags {
  const dolby = codecpar.getCodedSideData(AV_PKT_DATA_DOVI_CONF);
  const stereo = views[codecpar.getCodedSideData(AV_PKT_DATA_STEREO3D)?.readUInt32LE(0) ?? 0];
  const sphere = codecpar.getCodedSideData(AV_PKT_DATA_SPHERICAL);
  return {
    ...orientation(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX)),
    // AVDOVIDecoderConfigurationRecord: two bytes of version, profile, level, three flags, compatibility.
    ...(dolby && dolby.length >= 8 && { dolbyVision: { profile: dolby[2] ?? 0, level: dolby[3] ?? 0, compatibility: dolby[7] ?? 0 } }),
    ...(stereo && { stereo }),
    ...(sphere && { spherical: projections[sphere.readUInt32LE(0)] ?? 'unknown' }),
  };
}

/** A display matrix (3×3, 16.16 fixed point) as quarter turns clockwise and a mirror; odd angles go to the nearest. */
function orientation(matrix: Buffer | null): { rotation: 0 | 90 | 180 | 270; flip: boolean } {
  if (!matrix || matrix.length < 36) return { rotation: 0, flip: false };
  const cell = (index: number) => matrix.readInt32LE(index * 4) / 65_536;
  const [a, b, c, d] = [cell(0), cell(1), cell(3), cell(4)];
  const flip = a * d - b * c < 0;
  // A mirrored matrix is the mirror first, then the turn: undo the mirror to read the angle.
  const degrees = (Math.atan2(flip ? -b : b, flip ? -a : a) * 180) / Math.PI;
  const quarter = (Math.round(degrees / 90) + 4) % 4;
  return { rotation: ([0, 90, 180, 270] as const)[quarter] ?? 0, flip };
}
