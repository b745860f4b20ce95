/** Publishing over SRT with FFmpeg's own protocol: one write at a time in a thread, so that what waits is known and nothing else waits for it. */
import { AVIO_FLAG_WRITE } from 'node-av/constants';
import { FFmpegError, IOContext } from 'node-av/lib';
import type { Link } from './link.ts';
import { Trouble } from './trouble.ts';

/** Most that a connect may take (ms), and a write (µs), before the server counts as lost. */
const limits = { connect_timeout: '3000', timeout: '4000000' };

export async function openSrt(url: string, signal: AbortSignal): Promise<Link> {
  const address = new URL(url);
  for (const [key, value] of Object.entries(limits)) if (!address.searchParams.has(key)) address.searchParams.set(key, value);
  const io = new IOContext();
  const opened = await io.open2(address.href, AVIO_FLAG_WRITE);
  if (opened < 0)
    throw new Trouble('unreachable', `No SRT server answers there, or it does not take this stream (${FFmpegError.strerror(opened)}).`);
  let busy: Promise<void> | null = null;
  let inHand = 0;
  let sent = 0;
  let over = false;
  let onRoom = () => {};
  let onEnd = (_trouble: Trouble) => {};

  async function write(bytes: Buffer): Promise<void> {
    inHand = bytes.length;
    await io.write(bytes);
    if (io.error >= 0) await io.flush();
    busy = null;
    inHand = 0;
    sent += bytes.length;
    if (over) return;
    if (io.error >= 0) return onRoom();
    over = true;
    onEnd(new Trouble('lost', `The SRT connection broke (${FFmpegError.strerror(io.error)}).`));
    await io.closep();
  }

  const link: Link = {
    write(unit) {
      if (!busy && !over) busy = write(unit.bytes);
      return false;
    },
    onRoom(listener) {
      onRoom = listener;
    },
    onEnd(listener) {
      onEnd = listener;
    },
    sent: () => sent,
    waiting: () => inHand,
    async close() {
      if (over) return;
      over = true;
      await busy;
      await io.closep();
    },
  };
  if (signal.aborted) await link.close();
  return link;
}
