import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alternativesTo, alternativesToBest } from './alternatives.js';
import { bestSeats } from './best-seats.js';
import type { BestSeatsWish, Command } from './command.js';
import { withOffer } from './offer.js';
import { configurationOf, Hall, identityOf, openedAtMs } from './testing/hall.js';
import { layoutOf } from './testing/layout.js';

const wishOf = (overrides: Partial<BestSeatsWish>): BestSeatsWish => ({
  quantity: 2,
  categories: null,
  sections: null,
  together: true,
  accessible: 0,
  near: null,
  ...overrides,
});
const best = (holderId: string, overrides: Partial<BestSeatsWish>) => ({
  kind: 'holdBest' as const,
  identity: identityOf(holderId),
  wish: wishOf(overrides),
});

test('the best seats are held as if asked for by name', () => {
  const hall = new Hall(configurationOf({ layout: layoutOf(12) }));
  assert.deepEqual(hall.mustAccept(best('ann', {})), {
    kind: 'SeatsHeld',
    atMs: openedAtMs,
    identity: identityOf('ann'),
    deadlineMs: openedAtMs + 1_000,
    seats: [0, 1],
    totalMinor: 10_000,
  });
  const near = best('bob', { near: 9 });
  const chosen = bestSeats(hall.map, near.wish);
  const change = hall.mustAccept(near);
  assert.deepEqual('seats' in change && change.seats, chosen);
  assert.deepEqual(hall.map.counts, { free: 8, held: 4, booked: 0, blocked: 0 });
});

test('404 unknown_seat for a `near` that is not in the chart, before every other refusal', () => {
  const hall = new Hall(configurationOf({ onSaleAtMs: openedAtMs + 1 }));
  const { code, seats } = hall.mustReject(best('ann', { near: 12, quantity: 4 }));
  assert.deepEqual([code, seats], ['unknown_seat', [12]]);
});

test('422 not_on_sale comes before 413 limit_exceeded, that before 409 not_available', () => {
  const hall = new Hall(configurationOf({ onSaleAtMs: openedAtMs + 1 }));
  assert.equal(hall.mustReject(best('ann', { quantity: 13 })).code, 'not_on_sale');
  hall.nowMs += 1;
  assert.match(hall.mustReject(best('ann', { quantity: 13 })).message, /seatsPerHoldMax is 3$/);
  assert.deepEqual(hall.mustReject(best('ann', { quantity: 3, categories: ['nonsense'] })), {
    code: 'not_available',
    message: 'Cannot hold the best seats as no such seats are left: quantity is 3',
  });
});

test('[I9] a refused hold offers other seats; where there are none, the key is left out', () => {
  const hall = new Hall(configurationOf({ layout: layoutOf(12), seatsPerHolderMax: 12, holdsPerHolderMax: 12 }));
  hall.hold('ann', 0);
  const command: Command = { kind: 'hold', identity: identityOf('bob'), seats: [0, 1] };
  const refused = withOffer(hall.map, command, hall.mustReject(command));
  assert.deepEqual([refused.code, refused.seats], ['seat_taken', [0]]);
  assert.deepEqual(refused.alternatives, alternativesTo(hall.map, [0, 1]));
  assert.equal(refused.alternatives?.[0]?.length, 2);
  for (let seat = 1; seat < 11; seat += 1) hall.hold('ann', seat);
  assert.equal('alternatives' in withOffer(hall.map, command, hall.mustReject(command)), false);
});

test('[I9] where the best seats are not to be had, others are offered', () => {
  const hall = new Hall(configurationOf({ layout: layoutOf(12) }));
  hall.block(0, 1, 3, 4);
  const command = best('ann', { quantity: 2, categories: ['dear'] });
  const { code, alternatives } = withOffer(hall.map, command, hall.mustReject(command));
  assert.deepEqual([code, alternatives], ['not_available', [[2, 5]]]);
  assert.deepEqual(alternatives, alternativesToBest(hall.map, command.wish));
  const three = best('ann', { quantity: 3, categories: ['dear'] });
  assert.equal('alternatives' in withOffer(hall.map, three, hall.mustReject(three)), false);
  assert.equal(hall.map.counts.held, 0);
});

test('other refusals offer nothing', () => {
  const hall = new Hall(configurationOf({ layout: layoutOf(12) }));
  const command: Command = { kind: 'hold', identity: identityOf('bob'), seats: [0, 1, 2, 3] };
  assert.equal('alternatives' in withOffer(hall.map, command, hall.mustReject(command)), false);
});
