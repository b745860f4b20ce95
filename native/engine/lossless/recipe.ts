/** How pictures are encoded again so that they fit between pictures that are copied: which encoder, how it is set, and where it cannot be. */
import { AV_FIELD_PROGRESSIVE, AV_FIELD_UNKNOWN, type AVPixelFormat, type FFEncoderCodec } from 'node-av/constants';
import { avGetCodecName, avGetPixFmtName, Codec, type Stream } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';
import { untouched, type VideoEncode } from '../../contract/plan.ts';
import { readPps, readSps } from './bits.ts';
import type { Film } from './film.ts';
import { type Framing, framingOf, type NalCodec, nalCodec, nalTypes, parameterSets } from './nal.ts';

export interface Recipe {
  encode: VideoEncode;
  /**
   * Where decoders find what the encoder's pictures need: in the header beside the source's own (`header`), in the packets
   * (`packets`), or nowhere because every keyframe says it all (`none`).
   */
  sets: 'header' | 'packets' | 'none';
  codec: NalCodec | null;
  framing: Framing;
}

/** Refuses with what can be done instead. */
export const impossible = (reason: string) =>
  new StudioError('cut-impossible', `This film cannot be cut between its keyframes: ${reason}. Cut at keyframes, or export it.`);

/** Throws cut-impossible where one of the pictures cannot be encoded so that it fits. */
export function checkRecipe(film: Film): void {
  recipeFor(film.stream);
  if (film.setsChange()) throw impossible('its parameters change midway');
}

type Fields = Pick<Recipe, 'sets'> & { encoder: string; options: Record<string, string> };

/** One picture in, one packet out, in the same order: no B-frames, no pictures that are not shown, one keyframe at the start. */
const rows: Record<string, (stream: Stream) => Fields> = {
  h264: forH264,
  hevc: () => ({
    encoder: 'libx265',
    sets: 'packets',
    options: {
      preset: 'fast',
      crf: '15',
      'forced-idr': '1',
      'x265-params': 'bframes=0:keyint=-1:scenecut=0:open-gop=0:info=0:aud=0:log-level=none',
    },
  }),
  vp8: () => ({ encoder: 'libvpx', sets: 'none', options: { ...vpx, crf: '6', b: '50M' } }),
  vp9: () => ({ encoder: 'libvpx-vp9', sets: 'none', options: { ...vpx, crf: '15', b: '0' } }),
};

const vpx = { deadline: 'good', 'cpu-used': '3', 'lag-in-frames': '0', 'auto-alt-ref': '0', g: '9999' };

/** Throws cut-impossible. */
export function recipeFor(stream: Stream): Recipe {
  const { codecpar, avgFrameRate } = stream;
  const name = avGetCodecName(codecpar.codecId) ?? 'unknown';
  const row = rows[name];
  if (!row) throw impossible(`there is no way to encode ${name} pictures that fit the others`);
  const { fieldOrder = AV_FIELD_UNKNOWN } = codecpar.toJSON() as { fieldOrder?: number };
  if (fieldOrder !== AV_FIELD_UNKNOWN && fieldOrder !== AV_FIELD_PROGRESSIVE) throw impossible('its pictures are interlaced');
  const { encoder, options, sets } = row(stream);
  const codec = Codec.findEncoderByName(encoder as FFEncoderCodec);
  const format = codecpar.format as AVPixelFormat;
  const pixelFormat = avGetPixFmtName(format) ?? 'unknown';
  if (!codec?.pixelFormats?.includes(format)) throw impossible(`${name} with pixels as ${pixelFormat} cannot be encoded here`);
  const kind = nalCodec(codecpar);
  const framing = kind ? framingOf(kind, codecpar.extradata) : 0;
  if (framing === 1 || framing === 2) throw impossible('it leaves too little room for the size of a picture');
  const sar = stream.sampleAspectRatio.num > 0 ? stream.sampleAspectRatio : codecpar.sampleAspectRatio;
  return {
    sets,
    codec: kind,
    framing,
    encode: {
      ...{ action: 'encode', kind: 'video', input: stream.index, tags: {}, disposition: [], codecTag: null },
      ...{ encoder, options, pixelFormat, device: null, decodeOnDevice: false },
      ...{ width: codecpar.width, height: codecpar.height, sar: { num: sar.num || 1, den: sar.den || 1 } },
      frameRate: avgFrameRate.num > 0 ? { num: avgFrameRate.num, den: avgFrameRate.den } : { num: 25, den: 1 },
      ...{ ...untouched, timing: 'source', mastering: null, contentLight: null },
      color: {
        primaries: codecpar.colorPrimaries,
        transfer: codecpar.colorTrc,
        matrix: codecpar.colorSpace,
        range: ([null, 'tv', 'pc'] as const)[codecpar.colorRange] ?? null,
      },
    },
  };
}

/** x264's names of the profiles it can write. */
const profiles: Record<number, string> = { 66: 'baseline', 77: 'main', 100: 'high', 110: 'high10', 122: 'high422', 244: 'high444' };

/** The encoder's parameter sets stand beside the source's, under a number that those do not use. */
function forH264({ codecpar }: Stream): Fields {
  const known = parameterSets('h264', codecpar.extradata);
  const sequences = known.filter(({ type }) => type === nalTypes.h264.sps).map(({ bytes }) => readSps(bytes));
  const pictures = known.filter(({ type }) => type === nalTypes.h264.pps).map(({ bytes }) => readPps(bytes));
  const [facts] = sequences;
  if (!facts || pictures.length === 0) throw impossible('its header does not tell its parameters');
  if (sequences.some(({ progressive }) => !progressive)) throw impossible('its pictures are interlaced');
  const profile = profiles[facts.profile];
  if (!profile) throw impossible(`H.264 of profile ${facts.profile} cannot be encoded here`);
  const used = new Set([...sequences, ...pictures].map(({ id }) => id));
  const id = Array.from({ length: 31 }, (_, index) => index + 1).find((number) => !used.has(number));
  if (id === undefined) throw impossible('all numbers for its parameters are in use');
  const place = codecpar.chromaLocation > 0 && facts.chroma === 1 ? `:chromaloc=${codecpar.chromaLocation - 1}` : '';
  const params = `sps-id=${id}:bframes=0:ref=1:keyint=infinite:scenecut=0:aud=0:nal-hrd=none:level=${facts.level}${place}`;
  return { encoder: 'libx264', sets: 'header', options: { preset: 'medium', crf: '14', profile, 'x264-params': params } };
}
