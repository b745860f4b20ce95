/** What a file is, in the contract's words. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import {
  AV_CODEC_PROP_TEXT_SUB,
  AV_FIELD_PROGRESSIVE,
  AV_FIELD_UNKNOWN,
  AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
  AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_CONTENT_LIGHT_LEVEL,
  AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  AVMEDIA_TYPE_ATTACHMENT,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  type AVPixelFormat,
  type AVSampleFormat,
} from 'node-av/constants';
import {
  avChannelLayoutDescribe,
  avGetCodecName,
  avGetPixFmtName,
  avGetSampleFmtName,
  Codec,
  type CodecParameters,
  type Dictionary,
  Packet,
  type Stream,
} from 'node-av/lib';
import { StudioError } from '../contract/errors.ts';
import type { Chapter, MediaInfo, Rational, StreamInfo, VideoStream } from '../contract/media.ts';
import { readChapters } from './chapters.ts';
import { createDecoder } from './decoder.ts';
import { readContentLight, readMastering } from './hdr-metadata.ts';
import { type Input, openInput } from './input.ts';
import { dispositions } from './output.ts';
import { pictureTags } from './picture-tags.ts';
import { songTags } from './song-tags.ts';

/** Formats whose header does not tell the length: FFmpeg guesses it from the bitrate or from the last time it finds. */
export const guessedDurations = /^(mpegts|mp3|aac|ac3|eac3|dts|amr|loas|h264|hevc|vvc|m4v|obu|mpegvideo|mpeg|truehd|mlp)$/;

/** Opens a file and says what it is. Throws source-missing, source-unreadable, not-media. */
export function probe(path: string): MediaInfo {
  const file = statSync(path, { throwIfNoEntry: false });
  if (!file) throw new StudioError('source-missing', `${path} does not exist.`);
  if (!file.isFile()) throw new StudioError('not-media', `${path} is ${file.isDirectory() ? 'a folder' : 'not an ordinary file'}.`);
  const input = openInput(path);
  try {
    const media = describe(input, path, file);
    readHdrFromPicture(input, media.streams);
    return media;
  } finally {
    input.close();
  }
}

/** What an open input is. */
export function describe(input: Input, path: string, file: { size: number; mtimeMs: number }): MediaInfo {
  const { context } = input;
  const format = context.iformat?.name ?? 'unknown';
  const { tags, streams } = songTags(format, tagsOf(context.metadata), input.streams.map(describeStream));
  const duration = context.duration === AV_NOPTS_VALUE || context.duration <= 0n ? longest(streams) : Number(context.duration) / 1e6;
  return {
    path,
    bytes: file.size,
    modified: file.mtimeMs,
    format,
    formatName: context.iformat?.longName ?? format,
    duration,
    durationIsExact: duration !== null && !guessedDurations.test(format),
    bitRate: duration ? Math.round((file.size * 8) / duration) : null,
    streams,
    chapters: chaptersOf(path, duration),
    tags,
  };
}

/** Chapters that cannot be read are no reason not to read the film. */
function chaptersOf(path: string, duration: number | null): Chapter[] {
  try {
    const chapters = readChapters(path);
    const last = chapters.at(-1);
    // Where chapters have no ends, the last one goes on to that of the film.
    if (last && last.end <= last.start) last.end = Math.max(last.start, duration ?? 0);
    return chapters;
  } catch (error) {
    if (error instanceof StudioError) return [];
    throw error;
  }
}

const longest = (streams: StreamInfo[]) =>
  streams.reduce<number | null>((most, stream) => (stream.duration ? Math.max(most ?? 0, stream.duration) : most), null);

/** MP4 files may say a thing in two places, which FFmpeg puts together: "one;one". */
const twice = /^(.+);\1$/s;
/** A time in two spellings, which no muxer would take. */
const twoTimes = /^(\d{4}-\d\d-\d\dT[^;]+);.*$/s;

