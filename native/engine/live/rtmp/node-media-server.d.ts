/** The one module of node-media-server that is used: its RTMP protocol, without its servers. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  interface Packet {
    header: { fmt: number; cid: number; timestamp: number; length: number; type: number; stream_id: number };
    /** Milliseconds. */
    clock: number;
    /** Used again for the next message, and longer than this one. */
    payload: Buffer;
    /** Bytes there is room for. */
    capacity: number;
    /** Of this message, so far. */
    bytes: number;
  }
  export interface Command {
    cmd: unknown;
    transId: number;
    cmdObj?: Record<string, unknown> | null;
    streamName?: unknown;
  }
  export default class Rtmp {
    onOutputCallback: (bytes: Buffer) => void;
    inPackets: Map<number, Packet>;
    parserPacket: Packet;
    inChunkSize: number;
    ackSize?: number;
    connectCmdObj?: Record<string, unknown>;
    streamApp: unknown;
    streamName: string;
    streamId: number;
    objectEncoding: number;
    parserData(bytes: Buffer): string | null;
    packetParse(): void;
    packetAlloc(): void;
    controlHandler(): void;
    dataHandler(): void;
    onConnect(command: Command): void;
    onPublish(command: Command): void;
    onPlay(command: Command): void;
    onDeleteStream(command: Command): void;
    respondConnect(transaction: number): void;
    respondPublish(): void;
    sendACK(bytes: number): void;
    sendInvokeMessage(stream: number, message: Record<string, unknown>): void;
    sendStatusMessage(stream: number, level: 'status' | 'error', code: string, description: string): void;
  }
}

declare module 'node-media-server/src/core/logger.js' {
  const logger: { log(message: string, level?: string): void };
  export default logger;
}
