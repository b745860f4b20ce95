/** Colours as subtitle formats write them, each as `#rrggbb`; white is null, the player's own. */

const names: Record<string, string> = {
  white: '#ffffff',
  silver: '#c0c0c0',
  gray: '#808080',
  grey: '#808080',
  black: '#000000',
  red: '#ff0000',
  maroon: '#800000',
  yellow: '#ffff00',
  olive: '#808000',
  lime: '#00ff00',
  green: '#008000',
  cyan: '#00ffff',
  aqua: '#00ffff',
  teal: '#008080',
  blue: '#0000ff',
  navy: '#000080',
  magenta: '#ff00ff',
  fuchsia: '#ff00ff',
  purple: '#800080',
  orange: '#ffa500',
  pink: '#ffc0cb',
  brown: '#a52a2a',
  gold: '#ffd700',
  violet: '#ee82ee',
};

/** The colours that WebVTT has classes for. */
export const webvttColors = ['white', 'lime', 'cyan', 'red', 'yellow', 'magenta', 'blue', 'black'].map((name) => ({
  name,
  color: names[name] ?? '',
}));

const known = (color: string): string | null => (color === '#ffffff' ? null : color);

/** A colour of HTML or CSS: a name, `#f00`, `#ff0000` with or without alpha, `rgb(255, 0, 0)`. Anything else is null. */
export function cssColor(written: string): string | null {
  const text = written.trim().toLowerCase();
  const short = /^#?([\da-f])([\da-f])([\da-f])$/.exec(text);
  if (short) return known(`#${short[1]}${short[1]}${short[2]}${short[2]}${short[3]}${short[3]}`);
  const long = /^#?([\da-f]{6})(?:[\da-f]{2})?$/.exec(text);
  if (long) return known(`#${long[1]}`);
  const parts = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})/.exec(text);
  if (parts) return rgbColor(parts.slice(1).map((part) => Math.min(255, Number(part))));
  return known((Object.hasOwn(names, text) && names[text]) || '#ffffff');
}

/** A colour of ASS: `&HAABBGGRR&`, or the same number in decimal. */
export function assColor(written: string): string | null {
  const digits = /^&?H([\da-f]{1,8})&?$/i.exec(written.trim());
  const decimal = /^-?\d{1,10}$/.test(written.trim());
  if (!digits && !decimal) return null;
  const value = digits ? Number.parseInt(digits[1] ?? '', 16) : Number(written);
  return rgbColor([value & 255, (value >> 8) & 255, (value >> 16) & 255]);
}

/** Red, green and blue as a colour, and back. */
export const rgbColor = (bytes: Iterable<number>): string | null => known(`#${Buffer.from([...bytes]).toString('hex')}`);
export const colorBytes = (color: string | null): Buffer => Buffer.from((color ?? '#ffffff').slice(1), 'hex');
