import type { Mail } from '../../actor/mail.js';
import type { Command, Identity } from '../../seatmap/command.js';

const identity: Identity = { holderId: 'ann', commandId: 'cmd-0001', payloadHash: 0xffff_fffe };
const holdId = 'H2-c';
const places = { area: 'floor', quantity: 3 };
const wish = { quantity: 2, categories: ['dear', 'Zoë 🎭'], sections: null, together: true, accessible: 1, near: 7 };

/** One of each kind, and of each field that may be absent both. */
export const oneOfEachCommand: readonly Command[] = [
  { kind: 'hold', identity, seats: [0, 127, 59_999] },
  { kind: 'holdBest', identity, wish },
  { kind: 'holdBest', identity, wish: { ...wish, categories: null, sections: [], together: false, near: null } },
  { kind: 'holdArea', identity, places },
  { kind: 'extend', identity, holdId },
  { kind: 'release', identity, holdId, seats: [1], quantity: null },
  { kind: 'release', identity, holdId, seats: null, quantity: 2 },
  { kind: 'confirm', identity, holdId, orderRef: 'order 1', by: 'holder' },
  { kind: 'confirm', identity, holdId, orderRef: 'order 2', by: 'server' },
  { kind: 'block', identity, seats: [9], places: null, reason: 'Störung' },
  { kind: 'unblock', identity, seats: [], places, reason: '' },
  { kind: 'revoke', identity, holdId, reason: 'fraud' },
  { kind: 'cancel', identity, bookingId: 'B2-d', reason: 'refund' },
];

const about = { correlation: 0x8000_0001, eventId: 'evening' };

export const oneOfEachMail: readonly Mail[] = [
  ...oneOfEachCommand.map((command, index): Mail => {
    return {
      kind: 'command',
      correlation: about.correlation,
      eventId: about.eventId,
      reqId: index,
      sessionId: 4_000_000_000,
      othersListen: index % 2 === 0,
      command,
    };
  }),
  { kind: 'myHolds', ...about, reqId: 3, holderId: 'ann' },
  { kind: 'watch', ...about, reqId: 4, position: null },
  { kind: 'watch', ...about, reqId: 5, position: [3, 2 ** 40] },
  { kind: 'snapshot', ...about },
];
