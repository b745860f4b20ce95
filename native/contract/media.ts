/** What a media file is: the probe's answer, and all the plan knows of a source. Times in seconds, rates in bits per second. */

/** A fraction, as FFmpeg writes frame rates, aspect ratios and time bases. */
export interface Rational {
  num: number;
  den: number;
}

export interface MediaInfo {
  path: string;
  bytes: number;
  /** Modification time, ms since 1970: a file changed since is probed again. */
  modified: number;
  /** FFmpeg's short name of the demuxer, e.g. `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: string;
  /** The same for a person, e.g. `QuickTime / MOV`. */
  formatName: string;
  /** null where neither the header nor the packets tell. */
  duration: number | null;
  /** false where the length is only guessed from the bitrate (raw MP3, ADTS): then it cannot prove that a file is cut short. */
  durationIsExact: boolean;
  bitRate: number | null;
  streams: StreamInfo[];
  chapters: Chapter[];
  tags: Record<string, string>;
}

/** A named part of a film. */
export interface Chapter {
  /** Seconds on the file's own timeline, as FFmpeg shows them. */
  start: number;
  /** Seconds; never before the start. */
  end: number;
  /** May be empty. */
  title: string;
  /** Of the title, three letters (ISO 639-2); absent where the file does not say. */
  language?: string;
  /** The file says more here than can be kept: chapters within it, its title in other languages, or, at the first one, other editions. */
  simplified?: true;
}

interface StreamBase {
  /** Position in the file. */
  index: number;
  /** FFmpeg's name, e.g. `h264`. */
  codec: string;
  profile: string | null;
  /** false: this build has no decoder for it, it can only be copied. */
  decodable: boolean;
  start: number | null;
  duration: number | null;
  bitRate: number | null;
  /** ISO 639-2, null where unset or `und`. */
  language: string | null;
  title: string | null;
  /** FFmpeg's names: default, forced, comment, attached_pic… */
  disposition: string[];
  tags: Record<string, string>;
  /** Checksum of the codec's own header, which tracks that follow one another must share; absent without one. */
  header?: string;
}

/** Code points of ITU-T H.273, which FFmpeg, MP4 and Matroska all use; 2 means unspecified. */
export interface ColorInfo {
  primaries: number;
  transfer: number;
  matrix: number;
  /** `tv` is limited range, `pc` full range. */
  range: 'tv' | 'pc' | null;
}

/** SMPTE ST 2086 mastering display: chromaticities as x,y; luminance in cd/m². */
export interface MasteringDisplay {
  red: [number, number];
  green: [number, number];
  blue: [number, number];
  white: [number, number];
  minLuminance: number;
  maxLuminance: number;
}

/** Lines and columns at the edges of a picture as it is shown upright, pixels of the source. */
export interface Borders {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/** What looking at pictures all over a film found. */
export interface Survey {
  /** Black at every edge, in all pictures that are not wholly dark. */
  crop: Borders;
  /** The field that was filmed first, where the film is interlaced; null where it is not, or where that is not sure. */
  fields: 'top' | 'bottom' | null;
}

export interface VideoStream extends StreamBase {
  kind: 'video';
  width: number;
  height: number;
  /** Sample (pixel) aspect ratio; 1:1 where unset. */
  sar: Rational;
  /** Degrees clockwise that a player turns the picture; applied before any scaling. */
  rotation: 0 | 90 | 180 | 270;
  /** Mirrored left to right, before the rotation. */
  flip: boolean;
  /** Average frame rate, null where unknown. */
  frameRate: Rational | null;
  /** The container's frame times are not evenly spaced. */
  variableRate: boolean;
  pixelFormat: string;
  bitDepth: number;
  alpha: boolean;
  interlaced: boolean;
  color: ColorInfo;
  hdr: 'pq' | 'hlg' | null;
  mastering: MasteringDisplay | null;
  /** MaxCLL and MaxFALL in cd/m². */
  contentLight: { max: number; average: number } | null;
  /** A cover picture, not a film. */
  cover: boolean;
  /** Sample aspect ratio that the pictures' own stream tells; absent where it is the container's. */
  codedSar?: Rational;
  /** Dolby Vision's configuration as the container tells it; absent without one. */
  dolbyVision?: { profile: number; level: number; compatibility: number };
  /** How two views share the picture, by FFmpeg's name (`side by side`); absent for one view. */
  stereo?: string;
  /** Projection of 360° video, by FFmpeg's name (`equirectangular`); absent for flat pictures. */
  spherical?: string;
}

export interface AudioStream extends StreamBase {
  kind: 'audio';
  sampleRate: number;
  channels: number;
  /** FFmpeg's name, e.g. `stereo`, `5.1(side)`. */
  layout: string;
  /** FFmpeg's name, e.g. `fltp`. */
  sampleFormat: string;
  /** Significant bits of a sample where the codec tells (PCM, FLAC), else 0. */
  bitDepth: number;
}

export interface SubtitleStream extends StreamBase {
  kind: 'subtitle';
  /** Text (SRT, ASS, WebVTT, mov_text), not pictures (PGS, VobSub, DVB). */
  text: boolean;
}

/** A file inside the file, usually a font. */
export interface AttachmentStream extends StreamBase {
  kind: 'attachment';
}

export interface DataStream extends StreamBase {
  kind: 'data';
  /** The container's own mark of its kind, e.g. `tmcd`, `gpmd`; absent without one. */
  tag?: string;
}

export type StreamInfo = VideoStream | AudioStream | SubtitleStream | AttachmentStream | DataStream;
