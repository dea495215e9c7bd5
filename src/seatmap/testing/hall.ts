import { acceptedBody } from '../answer.js';
import { apply, openSeatMap } from '../apply.js';
import type { Change, EventOpened } from '../change.js';
import type { Command, Decision, Identity, Rejection } from '../command.js';
import type { EventConfiguration } from '../configuration.js';
import { decide } from '../decide.js';
import { bookingIdOf, holdIdOf } from '../ids.js';
import { nextExpiry } from '../next-expiry.js';
import type { SeatMap } from '../seat-map.js';
import { seatStates } from '../seat-state.js';

export const openedAtMs = 1_000_000;

/** Twelve seats, 0–5 dear and 6–11 cheap, with tight limits, always on sale. */
export function configurationOf(overrides: Partial<EventConfiguration> = {}): EventConfiguration {
  return {
    chartId: 'chart',
    chartVersion: 1,
    seatCount: 12,
    currency: 'EUR',
    categories: ['dear', 'cheap'],
    pricesMinor: [5_000, 2_000],
    seatCategories: [
      [0, 6],
      [1, 6],
    ],
    areas: [],
    layout: null,
    onSaleAtMs: null,
    closesAtMs: null,
    holdTtlMs: 1_000,
    seatsPerHoldMax: 3,
    holdsPerHolderMax: 2,
    seatsPerHolderMax: 5,
    extensionsPerHoldMax: 1,
    confirmBy: 'holder',
    ...overrides,
  };
}

/** The same hall with a cheap floor of 10 places and a dear box of 3. */
export function standingConfigurationOf(overrides: Partial<EventConfiguration> = {}): EventConfiguration {
  return configurationOf({
    areas: [
      { area: 'floor', capacity: 10, category: 1 },
      { area: 'box', capacity: 3, category: 0 },
    ],
    ...overrides,
  });
}

/** For halls of many seats, where limits are not the matter. */
export function roomyConfigurationOf(seatCount: number): EventConfiguration {
  return configurationOf({
    seatCount,
    seatCategories: [[0, seatCount]],
    seatsPerHoldMax: 50,
    holdsPerHolderMax: 1_000_000,
    seatsPerHolderMax: 1_000_000,
  });
}

export function identityOf(holderId: string, commandId = 'command-1'): Identity {
  return { holderId, commandId, payloadHash: 1 };
}

/** One event as its actor runs it: ends what is due, decides, applies, and keeps every change. */
export class Hall {
  readonly map: SeatMap;
  readonly changes: { readonly change: Change; readonly epoch: number }[] = [];
  nowMs = openedAtMs;
  epoch = 3;

  constructor(configuration: EventConfiguration = configurationOf()) {
    const opened: EventOpened = { kind: 'EventOpened', atMs: openedAtMs, configuration };
    this.map = openSeatMap(opened, this.epoch);
    this.changes.push({ change: opened, epoch: this.epoch });
  }

  record(change: Change): void {
    apply(this.map, change, this.epoch);
    this.changes.push({ change, epoch: this.epoch });
  }

  endDue(): void {
    for (let due = nextExpiry(this.map, this.nowMs); due !== null; due = nextExpiry(this.map, this.nowMs))
      this.record(due);
  }

  ask(command: Command): Decision {
    this.endDue();
    const decision = decide(this.map, command, this.nowMs);
    if (decision.kind === 'accepted') this.record(decision.change);
    return decision;
  }

  /** @throws where the command is not accepted */
  mustAccept(command: Command): Change {
    const decision = this.ask(command);
    if (decision.kind === 'accepted') return decision.change;
    throw new Error(`Cannot go on as a command was not accepted: ${JSON.stringify(decision)}`);
  }

  /** @throws where the command is not refused */
  mustReject(command: Command): Rejection {
    const decision = this.ask(command);
    if (decision.kind === 'rejected') return decision.rejection;
    throw new Error(`Cannot go on as a command was not refused: ${JSON.stringify(decision)}`);
  }

  /** The body that the last change is answered with. */
  lastBody(): unknown {
    const last = this.changes.at(-1);
    if (last === undefined) throw new Error('Cannot answer as nothing has happened');
    return acceptedBody(last.change, last.epoch, this.map.seq, this.map, this.nowMs);
  }

  hold(holderId: string, ...seats: number[]): string {
    this.mustAccept({ kind: 'hold', identity: identityOf(holderId), seats });
    return holdIdOf(this.epoch, this.map.seq);
  }

  extend(holderId: string, holdId: string): Change {
    return this.mustAccept({ kind: 'extend', identity: identityOf(holderId), holdId });
  }

  release(holderId: string, holdId: string, seats: readonly number[] | null = null): Change {
    return this.mustAccept({ kind: 'release', identity: identityOf(holderId), holdId, seats, quantity: null });
  }

  holdPlaces(holderId: string, area: string, quantity: number): string {
    this.mustAccept({ kind: 'holdArea', identity: identityOf(holderId), places: { area, quantity } });
    return holdIdOf(this.epoch, this.map.seq);
  }

  releasePlaces(holderId: string, holdId: string, quantity: number): Change {
    return this.mustAccept({ kind: 'release', identity: identityOf(holderId), holdId, seats: null, quantity });
  }

  confirm(holderId: string, holdId: string): string {
    this.mustAccept({ kind: 'confirm', identity: identityOf(holderId), holdId, orderRef: 'order', by: 'holder' });
    return bookingIdOf(this.epoch, this.map.seq);
  }

  block(...seats: number[]): Change {
    return this.mustAccept({ kind: 'block', identity: identityOf('operator'), seats, places: null, reason: 'broken' });
  }

  blockPlaces(area: string, quantity: number): Change {
    const places = { area, quantity };
    return this.mustAccept({ kind: 'block', identity: identityOf('operator'), seats: [], places, reason: 'broken' });
  }

  unblock(...seats: number[]): Change {
    return this.mustAccept({
      kind: 'unblock',
      identity: identityOf('operator'),
      seats,
      places: null,
      reason: 'mended',
    });
  }

  unblockPlaces(area: string, quantity: number): Change {
    const places = { area, quantity };
    return this.mustAccept({ kind: 'unblock', identity: identityOf('operator'), seats: [], places, reason: 'mended' });
  }

  revoke(holdId: string): Change {
    return this.mustAccept({ kind: 'revoke', identity: identityOf('operator'), holdId, reason: 'fraud' });
  }

  cancel(bookingId: string): Change {
    return this.mustAccept({ kind: 'cancel', identity: identityOf('operator'), bookingId, reason: 'refund' });
  }

  states(): number[] {
    return [...this.map.states];
  }

  /** `[free, held, booked, blocked]` of an area. */
  placesOf(area: string): number[] {
    const { areas } = this.map;
    return Object.values(seatStates).map((state) => areas.countOf(areas.indexOf(area), state));
  }

  /** The map that replaying all changes gives. */
  replayed(): SeatMap {
    const [opened, ...others] = this.changes;
    if (opened?.change.kind !== 'EventOpened') throw new Error('Cannot replay as change 1 did not open the event');
    const map = openSeatMap(opened.change, opened.epoch);
    for (const { change, epoch } of others) apply(map, change, epoch);
    return map;
  }
}
