/** We listen for one RTMP publisher: OBS, a camera, a phone. Only who knows app and key gets in. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { StudioError } from '../../../contract/errors.ts';
import { type Ending, keepTrying } from '../intake/keep-trying.ts';
import { openServer, type Server, type ServerEvents } from '../rtmp/server.ts';
import { createStage } from '../rtmp/stage.ts';
import type { Opener } from '../source.ts';

const loopback = '127.0.0.1';

export const openRtmpListen: Opener<'rtmp-listen'> = (source, secrets, listener) => {
  let port: number | null = null;
  const host = source.lan ? undefined : loopback;
  const key = source.key === null ? null : (secrets[source.key] ?? '');
  const words = () => `Waiting for a publisher on rtmp://${source.lan ? ownAddress() : loopback}:${port}/${source.app}.`;

  const running = keepTrying(listener, { state: 'connecting', words: 'Opening the port.' }, async (signal, heard): Promise<Ending> => {
    if (key === '') throw new StudioError('bad-input', 'The key that publishers have to know is missing.');
    const over = Promise.withResolvers<Ending>();
    const close = () => over.resolve({ words: 'Closed.', next: 'never' });
    signal.addEventListener('abort', close);
    const stage = createStage(heard, doorkeeper(source.app, key), words);
    let server: Server | null = null;
    try {
      server = await listen(source.port, host, { ...stage, failed: over.reject });
      port = server.port;
      heard.state('waiting', words());
      return await over.promise;
    } finally {
      signal.removeEventListener('abort', close);
      port = null;
      await server?.close();
      await stage.close();
    }
  });
  return { ...running, port: () => port };
};

/** Compares in a time that tells nothing. Clients differ in where the app ends and the name begins: only the whole counts. */
function doorkeeper(app: string, key: string | null): (app: string, name: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const due = digest(key === null ? app : `${app}/${key}`);
  return (theirApp, theirName) => {
    const bare = theirApp.replace(/\/+$/, '');
    const told = [theirName, theirName.split('?', 1)[0] ?? ''].map((name) => digest(key === null ? bare : `${bare}/${name}`));
    return told.map((one) => timingSafeEqual(one, due)).includes(true);
  };
}

async function listen(port: number, host: string | undefined, events: ServerEvents) {
  try {
    return await openServer(port, host, events);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const words: Record<string, string> = {
      EADDRINUSE: `Port ${port} is taken by another program.`,
      EACCES: `The system keeps port ${port} for itself: take one from 1024 on.`,
    };
    throw new StudioError('too-busy', words[code ?? ''] ?? `Port ${port} could not be opened.`, message);
  }
}

/** The address of this machine that others on the network see. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? loopback;
}
