import type { Clock } from '../lib/clock.js';
import { closeCodes } from '../protocol/codes.js';
import { downNumbers } from '../protocol/down.js';
import { protocolLimits } from '../protocol/limits.js';
import { readUpJson, readUpMsgpack } from '../protocol/server-codec.js';
import type { BadFrame, Hello, UpFrame } from '../protocol/up.js';
import type { Commands } from './commands.js';
import type { Holders } from './holders.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { Replies } from './replies.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';
import type { Subscriptions } from './subscriptions.js';
import type { SessionTokens } from './tokens.js';

export interface IncomingParts {
  readonly sessions: Sessions;
  readonly holders: Holders;
  readonly commands: Commands;
  readonly subscriptions: Subscriptions;
  readonly outbox: Outbox;
  readonly replies: Replies;
  readonly tokens: SessionTokens;
  readonly clock: Clock;
  /** Server time. */
  readonly nowMs: () => number;
  readonly nodeId: string;
  /** What `welcome` tells. */
  readonly messagesPerSecond: number;
}

/** A client's messages: read, counted against the session's limits, and handed to whom they concern. */
export class Incoming {
  readonly #parts: IncomingParts;
  #messages = 0;
  #bytes = 0;
  #badFrames = 0;
  #slowDowns = 0;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  get messages(): number {
    return this.#messages;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get badFrames(): number {
    return this.#badFrames;
  }

  /** Messages over their socket's rate. */
  get slowDowns(): number {
    return this.#slowDowns;
  }

  /** @param message valid during the call only */
  receive(session: Session, message: Uint8Array, isBinary: boolean): void {
    if (!session.isOpen) return;
    this.#messages += 1;
    this.#bytes += message.length;
    const nowMs = this.#parts.clock.monotonicMs();
    session.heardAtMs = nowMs;
    const frame = readFrame(session, message, isBinary);
    if (session.state.kind === 'awaitingHello') this.#handleFirst(session, frame, nowMs);
    else if (this.#isWithinRate(session, frame.reqId, nowMs)) this.#handle(session, frame, nowMs);
  }

  #handleFirst(session: Session, frame: UpFrame | BadFrame, nowMs: number): void {
    if (nowMs - session.openedAtMs > gatewayLimits.helloTimeoutMs) {
      this.#parts.sessions.close(session, closeCodes.noHello, 'no hello in time');
    } else if (frame.kind === 'bad') {
      this.#handleBad(session, frame);
    } else if (frame.kind === 'hello') {
      this.#handleHello(session, frame, nowMs);
    } else {
      this.#parts.replies.reject(session, frame.reqId, 'unauthorized', 'Cannot go on as the first frame is no hello');
      this.#parts.sessions.close(session, closeCodes.noHello, 'no hello');
    }
  }

  #handle(session: Session, frame: UpFrame | BadFrame, nowMs: number): void {
    const { state } = session;
    if (state.kind === 'live' && nowMs >= state.tokenRunsOutAtMs) {
      this.#parts.sessions.close(session, closeCodes.tokenRanOut, 'token ran out');
      return;
    }
    switch (frame.kind) {
      case 'bad':
        this.#handleBad(session, frame);
        break;
      case 'hello':
        this.#handleHello(session, frame, nowMs);
        break;
      case 'ping':
        this.#parts.outbox.send(session, [downNumbers.pong, frame.reqId, Math.floor(this.#parts.nowMs())]);
        break;
      case 'subscribe':
        this.#parts.subscriptions.subscribe(session, frame);
        break;
      case 'unsubscribe':
        this.#parts.subscriptions.unsubscribe(session, frame);
        break;
      case 'hold':
      case 'holdBest':
      case 'extend':
      case 'release':
      case 'confirm':
      case 'holdArea':
      case 'myHolds':
        this.#parts.commands.handle(session, frame);
    }
  }

  #handleBad(session: Session, { reqId, message }: BadFrame): void {
    this.#badFrames += 1;
    session.badFrames += 1;
    this.#parts.replies.reject(session, reqId, 'bad_frame', message);
    if (session.badFrames >= gatewayLimits.badFramesMax) {
      this.#parts.sessions.close(session, closeCodes.badFrames, 'too many bad frames');
    }
  }

  /** The first, or one that renews the token. */
  #handleHello(session: Session, { reqId, token }: Hello, nowMs: number): void {
    const { replies, sessions, tokens } = this.#parts;
    const serverNowMs = Math.floor(this.#parts.nowMs());
    const claims = tokens.verify(token, serverNowMs);
    if (claims === null) {
      replies.reject(session, reqId, 'unauthorized', 'Cannot say hello as the token is not valid or has run out');
      if (session.state.kind === 'awaitingHello') sessions.close(session, closeCodes.noHello, 'bad token');
      return;
    }
    const expiresInMs = claims.expiresAtMs - serverNowMs;
    if (session.state.kind === 'awaitingHello') {
      session.goLive(claims.holderId, nowMs + expiresInMs);
      this.#welcome(session, reqId, claims.holderId, serverNowMs, expiresInMs);
      const oldest = this.#parts.holders.add(claims.holderId, session);
      if (oldest !== null) sessions.close(oldest, closeCodes.replaced, 'a newer socket took its place');
    } else if (session.holderId === claims.holderId) {
      session.renew(nowMs + expiresInMs);
      this.#welcome(session, reqId, claims.holderId, serverNowMs, expiresInMs);
    } else {
      replies.reject(session, reqId, 'forbidden', 'Cannot renew the token as it is of another holder');
    }
  }

  #welcome(session: Session, reqId: number, holderId: string, serverTimeMs: number, tokenExpiresInMs: number): void {
    const { nodeId, messagesPerSecond } = this.#parts;
    const limits = {
      maxMessageBytes: protocolLimits.messageBytesMax,
      messagesPerSecond,
      subscriptions: gatewayLimits.subscriptionsPerSocketMax,
    };
    const body = { holderId, nodeId, serverTimeMs, tokenExpiresInMs, limits };
    this.#parts.outbox.send(session, [downNumbers.welcome, reqId, body]);
  }

  #isWithinRate(session: Session, reqId: number, nowMs: number): boolean {
    const rate = session.messageRate;
    if (rate === null || rate.take(nowMs)) {
      session.slowDownsInARow = 0;
      return true;
    }
    this.#slowDowns += 1;
    session.slowDownsInARow += 1;
    const message = 'Cannot take the message as there were too many: it had no effect';
    this.#parts.replies.reject(session, reqId, 'slow_down', message, { retryAfterMs: rate.retryAfterMs() });
    if (session.slowDownsInARow >= gatewayLimits.slowDownsInARowMax) {
      this.#parts.sessions.close(session, closeCodes.tooManyMessages, 'too many messages');
    }
    return false;
  }
}

function readFrame(session: Session, message: Uint8Array, isBinary: boolean): UpFrame | BadFrame {
  if (session.encoding === 'msgpack') {
    if (isBinary) return readUpMsgpack(message);
    return { kind: 'bad', reqId: 0, message: 'Cannot read the message as it is text: this socket speaks MessagePack' };
  }
  if (isBinary)
    return { kind: 'bad', reqId: 0, message: 'Cannot read the message as it is binary: this socket speaks JSON' };
  return readUpJson(Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString());
}
