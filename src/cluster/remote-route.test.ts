import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail } from '../actor/mail.js';
import { eventId, hold } from '../actor/testing/mails.js';
import { RemoteRoute } from './remote-route.js';

/** A route to node-a, and what it does: `node-a 1` where request 1 was sent there. */
function routeToA(): { route: RemoteRoute; did: string[] } {
  const did: string[] = [];
  const route = new RemoteRoute(eventId, 'node-a', {
    send: (owner, mail, waitedMs) =>
      did.push(`${owner} ${mail.correlation}${waitedMs > 0 ? ` after ${waitedMs}` : ''}`),
    giveUp: (mail) => did.push(`gave up ${mail.correlation}`),
    redirected: () => did.push('redirected'),
  });
  return { route, did };
}

const ask = (n: number): Mail => hold(n, 'ann', n);

test('requests go to the owner at once, and are settled by their answers', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 10);
  route.ask(ask(2), 11);
  assert.deepEqual(did.splice(0), ['node-a 1', 'node-a 2']);
  assert.ok(route.answered(1, 12));
  assert.ok(!route.answered(1, 12), 'only once');
  assert.ok(!route.isIdle);
  route.answered(2, 13);
  assert.ok(route.isIdle);
});

test('[I7] what was overtaken is not sent again: a repeat of it may have been refused by then', () => {
  const { route, did } = routeToA();
  for (const n of [1, 2, 3]) route.ask(ask(n), 10);
  did.length = 0;
  route.answered(2, 20);
  route.redirect('node-b', 30);
  assert.deepEqual(did.splice(0), ['gave up 1', 'node-b 3 after 20', 'redirected']);
  route.answered(3, 40);
  assert.ok(route.isIdle);
});

test('after a bounce everything waits until all that was sent is settled, and goes to the next owner in order', () => {
  const { route, did } = routeToA();
  for (const n of [1, 2, 3]) route.ask(ask(n), 10);
  did.length = 0;
  route.bounced(2, 'node-b', 20);
  route.ask(ask(4), 21);
  route.answered(1, 22);
  assert.deepEqual(did, [], '3 may still be decided by node-a');
  route.bounced(3, 'node-b', 23);
  assert.deepEqual(did.splice(0), ['node-b 2 after 13', 'node-b 3 after 13', 'node-b 4 after 2', 'redirected']);
  assert.equal(route.owner, 'node-b');
  route.bounced(2, 'node-c', 24);
  route.bounced(4, 'node-c', 25);
  assert.deepEqual(did, [], 'nor may 3 be passed over yet');
  assert.deepEqual(route.forgetSince(10, 26), [2, 3]);
  assert.deepEqual(did, ['node-c 4 after 5', 'redirected'], 'what is given up holds nobody up');
});

test('what was sent to an owner that is gone is sent to the next', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 10);
  route.bounced(1, 'node-b', 11);
  route.ask(ask(2), 12);
  did.length = 0;
  route.redirect('node-c', 13);
  assert.deepEqual(did, ['node-c 1 after 3', 'node-c 2 after 1', 'redirected']);
});

test('a request that nobody takes is given up after some bounces', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 10);
  for (let n = 0; n < 9; n += 1) route.bounced(1, n % 2 === 0 ? 'node-b' : 'node-a', 10);
  assert.equal(did.at(-2), 'gave up 1');
  assert.ok(route.isIdle);
});

test('what waits can be taken back, oldest first', () => {
  const { route } = routeToA();
  for (const n of [1, 2, 3]) route.ask(ask(n), 10);
  route.bounced(1, 'node-b', 11);
  assert.deepEqual(
    route.takeAll().map(({ mail }) => mail.correlation),
    [1, 2, 3],
  );
  assert.ok(route.isIdle);
});
