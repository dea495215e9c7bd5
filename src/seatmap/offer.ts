import { unreachable } from '../lib/assert.js';
import { alternativesTo, alternativesToBest } from './alternatives.js';
import type { Command, Rejection } from './command.js';
import type { SeatMap } from './seat-map.js';

/**
 * The refusal of a hold, with up to three choices that could be held instead, where there are any. `map` is as it was when
 * the command was decided. This is advice and no part of the decision: a refusal costs a tenth of a microsecond, an offer a
 * hundred times that, so who is short of time leaves it out.
 */
export function withOffer(map: SeatMap, command: Command, rejection: Rejection): Rejection {
  const alternatives = alternativesOf(map, command, rejection);
  return alternatives.length === 0 ? rejection : { ...rejection, alternatives };
}

/** Whether `withOffer` has anything to look for. */
export function mayBeOffered(command: Command, { code }: Rejection): boolean {
  return (
    (command.kind === 'hold' && code === 'seat_taken') || (command.kind === 'holdBest' && code === 'not_available')
  );
}

function alternativesOf(map: SeatMap, command: Command, rejection: Rejection): readonly (readonly number[])[] {
  if (!mayBeOffered(command, rejection)) return [];
  switch (command.kind) {
    case 'hold':
      return alternativesTo(map, command.seats);
    case 'holdBest':
      return alternativesToBest(map, command.wish);
    case 'holdArea':
    case 'extend':
    case 'release':
    case 'confirm':
    case 'block':
    case 'unblock':
    case 'revoke':
    case 'cancel':
      return [];
    default:
      return unreachable(command);
  }
}
