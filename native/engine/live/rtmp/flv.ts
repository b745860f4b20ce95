/** RTMP's messages as the tags of an FLV file, and what has to be known of them: RTMP and FLV mean the same by their first bytes. */

/** Sound, picture, script data. */
export type TagType = 8 | 9 | 18;

export interface Tag {
  ms: number;
  /** The whole tag with its head and its length. */
  bytes: Buffer;
  /** What it tells the decoder before the first frame; null for a frame. */
  sets: 'script' | 'sound' | 'picture' | null;
  isPicture: boolean;
  isKeyframe: boolean;
}

type Meaning = Pick<Tag, 'sets' | 'isPicture' | 'isKeyframe'>;

/** Says that sound and picture may both come. */
export const fileHeader = Buffer.from('FLV\x01\x05\x00\x00\x00\x09\x00\x00\x00\x00', 'latin1');

/** Codecs whose second byte tells a header (0) from a frame: AVC, and HEVC as some encoders send it; AAC. */
const picturesWithHeader = [7, 12];
const soundWithHeader = 10;
/** Enhanced RTMP for sound. */
const enhancedSound = 9;
const keyframe = 1;

const meanings: Record<TagType, (first: number, second: number) => Meaning> = {
  8: (first, second) => {
    const format = first >> 4;
    const header = (format === soundWithHeader && second === 0) || (format === enhancedSound && (first & 0x0f) === 0);
    return { sets: header ? 'sound' : null, isPicture: false, isKeyframe: false };
  },
  9: (first, second) => {
    const enhanced = first >= 0x80;
    const header = enhanced ? (first & 0x0f) === 0 : picturesWithHeader.includes(first & 0x0f) && second === 0;
    return { sets: header ? 'picture' : null, isPicture: !header, isKeyframe: !header && ((first >> 4) & 7) === keyframe };
  },
  18: () => ({ sets: 'script', isPicture: false, isKeyframe: false }),
};

/** Copies the payload. `ms` has 32 bits. */
export function createTag(type: TagType, ms: number, payload: Buffer): Tag {
  const head = 11;
  const bytes = Buffer.allocUnsafe(head + payload.length + 4);
  bytes[0] = type;
  bytes.writeUIntBE(payload.length, 1, 3);
  bytes.writeUIntBE(ms & 0xffffff, 4, 3);
  bytes[7] = ms >>> 24;
  bytes.writeUIntBE(0, 8, 3);
  payload.copy(bytes, head);
  bytes.writeUInt32BE(head + payload.length, head + payload.length);
  return { ms, bytes, ...meanings[type](payload[0] ?? 0, payload[1] ?? 0) };
}
