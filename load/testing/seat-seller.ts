import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { must } from '../../src/lib/must.js';
import type { DownFrame, RejectedDetails } from '../../src/protocol/down.js';
import { encodeMsgpack } from '../../src/protocol/msgpack.js';
import { readUpMsgpack } from '../../src/protocol/server-codec.js';
import type { Hold, Release, UpFrame } from '../../src/protocol/up.js';
import { subprotocol } from '../handshake.js';
import type { Target } from '../venue.js';

/**
 * The smallest server that sells seats by the protocol page: one event, in memory, on a WebSocket library and a codec that
 * the load does not use. It notes everything that a client must not do.
 */
export class SeatSeller {
  readonly holderOfSeat = new Map<number, string>();
  readonly holds = new Map<string, readonly number[]>();
  readonly commandIds = new Set<string>();
  readonly faults: string[] = [];
  commands = 0;
  /** Asked before each command: not null is the answer instead. Such a command has no effect. */
  refuse: (frame: Hold | Release) => readonly [code: string, details: RejectedDetails] | null = () => null;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offers) => [...offers][0] ?? false,
  });
  private readonly server: Server;

  static async start(): Promise<SeatSeller> {
    const seller = new SeatSeller();
    await new Promise<void>((resolve) => {
      seller.server.listen(0, '127.0.0.1', resolve);
    });
    return seller;
  }

  private constructor() {
    this.server = createServer((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(201).end(JSON.stringify({ chartId: 'chart', eventId: 'event', token: 'token' }));
      });
    });
    this.server.on('upgrade', (request, socket, head) => {
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => this.serve(webSocket));
    });
  }

  get target(): Target {
    const { port } = this.server.address() as AddressInfo;
    const webUrl = new URL(`http://127.0.0.1:${port}`);
    return { webUrl, liveUrl: new URL(`ws://127.0.0.1:${port}`), adminToken: 'admin' };
  }

  /** Closes every client's socket. */
  disconnect(code: number): void {
    for (const client of this.sockets.clients) client.close(code);
  }

  /** Sends a frame that nobody asked for to every client. */
  send(frame: DownFrame): void {
    for (const client of this.sockets.clients) client.send(encodeMsgpack(frame));
  }

  async stop(): Promise<void> {
    for (const client of this.sockets.clients) client.terminate();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private serve(webSocket: WebSocket): void {
    if (webSocket.protocol !== subprotocol) this.faults.push(`subprotocol ${webSocket.protocol}`);
    webSocket.on('message', (message: Buffer) => {
      const frame = readUpMsgpack(message);
      if (frame.kind === 'bad') this.faults.push(frame.message);
      else webSocket.send(encodeMsgpack(this.answer(frame)));
    });
  }

  private answer(frame: UpFrame): DownFrame {
    const { reqId } = frame;
    const limits = { maxMessageBytes: 4096, messagesPerSecond: 0, subscriptions: 1 };
    if (frame.kind === 'hello') {
      return [1, reqId, { holderId: 'me', nodeId: 'n', serverTimeMs: 0, tokenExpiresInMs: 1, limits }];
    }
    if (frame.kind === 'myHolds') {
      const holds = [...this.holds].map(([holdId, seats]) => ({ holdId, seats, expiresInMs: 1 }));
      return [4, reqId, [1, 1], { holds }];
    }
    if (frame.kind !== 'hold' && frame.kind !== 'release') return [4, reqId, [1, 1], {}];
    this.commands++;
    const refusal = this.refuse(frame);
    if (refusal !== null) return [5, reqId, refusal[0], 'as the test has it', refusal[1]];
    if (this.commandIds.has(frame.commandId)) this.faults.push(`commandId ${frame.commandId} was used before`);
    this.commandIds.add(frame.commandId);
    return frame.kind === 'hold' ? this.hold(frame) : this.release(frame);
  }

  private hold({ reqId, seats }: Hold): DownFrame {
    if (seats.some((seat) => this.holderOfSeat.has(seat))) return [5, reqId, '409 seat_taken', 'taken', { seats }];
    const holdId = `H1-${this.commands.toString(36)}`;
    for (const seat of seats) this.holderOfSeat.set(seat, holdId);
    this.holds.set(holdId, seats);
    return [4, reqId, [1, this.commands], { holdId, seats, expiresInMs: 1, totalMinor: 1, currency: 'EUR' }];
  }

  private release({ reqId, holdId }: Release): DownFrame {
    if (!this.holds.has(holdId)) {
      this.faults.push(`release of ${holdId}, which is no hold`);
      return [5, reqId, '404 unknown_hold', 'no such hold', {}];
    }
    const seats = must(this.holds.get(holdId), holdId);
    for (const seat of seats) this.holderOfSeat.delete(seat);
    this.holds.delete(holdId);
    return [4, reqId, [1, this.commands], { holdId, seats, remaining: [] }];
  }
}
