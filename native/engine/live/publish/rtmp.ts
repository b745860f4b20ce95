/**
 * Publishing over RTMP and RTMPS, on sockets of our own: a server that stalls holds no thread, what waits is known to the byte,
 * a connection ends at once when it is to end, and the server's own words say why it does not want a stream.
 */
import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseAddress, type RtmpAddress } from './address.ts';
import { type AmfValue, readAmf, writeAmf } from './amf.ts';
import { chunked, createChunkReader, header, type Message, sendChunkSize, types } from './chunks.ts';
import { answerLogin } from './login.ts';
import { socketTrouble, Trouble } from './trouble.ts';

export interface RtmpConnection {
  /** Hands over a message whose body is chunked already; false when the socket is full until `onRoom`. */
  write(type: number, time: number, length: number, body: Buffer): boolean;
  onRoom(listener: () => void): void;
  /** Called once, when it has ended for any reason but `close`. */
  onEnd(listener: (trouble: Trouble) => void): void;
  /** Bytes that the system took so far. */
  sent(): number;
  /** Bytes on their way: those that wait here, and with servers that acknowledge those that they have not seen. */
  waiting(): number;
  /** Says goodbye where the server still listens, and ends at once where not. */
  close(): Promise<void>;
}

/** Chunk streams as most publishers use them: our commands, and all media in one, in order. */
const commandChannel = 3;
export const mediaChannel = 4;
const controlChannel = 2;
/** A step of the opening that takes longer than this has failed, ms. */
const stepMs = 5000;
/** Goodbye may take so long, ms. */
const goodbyeMs = 500;
/** The server acknowledges every so many bytes, if it does so at all. */
const ackWindow = 250_000;
const handshakeSize = 1536;

/** Connects and publishes; resolves when the server is ready for media. Throws Trouble. */
export async function publishRtmp(url: string, certificates: string, codecs: string[], signal: AbortSignal): Promise<RtmpConnection> {
  const address = parseAddress(url);
  let login = '';
  for (let attempt = 1; ; attempt++) {
    try {
      return await open({ ...address, app: address.app + login, tcUrl: address.tcUrl + login }, certificates, codecs, signal);
    } catch (error) {
      const answer = attempt < 3 && error instanceof Refusal ? answerLogin(error.description, address.user) : null;
      if (answer === null) throw error;
      login = answer;
    }
  }
}

/** A server's no, with what it said. */
class Refusal extends Trouble {
  readonly description: string;

  constructor(what: string, info: AmfValue, secrets: string[]) {
    const { code, description } = (typeof info === 'object' && info !== null ? info : {}) as { code?: AmfValue; description?: AmfValue };
    const said = [code, description].filter((one): one is string => typeof one === 'string' && one !== '').join(': ');
    const words = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), said);
    super('refused', `The server ${what}${words ? `: ${words.slice(0, 300)}` : ''}.`.replace(/\.\.$/, '.'));
    this.description = said;
  }
}

