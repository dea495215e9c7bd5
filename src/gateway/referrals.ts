import type { Mail } from '../actor/mail.js';
import type { ElsewhereListener } from '../cluster/elsewhere.js';
import { downNumbers } from '../protocol/down.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { PendingCommands } from './pending-commands.js';
import type { PendingReads } from './pending-reads.js';
import type { Session } from './session.js';
import type { Topics } from './topics.js';

/**
 * Sends sockets to the node that serves an event (frame 7), for that event only: the socket stays, and what it asks of this event
 * is still answered as well as can be.
 */
export class Referrals implements ElsewhereListener {
  constructor(
    private readonly topics: Topics,
    private readonly commands: PendingCommands,
    private readonly reads: PendingReads,
    private readonly outbox: Outbox,
  ) {}

  /** One after the other, so that a crowd does not arrive there at once. */
  onElsewhere(eventId: string, url: string): void {
    const sessions = this.topics.sessionsOf(eventId);
    for (const [place, session] of sessions.entries()) {
      this.#refer(session, eventId, url, Math.floor((place * gatewayLimits.reconnectWindowMs) / sessions.length));
    }
    this.outbox.flush();
  }

  onAskedElsewhere(mail: Mail, url: string): void {
    const session = this.#askerOf(mail);
    if (session !== null) this.#refer(session, mail.eventId, url, 0);
  }

  /** Null: asked over REST, where the refusal tells the address, or gone. */
  #askerOf({ kind, correlation }: Mail): Session | null {
    if (kind === 'command' || kind === 'myHolds') return this.commands.sessionOf(correlation);
    const read = this.reads.find(correlation);
    return read?.kind === 'watch' ? read.session : null;
  }

  #refer(session: Session, eventId: string, url: string, retryAfterMs: number): void {
    if (session.isOpen) this.outbox.send(session, [downNumbers.goAway, 'elsewhere', { retryAfterMs, url, eventId }]);
  }
}
