/** SRT: we call a sender, or wait for one to call us, with or without a passphrase. */
import { StudioError } from '../../../contract/errors.ts';
import { keepTrying } from '../intake/keep-trying.ts';
import { examineMicros, type InputOrder, type LiveInput, openLiveInput } from '../intake/live-input.ts';
import { runInput } from '../intake/run-input.ts';
import { inWords } from '../intake/trouble.ts';
import type { Opener } from '../source.ts';

/** Waiting for a caller cannot be interrupted: it is cut into pieces of this many seconds. */
const listenSeconds = 1;
const connectSeconds = 3;
/** Seconds without a packet after which the other side is gone. */
const silentSeconds = 3;
/** What SRT itself asks for. */
const passphraseLength = { least: 10, most: 79 };

const patience = { open: 10, packet: 10 };

export const openSrt: Opener<'srt'> = (source, secrets, listener) => {
  const { mode, port, passphrase, streamId, latency } = source;
  const listens = mode === 'listener';
  const host = source.host || (listens ? '0.0.0.0' : '127.0.0.1');
  const address = `srt://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const name = listens ? `The caller on ${address}` : address;
  const secret = passphrase === null ? null : (secrets[passphrase] ?? '');

  const options: Record<string, string> = {
    mode,
    latency: String(latency * 1000),
    timeout: String(silentSeconds * 1e6),
    ...(listens ? { listen_timeout: String(listenSeconds * 1e6) } : { connect_timeout: String(connectSeconds * 1000) }),
    ...(streamId && !listens && { srt_streamid: streamId }),
    ...(secret !== null && { passphrase: secret }),
    analyzeduration: examineMicros,
    protocol_whitelist: 'srt,udp',
    format_whitelist: 'mpegts',
  };
  const order: InputOrder = { from: address, name, patience, options };

  function checkSettings(): void {
    if (port === 0) throw new StudioError('bad-input', 'An SRT source needs the number of a port.');
    const { least, most } = passphraseLength;
    if (secret !== null && (secret.length < least || secret.length > most))
      throw new StudioError('bad-input', `An SRT passphrase has ${least} to ${most} characters.`);
  }

  async function waitForCaller(signal: AbortSignal): Promise<LiveInput> {
    for (;;) {
      try {
        return await openLiveInput(order, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof StudioError) || error.code !== 'timed-out') throw error;
      }
    }
  }

  /** A refusal comes at once, silence takes its time; SRT's error is the same for both. */
  async function call(signal: AbortSignal): Promise<LiveInput> {
    const began = performance.now();
    return openLiveInput(order, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      const soon = performance.now() - began < connectSeconds * 900;
      if (soon && error instanceof StudioError && error.code === 'source-missing')
        throw new StudioError('source-unreadable', `${name} refuses us. Is the passphrase right, and nobody else connected?`);
      throw error;
    });
  }

  const before = listens
    ? ({ state: 'waiting', words: `Waiting for an SRT caller on port ${port}.` } as const)
    : ({ state: 'connecting', words: `Calling ${name}.` } as const);

  return keepTrying(listener, before, async (signal, heard) => {
    checkSettings();
    const input = await (listens ? waitForCaller(signal) : call(signal));
    try {
      await runInput(input, { listener: heard, words: `${name} is playing.`, tolerance: null }, signal);
    } catch (error) {
      if (listens) return { words: inWords(error), next: 'now' };
      throw error;
    }
    return { words: `${name} is gone.`, next: listens ? 'now' : 'later' };
  });
};
