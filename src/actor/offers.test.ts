import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Rejection } from '../seatmap/command.js';
import { configurationOf, Hall, identityOf } from '../seatmap/testing/hall.js';
import { layoutOf } from '../seatmap/testing/layout.js';
import { Offers } from './offers.js';

const limits = { offersPerSecond: 1000, offersAtOnceMax: 20 };
const taken: Command = { kind: 'hold', identity: identityOf('bob'), seats: [0, 1] };

function scene() {
  const hall = new Hall(configurationOf({ layout: layoutOf(12) }));
  hall.hold('ann', 0);
  const refused = hall.mustReject(taken);
  const offers = new Offers(limits);
  const complete = (nowMs: number, command = taken, rejection: Rejection = refused): boolean =>
    offers.complete(hall.map, command, rejection, nowMs).alternatives !== undefined;
  return { hall, complete };
}

test('a refusal gets an offer as long as there is time for it; a storm goes without', () => {
  const { complete } = scene();
  const first = Array.from({ length: 100 }, () => complete(5_000)).filter(Boolean);
  assert.equal(first.length, limits.offersAtOnceMax);
  assert.equal(complete(5_001), true, 'a thousand a second: one more each millisecond');
  assert.equal(complete(5_001), false);
  assert.equal(Array.from({ length: 100 }, () => complete(60_000)).filter(Boolean).length, limits.offersAtOnceMax);
});

test('what has nothing to offer costs nothing', () => {
  const { hall, complete } = scene();
  const tooMany: Command = { kind: 'hold', identity: identityOf('bob'), seats: [1, 2, 3, 4] };
  const refused = hall.mustReject(tooMany);
  for (let n = 0; n < 100; n += 1) assert.equal(complete(5_000, tooMany, refused), false);
  assert.equal(complete(5_000), true);
});
