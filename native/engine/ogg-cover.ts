/** Covers of Ogg files: a tag with FLAC's picture block in letters (xiph.org, METADATA_BLOCK_PICTURE). */

const frontCover = 3;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

/** The tag's value. Sizes of the picture are 0, which says that they stand in the picture itself. */
export function pictureTag(picture: Buffer): string {
  const type = Buffer.from(picture[0] === 0x89 ? 'image/png' : 'image/jpeg');
  const unsaid = Buffer.alloc(16);
  const block = [u32(frontCover), u32(type.length), type, u32(0), unsaid, u32(picture.length), picture];
  return Buffer.concat(block).toString('base64');
}
