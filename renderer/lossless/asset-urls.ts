/** Where the studio's pictures and sound of a file are. Times in seconds of the source, in whole milliseconds in the address. */

const ms = (seconds: number) => Math.round(seconds * 1000);

/** The file as it is, by byte ranges. */
export const sourceUrl = (job: string) => `/assets/source/${job}`;
/** The keyframe at or before a time. */
export const stillUrl = (job: string, at: number, width: StillWidth) => `/assets/still/${job}/${ms(at)}/${width}`;
/** Exactly the picture that is shown at a time. */
export const frameUrl = (job: string, at: number, width: StillWidth) => `/assets/frame/${job}/${ms(at)}/${width}`;
export const waveformUrl = (job: string, block: number) => `/assets/waveform/${job}/${block}`;
export const proxyUrl = (job: string, what: 'info' | number) => `/assets/proxy/${job}/${what}`;

/** Widths that pictures are made in, px. */
const widths = [120, 160, 240, 480, 960] as const;
export type StillWidth = (typeof widths)[number];

/** The least width that fills so many pixels of a screen. */
export const widthFor = (px: number): StillWidth => widths.find((width) => width >= px * Math.min(2, devicePixelRatio)) ?? 960;

/** A light copy that is made as it is asked for, for what the browser cannot play. */
export interface ProxyInfo {
  /** Seconds, from `start` on the source's timeline; null where the source does not tell. */
  duration: number | null;
  start: number;
  video: boolean;
  audio: boolean;
  mime: string;
  chunkSeconds: number;
}

/** A waveform comes in blocks of a minute, a byte for 20 ms: how loud its loudest sample is. */
export const waveBlock = { seconds: 60, step: 0.02 };