function open(address: RtmpAddress, certificates: string, codecs: string[], signal: AbortSignal): Promise<RtmpConnection> {
  const { host, port, secure, app, stream, tcUrl } = address;
  // Some addresses have the key in the application's place; servers like to repeat what they were told.
  const secrets = [stream, ...stream.split('?'), ...app.split('/').slice(1)].filter((part) => part.length > 3);
  return new Promise((resolve, reject) => {
    const socket: Socket = secure
      ? connectTls({ host, port, ca: readFileSync(certificates), ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
      : connectTcp({ host, port });
    let step: 'connecting' | 'greeting' | 'asking' | 'publishing' | 'ended' = 'connecting';
    let ready = false;
    let received = 0;
    let receivedTold = 0;
    let theirWindow = 2_500_000;
    let acknowledged: number | null = null;
    let streamId = 0;
    let lastCall = 0;
    let onRoom = () => {};
    let onEnd = (_trouble: Trouble) => {};
    const calls = new Map<number, { result(values: AmfValue[]): void; what: string }>();

    function end(trouble: Trouble): void {
      if (step === 'ended') return;
      step = 'ended';
      signal.removeEventListener('abort', abort);
      socket.destroy();
      if (ready) onEnd(trouble);
      else reject(trouble);
    }
    const abort = () => end(new Trouble('lost', 'It was stopped.'));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });

    const send = (channel: number, type: number, id: number, body: Buffer) =>
      void socket.write(Buffer.concat([header(channel, type, 0, body.length, id), chunked(channel, 0, body)]));
    const control = (type: number, value: number, more: number[] = []) => {
      const body = Buffer.alloc(4 + more.length);
      body.writeUInt32BE(value);
      body.set(more, 4);
      send(controlChannel, type, 0, body);
    };
    const say = (id: number, ...values: AmfValue[]) => send(commandChannel, types.command, id, writeAmf(values));
    function call(name: string, values: AmfValue[], what: string, result: (values: AmfValue[]) => void = () => {}): void {
      calls.set(++lastCall, { result, what });
      say(0, name, lastCall, ...values);
    }

    function ask(): void {
      step = 'asking';
      control(types.chunkSize, sendChunkSize);
      const modern = codecs.length > 0 ? { fourCcList: codecs } : {};
      const about = { app, type: 'nonprivate', flashVer: 'FMLE/3.0 (compatible; Muxwell)', swfUrl: tcUrl, tcUrl, ...modern };
      call('connect', [about], 'does not take publishers at this address', () => {
        control(types.windowSize, ackWindow);
        // Old servers want to be told beforehand; the others do not mind, nor do we what they answer.
        say(0, 'releaseStream', ++lastCall, null, stream);
        say(0, 'FCPublish', ++lastCall, null, stream);
        call('createStream', [null], 'gave no stream', ([, id]) => {
          streamId = typeof id === 'number' ? id : 1;
          say(streamId, 'publish', ++lastCall, null, stream, 'live');
        });
      });
    }

    function onStatus(info: AmfValue): void {
      const { level, code } = (typeof info === 'object' && info !== null ? info : {}) as { level?: AmfValue; code?: AmfValue };
      if (code === 'NetStream.Publish.Start' && !ready) {
        ready = true;
        step = 'publishing';
        socket.setTimeout(0);
        resolve(connection);
        return;
      }
      const fatal = level === 'error' || code === 'NetConnection.Connect.Closed' || code === 'NetStream.Unpublish.Success';
      if (fatal) end(new Refusal(ready ? 'ended the stream' : 'does not take the stream', info, secrets));
    }

    function onCommand([name, id, ...values]: AmfValue[]): void {
      if (name === 'onStatus') onStatus(values[1]);
      if (name === 'close') end(new Trouble('refused', 'The server closed the connection.'));
      const known = typeof id === 'number' ? calls.get(id) : undefined;
      if (!known || (name !== '_result' && name !== '_error')) return;
      calls.delete(id as number);
      if (name === '_result') known.result(values);
      else end(new Refusal(known.what, values[1] ?? values[0], secrets));
    }

    function onMessage({ type, body }: Message): void {
      if (type === types.windowSize && body.length >= 4) theirWindow = Math.max(1024, body.readUInt32BE(0));
      else if (type === types.acknowledgement && body.length >= 4) acknowledged = body.readUInt32BE(0);
      else if (type === types.userControl && body.length >= 6 && body.readUInt16BE(0) === 6) {
        const pong = Buffer.from(body.subarray(0, 6));
        pong.writeUInt16BE(7);
        send(controlChannel, types.userControl, 0, pong);
      } else if (type === types.command) onCommand(readAmf(body));
      else if (type === types.commandAmf3) onCommand(readAmf(body.subarray(1)));
    }

    const reader = createChunkReader(onMessage);
    let greeting: Buffer = Buffer.alloc(0);
    function greeted(bytes: Buffer): void {
      greeting = Buffer.concat([greeting, bytes]);
      if (greeting.length > 0 && greeting[0] !== 3) throw new RangeError('RTMP: another version');
      if (greeting.length < 1 + 2 * handshakeSize) return;
      socket.write(greeting.subarray(1, 1 + handshakeSize));
      const rest = greeting.subarray(1 + 2 * handshakeSize);
      ask();
      reader.read(rest);
    }

    socket.setNoDelay(true);
    socket.setKeepAlive(true, 5000);
    socket.setTimeout(stepMs);
    socket.on(secure ? 'secureConnect' : 'connect', () => {
      step = 'greeting';
      const hello = Buffer.alloc(1 + handshakeSize);
      hello[0] = 3;
      for (let at = 9; at < hello.length; at++) hello[at] = Math.random() * 256;
      socket.write(hello);
    });
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
      try {
        if (step === 'greeting') greeted(bytes);
        else if (step !== 'ended') reader.read(bytes);
      } catch {
        return end(new Trouble('refused', 'What answers at this address does not speak RTMP.'));
      }
      if (step !== 'ended' && received - receivedTold >= theirWindow / 2) {
        receivedTold = received;
        control(types.acknowledgement, received % 2 ** 32);
      }
    });
    socket.on('drain', () => onRoom());
    socket.on('timeout', () => end(new Trouble('unreachable', 'The server does not answer.')));
    socket.on('error', (error) => end(socketTrouble(error, step !== 'connecting')));
    socket.on('close', () => {
      const before = { connecting: 'The server cannot be reached.', greeting: 'The server hangs up at once.' };
      if (ready) end(new Trouble('lost', 'The server ended the connection.'));
      else end(new Trouble('refused', before[step as 'connecting' | 'greeting'] ?? 'The server hangs up without a word.'));
    });

    const sent = () => socket.bytesWritten - socket.writableLength;
    const connection: RtmpConnection = {
      write(type, time, length, body) {
        if (step !== 'publishing') return false;
        socket.cork();
        socket.write(header(mediaChannel, type, time, length, streamId));
        const room = socket.write(body);
        socket.uncork();
        return room;
      },
      onRoom(listener) {
        onRoom = listener;
      },
      onEnd(listener) {
        onEnd = listener;
      },
      sent,
      waiting() {
        const unseen = acknowledged === null ? 0 : (sent() - acknowledged + 2 ** 32) % 2 ** 32;
        return socket.writableLength + Math.max(0, unseen - 2 * ackWindow);
      },
      async close() {
        if (step !== 'publishing') return void socket.destroy();
        step = 'ended';
        signal.removeEventListener('abort', abort);
        // Behind a full socket nobody would hear it.
        if (socket.writableLength === 0) {
          say(0, 'FCUnpublish', ++lastCall, null, stream);
          say(0, 'deleteStream', ++lastCall, null, streamId);
          await new Promise<void>((done) => {
            socket.once('close', () => done());
            setTimeout(done, goodbyeMs).unref();
            socket.end();
          });
        }
        socket.destroy();
      },
    };
  });
}
