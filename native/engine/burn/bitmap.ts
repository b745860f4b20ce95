/** What subtitles that are pictures become: coloured pictures on a canvas, from a moment on. */

export interface Bitmap {
  /** On the canvas, pixels. */
  x: number;
  y: number;
  width: number;
  height: number;
  /** Red, green, blue and alpha, a byte each, colours not multiplied by alpha. */
  rgba: Uint8Array;
  /** To be seen even by those who have subtitles switched off. */
  forced: boolean;
}

/** The whole canvas from a moment on, milliseconds; without bitmaps it is empty. */
export interface Show {
  at: number;
  /** Infinity until the next one. */
  until: number;
  canvas: { width: number; height: number };
  bitmaps: Bitmap[];
}

export interface BitmapDecoder {
  /** Takes packets by rising time, milliseconds; `duration` is 0 where nobody tells. Damaged ones show nothing and throw nothing. */
  read(packet: { data: Buffer; pts: number; duration: number }): Show[];
}

/** Larger than any canvas there is: a limit for packets that were made to break programs, pixels. */
export const mostPixels = 8192 * 4320;

/** Y′CbCr of limited range to bytes of red, green and blue, by the matrix of HD (BT.709) or of television before it (BT.601). */
export function fromYcc(y: number, cb: number, cr: number, hd: boolean): [number, number, number] {
  const [kr, kb] = hd ? [0.2126, 0.0722] : [0.299, 0.114];
  const [luma, blue, red] = [(y - 16) / 219, (cb - 128) / 112, (cr - 128) / 112];
  const [r, b] = [luma + (1 - kr) * red, luma + (1 - kb) * blue];
  const byte = (value: number) => Math.round(Math.max(0, Math.min(1, value)) * 255);
  return [byte(r), byte((luma - kr * r - kb * b) / (1 - kr - kb)), byte(b)];
}

/** Colours by their place in a palette: four bytes each. */
export const paint = (indexes: Uint8Array, palette: Uint8Array): Uint8Array => {
  const rgba = new Uint8Array(indexes.length * 4);
  for (let n = 0; n < indexes.length; n++) {
    const from = (indexes[n] ?? 0) * 4;
    for (let part = 0; part < 4; part++) rgba[n * 4 + part] = palette[from + part] ?? 0;
  }
  return rgba;
};
