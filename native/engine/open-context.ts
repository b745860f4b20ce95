/** Opens an encoder, and keeps SVT-AV1 from taking the machine. */
import type { Codec, CodecContext } from 'node-av/lib';

/** Any user but root. */
const nobody = 65_534;

/** FFmpeg's result: negative for an error. */
export const openContext = (context: CodecContext, codec: Codec): number =>
  codec.name === 'libsvtav1' ? withoutRoot(() => context.open2Sync(codec, null)) : context.open2Sync(codec, null);

/**
 * SVT-AV1 gives its threads, and the one that opens it, the highest real-time priority when it runs as root (seen in the build
 * of node-av 6.1.1). A worker's own loop, and every process it starts, would then take whole processors from all others, and two of
 * V8's threads can wait for each other for ever. Opened as nobody it leaves priorities alone.
 */
function withoutRoot<T>(work: () => T): T {
  const { geteuid, seteuid } = process;
  if (geteuid?.() !== 0 || !seteuid) return work();
  seteuid(nobody);
  try {
    return work();
  } finally {
    seteuid(0);
  }
}
