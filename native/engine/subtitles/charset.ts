/** Which characters the bytes of a subtitle are: files of every age, without a word of what wrote them. */
import { isUtf8 } from 'node:buffer';
import { decodeLegacy } from './legacy-charset.ts';

/** What Windows-1252 has where Latin-1 has control characters, from 0x80 on. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Files without a mark are looked at this far for the zero bytes of UTF-16. */
const sampleBytes = 4096;
/** So many of the bytes are zero in UTF-16, whatever the language: digits and line ends have them. In text of one byte a character, none. */
const leastZeros = 0.05;

/** UTF-8, and Windows-1252 where it cannot be UTF-8. Text that is UTF-8 but for a few damaged places stays UTF-8. */
export const decodeText = (bytes: Buffer): string => asUtf8(bytes) ?? asWindows1252(bytes);

function asUtf8(bytes: Buffer): string | null {
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) return text;
  const damaged = text.split('\uFFFD').length - 1;
  const foreign = text.length - text.replace(/[\u0080-\uFFFF]/g, '').length - damaged;
  return damaged * 4 <= foreign ? text : null;
}

const asWindows1252 = (bytes: Buffer): string =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (one) => windows1252[one.charCodeAt(0) - 128] ?? one);

/**
 * The same for a whole file, which may have a byte order mark, be UTF-16 without one, or be as old as encodings of one language;
 * its name may tell of which.
 */
export function decodeFile(bytes: Buffer, name = ''): string {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return decodeText(bytes.subarray(3));
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le', 2);
  if (first === 0xfe && second === 0xff) return bigEndian(bytes.subarray(2));
  const zeros = [0, 0];
  for (const [index, byte] of bytes.subarray(0, sampleBytes).entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd < Math.min(bytes.length, sampleBytes) * leastZeros)
    return asUtf8(bytes) ?? decodeLegacy(bytes, name) ?? asWindows1252(bytes);
  return odd >= even ? bytes.toString('utf16le') : bigEndian(bytes);
}

/** UTF-16 with the high byte first. A last odd byte is not a character. */
export const bigEndian = (bytes: Buffer): string =>
  Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
