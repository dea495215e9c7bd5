import { closeCodes } from '../protocol/codes.js';
import type { Admission } from './admission.js';
import type { Holders } from './holders.js';
import type { Admitted } from './listener.js';
import type { Outbox } from './outbox.js';
import { Session, type Socket } from './session.js';
import type { Subscriptions } from './subscriptions.js';
import { Tally } from './tally.js';
import { TokenBucket } from './token-bucket.js';

/** RFC 6455, 7.4.2: from here on codes are the applications'. */
const applicationCodesFrom = 3000;

export interface SessionsParts {
  readonly admission: Pick<Admission, 'opened' | 'closed'>;
  readonly holders: Holders;
  readonly outbox: Outbox;
  readonly subscriptions: Subscriptions;
  /** Null: messages are not limited. */
  readonly messagesPerSecond: number | null;
}

/** All sockets of this node, from open to closed. */
export class Sessions implements Iterable<Session> {
  readonly #parts: SessionsParts;
  readonly #open = new Set<Session>();
  /** By close code. */
  readonly closings = new Tally<number>();
  #opened = 0;
  #lastId = 0;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#open.size;
  }

  /** How many ever opened. */
  get openedCount(): number {
    return this.#opened;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#open.values();
  }

  opened({ encoding, addressGroup }: Admitted, socket: Socket, nowMs: number): Session {
    const { admission, messagesPerSecond } = this.#parts;
    const rate = messagesPerSecond === null ? null : new TokenBucket(messagesPerSecond, messagesPerSecond * 2, nowMs);
    this.#lastId = (this.#lastId + 1) >>> 0 || 1;
    const session = new Session(this.#lastId, socket, encoding, addressGroup, rate, nowMs);
    this.#open.add(session);
    this.#opened += 1;
    admission.opened(addressGroup);
    return session;
  }

  /** Ends the socket from our side, once what is on its way has been handed over. Does nothing where it is ending already. */
  close(session: Session, code: number, reason: string): void {
    if (!session.isOpen) return;
    this.#parts.outbox.flushSession(session);
    // The flush may have found it too slow, and closed it.
    if (!session.isOpen) return;
    this.closings.add(code);
    this.#end(session).end(code, reason);
  }

  /** The socket has ended, by whomever. */
  closed(session: Session, code: number): void {
    if (session.isOpen) {
      // Clients may close with any code of their own; these all count as one.
      this.closings.add(code < applicationCodesFrom ? code : closeCodes.done);
      this.#end(session);
    }
    session.socketEnded();
    this.#open.delete(session);
    this.#parts.admission.closed(session.addressGroup);
  }

  /** Nothing reaches the session any more from here on. */
  #end(session: Session): Socket {
    const { holderId } = session;
    if (holderId !== null) this.#parts.holders.remove(holderId, session);
    this.#parts.subscriptions.sessionClosed(session);
    return session.startClosing();
  }
}
