/** Places of areas go the same way as seats, through an actor's crashes, rests and repeats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { standingConfigurationOf } from '../seatmap/testing/hall.js';
import { ActorScene } from './testing/actor-scene.js';
import {
  again,
  blockPlaces,
  commandMail,
  confirm,
  eventId,
  extend,
  hold,
  holdPlaces,
  identityOf,
  poison,
  release,
  releasePlaces,
} from './testing/mails.js';

const holdTtlMs = 600_000;

function standing(): Promise<ActorScene> {
  return ActorScene.awake({ configuration: standingConfigurationOf({ holdTtlMs }) });
}

/** `quantity of area` of each hold, and the time that it has left. */
async function holdsOf(scene: ActorScene, holderId: string): Promise<[string, number][]> {
  const holds = await scene.holdsOf(holderId);
  return holds.map(({ area, quantity, expiresInMs }) => [`${quantity} of ${area}`, expiresInMs]);
}

test('[I5] after a crash with places held and no seat, their deadlines are raised, and they end by time', async () => {
  const scene = await standing();
  await scene.ask(holdPlaces(1, 'ann', 'floor', 3));
  await scene.run(holdTtlMs - 10);
  await scene.ask(poison(2));
  assert.deepEqual(await holdsOf(scene, 'ann'), [['3 of floor', scene.ground.limits.recoveryGraceMs]]);
  await scene.run(scene.ground.limits.recoveryGraceMs);
  assert.deepEqual(await holdsOf(scene, 'ann'), []);
  assert.deepEqual(await scene.journalStory(), [
    '1.1 EventOpened',
    '2.2 PlacesHeld',
    '3.3 DeadlinesRaised',
    '3.4 HoldExpired',
  ]);
});

test('an event sleeps with places held, and is due when their time ends', async () => {
  const scene = await standing();
  await scene.ask(holdPlaces(1, 'ann', 'box', 2));
  const deadlineMs = scene.nowMs + holdTtlMs;
  await scene.run(scene.ground.limits.passivateAfterMs);
  scene.host.restIdle();
  await scene.run();
  assert.equal(scene.host.count, 0);
  assert.deepEqual(await scene.store.due(deadlineMs - 1, 10, scene.ground.owner), []);
  assert.deepEqual(await scene.store.due(deadlineMs, 10, scene.ground.owner), [eventId]);
  await scene.run(deadlineMs - scene.nowMs);
  scene.host.wake(eventId);
  await scene.run();
  assert.equal((await scene.journalStory()).at(-1), '3.3 HoldExpired');
});

test('[I7] repeats get the first answer and position, with the time that is left, after a restart too', async () => {
  const scene = await standing();
  const made = holdPlaces(1, 'ann', 'floor', 3);
  await scene.ask(made);
  const holdId = scene.holdIdOf(1);
  const partly = releasePlaces(2, 'ann', holdId, 2);
  const longer = extend(3, 'ann', holdId);
  await scene.ask(partly, longer);
  await scene.run(1_000);
  const repeatAll = async (first: number): Promise<string[]> =>
    scene.ask(again(first, made), again(first + 1, partly), again(first + 2, longer));
  assert.deepEqual(await repeatAll(11), ['11 accepted 2.2', '12 accepted 2.3', '13 accepted 2.4']);
  const places = { seats: [], area: 'floor' };
  const price = { currency: 'EUR' };
  const expiresInMs = holdTtlMs - 1_000;
  assert.deepEqual(scene.outbox.bodyOf(11), {
    holdId,
    ...places,
    quantity: 3,
    expiresInMs,
    totalMinor: 6_000,
    ...price,
  });
  assert.deepEqual(scene.outbox.bodyOf(12), scene.outbox.bodyOf(2));
  assert.deepEqual(scene.outbox.bodyOf(12), {
    holdId,
    ...places,
    quantity: 2,
    remaining: [],
    remainingQuantity: 1,
  });
  assert.deepEqual(scene.outbox.bodyOf(13), {
    holdId,
    ...places,
    quantity: 1,
    expiresInMs,
    totalMinor: 2_000,
    ...price,
  });
  await scene.ask(poison(20));
  assert.deepEqual(await repeatAll(21), ['21 accepted 2.2', '22 accepted 2.3', '23 accepted 2.4']);
  for (const n of [1, 2, 3]) assert.deepEqual(scene.outbox.bodyOf(20 + n), scene.outbox.bodyOf(10 + n));
  await scene.ask(release(30, 'ann', holdId));
  await repeatAll(31);
  const left = scene.outbox.bodyOf<{ expiresInMs: number; quantity: number }>(31);
  assert.deepEqual([left.expiresInMs, left.quantity], [0, 3]);
});

