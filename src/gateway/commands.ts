import { limits } from '../config/limits.js';
import { assert, unreachable } from '../lib/assert.js';
import type { Clock } from '../lib/clock.js';
import { downNumbers } from '../protocol/down.js';
import { payloadHash } from '../protocol/payload-hash.js';
import type { Confirm, EventFrame, Extend, Hold, MyHolds, Release } from '../protocol/up.js';
import type { Command, Identity } from '../seatmap/command.js';
import type { Correlation, ShardPort } from '../shard/port.js';
import { frameNumber, refusalName } from './frame-head.js';
import type { Holders } from './holders.js';
import type { Outbox } from './outbox.js';
import type { PendingCommands } from './pending-commands.js';
import type { Replies } from './replies.js';
import type { Session } from './session.js';

/** Frames that an event's actor decides: to its shard, and its answer back to the socket. */
export class Commands {
  readonly #shards: ShardPort;
  readonly #pending: PendingCommands;
  readonly #holders: Holders;
  readonly #outbox: Outbox;
  readonly #replies: Replies;
  readonly #clock: Clock;
  #lateAnswers = 0;
  #accepted = 0;

  constructor(
    shards: ShardPort,
    pending: PendingCommands,
    holders: Holders,
    outbox: Outbox,
    replies: Replies,
    clock: Clock,
  ) {
    this.#shards = shards;
    this.#pending = pending;
    this.#holders = holders;
    this.#outbox = outbox;
    this.#replies = replies;
    this.#clock = clock;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** Answers that came when nobody waited any more. */
  get lateAnswers(): number {
    return this.#lateAnswers;
  }

  handle(session: Session, frame: EventFrame): void {
    if (frame.kind === 'holdBest') {
      const message = 'Cannot hold the best seats as this version does not offer it yet: name the seats with frame 10';
      this.#replies.reject(session, frame.reqId, 'bad_frame', message);
    } else if (frame.kind === 'holdArea') {
      const message = `Cannot hold places as the event has no such area: area is ${frame.area}`;
      this.#replies.reject(session, frame.reqId, 'unknown_area', message);
    } else if (frame.kind === 'release' && frame.quantity !== undefined) {
      const message = `Cannot release places as the hold is of no area: holdId is ${frame.holdId}`;
      this.#replies.reject(session, frame.reqId, 'unknown_area', message);
    } else {
      this.#ask(session, frame);
    }
  }

  /** The shard's answer to a command or to `my holds`. */
  onAnswer(correlation: Correlation, frame: Uint8Array): void {
    const session = this.#pending.take(correlation);
    if (!session?.isOpen) {
      this.#lateAnswers += 1;
      return;
    }
    if (frameNumber(frame) === downNumbers.accepted) this.#accepted += 1;
    else this.#replies.refusals.add(refusalName(frame));
    this.#outbox.forward(session, frame);
  }

  #ask(session: Session, frame: Hold | Extend | Release | Confirm | MyHolds): void {
    const { reqId, eventId } = frame;
    if (session.pendingCommands >= limits.pendingPerSocketMax || this.#pending.isFull) {
      this.#replies.busy(session, reqId, 'Cannot take the command as too many have no answer yet');
      return;
    }
    const { state } = session;
    assert(state.kind === 'live', `Cannot take a command as the session is ${state.kind}`);
    const { holderId } = state;
    const correlation = this.#pending.add(session, reqId, eventId, this.#clock.monotonicMs());
    if (frame.kind === 'myHolds') {
      this.#shards.myHolds({ correlation, reqId, eventId, holderId });
      return;
    }
    const othersListen = this.#holders.of(holderId).length > 1;
    const command = toCommand(frame, holderId);
    this.#shards.command({ correlation, reqId, eventId, sessionId: session.id, othersListen, command });
  }
}

function toCommand(frame: Hold | Extend | Release | Confirm, holderId: string): Command {
  const identity: Identity = { holderId, commandId: frame.commandId, payloadHash: payloadHash(frame) };
  switch (frame.kind) {
    case 'hold':
      return { kind: 'hold', identity, seats: frame.seats };
    case 'extend':
      return { kind: 'extend', identity, holdId: frame.holdId };
    case 'release':
      return { kind: 'release', identity, holdId: frame.holdId, seats: frame.seats };
    case 'confirm':
      return { kind: 'confirm', identity, holdId: frame.holdId, orderRef: frame.orderRef, by: 'holder' };
    default:
      return unreachable(frame);
  }
}
