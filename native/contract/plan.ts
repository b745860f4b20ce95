/** A fully resolved export: what a worker does to each stream, in numbers and FFmpeg's names, with nothing left to decide. */
import type { Device } from './hardware.ts';
import type { Borders, Chapter, ColorInfo, MasteringDisplay, Rational } from './media.ts';
import type { ContainerId, WatermarkPlace } from './preset.ts';

export interface Plan {
  source: string;
  container: ContainerId;
  /** FFmpeg's muxer and its options. */
  muxer: string;
  muxerOptions: Record<string, string>;
  /** The source time that becomes 0 in the output, seconds. */
  origin: number;
  /** Source times between which the film is exported, seconds; null where it is not cut there. A start is the origin, too. */
  part: { start: number | null; end: number | null };
  /** Planned length, seconds; null where the source does not tell. */
  duration: number | null;
  /** The source's own length can be trusted: a shorter output then means a truncated source. */
  durationIsExact: boolean;
  /** Output streams in order. */
  streams: StreamPlan[];
  /** On the output's timeline. */
  chapters: Chapter[];
  tags: Record<string, string>;
  /** How often the source is read. A first time finds out what the second needs: for the picture's rate, or the sound's loudness. */
  passes: 1 | 2;
  /** The picture's encoder has a first pass. */
  twoPass: boolean;
  /** Largest file allowed, bytes; null without a limit. */
  sizeLimit: number | null;
  /** Rough size, for the free-space check and the page; null where nothing can be said. */
  estimatedBytes: number | null;
  /**
   * Where the picture is encoded anew, seconds of the result, the first 0: what lies between two of them is kept when the job is
   * interrupted. Only one where the film is encoded in one go.
   */
  chunks: number[];
  /** What is left out or changed, and why, in words. */
  notes: Note[];
  /** What encodes the picture, and why not something else, in words; empty without a picture. */
  chosen: string;
}

/** The picture that is encoded; undefined where there is none. */
export const filmIn = ({ streams }: Plan): VideoEncode | undefined =>
  streams.find((stream): stream is VideoEncode => stream.action === 'encode' && stream.kind === 'video');

/** Where a file that may be the best yet lies, while its job tries for a better one beside it; who discards one discards both. */
export const spareOf = (partial: string) => `${partial}.spare`;

export interface Note {
  /** `loss` when something of the source is not in the output. */
  kind: 'info' | 'loss';
  text: string;
}

interface StreamPlanBase {
  /** Stream of the source. */
  input: number;
  tags: Record<string, string>;
  disposition: string[];
  /** Four characters the container wants (`hvc1`), or null for its own choice. */
  codecTag: string | null;
}

export interface VideoEncode extends StreamPlanBase {
  action: 'encode';
  kind: 'video';
  /** FFmpeg's encoder and its options, set as they stand. */
  encoder: string;
  options: Record<string, string>;
  pixelFormat: string;
  /** Where the encoder runs; null for the processor. */
  device: Device | null;
  /** Pictures are decoded on that device, too, and stay there as long as its filters can do what is asked. */
  decodeOnDevice: boolean;
  width: number;
  height: number;
  sar: Rational;
  /** Frames per second the encoder plans with (rate control, level); null where the source does not tell. */
  frameRate: Rational | null;
  /**
   * `source` keeps every frame's time; `even` does too, but undoes a coarse clock's rounding of a steady rate;
   * `peak` drops frames above frameRate; `constant` spaces frames at frameRate, repeating and dropping.
   */
  timing: 'source' | 'even' | 'peak' | 'constant';
  // What is done to a picture, in this order.
  deinterlace: Deinterlace | null;
  /** Taken away of the picture as it lies in the file. */
  crop: Borders | null;
  /** Mirrored left to right, then turned clockwise: the file's own and what is asked on top of it. */
  flip: boolean;
  rotation: 0 | 90 | 180 | 270;
  /** FFmpeg filters for the upright picture in its source's size and colours: noise. */
  clean: string[];
  /** HDR is brought to BT.709; `peak` is the brightest of the source, cd/m². */
  toneMap: { peak: number } | null;
  /** FFmpeg filters for the picture in its final size and colours: steps, edges, colours. */
  finish: string[];
  /** Drawn into the finished picture, the watermark above the text; null for nothing. */
  burn: Burn | null;
  watermark: Watermark | null;
  /** What the output's stream says of itself. */
  color: ColorInfo;
  mastering: MasteringDisplay | null;
  contentLight: { max: number; average: number } | null;
}

export interface Deinterlace {
  /** The pictures that the file marks as interlaced, or all of them. */
  which: 'marked' | 'all';
  /** A picture of every frame, or of every field. `frameRate` counts what comes out. */
  to: 'frames' | 'fields';
  /** The field that was filmed first; `auto` goes by each picture's own word. */
  first: 'auto' | 'top' | 'bottom';
}

type Changes = 'deinterlace' | 'crop' | 'flip' | 'rotation' | 'clean' | 'toneMap' | 'finish' | 'burn' | 'watermark';

/** A picture that nothing is done to. */
export const untouched: Pick<VideoEncode, Changes> = {
  deinterlace: null,
  crop: null,
  flip: false,
  rotation: 0,
  clean: [],
  toneMap: null,
  finish: [],
  burn: null,
  watermark: null,
};

/** A subtitle of the source that becomes a part of the picture. */
export interface Burn {
  /** Stream of the source. */
  input: number;
  /** FFmpeg's name of its codec. */
  codec: string;
  /** Of subtitles that are pictures: all, those marked as forced, or those, and all where the track marks none. */
  pictures: 'all' | 'marked' | 'marked-or-all';
}

export interface Watermark {
  /** A PNG, JPEG or WebP file. */
  path: string;
  position: WatermarkPlace;
  /** Pixels of the output; its height follows from the file's shape. */
  width: number;
  /** Room to the picture's edges, pixels of the output. */
  margin: number;
  /** 0 is not seen, 1 is solid. */
  opacity: number;
}

export interface AudioEncode extends StreamPlanBase {
  action: 'encode';
  kind: 'audio';
  encoder: string;
  options: Record<string, string>;
  /** bits per second; 0 for lossless. */
  bitRate: number;
  sampleRate: number;
  sampleFormat: string;
  /** FFmpeg's layout name. */
  layout: string;
  channels: number;
  /** Louder or quieter, dB. */
  gain: number;
  /** Loudness of the whole programme, LUFS, which a first pass over the source makes reachable; null leaves it. */
  loudness: number | null;
}

export interface StreamCopy extends StreamPlanBase {
  action: 'copy';
  kind: 'video' | 'audio' | 'subtitle' | 'attachment';
  codec: string;
}

/** The text of subtitles goes over, in another format. */
export interface SubtitleConvert extends StreamPlanBase {
  action: 'convert';
  kind: 'subtitle';
  /** FFmpeg's names of the codec in the source and in the result. */
  codec: string;
  to: string;
}

export type StreamPlan = VideoEncode | AudioEncode | StreamCopy | SubtitleConvert;

/** What was found when the finished file was opened again. */
export interface Proof {
  bytes: number;
  duration: number;
  streams: ProvedStream[];
  /** Times of the last frame decoded at the start, in the middle and at the end, seconds. */
  decodedAt: number[];
}

/** A stream of a finished file. */
export interface ProvedStream {
  kind: string;
  codec: string;
  duration: number | null;
  /** Of a picture. Results of earlier versions were proved without it. */
  picture?: {
    width: number;
    height: number;
    /** Pictures a second; null where the file does not tell. */
    frameRate: number | null;
    cover: boolean;
  };
}
