import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectUsher } from 'usher/client';
import { WebSocket } from 'ws';
import { Household } from './households.js';

const limits = { seatsPerHold: 8, holdsPerHolder: 3, seatsPerHolder: 10, extensionsPerHold: 2 };

/** Its client is closed before it connects: what is tested asks nothing of it. */
function household(): Household {
  const client = connectUsher({
    liveUrl: 'ws://127.0.0.1:1/v1/live',
    sessionsUrl: 'http://127.0.0.1:1',
    webSocket: WebSocket,
  });
  const map = client.subscribe('event');
  client.close();
  return new Household(client, map, limits);
}

test('lets in no more people than a holder may have holds, and no more places than a holder may have seats', () => {
  const home = household();
  home.enter(6);
  assert.equal(home.hasRoomFor(5), false);
  assert.equal(home.hasRoomFor(4), true);
  home.enter(2);
  home.enter(1);
  assert.equal(home.people, 3);
  assert.equal(home.hasRoomFor(1), false, 'three holds are the most');
});

test('what is booked stays counted, what was only reserved does not', () => {
  const home = household();
  home.enter(6);
  home.leave(6, { booked: 2, abandoned: 0 });
  assert.equal(home.people, 0);
  assert.equal(home.hasRoomFor(8), true);
  assert.equal(home.hasRoomFor(9), false);
});

test('an abandoned hold is a hold that the holder still has', () => {
  const home = household();
  home.enter(2);
  home.leave(2, { booked: 0, abandoned: 2 });
  home.enter(1);
  assert.equal(home.hasRoomFor(1), true);
  home.enter(1);
  assert.equal(home.hasRoomFor(1), false);
});
