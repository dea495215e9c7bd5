import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import type { Timer } from '../lib/timers.js';
import { type ClientCodec, clientCodecs } from '../protocol/client-codec.js';
import { closeCodes } from '../protocol/codes.js';
import {
  type DeltaFrame,
  type DownFrame,
  downNumbers,
  type GoAwayFrame,
  type HoldChangedFrame,
  type HoldEndedFrame,
  type SnapshotFrame,
  type WelcomeFrame,
} from '../protocol/down.js';
import type { Subprotocol } from '../protocol/subprotocols.js';
import type { UpFrame } from '../protocol/up.js';
import { type BackOff, fullJitterMs } from './back-off.js';
import { afterClose, assertSuccessor, type ClosedReason, type ConnectionState } from './connection-state.js';
import type { Platform, Socket } from './platform.js';
import { type Answer, Requests } from './requests.js';
import type { Session } from './session.js';
import { UsherError, usherErrorFrom } from './usher-error.js';

const backOff: BackOff = { firstMs: 500, capMs: 10_000 };
/** A token, a socket and a welcome: each must come within this. */
const openTimeoutMs = 10_000;
/** How often a live link is looked at. */
const checkEveryMs = 5_000;
/** A link that was silent for so long is asked for a sign of life. */
const silenceMs = 25_000;
/** A link that leaves a request unanswered for so long is dead. The server answers within 5 s, if only `unavailable`. */
const answerTimeoutMs = 10_000;
/** A link that lived for so long was a good one: the next failure counts as the first. */
const goodLifeMs = 10_000;
/** The token is renewed when this share of its life is over. */
const renewalShare = 0.8;
const renewalRetryMs = 60_000;
/** Spread over what `go away` asks for. */
const goAwayJitterMs = 1_000;

/** No wait is longer, whatever the server asks for: a timer that overflows would fire at once. */
const waitMaxMs = 3_600_000;

/** Frames that answer no request; a `go away` among them concerns one event. */
export type UnaskedFrame = SnapshotFrame | DeltaFrame | HoldEndedFrame | HoldChangedFrame | GoAwayFrame;

export interface ConnectionEvents {
  stateChanged(state: ConnectionState): void;
  frameArrived(frame: UnaskedFrame): void;
}

/** A frame but for its reqId, which the connection gives. */
export type FrameOf = (reqId: number) => UpFrame;

export interface ConnectionOptions {
  readonly url: string;
  readonly clientName: string;
  readonly subprotocol: Subprotocol;
  readonly session: Session;
  readonly platform: Platform;
  readonly events: ConnectionEvents;
}

/** One attempt's socket. What an older attempt still reports is ignored, because it is no longer `#attempt`. */
interface Attempt {
  socket: Socket | null;
  token: string;
}

/** What the server asked for with `go away`: to come back at this time, perhaps elsewhere. */
interface Leave {
  readonly returnAtMs: number;
  readonly url: string | null;
}

