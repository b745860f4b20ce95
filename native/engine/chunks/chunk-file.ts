/** A chunk of an encoded picture on disk: what its encoder says of itself, then packet after packet, times in the encoder's time base. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import type { AVPacketFlag } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import { StudioError } from '../../contract/errors.ts';

/** pts, dts, duration, flags, length of what follows. */
const headBytes = 8 + 8 + 8 + 4 + 4;
/** Packets are put together up to this many bytes before they are written. */
const bufferBytes = 1 << 20;

export interface ChunkWriter {
  write(packet: Packet): void;
  bytes(): number;
  /** Everything is on the disk, also should the power fail, once this returns. */
  finish(): void;
  close(): void;
}

/** Throws disk-full or write-failed, as its writes do. */
export function writeChunk(path: string, extradata: Buffer, name: string): ChunkWriter {
  const file = attempt(() => openSync(path, 'w'), name);
  let isOpen = true;
  let waiting: Buffer[] = [];
  let size = 0;
  let written = 0;

  function flush(): void {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    size = 0;
    for (let at = 0; at < bytes.length; ) at += attempt(() => writeSync(file, bytes, at), name);
    written += bytes.length;
  }
  function put(...parts: Buffer[]): void {
    waiting.push(...parts);
    for (const { length } of parts) size += length;
    if (size >= bufferBytes) flush();
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(extradata.length);
  put(length, extradata);

  return {
    write(packet) {
      const data = Buffer.from(packet.data ?? []);
      const head = Buffer.alloc(headBytes);
      head.writeBigInt64LE(packet.pts, 0);
      head.writeBigInt64LE(packet.dts, 8);
      head.writeBigInt64LE(packet.duration, 16);
      head.writeInt32LE(packet.flags, 24);
      head.writeUInt32LE(data.length, 28);
      put(head, data);
    },
    bytes: () => written + size,
    finish() {
      flush();
      attempt(() => fsyncSync(file), name);
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

export interface ChunkReader {
  /** What decoders have to know before the first packet; the same in all chunks of a picture. */
  extradata: Buffer;
  /** Fills a packet with the next one; false at the end. */
  read(packet: Packet): boolean;
  close(): void;
}

/** Throws source-vanished where the file is not what was written. */
export function readChunk(path: string): ChunkReader {
  const file = attempt(() => openSync(path, 'r'), basename(path));
  const { size } = fstatSync(file);
  let at = 0;

  function take(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let got = 0; got < length; ) {
      const more = readSync(file, bytes, got, length - got, at + got);
      if (more === 0) throw new StudioError('source-vanished', `${basename(path)} is not as long as it was written.`);
      got += more;
    }
    at += length;
    return bytes;
  }

  return {
    extradata: take(take(4).readUInt32LE()),
    read(packet) {
      if (at >= size) return false;
      const head = take(headBytes);
      packet.data = take(head.readUInt32LE(28));
      packet.pts = head.readBigInt64LE(0);
      packet.dts = head.readBigInt64LE(8);
      packet.duration = head.readBigInt64LE(16);
      packet.flags = head.readInt32LE(24) as AVPacketFlag;
      return true;
    },
    close: () => closeSync(file),
  };
}

function attempt<T>(work: () => T, name: string): T {
  try {
    return work();
  } catch (error) {
    const isFull = (error as NodeJS.ErrnoException).code === 'ENOSPC';
    throw new StudioError(
      isFull ? 'disk-full' : 'write-failed',
      isFull ? `The disk is full: ${name} could not be written. Make room and retry.` : `What is encoded of ${name} could not be kept.`,
      String(error),
    );
  }
}
