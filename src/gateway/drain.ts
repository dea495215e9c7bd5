import type { Clock } from '../lib/clock.js';
import { pause, type Timers } from '../lib/timers.js';
import { closeCodes } from '../protocol/codes.js';
import { downNumbers } from '../protocol/down.js';
import { gatewayLimits } from './limits.js';
import type { Outbox } from './outbox.js';
import type { Session } from './session.js';
import type { Sessions } from './sessions.js';

export interface DrainPlan {
  /** Over how long clients are told to go, so that they do not all come to another node at once. */
  readonly spreadMs: number;
  /** After the last was told: how long what is pending may take. */
  readonly graceMs: number;
}

export interface DrainParts {
  readonly sessions: Sessions;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Requests over HTTP that wait for an answer. */
  readonly openRequests: () => number;
  /** Everything was closed at once meanwhile. */
  readonly isOver: () => boolean;
}

const stepMs = 50;

/**
 * Sends every client away, none in the middle of something, if time allows.
 *
 *     ├─ go away to each, one after the other ─┤─────── grace ───────┤
 *        told ──linger, answers──► closed 4013        whoever is left: closed 4013
 */
export async function drain(parts: DrainParts, { spreadMs, graceMs }: DrainPlan): Promise<void> {
  const { sessions, outbox, clock, timers } = parts;
  const startedAtMs = clock.monotonicMs();
  const everyone = [...sessions];
  const leaving = new Map<Session, { readonly toldAtMs: number }>();
  let told = 0;
  while (!parts.isOver()) {
    const nowMs = clock.monotonicMs();
    const elapsedMs = nowMs - startedAtMs;
    const due = elapsedMs >= spreadMs ? everyone.length : Math.ceil((everyone.length * elapsedMs) / spreadMs);
    for (const session of everyone.slice(told, due)) {
      outbox.send(session, [downNumbers.goAway, 'draining', { retryAfterMs: retryAfterMs(told, everyone.length) }]);
      leaving.set(session, { toldAtMs: nowMs });
      told += 1;
    }
    outbox.flush();
    const isTimeUp = elapsedMs >= spreadMs + graceMs;
    for (const [session, { toldAtMs }] of leaving) {
      if (session.isOpen && !isTimeUp && !hasFinished(session, nowMs - toldAtMs)) continue;
      leaving.delete(session);
      sessions.close(session, closeCodes.goingAway, 'the server is going away');
    }
    if (isTimeUp || (sessions.count === 0 && parts.openRequests() === 0)) break;
    await pause(timers, stepMs);
  }
  if (!parts.isOver()) await pause(timers, gatewayLimits.closeFrameLingerMs);
}

function hasFinished(session: Session, sinceToldMs: number): boolean {
  const isIdle = session.pendingCommands === 0 && session.pendingWatches.length === 0;
  return isIdle && sinceToldMs >= gatewayLimits.goAwayLingerMs;
}

/** Differs for each socket, and spreads them evenly. */
function retryAfterMs(place: number, of: number): number {
  const windowMs = Math.max(gatewayLimits.reconnectWindowMs, of);
  return gatewayLimits.retryAfterDrainingMs + Math.floor((place * windowMs) / of);
}
