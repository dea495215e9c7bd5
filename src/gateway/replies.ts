import { type Code, wireCode } from '../protocol/codes.js';
import { downNumbers, type RejectedDetails } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { Session } from './session.js';
import { Tally } from './tally.js';

const noDetails: RejectedDetails = {};

/** Answers that the gateway gives by itself. */
export class Replies {
  readonly #outbox: Outbox;
  /** By name of the code; those of shards, too. */
  readonly refusals = new Tally<string>();

  constructor(outbox: Outbox) {
    this.#outbox = outbox;
  }

  accept(session: Session, reqId: number, position: Position): void {
    this.#outbox.send(session, [downNumbers.accepted, reqId, position, {}]);
  }

  reject(session: Session, reqId: number, code: Code, message: string, details: RejectedDetails = noDetails): void {
    this.refusals.add(code);
    this.#outbox.send(session, [downNumbers.rejected, reqId, wireCode(code), message, details]);
  }

  busy(session: Session, reqId: number, message: string): void {
    this.reject(session, reqId, 'busy', message, { retryAfterMs: gatewayLimits.retryAfterBusyMs });
  }

  /** The outcome is unknown: a command may still take effect, and the same commandId resolves it. */
  unavailable(session: Session, reqId: number): void {
    const message = 'Cannot say how it ended as the event did not answer: repeat it with the same commandId';
    this.reject(session, reqId, 'unavailable', message, { retryAfterMs: gatewayLimits.retryAfterUnavailableMs });
  }
}