function tagsOf(metadata: Dictionary | null): Record<string, string> {
  const once = ([key, value]: [string, string]) => [key, value.replace(twice, '$1').replace(twoTimes, '$1')];
  return Object.fromEntries(Object.entries(metadata?.getAll() ?? {}).map(once));
}

function seconds(ticks: bigint, base: Rational): number | null {
  return ticks === AV_NOPTS_VALUE ? null : (Number(ticks) * base.num) / base.den;
}

/** The parts of codec parameters that node-av shows in toJSON only. */
interface HiddenParameters {
  fieldOrder?: number;
}

/** What one stream of an open file is. */
export function describeStream(stream: Stream): StreamInfo {
  const { codecpar } = stream;
  const tags = tagsOf(stream.metadata);
  const profiles = Codec.findDecoder(codecpar.codecId)?.profiles;
  const language = tags['language'];
  const start = seconds(stream.startTime, stream.timeBase);
  const base = {
    index: stream.index,
    codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
    profile: profiles?.find((row) => row.profile === codecpar.profile)?.name ?? null,
    decodable: false,
    start,
    duration: stream.duration > 0n ? seconds(stream.duration, stream.timeBase) : durationByEnd(tags, start),
    bitRate: Number(codecpar.bitRate) || null,
    language: language && language !== 'und' ? language : null,
    title: titleOf(tags),
    disposition: Object.keys(dispositions).filter((name) => stream.hasDisposition(dispositions[name] as never)),
    tags,
    ...headerOf(codecpar),
  };
  const hasDecoder = Codec.findDecoder(codecpar.codecId) !== null;
  switch (codecpar.codecType) {
    case AVMEDIA_TYPE_VIDEO:
      return { ...base, kind: 'video', ...describePicture(stream), decodable: hasDecoder && codecpar.width > 0 && codecpar.format >= 0 };
    case AVMEDIA_TYPE_AUDIO:
      return {
        ...base,
        kind: 'audio',
        decodable: hasDecoder && codecpar.sampleRate > 0 && codecpar.channels > 0,
        sampleRate: codecpar.sampleRate,
        channels: codecpar.channels,
        layout: avChannelLayoutDescribe(codecpar.channelLayout) ?? `${codecpar.channels} channels`,
        sampleFormat: avGetSampleFmtName(codecpar.format as AVSampleFormat) ?? 'unknown',
        bitDepth: codecpar.bitsPerRawSample,
      };
    case AVMEDIA_TYPE_SUBTITLE:
      return { ...base, kind: 'subtitle', text: codecpar.hasProperties(AV_CODEC_PROP_TEXT_SUB) };
    default:
      if (codecpar.codecType === AVMEDIA_TYPE_ATTACHMENT) return { ...base, kind: 'attachment' };
      return { ...base, kind: 'data', ...tagOf(codecpar.codecTagString) };
  }
}

/** MP4 keeps titles of tracks as their names; handlers have names too, which programs give. */
const titleOf = (tags: Record<string, string>): string | null => tags['title'] ?? tags['name'] ?? null;

/** Attached files are headers to FFmpeg, whole fonts of them. */
function headerOf({ codecType, extradata }: CodecParameters): { header?: string } {
  if (codecType === AVMEDIA_TYPE_ATTACHMENT || !extradata || extradata.length === 0) return {};
  return { header: createHash('sha256').update(extradata).digest('hex').slice(0, 16) };
}

/** Four letters; FFmpeg writes other bytes as numbers in brackets. */
const tagOf = (tag: string | null) => (tag && /^[\w ]{4}$/.test(tag) ? { tag } : {});

/** Matroska keeps in a tag when a stream ends: `00:01:02.500000000`. */
function durationByEnd(tags: Record<string, string>, start: number | null): number | null {
  const match = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(tags['DURATION'] ?? '');
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) - Math.max(0, start ?? 0) : null;
}