test('confirming places again, under whichever id, is the same booking', async () => {
  const scene = await standing();
  await scene.ask(holdPlaces(1, 'ann', 'box', 2));
  const holdId = scene.holdIdOf(1);
  await scene.ask(confirm(2, 'ann', holdId));
  assert.deepEqual(await scene.ask(confirm(3, 'ann', holdId), again(4, confirm(2, 'ann', holdId))), [
    '3 accepted 2.3',
    '4 accepted 2.3',
  ]);
  const booking = { bookingId: 'B2-3', seats: [], area: 'box', quantity: 2, totalMinor: 10_000, currency: 'EUR' };
  for (const n of [2, 3, 4]) assert.deepEqual(scene.outbox.bodyOf(n), booking);
  const ofBob = confirm(5, 'bob', holdId);
  const after = [extend(6, 'ann', holdId), releasePlaces(7, 'ann', holdId, 1), ofBob];
  assert.deepEqual(await scene.ask(...after), [
    '6 refused 410 hold_ended',
    '7 refused 410 hold_ended',
    '5 refused 404 unknown_hold',
  ]);
});

test('412 idempotency_mismatch: one commandId for seats and for places', async () => {
  const scene = await standing();
  const mail = (n: number, payloadHash: number, what: 'seats' | 'places') => {
    const identity = identityOf('ann', 'same', payloadHash);
    return what === 'seats'
      ? commandMail(n, { kind: 'hold', identity, seats: [0] })
      : commandMail(n, { kind: 'holdArea', identity, places: { area: 'floor', quantity: 1 } });
  };
  assert.deepEqual(await scene.ask(mail(1, 7, 'places'), mail(2, 8, 'seats'), mail(3, 7, 'places')), [
    '1 accepted 2.2',
    '2 refused 412 idempotency_mismatch',
    '3 accepted 2.2',
  ]);
  assert.deepEqual(await holdsOf(scene, 'ann'), [['1 of floor', holdTtlMs]]);
});

test("[I10] the holder's other sockets hear of places once that is committed, with what is left", async () => {
  const scene = await standing();
  const others = { othersListen: true };
  const append = scene.faults.hold('append');
  await scene.ask({ ...holdPlaces(1, 'ann', 'floor', 3), ...others });
  assert.equal(scene.outbox.notices.length, 0);
  append.letGo();
  await scene.run();
  const holdId = scene.holdIdOf(1);
  await scene.ask({ ...releasePlaces(2, 'ann', holdId, 1), ...others });
  await scene.ask({ ...extend(3, 'ann', holdId), ...others });
  await scene.ask({ ...releasePlaces(4, 'ann', holdId, 2), ...others });
  await scene.ask(holdPlaces(5, 'ann', 'box', 1));
  await scene.run(holdTtlMs);
  const expired = scene.outbox.notices.at(-1)?.frame[3];
  const hasQuantity = (quantity: number) => ({ holdId, seats: [], expiresInMs: holdTtlMs, area: 'floor', quantity });
  assert.deepEqual(
    scene.outbox.notices.map(({ frame }) => frame),
    [
      [9, eventId, [2, 2], hasQuantity(3)],
      [9, eventId, [2, 3], hasQuantity(2)],
      [9, eventId, [2, 4], hasQuantity(2)],
      [6, eventId, [2, 5], holdId, 'released', [], 'floor', 2],
      [6, eventId, [2, 7], expired, 'expired', [], 'box', 1],
    ],
  );
});

test('[I10] [I11] operators see areas as published, not as decided', async () => {
  const scene = await standing();
  const append = scene.faults.hold('append');
  await scene.ask(blockPlaces(1, 'floor', 4), hold(2, 'ann', 0));
  const areas = async () => (await scene.host.describe(eventId))?.areas;
  assert.deepEqual(await areas(), [
    ['floor', 10, 0, 0, 0],
    ['box', 3, 0, 0, 0],
  ]);
  append.letGo();
  await scene.run();
  assert.deepEqual(await areas(), [
    ['floor', 6, 0, 0, 4],
    ['box', 3, 0, 0, 0],
  ]);
});
