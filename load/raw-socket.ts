import { createConnection, type Socket } from 'node:net';
import { type FrameListener, FrameParser } from './frame-parser.js';
import { Handshake } from './handshake.js';

const handshakeTimeoutMs = 10_000;
const closeTimeoutMs = 2_000;
const chunkBytes = 64 * 1024;

export interface RawSocketListener {
  /** A whole message: `bytes[start, end)`, valid during the call only. Frames appended now leave after the chunk. */
  onMessage(bytes: Uint8Array, start: number, end: number): void;
  /** Once, after which nothing comes any more. Not called for a socket that this side closed. */
  onClosed(reason: string): void;
}

/** All sockets read into this one chunk: libuv fills it and delivers it in the same step. */
const incoming = new Uint8Array(chunkBytes);
/** Chunks that the kernel has taken whole, to be written again. */
const spareChunks: Uint8Array[] = [];

/**
 * A WebSocket client on a bare TCP socket, as cheap as Node allows: it reads into one shared chunk, parses in place, and
 * sends all the frames that one incoming chunk gave rise to in one write.
 */
export class RawSocket implements FrameListener {
  private readonly parser = new FrameParser(this);
  /** What the next write will send; taken when there is something to send, so that idle sockets own no chunk. */
  private outgoing: Uint8Array | null = null;
  private outgoingLength = 0;
  private handshake: Handshake | null;
  private closed = false;
  /** `performance.now()` when the chunk that is being read came. */
  receivedAtMs = 0;

  /** Resolves once the server has agreed to the subprotocol. */
  static open(url: URL, listener: RawSocketListener): Promise<RawSocket> {
    return new Promise((resolve, reject) => {
      const handshake = new Handshake(url, reject);
      const tcp = createConnection({
        host: url.hostname,
        port: Number(url.port || 80),
        noDelay: true,
        onread: {
          buffer: incoming,
          callback: (length) => {
            socket.receive(length);
            return true;
          },
        },
      });
      const socket = new RawSocket(tcp, listener, handshake, resolve);
      tcp.once('connect', () => tcp.write(handshake.request));
      tcp.on('error', (error) => socket.end(error.message));
      tcp.once('close', () => socket.end('the connection ended'));
      setTimeout(() => socket.failHandshake('the server took too long'), handshakeTimeoutMs).unref();
    });
  }

  private constructor(
    private readonly tcp: Socket,
    private readonly listener: RawSocketListener,
    handshake: Handshake,
    private readonly onOpen: (socket: RawSocket) => void,
  ) {
    this.handshake = handshake;
  }

  /** Adds a client's frame to the next write. */
  append(bytes: Uint8Array, start: number, end: number): void {
    if (this.outgoingLength + end - start > chunkBytes) this.flush();
    const outgoing = (this.outgoing ??= spareChunks.pop() ?? new Uint8Array(chunkBytes));
    let at = this.outgoingLength;
    for (let i = start; i < end; i++) outgoing[at++] = bytes[i] as number;
    this.outgoingLength = at;
  }

  /** Writes what was appended. Only needed outside `onMessage`. */
  flush(): void {
    const chunk = this.outgoing;
    if (chunk === null || this.closed) return;
    this.tcp.write(chunk.subarray(0, this.outgoingLength), () => spareChunks.push(chunk));
    this.outgoing = null;
    this.outgoingLength = 0;
  }

  /** Says goodbye (1000) and waits for the server to do the same, but not for ever. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.tcp.destroyed) {
        resolve();
        return;
      }
      this.tcp.once('close', () => resolve());
      this.sendControl(0x88, Uint8Array.of(1000 >>> 8, 1000 & 0xff), 0, 2);
      this.flush();
      this.closed = true;
      this.tcp.end();
      setTimeout(() => this.tcp.destroy(), closeTimeoutMs).unref();
    });
  }

  onMessage(bytes: Uint8Array, start: number, end: number): void {
    this.listener.onMessage(bytes, start, end);
  }

  onPing(bytes: Uint8Array, start: number, end: number): void {
    this.sendControl(0x8a, bytes, start, end);
  }

  onClose(code: number): void {
    this.end(`the server closed with ${code}`);
    this.tcp.end();
  }

  private receive(length: number): void {
    if (this.closed) return;
    this.receivedAtMs = performance.now();
    try {
      const start = this.handshake === null ? 0 : this.continueHandshake(this.handshake, length);
      this.parser.push(incoming, start, length);
    } catch (error) {
      this.end(error instanceof Error ? error.message : String(error));
      this.tcp.destroy();
      return;
    }
    this.flush();
  }

  /** Says where in the chunk the first frame starts. */
  private continueHandshake(handshake: Handshake, length: number): number {
    const start = handshake.read(incoming, length);
    if (handshake.failure !== null) this.failHandshake(handshake.failure);
    else if (start >= 0) {
      this.handshake = null;
      this.onOpen(this);
    }
    return start >= 0 && !this.closed ? start : length;
  }

  private failHandshake(reason: string): void {
    if (this.handshake === null) return;
    this.end(reason);
    this.tcp.destroy();
  }

  private end(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    if (this.handshake === null) {
      this.listener.onClosed(reason);
    } else {
      this.handshake.fail(reason);
      this.handshake = null;
    }
  }

  private sendControl(first: number, bytes: Uint8Array, start: number, end: number): void {
    this.append(Uint8Array.of(first, 0x80 | (end - start), 0, 0, 0, 0), 0, 6);
    this.append(bytes, start, end);
  }
}