const known = (rate: Rational): Rational | null => (rate.num > 0 && rate.den > 0 ? { num: rate.num, den: rate.den } : null);

/** What a pixel format's name tells: depth of a sample and an alpha channel. */
function pixelFacts(pixelFormat: string): { bitDepth: number; alpha: boolean } {
  const depth = /(?:p|gray|rgba?|bgra?|gbra?p|x2rgb|x2bgr|p0|p2|p4|y2|ya)(9|10|12|14|16|48|64)(?:le|be)?$/.exec(pixelFormat);
  const bits = depth ? Number(depth[1]) : 8;
  return { bitDepth: bits === 48 || bits === 64 ? 16 : bits, alpha: /^(yuva|gbrap|rgba|bgra|argb|abgr|ya|pal8)/.test(pixelFormat) };
}

type Picture = Omit<VideoStream, 'kind' | 'decodable' | keyof Omit<StreamInfo & { kind: 'data' }, never>>;

function describePicture(stream: Stream): Picture {
  const { codecpar } = stream;
  const pixelFormat = avGetPixFmtName(codecpar.format as AVPixelFormat) ?? 'unknown';
  const average = known(stream.avgFrameRate);
  const nominal = known(stream.rFrameRate);
  const coded = known(codecpar.sampleAspectRatio) ?? { num: 1, den: 1 };
  const sar = known(stream.sampleAspectRatio) ?? coded;
  const { fieldOrder = AV_FIELD_UNKNOWN } = codecpar.toJSON() as HiddenParameters;
  const transfer = codecpar.colorTrc as number;
  return {
    width: codecpar.width,
    height: codecpar.height,
    sar,
    ...(coded.num * sar.den !== sar.num * coded.den && { codedSar: coded }),
    ...pictureTags(codecpar),
    frameRate: average ?? nominal,
    variableRate: !average || !nominal || Math.abs((average.num * nominal.den) / (average.den * nominal.num) - 1) > 0.001,
    pixelFormat,
    ...pixelFacts(pixelFormat),
    interlaced: fieldOrder !== AV_FIELD_UNKNOWN && fieldOrder !== AV_FIELD_PROGRESSIVE,
    color: {
      primaries: codecpar.colorPrimaries,
      transfer,
      matrix: codecpar.colorSpace,
      range: ([null, 'tv', 'pc'] as const)[codecpar.colorRange] ?? null,
    },
    hdr: transfer === 16 ? 'pq' : transfer === 18 ? 'hlg' : null,
    mastering: readMastering(codecpar.getCodedSideData(AV_PKT_DATA_MASTERING_DISPLAY_METADATA)),
    contentLight: readContentLight(codecpar.getCodedSideData(AV_PKT_DATA_CONTENT_LIGHT_LEVEL)),
    cover: stream.hasDisposition(dispositions['attached_pic'] as never),
  };
}

/** HDR metadata that is only in the bitstream: decode until the first picture and read it there. */
function readHdrFromPicture(input: Input, streams: StreamInfo[]): void {
  const stream = streams.find((one) => one.kind === 'video' && one.hdr !== null && one.decodable && !one.mastering);
  if (stream?.kind !== 'video') return;
  const decoder = createDecoder(input, stream.index, 1);
  const packet = new Packet();
  packet.alloc();
  try {
    let found = false;
    for (let reads = 0; reads < 500 && !found && input.read(packet); reads++) {
      if (packet.streamIndex === stream.index) {
        decoder.decode(packet, (frame) => {
          found = true;
          stream.mastering ??= readMastering(frame.getSideData(AV_FRAME_DATA_MASTERING_DISPLAY_METADATA));
          stream.contentLight ??= readContentLight(frame.getSideData(AV_FRAME_DATA_CONTENT_LIGHT_LEVEL));
        });
      }
      packet.unref();
    }
  } finally {
    packet.free();
    decoder.close();
  }
}
