import { limits } from '../config/limits.js';
import { closeCodes } from '../protocol/codes.js';
import type { HttpRequests } from './http-requests.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { PendingCommands } from './pending-commands.js';
import type { PendingReads, Read } from './pending-reads.js';
import type { Replies } from './replies.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';
import type { Subscriptions } from './subscriptions.js';

export interface DeadlinesParts {
  readonly sessions: Sessions;
  readonly subscriptions: Subscriptions;
  readonly http: HttpRequests;
  readonly commands: PendingCommands;
  readonly reads: PendingReads;
  readonly outbox: Outbox;
  readonly replies: Replies;
}

/** What ends by time: looked at on every tick, for all at once. Times are of the monotonic clock. */
export class Deadlines {
  readonly #parts: DeadlinesParts;
  #tickedAtMs: number | null = null;

  constructor(parts: DeadlinesParts) {
    this.#parts = parts;
  }

  tick(nowMs: number): void {
    // After a pause (a suspended machine, SIGSTOP) timers run before the messages that came meanwhile are read: clients and
    // shards that look silent may have spoken. They get a turn first.
    const wasPaused = this.#tickedAtMs !== null && nowMs - this.#tickedAtMs > gatewayLimits.pausedAfterMs;
    this.#tickedAtMs = nowMs;
    if (wasPaused) return;
    for (const session of this.#parts.sessions) this.#look(session, nowMs);
    const sentByMs = nowMs - limits.answerTimeoutMs;
    this.#parts.commands.takeSentBy(sentByMs, this.#commandUnanswered);
    this.#parts.http.giveUpSince(sentByMs);
    for (const read of this.#parts.reads.takeSentBy(sentByMs)) this.#readUnanswered(read);
    this.#parts.subscriptions.retryResyncs();
  }

  /** Their shard is gone: nothing that these events have not answered will be answered. */
  eventsLost(isOfEvents: (eventId: string) => boolean): void {
    this.#parts.commands.takeOfEvents(isOfEvents, this.#commandUnanswered);
    this.#parts.http.eventsLost(isOfEvents);
    for (const read of this.#parts.reads.takeOfEvents(isOfEvents)) this.#readUnanswered(read);
  }

  #look(session: Session, nowMs: number): void {
    const { sessions, outbox } = this.#parts;
    const { state, socket } = session;
    const silentMs = nowMs - session.heardAtMs;
    if (state.kind === 'awaitingHello' && nowMs - session.openedAtMs > gatewayLimits.helloTimeoutMs) {
      sessions.close(session, closeCodes.noHello, 'no hello in time');
    } else if (state.kind === 'live' && nowMs >= state.tokenRunsOutAtMs) {
      sessions.close(session, closeCodes.tokenRanOut, 'token ran out');
    } else if (silentMs >= gatewayLimits.closeAfterSilenceMs) {
      sessions.close(session, closeCodes.done, 'silent for too long');
    } else if (session.behindSinceMs !== null && !outbox.noteDrained(session)) {
      const behindMs = nowMs - session.behindSinceMs;
      if (behindMs > gatewayLimits.sendQueueAgeMaxMs) sessions.close(session, closeCodes.tooSlow, 'too slow');
    } else if (silentMs >= gatewayLimits.pingAfterMs && nowMs - session.pingedAtMs >= gatewayLimits.pingAfterMs) {
      session.pingedAtMs = nowMs;
      socket?.ping();
    }
  }

  readonly #commandUnanswered = (session: Session, reqId: number): void => {
    if (session.isOpen) this.#parts.replies.unavailable(session, reqId);
  };

  #readUnanswered(read: Read): void {
    switch (read.kind) {
      case 'watch':
        this.#parts.subscriptions.watchUnanswered(read);
        break;
      case 'resync':
        this.#parts.subscriptions.resynced(read, null);
        break;
      case 'seats':
        this.#parts.http.seatsAnswered(read, null);
        break;
    }
  }
}
