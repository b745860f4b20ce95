/** RTMP's chunks: messages cut into pieces so that several can share a connection. */

export interface Message {
  type: number;
  /** Milliseconds. */
  time: number;
  stream: number;
  body: Buffer;
}

/** RTMP's message types. */
export const types = {
  chunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  commandAmf3: 17,
  data: 18,
  command: 20,
};

/** Bytes of a message between two chunk headers in what we send; OBS and most encoders use the same. */
export const sendChunkSize = 4096;
/** Times from here on do not fit their three bytes, and follow in four more. */
const longTime = 0xffffff;
/** Nothing a server tells a publisher is longer. */
const longestMessage = 1 << 20;

/** The first chunk's header. `channel` (2 to 63) is the chunk stream. */
export function header(channel: number, type: number, time: number, length: number, stream: number): Buffer {
  const long = time >= longTime;
  const bytes = Buffer.alloc(long ? 16 : 12);
  bytes.writeUInt8(channel, 0);
  bytes.writeUIntBE(long ? longTime : time, 1, 3);
  bytes.writeUIntBE(length, 4, 3);
  bytes.writeUInt8(type, 7);
  bytes.writeUInt32LE(stream, 8);
  if (long) bytes.writeUInt32BE(time % 2 ** 32, 12);
  return bytes;
}

/** A body with the headers of its further chunks in it: the same for every connection, as long as the time is short. */
export function chunked(channel: number, time: number, body: Buffer): Buffer {
  if (body.length <= sendChunkSize) return body;
  const between = Buffer.alloc(time >= longTime ? 5 : 1);
  between.writeUInt8(0xc0 | channel, 0);
  if (between.length > 1) between.writeUInt32BE(time % 2 ** 32, 1);
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += sendChunkSize) {
    if (at > 0) pieces.push(between);
    pieces.push(body.subarray(at, at + sendChunkSize));
  }
  return Buffer.concat(pieces);
}

export const hasLongTime = (time: number): boolean => time >= longTime;

interface Channel {
  time: number;
  delta: number;
  long: boolean;
  length: number;
  type: number;
  stream: number;
  pieces: Buffer[];
  have: number;
}

/** Puts a server's chunks together again. `read` hands on whole messages; throws RangeError for what is no RTMP. */
export function createChunkReader(onMessage: (message: Message) => void) {
  const channels = new Map<number, Channel>();
  let chunkSize = 128;
  let rest: Buffer = Buffer.alloc(0);

  /** Length of the chunk at the start of `bytes`; 0 when it is not all there. */
  function readChunk(bytes: Buffer): number {
    const first = bytes[0] ?? 0;
    const low = first & 63;
    const basic = low === 0 ? 2 : low === 1 ? 3 : 1;
    if (bytes.length < basic) return 0;
    const id = low === 0 ? bytes.readUInt8(1) + 64 : low === 1 ? bytes.readUInt16LE(1) + 64 : low;
    const size = [11, 7, 3, 0][first >> 6] ?? 0;
    let at = basic + size;
    if (bytes.length < at) return 0;
    const known = channels.get(id);
    const channel: Channel = known ?? { time: 0, delta: 0, long: false, length: 0, type: 0, stream: 0, pieces: [], have: 0 };
    let stamp = size >= 3 ? bytes.readUIntBE(basic, 3) : longTime;
    const long = size >= 3 ? stamp === longTime : channel.long;
    if (long) {
      if (bytes.length < at + 4) return 0;
      stamp = bytes.readUInt32BE(at);
      at += 4;
    }
    const length = size >= 7 ? bytes.readUIntBE(basic + 3, 3) : channel.length;
    if (length > longestMessage) throw new RangeError('RTMP: a message is too long');
    const piece = Math.min(chunkSize, length - channel.have);
    if (bytes.length < at + piece) return 0;
    channels.set(id, channel);
    channel.long = long;
    channel.length = length;
    if (size >= 7) channel.type = bytes.readUInt8(basic + 6);
    if (size === 11) channel.stream = bytes.readUInt32LE(basic + 7);
    if (channel.have === 0) {
      if (size === 11) channel.time = stamp;
      else {
        if (size >= 3) channel.delta = stamp;
        channel.time += channel.delta;
      }
    }
    channel.pieces.push(bytes.subarray(at, at + piece));
    channel.have += piece;
    if (channel.have === length) {
      const body = Buffer.concat(channel.pieces);
      channel.pieces = [];
      channel.have = 0;
      if (channel.type === types.chunkSize && body.length >= 4) chunkSize = Math.max(1, body.readUInt32BE(0) & 0x7fffffff);
      else onMessage({ type: channel.type, time: channel.time, stream: channel.stream, body });
    }
    return at + piece;
  }

  return {
    read(bytes: Buffer): void {
      rest = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      while (rest.length > 0) {
        const used = readChunk(rest);
        if (used === 0) return;
        rest = rest.subarray(used);
      }
    },
  };
}
