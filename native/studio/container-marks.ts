/** What each container holds besides media: words and flags of its tracks, tags of the file, how a picture is to be shown. As measured. */
import type { TargetId } from '../contract/lossless.ts';

/** What can be said of a picture. */
export type PictureMark = 'rotation' | 'mirror' | 'sar' | 'alpha' | 'hdr' | 'dolbyVision' | 'stereo' | 'spherical' | 'timecode';

export interface Marks {
  /** A language for every track; `file`: one, of the only track, among the file's tags. */
  languages: 'tracks' | 'file' | null;
  /** Titles of tracks. */
  titles: boolean;
  /** Flags by FFmpeg's names, for each kind of track. */
  dispositions: { video: string[]; audio: string[]; subtitle: string[] };
  /** Further tags of tracks. */
  trackTags: string[] | 'any';
  /** Tags of the file, by FFmpeg's names. */
  tags: string[] | 'any';
  picture: PictureMark[];
  /** How two views can share a picture, by FFmpeg's names. */
  views: string[];
}

const none = { video: [], audio: [], subtitle: [] };
const alike = (flags: string[]) => ({ video: flags, audio: flags, subtitle: flags });

/** Said by roles (`kind`); `captions` and `descriptions` go with the one before them. */
const roles = ['default', 'dub', 'comment', 'forced', 'hearing_impaired', 'captions', 'visual_impaired', 'descriptions'];
const mkvFlags = ['default', 'forced', 'original', 'dub', 'comment', 'hearing_impaired', 'visual_impaired'];

const nothing: Marks = { languages: null, titles: false, dispositions: none, trackTags: [], tags: [], picture: [], views: [] };
const song: Marks = { ...nothing, languages: 'file', tags: 'any' };
const mp4: Marks = {
  languages: 'tracks',
  titles: true,
  dispositions: alike(roles),
  trackTags: ['handler_name', 'timecode', 'encoder'],
  tags: 'any',
  picture: ['rotation', 'mirror', 'sar', 'hdr', 'dolbyVision', 'stereo', 'spherical', 'timecode'],
  views: ['side by side', 'top and bottom', 'unspecified'],
};
const mkv: Marks = {
  languages: 'tracks',
  titles: true,
  dispositions: { video: mkvFlags, audio: mkvFlags, subtitle: [...mkvFlags, 'descriptions'] },
  trackTags: 'any',
  tags: 'any',
  picture: ['rotation', 'sar', 'alpha', 'hdr', 'dolbyVision', 'stereo', 'spherical', 'timecode'],
  views: ['side by side', 'top and bottom', 'frame sequence', 'checkerboard', 'lines', 'columns'],
};

export const marks: Record<TargetId, Marks> = {
  mp4,
  m4a: mp4,
  mov: { ...mp4, dispositions: alike(['default']) },
  mkv,
  mka: mkv,
  webm: {
    ...mkv,
    dispositions: {
      video: ['default', 'forced'],
      audio: ['default', 'forced'],
      subtitle: ['default', 'forced', 'captions', 'descriptions'],
    },
    picture: ['rotation', 'sar', 'alpha', 'hdr', 'stereo', 'spherical', 'timecode'],
  },
  ts: {
    ...nothing,
    languages: 'tracks',
    dispositions: { video: [], audio: ['hearing_impaired', 'visual_impaired', 'descriptions'], subtitle: ['hearing_impaired'] },
    // HDR is told by the pictures' own stream as well, which is copied.
    picture: ['hdr', 'dolbyVision'],
  },
  mp3: song,
  flac: song,
  ogg: song,
  opus: song,
  wav: { ...song, tags: ['title', 'artist', 'album', 'comment', 'date', 'genre', 'copyright', 'track', 'language'] },
  srt: nothing,
  ass: nothing,
  vtt: nothing,
  file: nothing,
};
