import { InvariantError, unreachable } from '../lib/assert.js';
import { decideHoldArea } from './area-decisions.js';
import { decideHoldBest } from './best-decision.js';
import type { Command, Decision } from './command.js';
import { decideConfirm, decideExtend, decideHold, decideRelease } from './holder-decisions.js';
import { nextDeadlineMs } from './next-expiry.js';
import { decideBlock, decideCancel, decideRevoke, decideUnblock } from './operator-decisions.js';
import type { SeatMap } from './seat-map.js';

/**
 * What the event answers to a command at `nowMs`: pure, it changes nothing and knows neither clock nor chance. An accepted
 * command becomes one change, for `apply`. The caller has expired every hold that is due at `nowMs` (`nextExpiry`).
 */
export function decide(map: SeatMap, command: Command, nowMs: number): Decision {
  if (!(nowMs >= map.atMs))
    throw new InvariantError(`Cannot decide as time falls: nowMs is ${nowMs}, the last change was at ${map.atMs}`);
  if (nextDeadlineMs(map) <= nowMs) throw new InvariantError(`[I2] Cannot decide as a hold is due: nowMs is ${nowMs}`);
  switch (command.kind) {
    case 'hold':
      return decideHold(map, command, nowMs);
    case 'holdBest':
      return decideHoldBest(map, command, nowMs);
    case 'holdArea':
      return decideHoldArea(map, command, nowMs);
    case 'extend':
      return decideExtend(map, command, nowMs);
    case 'release':
      return decideRelease(map, command, nowMs);
    case 'confirm':
      return decideConfirm(map, command, nowMs);
    case 'block':
      return decideBlock(map, command, nowMs);
    case 'unblock':
      return decideUnblock(map, command, nowMs);
    case 'revoke':
      return decideRevoke(map, command, nowMs);
    case 'cancel':
      return decideCancel(map, command, nowMs);
    default:
      return unreachable(command);
  }
}
