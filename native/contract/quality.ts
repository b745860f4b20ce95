/** What is measured of an encode before the whole of it is made. */

/** How near an encode comes to its source. */
export interface Score {
  /** dB; Infinity is never sent: equal pictures are 100. */
  xpsnr: number;
  /** 0 to 1. */
  ssim: number;
}

/** A moment as it is and as it would be. Pictures are URLs that the studio's assets answer; both have the same size. */
export interface Comparison {
  before: string;
  after: string;
  width: number;
  height: number;
  /** Where in the source the pictures are, seconds. */
  at: number;
  /** null where the two cannot be measured against each other (HDR turned into SDR, another frame rate). */
  score: Score | null;
  /** Of the whole result, bytes, from samples of it; null where the length is not known. */
  estimatedBytes: number | null;
  /** How fast the sample was encoded, media seconds per second. */
  speed: number;
}

/** The quality that a search on samples found for a target. */
export interface QualityFound {
  /** On the codec's own CRF scale. */
  value: number;
  /** What the samples measured at that value. */
  score: Score;
  /** false: not even the best quality of the encoder reaches the target; `value` is that best. */
  reached: boolean;
  /** Of the whole result, bytes; null where the length is not known. */
  estimatedBytes: number | null;
  /** How long the whole encode will take on this machine, about, seconds; null where the length is not known. */
  estimatedSeconds: number | null;
  /** What the search itself took, seconds. */
  seconds: number;
}
