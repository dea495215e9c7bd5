import { limits } from '../config/limits.js';
import { assert } from '../lib/assert.js';
import type { Clock } from '../lib/clock.js';
import { downNumbers } from '../protocol/down.js';
import type { EventFrame } from '../protocol/up.js';
import type { Correlation, ShardPort } from '../shard/port.js';
import { frameNumber, refusalName } from './frame-head.js';
import type { Holders } from './holders.js';
import type { Outbox } from './outbox.js';
import type { PendingCommands } from './pending-commands.js';
import type { Replies } from './replies.js';
import type { Session } from './session.js';
import { toCommand } from './to-command.js';

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
}
