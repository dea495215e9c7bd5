import type { Position } from '../../protocol/up.js';
import type { Command, Identity } from '../../seatmap/command.js';
import type { CommandMail, Correlation, MyHoldsMail, SnapshotMail, WatchMail } from '../mail.js';

export const eventId = 'event-1';

/** A command's mail; the number is its correlation, its reqId, and that of its session. */
export function commandMail(n: Correlation, command: Command, overrides: Partial<CommandMail> = {}): CommandMail {
  return {
    kind: 'command',
    correlation: n,
    reqId: n,
    eventId,
    sessionId: n,
    othersListen: false,
    command,
    ...overrides,
  };
}

export function identityOf(holderId: string, n: number | string, payloadHash = 1): Identity {
  return { holderId, commandId: `command-${n}`, payloadHash };
}

export function hold(n: Correlation, holderId: string, ...seats: number[]): CommandMail {
  return commandMail(n, { kind: 'hold', identity: identityOf(holderId, n), seats });
}

/** The whole hold. */
export function release(n: Correlation, holderId: string, holdId: string): CommandMail {
  return commandMail(n, { kind: 'release', identity: identityOf(holderId, n), holdId, seats: null, quantity: null });
}

export function extend(n: Correlation, holderId: string, holdId: string): CommandMail {
  return commandMail(n, { kind: 'extend', identity: identityOf(holderId, n), holdId });
}

export function confirm(n: Correlation, holderId: string, holdId: string): CommandMail {
  const identity = identityOf(holderId, n);
  return commandMail(n, { kind: 'confirm', identity, holdId, orderRef: 'order', by: 'holder' });
}

export function block(n: Correlation, ...seats: number[]): CommandMail {
  return commandMail(n, { kind: 'block', identity: identityOf('operator', n), seats, places: null, reason: 'broken' });
}

export function holdPlaces(n: Correlation, holderId: string, area: string, quantity: number): CommandMail {
  return commandMail(n, { kind: 'holdArea', identity: identityOf(holderId, n), places: { area, quantity } });
}

export function releasePlaces(n: Correlation, holderId: string, holdId: string, quantity: number): CommandMail {
  return commandMail(n, { kind: 'release', identity: identityOf(holderId, n), holdId, seats: null, quantity });
}

export function blockPlaces(n: Correlation, area: string, quantity: number): CommandMail {
  const places = { area, quantity };
  return commandMail(n, { kind: 'block', identity: identityOf('operator', n), seats: [], places, reason: 'broken' });
}

/** A command that no actor can decide: what a broken invariant looks like from outside. */
export function poison(n: Correlation, holderId = 'mallory'): CommandMail {
  const command = { kind: 'nonsense', identity: identityOf(holderId, n) } as unknown as Command;
  return commandMail(n, command);
}

/** The same command once more, asked by another request. */
export function again(n: Correlation, mail: CommandMail): CommandMail {
  return { ...mail, correlation: n, reqId: n };
}

export function myHolds(n: Correlation, holderId: string): MyHoldsMail {
  return { kind: 'myHolds', correlation: n, reqId: n, eventId, holderId };
}

export function watch(n: Correlation, position: Position | null = null): WatchMail {
  return { kind: 'watch', correlation: n, reqId: n, eventId, position };
}

export function snapshot(n: Correlation): SnapshotMail {
  return { kind: 'snapshot', correlation: n, eventId };
}