/** One WebSocket to the server, opened anew whenever it is lost. Its states: connection-state.ts. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #platform: Platform;
  readonly #codec: ClientCodec;
  readonly #requests = new Requests();
  #state: ConnectionState = { kind: 'closed', reason: 'notOpened' };
  /** The pending reminder of the state we are in. */
  #timer: Timer | null = null;
  #attempt: Attempt | null = null;
  #failures = 0;
  #liveSinceMs = 0;
  #lastFrameMs = 0;
  #renewAtMs = 0;
  #mustRenewToken = false;
  #leave: Leave | null = null;
  #holderId: string | null = null;
  /** Where `go away` sent us: good for one attempt. */
  #nextUrl: string | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#platform = options.platform;
    this.#codec = clientCodecs[options.subprotocol];
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Who the server says we are; null before the first welcome. */
  get holderId(): string | null {
    return this.#holderId;
  }

  /** Whether a request may be made now. */
  get ready(): boolean {
    return this.#state.kind === 'live' && this.#leave === null;
  }

  /** Connects at once, without waiting for the back-off to end. A live link is asked for a sign of life. */
  open(): void {
    switch (this.#state.kind) {
      case 'closed':
      case 'backingOff':
        return this.#connect();
      case 'live':
        return this.#ping();
      case 'connecting':
      case 'helloSent':
        return;
    }
  }

  close(): void {
    if (this.#state.kind !== 'closed') this.#shut('done');
  }

  /** Sends a request. Exactly one answer follows, `lost` at the latest. Only while `ready`. */
  request(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void {
    assert(this.ready, `Cannot send a request as the connection is not ready: it is ${this.#state.kind}`);
    this.#send(frameOf, onAnswer);
  }

  // ── opening ──

  #connect(): void {
    const attempt: Attempt = { socket: null, token: '' };
    this.#attempt = attempt;
    this.#go({ kind: 'connecting' }, this.#openTimeout());
    const { session } = this.#options;
    const token = this.#mustRenewToken ? session.renew() : session.token();
    token
      .then((text) => {
        if (this.#attempt === attempt) this.#dial(attempt, text);
      })
      .catch((error: unknown) => {
        if (this.#attempt !== attempt) return;
        if (error instanceof UsherError) this.#lose(error.message, error);
        else this.#lose(String(error));
      });
  }

  #dial(attempt: Attempt, token: string): void {
    const url = this.#nextUrl ?? this.#options.url;
    this.#nextUrl = null;
    const socket = new this.#platform.webSocket(url, [this.#options.subprotocol]);
    socket.binaryType = 'arraybuffer';
    attempt.token = token;
    attempt.socket = socket;
    socket.addEventListener('open', () => {
      if (this.#attempt === attempt) this.#greet(attempt);
    });
    socket.addEventListener('message', ({ data }) => {
      if (this.#attempt === attempt) this.#received(data);
    });
    socket.addEventListener('close', ({ code }) => {
      if (this.#attempt === attempt) this.#closed(code);
    });
    socket.addEventListener('error', () => {
      // `close` follows and is handled.
    });
  }

  #greet(attempt: Attempt): void {
    this.#go({ kind: 'helloSent' }, this.#openTimeout());
    this.#hello(attempt.token, (answer) => {
      if (answer.kind === 'welcome') this.#welcomed(answer.body);
      else if (answer.kind === 'rejected') this.#refused(attempt.token, answer.error);
      else if (answer.kind !== 'lost') this.#lose(`the answer to hello was ${answer.kind}`);
    });
  }

  #welcomed({ holderId, tokenExpiresInMs }: WelcomeFrame[2]): void {
    this.#holderId = holderId;
    const nowMs = this.#platform.clock.monotonicMs();
    this.#mustRenewToken = false;
    this.#liveSinceMs = nowMs;
    this.#renewAtMs = nowMs + tokenExpiresInMs * renewalShare;
    this.#go({ kind: 'live' }, this.#nextCheck());
  }

  #refused(token: string, error: UsherError): void {
    if (error.code === 'unauthorized') this.#options.session.discard(token);
    this.#lose(error.message, error);
  }

  // ── live ──

  #received(data: unknown): void {
    this.#lastFrameMs = this.#platform.clock.monotonicMs();
    const frame = this.#codec.decode(data);
    if (frame !== null) this.#handle(frame);
    if (this.#leave !== null && this.#requests.count === 0) this.#lose('the server is going away');
  }

  #handle(frame: DownFrame): void {
    switch (frame[0]) {
      case downNumbers.welcome:
        return this.#requests.answer(frame[1], { kind: 'welcome', body: frame[2] });
      case downNumbers.accepted:
        return this.#requests.answer(frame[1], { kind: 'accepted', position: frame[2], body: frame[3] });
      case downNumbers.rejected: {
        const error = usherErrorFrom(frame[2], frame[3], frame[4]);
        return this.#requests.answer(frame[1], { kind: 'rejected', error });
      }
      case downNumbers.pong:
        return this.#requests.answer(frame[1], { kind: 'pong' });
      case downNumbers.goAway:
        return frame[2].eventId === undefined ? this.#goAway(frame[2]) : this.#options.events.frameArrived(frame);
      case downNumbers.snapshot:
      case downNumbers.delta:
      case downNumbers.holdEnded:
      case downNumbers.holdChanged:
        return this.#options.events.frameArrived(frame);
    }
  }

  /** What is under way is finished; nothing new is sent over this link. */
  #goAway({ retryAfterMs, url }: GoAwayFrame[2]): void {
    const isAddress = url !== undefined && /^wss?:\/\//.test(url);
    const returnAtMs = this.#platform.clock.monotonicMs() + retryAfterMs;
    this.#leave = { returnAtMs, url: isAddress ? url : null };
  }

  #nextCheck(): Timer {
    return this.#platform.timers.after(checkEveryMs, () => this.#check());
  }

  #check(): void {
    this.#timer = this.#nextCheck();
    const nowMs = this.#platform.clock.monotonicMs();
    if (this.#requests.longestWaitMs(nowMs) >= answerTimeoutMs) {
      return this.#lose(`a request got no answer within ${answerTimeoutMs} ms`);
    }
    if (nowMs - this.#lastFrameMs >= silenceMs) this.#ping();
    if (nowMs >= this.#renewAtMs) this.#renewToken(nowMs);
  }

  /** Nothing to do with the answer: that one came is what counts. */
  #ping(): void {
    if (this.#requests.count > 0) return;
    this.#send(
      (reqId) => ({ kind: 'ping', reqId }),
      () => {},
    );
  }

  /** Another hello over the live link. Where it fails it is tried again, and at last the server closes with 4002. */
  #renewToken(nowMs: number): void {
    this.#renewAtMs = nowMs + renewalRetryMs;
    const attempt = this.#attempt;
    this.#options.session
      .renew()
      .then((token) => {
        if (this.#attempt !== attempt || this.#state.kind !== 'live') return;
        this.#hello(token, (answer) => {
          if (answer.kind === 'welcome') {
            this.#renewAtMs = this.#platform.clock.monotonicMs() + answer.body.tokenExpiresInMs * renewalShare;
          }
        });
      })
      .catch(() => {
        // The live link does not need the new token yet.
      });
  }

  #hello(token: string, onAnswer: (answer: Answer) => void): void {
    this.#send((reqId) => ({ kind: 'hello', reqId, token, client: this.#options.clientName }), onAnswer);
  }

  #send(frameOf: FrameOf, onAnswer: (answer: Answer) => void): void {
    const socket = must(this.#attempt?.socket, 'the socket of an open connection');
    const reqId = this.#requests.enter(this.#platform.clock.monotonicMs(), onAnswer);
    socket.send(this.#codec.encode(frameOf(reqId)));
  }

  // ── losing and closing ──

  #openTimeout(): Timer {
    return this.#platform.timers.after(openTimeoutMs, () => this.#lose(`it did not open within ${openTimeoutMs} ms`));
  }

  #closed(code: number): void {
    const next = afterClose(code);
    if (next === 'renewToken') this.#mustRenewToken = true;
    if (next === 'renewToken' || next === 'backOff') this.#lose(`the server closed it with ${code}`);
    else this.#shut(next);
  }

  #lose(reason: string, error: UsherError | null = null): void {
    const retryInMs = Math.min(this.#waitMs(error?.retryAfterMs ?? 0), waitMaxMs);
    this.#hangUp();
    this.#go(
      { kind: 'backingOff', reason, error, retryInMs },
      this.#platform.timers.after(retryInMs, () => this.#connect()),
    );
  }

  #waitMs(retryAfterMs: number): number {
    const { clock, random } = this.#platform;
    const nowMs = clock.monotonicMs();
    if (this.#leave !== null) {
      this.#nextUrl = this.#leave.url;
      return Math.max(0, this.#leave.returnAtMs - nowMs) + random.below(goAwayJitterMs + 1);
    }
    if (this.#state.kind === 'live' && nowMs - this.#liveSinceMs >= goodLifeMs) this.#failures = 0;
    this.#failures += 1;
    return retryAfterMs + fullJitterMs(backOff, this.#failures - 1, random);
  }

  #shut(reason: ClosedReason): void {
    this.#hangUp();
    this.#failures = 0;
    this.#go({ kind: 'closed', reason }, null);
  }

  #hangUp(): void {
    const socket = this.#attempt?.socket;
    this.#attempt = null;
    this.#leave = null;
    socket?.close(closeCodes.done);
  }

  /** The last thing that a transition does: whoever is told may act on the connection at once. */
  #go(next: ConnectionState, timer: Timer | null): void {
    assertSuccessor(this.#state.kind, next.kind);
    this.#timer?.cancel();
    this.#timer = timer;
    this.#state = next;
    if (this.#attempt === null) this.#requests.loseAll();
    this.#options.events.stateChanged(next);
  }
}
