import { unreachable } from '../lib/assert.js';
import { payloadHash } from '../protocol/payload-hash.js';
import type { Confirm, Extend, Hold, HoldArea, HoldBest, Release } from '../protocol/up.js';
import type { Command, Identity } from '../seatmap/command.js';

/** Frames that are commands. */
export type CommandFrame = Hold | HoldBest | HoldArea | Extend | Release | Confirm;

/** What the holder's frame asks of the event, whichever way it came. */
export function toCommand(frame: CommandFrame, holderId: string, by: 'holder' | 'server' = 'holder'): Command {
  const identity: Identity = { holderId, commandId: frame.commandId, payloadHash: payloadHash(frame) };
  switch (frame.kind) {
    case 'hold':
      return { kind: 'hold', identity, seats: frame.seats };
    case 'holdBest': {
      const { quantity, categories = null, sections = null, together, accessible = 0, near = null } = frame;
      return { kind: 'holdBest', identity, wish: { quantity, categories, sections, together, accessible, near } };
    }
    case 'holdArea':
      return { kind: 'holdArea', identity, places: { area: frame.area, quantity: frame.quantity } };
    case 'extend':
      return { kind: 'extend', identity, holdId: frame.holdId };
    case 'release':
      return { kind: 'release', identity, holdId: frame.holdId, seats: frame.seats, quantity: frame.quantity ?? null };
    case 'confirm':
      return { kind: 'confirm', identity, holdId: frame.holdId, orderRef: frame.orderRef, by };
    default:
      return unreachable(frame);
  }
}
