import assert from 'node:assert/strict';
import { wireCode } from '../protocol/codes.js';
import type { Operation, Refusal } from './history.js';
import { type JournalModel, type Moment, seatStates } from './journal-model.js';
import { storeOffsetMs } from './sim-node.js';

/** Actor time counts whole milliseconds, from a sample of the store's. */
const clockErrorMs = 2;

/**
 * [I10] A refusal must be true of a state that the journal had while the command was under way.
 * @param answersForMs how long a node that was superseded may still answer: its lease
 */
export function checkRefusals(operations: readonly Operation[], model: JournalModel, answersForMs: number): void {
  for (const { command, refusal } of operations) {
    if (refusal === null) continue;
    const what = JSON.stringify({ command, refusal });
    assert.notEqual(
      refusal.code,
      wireCode('idempotency_mismatch'),
      `a commandId that was never used otherwise is refused: ${what}`,
    );
    const isTrueOf = reasonOf({ command, refusal }, model);
    if (isTrueOf === null) continue;
    assert.ok(
      during(refusal, model.moments, answersForMs).some(([moment, seq]) => isTrueOf(moment, seq)),
      `[I10] a refusal rests on what the journal never said meanwhile: ${what}`,
    );
  }
}

type IsTrueOf = (moment: Moment, seq: number) => boolean;

/** When the refusal is right; null: it rests on nothing that can change, or on more than is looked at here. */
function reasonOf(
  { command, refusal }: Pick<Operation, 'command'> & { refusal: Refusal },
  model: JournalModel,
): IsTrueOf | null {
  switch (refusal.code) {
    case wireCode('seat_taken'): {
      if (command.kind !== 'hold' && command.kind !== 'block') return null;
      const taken = refusal.seats ?? [];
      return ({ states }) =>
        taken.length > 0 && command.seats.every((seat) => (states[seat] !== seatStates.free) === taken.includes(seat));
    }
    case wireCode('not_available'): {
      const places = 'places' in command ? command.places : null;
      if (places === null) return null;
      const state = command.kind === 'unblock' ? seatStates.blocked : seatStates.free;
      return ({ areas }) => (areas.get(places.area)?.[state] ?? 0) < places.quantity;
    }
    case wireCode('hold_ended'): {
      if (!('holdId' in command)) return null;
      const hold = [...model.holds.values()].find(({ holdId }) => holdId === command.holdId);
      return (_, seq) => hold !== undefined && hold.endSeq !== 0 && hold.endSeq <= seq;
    }
    case wireCode('limit_exceeded'): {
      const quantity = quantityOf(command);
      if (quantity === null) return null;
      const { seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } = model.configuration;
      return ({ holdings }) => {
        const [holds, seats] = holdings.get(command.identity.holderId) ?? [0, 0];
        return quantity > seatsPerHoldMax || holds >= holdsPerHolderMax || seats + quantity > seatsPerHolderMax;
      };
    }
    default:
      return null;
  }
}

function quantityOf(command: Operation['command']): number | null {
  if (command.kind === 'hold') return command.seats.length;
  if (command.kind === 'holdBest') return command.wish.quantity;
  return command.kind === 'holdArea' ? command.places.quantity : null;
}

/** The states that may have been decided on, each with its seq. */
function during({ askedMs, atMs }: Refusal, moments: readonly Moment[], answersForMs: number): [Moment, number][] {
  const calledMs = askedMs + storeOffsetMs - clockErrorMs;
  const untilMs = atMs + storeOffsetMs + clockErrorMs;
  const found: [Moment, number][] = [];
  for (let index = firstAfter(moments, calledMs - answersForMs); index < moments.length; index += 1) {
    const moment = moments[index] as Moment;
    if (moment.atMs > untilMs) break;
    const next = moments[index + 1];
    // An owner knows what it decided itself before the call; what its successor decided it may learn a lease later.
    const isKnown = next !== undefined && next.epoch === moment.epoch && next.atMs < calledMs;
    if (!isKnown) found.push([moment, index + 1]);
  }
  return found;
}

/** The index of the state that stood at `ms`. */
function firstAfter(moments: readonly Moment[], ms: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] as Moment).atMs < ms) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
