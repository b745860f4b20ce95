/** What each container holds of pictures, sound and text, and how its muxer is told. Codecs by FFmpeg's names, as measured. */
import type { TargetId } from '../contract/lossless.ts';

export interface ContainerRow {
  title: string;
  muxer: string;
  extension: string;
  options: Record<string, string>;
  /** Codecs it can hold as they are. */
  video: string[];
  audio: string[];
  subtitle: string[];
  /** Data tracks, by codec or, in MP4's family, by the mark of their kind. */
  data: string[];
  /** Sound tracks it is written with. */
  soundTracks: number;
  attachments: boolean;
  /** How it carries a cover picture: among its tracks, or as a file inside the file. */
  cover: 'track' | 'attached' | null;
  /** Whether it can hold chapters. */
  chapters: boolean;
}

const faststart = { movflags: '+faststart' };
const plainPcm = ['pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le'];
const bigPcm = ['pcm_s16be', 'pcm_s24be', 'pcm_s32be', 'pcm_f32be', 'pcm_f64be'];

const list = (names: string): string[] => names.trim().split(/\s+/);

const mp4Video = list('h264 hevc vvc av1 vp9 mpeg4 mpeg2video mpeg1video mjpeg vc1 ffv1 jpeg2000 evc avs3 apv');
const mp4Audio = list('aac mp3 mp2 ac3 eac3 dts truehd alac flac opus vorbis mpegh_3d_audio mp4als qcelp evrc');

const movVideo = list(`
  h264 hevc vvc mpeg4 mpeg2video mpeg1video mjpeg mjpegb png prores prores_raw dnxhd cfhd dvvideo qtrle vc1 ffv1 apv hap dxv notchlc pixlet
  sheervideo avui utvideo magicyuv huffyuv rawvideo v210 r210 r10k v308 v408 v410 y41p jpeg2000 tiff theora h263 h261 flv1 svq1 svq3
  msmpeg4v2 msmpeg4v3 wmv3 cinepak rpza smc 8bps gif vp6 vp6f
`);
const movAudio = list(`
  aac mp3 mp2 ac3 eac3 dts alac vorbis speex amr_nb amr_wb ac4 mpegh_3d_audio wmav2 wmapro qdm2 qdmc mace3 mace6 qcelp evrc
  gsm gsm_ms adpcm_ima_qt pcm_u8 pcm_s8 pcm_alaw pcm_mulaw
`);

/** Codecs without a mark of their own are kept as AVI does, which players know as well. */
const mkvVideo = list(`
  h264 hevc vvc av1 vp8 vp9 mpeg4 mpeg2video mpeg1video mjpeg mjpegb png prores prores_raw dnxhd cfhd dvvideo qtrle vc1 theora ffv1 ffvhuff
  apv evc dirac jpeg2000 utvideo magicyuv huffyuv hymt lagarith ljpeg hap dxv notchlc v210 r210 r10k v308 v408 v410 y41p tiff gif
  wmv1 wmv2 wmv3 msmpeg4v1 msmpeg4v2 msmpeg4v3 msvideo1 msrle indeo2 indeo3 indeo4 indeo5 cinepak rpza smc svq1 svq3 8bps snow
  h263 h263i h263p h261 flv1 flashsv vp3 vp5 vp6 vp6a vp6f vp7 rv40 rv60 zmbv cscd tscc tscc2 fraps sheervideo cljr cavs avs2 avs3
`);
const mkvAudio = list(`
  aac mp3 mp2 mp1 ac3 eac3 dts truehd mlp opus vorbis flac alac wavpack tta speex wmav1 wmav2 wmapro wmalossless wmavoice amr_nb amr_wb
  qdm2 atrac1 ra_144 truespeech gsm_ms adpcm_ima_wav adpcm_yamaha adpcm_swf pcm_u8 pcm_s16be pcm_s24be pcm_s32be pcm_s64le pcm_alaw pcm_mulaw
`);
const mkvSubtitles = ['subrip', 'ass', 'webvtt', 'hdmv_pgs_subtitle', 'dvd_subtitle', 'dvb_subtitle', 'hdmv_text_subtitle'];

const filmRow = { data: [], soundTracks: Infinity, attachments: false, cover: null, chapters: true };
const soundRow = { video: [], subtitle: [], data: [], soundTracks: 1, attachments: false, cover: null, chapters: false, options: {} };
/** A file of one text track. */
const textRow = { ...soundRow, audio: [], soundTracks: 0 };

