import assert from 'node:assert/strict';
import { checkEvent } from '../../checker/check.js';
import { verdictText } from '../../checker/evidence.js';
import type { Asked, Operation as Line, Output, Position } from '../../checker/history.js';
import { refusalOf } from '../../checker/wire-history.js';
import type { BookingRecord } from '../journal/audit.js';
import type { MemoryJournalStore } from '../journal/memory-store.js';
import type { Command } from '../seatmap/command.js';
import type { History, Operation } from './history.js';

/** A client's map when all has healed and nothing happens any more. */
export interface FinalMap {
  readonly position: Position;
  readonly states: ArrayLike<number>;
}

export interface SimulatedEvent {
  readonly eventId: string;
  readonly store: MemoryJournalStore;
  readonly history: History;
  readonly finalMaps: readonly FinalMap[];
  readonly nowMs: number;
  /** How long a node that was superseded may still answer. */
  readonly answersForMs: number;
}

/** Actor time counts whole milliseconds, from a sample of the store's. */
const clockToleranceMs = 2;

/**
 * Lets the checker that shares no code with the server judge an event: journal, tables and all that clients did and saw, by the
 * virtual clock.
 * @throws AssertionError with the violations
 */
export async function judgeIndependently(event: SimulatedEvent): Promise<void> {
  const { eventId, store, history, answersForMs } = event;
  const rows = await store.batches(eventId, 0);
  const { head, bookings } = await store.tables(eventId);
  const tables = {
    head: head === null ? null : { ...head, nextDeadlineMs: store.nextDeadlineOf(eventId) },
    bookings,
    bookedSeats: bookings.flatMap(bookedSeats),
  };
  const operations = [...linesOf(history, eventId), ...finalLines(event)];
  const options = { operations, isComplete: true, clockToleranceMs, staleForMs: answersForMs };
  const verdict = checkEvent({ eventId, rows, tables }, options);
  assert.equal(verdict.violations.length, 0, `the independent checker objects: ${verdictText(verdict)}`);
}

function bookedSeats({ bookingSeq, liveSeats, cancelledSeats }: BookingRecord) {
  return [
    ...liveSeats.map((seat) => ({ seat, bookingSeq, cancelled: false })),
    ...cancelledSeats.map((seat) => ({ seat, bookingSeq, cancelled: true })),
  ];
}

/** Each line is of a process of its own: the watchers themselves look at the order of what comes to them. */
function linesOf({ operations, reads, sightings }: History, eventId: string): Line[] {
  const lines: Line[] = [];
  const tell = (client: string, asked: Asked, call: number, returnedMs: number | null, output: Output): void => {
    lines.push({ process: lines.length, client, ...asked, eventId, call, return: returnedMs, output });
  };
  for (const operation of operations) {
    const asked = askedBy(operation.command);
    if (asked === null) continue;
    const { holderId } = operation.command.identity;
    for (const { call, atMs, output } of attemptsOf(operation)) tell(holderId, asked, call, atMs, output);
  }
  for (const { holderId, position, body, askedMs, atMs } of reads) {
    tell(holderId, { op: 'myHolds', input: {} }, askedMs, atMs, { ok: { position, body } });
  }
  for (const { position, states, areas, atMs } of sightings) {
    const map = {
      seatCount: states.length,
      states: packed(states),
      areas: Array.from(areas, ([id, counts]) => [id, ...counts]),
    };
    tell('anybody', { op: 'snapshot', input: {} }, atMs, atMs, { ok: { position, body: map } });
  }
  return lines;
}

function finalLines({ finalMaps, eventId, nowMs }: SimulatedEvent): Line[] {
  return finalMaps.map(({ position, states }, index) => ({
    process: 1_000_000_000 + index,
    client: 'anybody',
    op: 'map',
    eventId,
    input: { final: true },
    call: nowMs,
    return: nowMs,
    output: { ok: { position, body: { states: packed(states) } } },
  }));
}

interface Attempt {
  readonly call: number;
  readonly atMs: number | null;
  readonly output: Output;
}

/** Those with an answer and, where it had none, the first: of the others nothing would follow. */
function attemptsOf({ calledMs, accepted, refusal }: Operation): Attempt[] {
  const answered: Attempt[] = accepted.map(({ position, body, askedMs, atMs }) => {
    return { call: askedMs, atMs, output: { ok: { position, body } } };
  });
  if (refusal !== null) {
    const { code, details, askedMs, atMs } = refusal;
    answered.push({ call: askedMs, atMs, output: refusalOf(code, details) });
  }
  const first = { call: calledMs, atMs: null, output: { unknown: true } } as const;
  return answered.some(({ call }) => call === calledMs) ? answered : [first, ...answered];
}

/** Null: an operator's command, which no holder's history tells of. */
function askedBy(command: Command): Asked | null {
  const { commandId } = command.identity;
  switch (command.kind) {
    case 'hold':
      return { op: 'hold', input: { commandId, seats: command.seats } };
    case 'holdBest': {
      const { quantity, categories, sections, together, accessible, near } = command.wish;
      const chosen = {
        ...(categories === null ? {} : { categories }),
        ...(sections === null ? {} : { sections }),
        ...(near === null ? {} : { near }),
      };
      return { op: 'holdBest', input: { commandId, quantity, together, accessible, ...chosen } };
    }
    case 'holdArea':
      return { op: 'holdArea', input: { commandId, ...command.places } };
    case 'extend':
      return { op: 'extend', input: { commandId, holdId: command.holdId } };
    case 'release': {
      const { holdId, seats, quantity } = command;
      return { op: 'release', input: { commandId, holdId, seats, ...(quantity === null ? {} : { quantity }) } };
    }
    case 'confirm': {
      const { holdId, orderRef, by } = command;
      return { op: 'confirm', input: { commandId, holdId, orderRef, by } };
    }
    default:
      return null;
  }
}

/** Two bits a seat, in base64. */
function packed(states: ArrayLike<number>): string {
  const bytes = Buffer.alloc(Math.ceil(states.length / 4));
  for (let seat = 0; seat < states.length; seat += 1) {
    bytes[seat >> 2] = (bytes[seat >> 2] ?? 0) | ((states[seat] ?? 0) << (2 * (seat & 3)));
  }
  return bytes.toString('base64');
}
