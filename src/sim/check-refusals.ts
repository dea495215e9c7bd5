import { wireCode } from '../protocol/codes.js';
import { claim } from './claim.js';
import type { Operation, Refusal } from './history.js';
import { type JournalModel, type Moment, seatStates } from './journal-model.js';
import { storeOffsetMs } from './sim-node.js';

/** Actor time counts whole milliseconds, from a sample of the store's. */
const clockErrorMs = 2;
const seatTaken = wireCode('seat_taken');
const notAvailable = wireCode('not_available');
const holdEnded = wireCode('hold_ended');
const limitExceeded = wireCode('limit_exceeded');
const idempotencyMismatch = wireCode('idempotency_mismatch');

/**
 * [I10] A refusal must be true of a state that the journal had while the command was under way.
 * @param answersForMs how long a node that was superseded may still answer: its lease
 */
export function checkRefusals(operations: readonly Operation[], model: JournalModel, answersForMs: number): void {
  for (const { command, refusal } of operations) {
    if (refusal === null) continue;
    const what = (): string => JSON.stringify({ command, refusal });
    claim(
      refusal.code !== idempotencyMismatch,
      () => `a commandId that was never used otherwise is refused: ${what()}`,
    );
    const isTrueOf = reasonOf({ command, refusal }, model);
    if (isTrueOf === null) continue;
    claim(
      wasTrueDuring(refusal, model, answersForMs, isTrueOf),
      () => `[I10] a refusal rests on what the journal never said meanwhile: ${what()}`,
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
    case seatTaken: {
      if (command.kind !== 'hold' && command.kind !== 'block') return null;
      const taken = refusal.seats ?? [];
      return ({ states }) =>
        taken.length > 0 && command.seats.every((seat) => (states[seat] !== seatStates.free) === taken.includes(seat));
    }
    case notAvailable: {
      const places = 'places' in command ? command.places : null;
      if (places === null) return null;
      const state = command.kind === 'unblock' ? seatStates.blocked : seatStates.free;
      return ({ areas }) => (areas.get(places.area)?.[state] ?? 0) < places.quantity;
    }
    case holdEnded: {
      if (!('holdId' in command)) return null;
      const hold = model.holdOf(command.holdId);
      return (_, seq) => hold !== undefined && hold.endSeq !== 0 && hold.endSeq <= seq;
    }
    case limitExceeded: {
      const quantity = quantityOf(command);
      if (quantity === null) return null;
      const { seatsPerHoldMax, holdsPerHolderMax, seatsPerHolderMax } = model.configuration;
      return (_, seq) => {
        const { holds, seats } = model.holdingAt(command.identity.holderId, seq);
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

/** Whether it was true of one of the states that may have been decided on. */
function wasTrueDuring(
  { askedMs, atMs }: Refusal,
  model: JournalModel,
  answersForMs: number,
  isTrueOf: IsTrueOf,
): boolean {
  const calledMs = askedMs + storeOffsetMs - clockErrorMs;
  const untilMs = atMs + storeOffsetMs + clockErrorMs;
  const { moments } = model;
  for (let index = model.momentAt(calledMs - answersForMs); index < moments.length; index += 1) {
    const moment = moments[index] as Moment;
    if (moment.atMs > untilMs) break;
    const next = moments[index + 1];
    // An owner knows what it decided itself before the call; what its successor decided it may learn a lease later.
    const isKnown = next !== undefined && next.epoch === moment.epoch && next.atMs < calledMs;
    if (!isKnown && isTrueOf(moment, index + 1)) return true;
  }
  return false;
}