export const containers: Record<TargetId, ContainerRow> = {
  mp4: {
    ...{ ...filmRow, title: 'MP4', muxer: 'mp4', extension: 'mp4', options: faststart },
    video: mp4Video,
    audio: [...mp4Audio, ...plainPcm, ...bigPcm],
    subtitle: ['mov_text', 'dvd_subtitle', 'ttml'],
    data: ['gpmd'],
    cover: 'track',
  },
  mov: {
    ...{ ...filmRow, title: 'QuickTime', muxer: 'mov', extension: 'mov', options: faststart },
    video: movVideo,
    audio: [...movAudio, ...plainPcm, ...bigPcm],
    subtitle: ['mov_text', 'eia_608'],
    data: ['gpmd'],
    cover: 'track',
  },
  mkv: {
    ...{ ...filmRow, title: 'Matroska', muxer: 'matroska', extension: 'mkv', options: {} },
    video: mkvVideo,
    audio: [...mkvAudio, ...plainPcm],
    subtitle: mkvSubtitles,
    attachments: true,
    cover: 'attached',
  },
  webm: {
    ...{ ...filmRow, title: 'WebM', muxer: 'webm', extension: 'webm', options: {} },
    video: ['vp8', 'vp9', 'av1'],
    audio: ['opus', 'vorbis'],
    subtitle: ['webvtt'],
  },
  m4a: {
    // FFmpeg's own muxer for it (ipod) knows fewer codecs and drops titles and flags of tracks.
    ...{ ...filmRow, title: 'M4A', muxer: 'mp4', extension: 'm4a', options: { ...faststart, brand: 'M4A ' } },
    video: [],
    audio: mp4Audio,
    subtitle: [],
    cover: 'track',
  },
  mp3: {
    ...{ ...soundRow, title: 'MP3', muxer: 'mp3', extension: 'mp3', options: { id3v2_version: '3' } },
    audio: ['mp3'],
    cover: 'track',
    chapters: true,
  },
  flac: { ...soundRow, title: 'FLAC', muxer: 'flac', extension: 'flac', audio: ['flac'], cover: 'track', chapters: true },
  opus: { ...soundRow, title: 'Opus', muxer: 'opus', extension: 'opus', audio: ['opus'], cover: 'attached', chapters: true },
  ts: {
    ...{ ...filmRow, title: 'MPEG-TS', muxer: 'mpegts', extension: 'ts', options: {} },
    // Other codecs are written as private data that no program can read.
    video: ['h264', 'hevc', 'vvc', 'mpeg2video', 'mpeg1video', 'mpeg4', 'vc1', 'cavs', 'avs2', 'avs3', 'dirac', 'jpeg2000', 'evc'],
    audio: ['aac', 'aac_latm', 'mp3', 'mp2', 'ac3', 'eac3', 'dts', 'truehd', 'opus', 's302m'],
    subtitle: ['dvb_subtitle', 'dvb_teletext'],
    data: ['klv', 'timed_id3'],
    chapters: false,
  },
  mka: {
    ...{ ...filmRow, title: 'MKA', muxer: 'matroska', extension: 'mka', options: {} },
    video: [],
    audio: [...mkvAudio, ...plainPcm],
    subtitle: mkvSubtitles,
    attachments: true,
    cover: 'attached',
  },
  ogg: {
    ...soundRow,
    title: 'Ogg',
    muxer: 'ogg',
    extension: 'ogg',
    audio: ['vorbis', 'opus', 'flac', 'speex'],
    cover: 'attached',
    chapters: true,
  },
  wav: {
    ...{ ...soundRow, title: 'WAV', muxer: 'wav', extension: 'wav', options: { rf64: 'auto' } },
    audio: [...plainPcm, 'pcm_u8', 'pcm_alaw', 'pcm_mulaw', 'gsm_ms', 'adpcm_ms', 'adpcm_ima_wav'],
  },
  srt: { ...textRow, title: 'SubRip', muxer: 'srt', extension: 'srt', subtitle: ['subrip'] },
  ass: { ...textRow, title: 'ASS', muxer: 'ass', extension: 'ass', subtitle: ['ass'] },
  vtt: { ...textRow, title: 'WebVTT', muxer: 'webvtt', extension: 'vtt', subtitle: ['webvtt'] },
  file: { ...textRow, title: 'The file inside', muxer: '', extension: '', attachments: true, cover: 'attached' },
};

/** Containers for sound without a picture. */
export const audioOnly = (container: TargetId): boolean => containers[container].video.length === 0;
/** Cover pictures that every container with covers takes. */
export const coverCodecs = ['mjpeg', 'png'];

export const holds = (list: string[], codec: string): boolean => list.includes(codec);
