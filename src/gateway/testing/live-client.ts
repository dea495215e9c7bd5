import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { must } from '../../lib/must.js';
import { clientCodecs } from '../../protocol/client-codec.js';
import type { DownFrame } from '../../protocol/down.js';
import type { Subprotocol } from '../../protocol/subprotocols.js';
import type { UpFrame } from '../../protocol/up.js';
import { Inbox } from './inbox.js';

/** A client on a real socket. */
export class LiveClient {
  readonly frames = new Inbox<DownFrame>();
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  pings = 0;

  private constructor(
    readonly socket: WebSocket,
    readonly subprotocol: Subprotocol,
  ) {
    const codec = clientCodecs[subprotocol];
    socket.on('message', (data: Buffer, isBinary) => {
      this.frames.put(must(codec.decode(isBinary ? data : data.toString()), 'a frame that clients know'));
    });
    socket.on('ping', () => {
      this.pings += 1;
    });
    // The close event tells all that tests want to know.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', resolve);
    });
  }

  /** @throws where the server refuses */
  static async open(
    url: string,
    subprotocol: Subprotocol,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<LiveClient> {
    const socket = new WebSocket(url, [subprotocol], { headers });
    const client = new LiveClient(socket, subprotocol);
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('error', reject);
    });
    return client;
  }

  send(...frames: UpFrame[]): void {
    for (const frame of frames) this.socket.send(clientCodecs[this.subprotocol].encode(frame));
  }

  /** A message as it is: bytes as binary, a string as text. */
  sendRaw(message: Uint8Array | string): void {
    this.socket.send(message);
  }

  next(): Promise<DownFrame> {
    return this.frames.take();
  }

  /**
   * Says something that needs an answer and waits for it: whatever was sent before, in both directions, has arrived then.
   * @throws where the answer is not the next frame
   */
  async settle(): Promise<void> {
    const reqId = 4_000_000;
    this.send({ kind: 'ping', reqId });
    const frame = await this.next();
    assert.deepEqual(frame.slice(0, 2), [8, reqId], 'a frame that the test does not expect');
  }
}
