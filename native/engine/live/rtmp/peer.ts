/**
 * One RTMP client that wants to publish. The protocol is node-media-server's; what is here holds a client to its limits, since
 * it may be anyone: sizes are bounded before there is memory for them, and the first thing that is wrong ends it.
 */
import logger from 'node-media-server/src/core/logger.js';
import Rtmp, { type Command } from 'node-media-server/src/protocol/rtmp.js';
import type { TagType } from './flv.ts';

// It prints to the console, where nobody looks, what clients send.
logger.log = () => {};

export interface PeerEvents {
  send(bytes: Buffer): void;
  /** May it publish? null lets it; a sentence for the client refuses, and nothing more of it is heard. */
  admit(app: string, name: string): string | null;
  /** Media of a publisher that was let in; the payload is only valid during the call. */
  tag(type: TagType, ms: number, payload: Buffer): void;
  /** It says that it has finished. */
  finished(): void;
}

export interface Peer {
  /** Bytes from the client. Throws when they are not RTMP, or too much. */
  receive(bytes: Buffer): void;
}

/** Bytes: of a message before it may publish, of one after, of all its half-received messages together. */
const most = { command: 64 * 1024, message: 8 * 1024 * 1024, all: 24 * 1024 * 1024 };
/** Clients use six or so. */
const mostChunkStreams = 24;
const largestChunk = 0xffffff;
/** Bytes after which a client hears how far we have read, unless it asks for less. */
const acknowledgeEvery = 1_250_000;

const versionByte = 3;
const setChunkSize = 1;
const abortMessage = 2;
const dataOfAmf3 = 15;
const setDataFrame = Buffer.from('\x02\x00\x0d@setDataFrame');

/** What is told to a client that asks which codecs it may send (Enhanced RTMP). `sarray` makes AMF's strict array of it. */
const fourCcList = Object.assign(['avc1', 'hvc1', 'av01', 'vp09', 'mp4a', 'Opus'], { sarray: true });

/** In a file the data stands without the wish to be kept that RTMP puts before it. */
const bareData = (data: Buffer) => (data.subarray(0, setDataFrame.length).equals(setDataFrame) ? data.subarray(setDataFrame.length) : data);

const refuse = (what: string): never => {
  throw new Error(what);
};

class PublishingPeer extends Rtmp {
  readonly #events: PeerEvents;
  #publishing = false;

  constructor(events: PeerEvents) {
    super();
    this.#events = events;
    this.onOutputCallback = (bytes) => events.send(bytes);
  }

  override packetParse(): void {
    super.packetParse();
    const { bytes, header } = this.parserPacket;
    if (this.inPackets.size > mostChunkStreams) refuse('too many chunk streams');
    if (bytes > 0 && header.fmt !== 3) refuse('a message begins within another');
  }

  override packetAlloc(): void {
    const packet = this.parserPacket;
    const { length } = packet.header;
    const others = [...this.inPackets.values()].reduce((sum, { capacity }) => sum + capacity, -packet.capacity);
    if (length > (this.#publishing ? most.message : most.command) || others + length > most.all) refuse('a message is too long');
    packet.clock %= 2 ** 32;
    super.packetAlloc();
  }

  override controlHandler(): void {
    const { header, payload } = this.parserPacket;
    if (header.length < 4) refuse('a control message is too short');
    const value = payload.readUInt32BE();
    if (header.type === abortMessage) {
      const aborted = this.inPackets.get(value);
      if (aborted) aborted.bytes = 0;
    } else if (header.type === setChunkSize) {
      if (value === 0 || value > 0x7fffffff) refuse('no chunk has that size');
      this.inChunkSize = Math.min(value, largestChunk);
    } else super.controlHandler();
  }

  override respondConnect(transaction: number): void {
    if (this.connectCmdObj?.['fourCcList'] === undefined) super.respondConnect(transaction);
    else
      this.sendInvokeMessage(0, {
        cmd: '_result',
        transId: transaction,
        cmdObj: { fmsVer: 'FMS/3,0,1,123', capabilities: 31 },
        info: {
          level: 'status',
          code: 'NetConnection.Connect.Success',
          description: 'Connection succeeded.',
          objectEncoding: this.objectEncoding,
          fourCcList,
        },
      });
  }

  override onPublish(command: Command): void {
    if (this.#publishing) refuse('it publishes already');
    this.streamId = this.parserPacket.header.stream_id;
    this.streamName = String(command.streamName ?? '');
    const refusal = this.#events.admit(String(this.streamApp ?? ''), this.streamName);
    if (refusal !== null) {
      this.sendStatusMessage(this.streamId, 'error', 'NetStream.Publish.BadName', refusal);
      refuse(refusal);
    }
    this.#publishing = true;
    this.respondPublish();
  }

  override onPlay(): void {
    refuse('there is nothing to play here');
  }

  override onDeleteStream(): void {
    if (this.#publishing) this.#events.finished();
  }

  override dataHandler(): void {
    if (!this.#publishing) refuse('media before it may publish');
    const { header, payload, clock } = this.parserPacket;
    const message = payload.subarray(0, header.length);
    if (header.type === 8 || header.type === 9) this.#events.tag(header.type, clock, message);
    else this.#events.tag(18, clock, bareData(header.type === dataOfAmf3 ? message.subarray(1) : message));
  }
}

export function createPeer(events: PeerEvents): Peer {
  const rtmp = new PublishingPeer(events);
  let received = 0;
  let acknowledged = 0;
  return {
    receive(bytes) {
      if (received === 0 && bytes[0] !== versionByte) refuse('this is not RTMP');
      received += bytes.length;
      rtmp.parserData(bytes);
      if (received - acknowledged < Math.min(acknowledgeEvery, rtmp.ackSize || Infinity)) return;
      acknowledged = received;
      rtmp.sendACK(received % 2 ** 32);
    },
  };
}
