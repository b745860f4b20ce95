/** AMF0, the values RTMP's commands are written in: as much of it as servers and publishers say to each other. */

export type AmfValue = number | boolean | string | null | undefined | AmfValue[] | { [key: string]: AmfValue };

const number = 0;
const boolean = 1;
const string = 2;
const object = 3;
const nothing = 5;
const missing = 6;
const ecmaArray = 8;
const objectEnd = 9;
const strictArray = 10;
const date = 11;
const longString = 12;

export function writeAmf(values: AmfValue[]): Buffer {
  return Buffer.concat(values.flatMap(write));
}

function write(value: AmfValue): Buffer[] {
  if (value === null || value === undefined) return [Buffer.of(value === null ? nothing : missing)];
  if (typeof value === 'boolean') return [Buffer.of(boolean, value ? 1 : 0)];
  if (typeof value === 'string') return [Buffer.of(string), name(value)];
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return [bytes];
  }
  if (Array.isArray(value)) {
    const head = Buffer.alloc(5, strictArray);
    head.writeUInt32BE(value.length, 1);
    return [head, ...value.flatMap(write)];
  }
  const fields = Object.entries(value).flatMap(([key, field]) => [name(key), ...write(field)]);
  return [Buffer.of(object), ...fields, Buffer.of(0, 0, objectEnd)];
}

function name(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Reads values until the bytes end. Throws RangeError for what is cut off, and for kinds of values that RTMP servers do not use. */
export function readAmf(bytes: Buffer): AmfValue[] {
  let at = 0;
  const text = (length: number) => {
    if (at + length > bytes.length) throw new RangeError('AMF: cut off');
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const short = () => bytes.readUInt16BE((at += 2) - 2);
  const long = () => bytes.readUInt32BE((at += 4) - 4);
  const fields = () => {
    const found: { [key: string]: AmfValue } = {};
    for (;;) {
      const key = text(short());
      if (key === '' && bytes[at] === objectEnd) {
        at++;
        return found;
      }
      Object.defineProperty(found, key, { value: read(), enumerable: true, configurable: true, writable: true });
    }
  };
  const read = (): AmfValue => {
    const kind = bytes.readUInt8(at++);
    switch (kind) {
      case number:
        return bytes.readDoubleBE((at += 8) - 8);
      case boolean:
        return bytes.readUInt8(at++) !== 0;
      case string:
        return text(short());
      case object:
        return fields();
      case nothing:
        return null;
      case missing:
        return undefined;
      case ecmaArray:
        at += 4;
        return fields();
      case strictArray:
        return Array.from({ length: Math.min(long(), bytes.length) }, read);
      case date:
        at += 2;
        return bytes.readDoubleBE((at += 8) - 10);
      case longString:
        return text(long());
      default:
        throw new RangeError(`AMF: kind ${kind}`);
    }
  };
  const values: AmfValue[] = [];
  while (at < bytes.length) values.push(read());
  return values;
}
