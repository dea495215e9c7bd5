import { limits } from '../config/limits.js';
import type { Clock } from '../lib/clock.js';
import { must } from '../lib/must.js';
import type { DownFrame } from '../protocol/down.js';
import { downToJson, encodeJson } from '../protocol/json.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import { gatewayLimits } from './limits.js';
import type { EncodedFrame, Session, Socket } from './session.js';

const statusQueued = 0;
const statusDropped = 2;

/**
 * The way out to all sockets. Frames of one turn gather here in order and leave together at its end, one system call a
 * socket however many they are. A socket that takes less than it is sent is noted as behind; whoever sends deltas asks
 * `keepsUp` first, and everyone else's frames count against a bound at which the socket is given up.
 */
export class Outbox {
  readonly #clock: Clock;
  readonly #tooSlow: (session: Session) => void;
  readonly #waiting: Session[] = [];
  /** Whose frames `#sendCorked` sends, and whether one of them was lost. */
  #corked: Session | null = null;
  #wasLost = false;
  #frames = 0;
  #bytes = 0;

  /** @param tooSlow closes the session: frames for it were lost, or too many wait */
  constructor(clock: Clock, tooSlow: (session: Session) => void) {
    this.#clock = clock;
    this.#tooSlow = tooSlow;
  }

  get frames(): number {
    return this.#frames;
  }

  /** For JSON sockets characters, which are bytes: frames are ASCII but for a few messages. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a frame that is encoded already; `frame` stays valid until the turn ends. */
  add(session: Session, frame: EncodedFrame): void {
    if (!session.isOpen) return;
    if (session.outgoing.length === 0) this.#waiting.push(session);
    session.outgoing.push(frame);
  }

  /** Adds a shard's frame. */
  forward(session: Session, frame: Uint8Array): void {
    this.add(session, session.encoding === 'json' ? downToJson(frame) : frame);
  }

  /** Adds a frame of the gateway's own. */
  send(session: Session, frame: DownFrame): void {
    // A copy: the encoder uses its bytes again.
    this.add(session, session.encoding === 'json' ? encodeJson(frame) : encodeMsgpack(frame).slice());
  }

  /** The end of a turn: everything leaves. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    for (const session of this.#waiting) this.flushSession(session);
    this.#waiting.length = 0;
  }

  flushSession(session: Session): void {
    const { socket, outgoing } = session;
    if (socket === null || outgoing.length === 0) return;
    if (session.behindSinceMs !== null && socket.getBufferedAmount() > limits.sendQueueBytesMax) {
      outgoing.length = 0;
      this.#tooSlow(session);
      return;
    }
    const wasLost = outgoing.length === 1 ? this.#sendOne(session, socket) : this.#sendMany(session, socket);
    outgoing.length = 0;
    if (wasLost) this.#tooSlow(session);
  }

  /** Whether the socket takes what it is sent, so that more deltas make sense. */
  keepsUp(session: Session): boolean {
    const { socket, behindSinceMs } = session;
    if (behindSinceMs === null) return true;
    const isBehindForLong = this.#clock.monotonicMs() - behindSinceMs > gatewayLimits.sendQueueAgeSoftMs;
    return !isBehindForLong && socket !== null && socket.getBufferedAmount() <= gatewayLimits.sendQueueBytesSoft;
  }

  /** The socket may have taken what waited. Returns whether nothing waits any more. */
  noteDrained(session: Session): boolean {
    if (session.socket === null || session.socket.getBufferedAmount() > 0) return false;
    session.behindSinceMs = null;
    return true;
  }

  /** Returns whether the frame was lost. */
  #sendOne(session: Session, socket: Socket): boolean {
    const status = this.#send(session, socket, session.outgoing[0] as EncodedFrame);
    if (status === statusQueued) this.#noteBehind(session);
    return status === statusDropped;
  }

  #sendMany(session: Session, socket: Socket): boolean {
    this.#corked = session;
    this.#wasLost = false;
    socket.cork(this.#sendCorked);
    this.#corked = null;
    // While corked, frames count as sent that may turn out to wait when the cork is pulled.
    if (socket.getBufferedAmount() > 0) this.#noteBehind(session);
    return this.#wasLost;
  }

  /** One function for all sockets, rather than one for each cork. */
  readonly #sendCorked = (): void => {
    const session = must(this.#corked, 'the session that is corked');
    const { socket, outgoing } = session;
    if (socket === null) return;
    for (const frame of outgoing) {
      if (this.#send(session, socket, frame) === statusDropped) this.#wasLost = true;
    }
  };

  #send(session: Session, socket: Socket, frame: EncodedFrame): number {
    this.#frames += 1;
    this.#bytes += frame.length;
    return socket.send(frame, session.encoding === 'msgpack');
  }

  #noteBehind(session: Session): void {
    session.behindSinceMs ??= this.#clock.monotonicMs();
  }
}
