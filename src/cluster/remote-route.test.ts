import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mail } from '../actor/mail.js';
import { eventId, hold } from '../actor/testing/mails.js';
import { RemoteRoute } from './remote-route.js';

/** A route to node-a, and what it does: `node-a 1` where request 1 was sent there. */
function routeToA(): { route: RemoteRoute; did: string[] } {
  const did: string[] = [];
  let sent = 0;
  const route = new RemoteRoute(eventId, 'node-a', {
    // The number of the message that carries it: how many were sent before.
    send: (owner, mail, waitedMs) => {
      did.push(`${owner} ${mail.correlation}${waitedMs > 0 ? ` after ${waitedMs}` : ''}`);
      sent += 1;
      return sent;
    },
    giveUp: (mail) => did.push(`gave up ${mail.correlation}`),
    unreachable: (mail) => did.push(`unreachable ${mail.correlation}`),
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

test('what has waited elsewhere before is given up in its time, whatever was asked before it here', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 100);
  route.ask(ask(2), 100, 60);
  assert.deepEqual(did, ['node-a 1', 'node-a 2 after 60']);
  assert.deepEqual(route.forgetSince(50, 5_050), [2]);
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

test('what its owner has not heard is sent again at the next tick, and what is asked meanwhile behind it', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 10);
  route.ask(ask(2), 10);
  route.unheard(1, 1, 12);
  route.unheard(2, 2, 12);
  route.ask(ask(3), 20);
  assert.deepEqual(did.splice(0), ['node-a 1', 'node-a 2']);
  route.tick(510);
  assert.deepEqual(did.splice(0), ['node-a 1 after 500', 'node-a 2 after 500', 'node-a 3 after 490']);
  route.unheard(1, 1, 511);
  route.tick(1_010);
  assert.deepEqual(did, [], 'the news of an older attempt says nothing of the newest');
});

test('an owner that does not hear for 4 s cannot be reached; nobody has decided what it did not hear', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  let sentIn = 1;
  for (let nowMs = 1; nowMs < 4_001; nowMs += 500) {
    route.unheard(1, sentIn, nowMs);
    route.tick(nowMs + 499);
    sentIn += 1;
  }
  did.length = 0;
  route.unheard(1, sentIn, 4_001);
  route.ask(ask(2), 4_001);
  route.tick(4_500);
  assert.deepEqual(did, ['unreachable 1', 'unreachable 2']);
  assert.ok(route.isIdle);
});

test('an owner that did not hear long ago is called again all the same', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  route.unheard(1, 1, 1);
  route.tick(500);
  assert.deepEqual(route.forgetSince(0, 5_000), [1], 'the second attempt was lost');
  route.ask(ask(2), 60_000);
  route.unheard(2, 3, 60_001);
  did.length = 0;
  route.tick(60_500);
  assert.deepEqual(did, ['node-a 2 after 500']);
});

test('what one owner may have decided is not said to be undecided as the next does not hear it', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  route.redirect('node-b', 10);
  did.length = 0;
  route.unheard(1, 2, 11);
  for (let nowMs = 500; nowMs <= 4_500; nowMs += 500) route.tick(nowMs);
  assert.deepEqual(did, []);
  assert.ok(!route.isIdle, 'its outcome is unknown');
});

test('[I7] what an owner before may have decided stays unknown where a later one is answered first', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  route.redirect('node-b', 10);
  route.ask(ask(2), 10);
  route.postponed(1, 20);
  did.length = 0;
  route.answered(2, 30);
  assert.deepEqual(did, ['gave up 1']);
});

test('[I7] what an owner before may have decided stays unknown where the next cannot be reached', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  route.redirect('node-b', 10);
  route.ask(ask(2), 10);
  for (let sentIn = 3, nowMs = 500; nowMs <= 4_500; sentIn += 2, nowMs += 500) {
    route.postponed(1, nowMs);
    route.unheard(2, sentIn, nowMs);
    did.length = 0;
    route.tick(nowMs);
  }
  assert.deepEqual(did, ['gave up 1', 'unreachable 2']);
});

test('[I8] what is asked again later is not sent behind what was asked after it and is under way', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 10);
  route.ask(ask(2), 11);
  did.length = 0;
  // The next owner did not know yet that it has the event; by the time that 2 came it did.
  route.postponed(1, 20);
  route.tick(30);
  assert.deepEqual(did, [], '2 waits there to be decided');
  route.ask(ask(3), 40);
  route.answered(2, 50);
  assert.deepEqual(did.splice(0), ['unreachable 1'], 'too late for its order, and nobody has decided it');
  route.tick(60);
  assert.deepEqual(did, ['node-a 3 after 20']);
});

test('where a later one was heard and answered, an earlier one would come out of order', () => {
  const { route, did } = routeToA();
  route.ask(ask(1), 0);
  route.ask(ask(2), 0);
  route.unheard(1, 1, 1);
  did.length = 0;
  route.answered(2, 2);
  route.tick(500);
  assert.deepEqual(did, ['unreachable 1']);
});

test('of what an owner that is gone may have decided, only the last of each socket is sent again', () => {
  const { route, did } = routeToA();
  const ofSocket = (sessionId: number, n: number): Mail => ({ ...hold(n, 'ann', n), sessionId });
  route.ask(ofSocket(7, 1), 10);
  route.ask(ofSocket(8, 2), 10);
  route.ask(ofSocket(7, 3), 10);
  route.ask(ofSocket(0, 4), 10);
  route.ask(ofSocket(0, 5), 10);
  did.length = 0;
  route.redirect('node-b', 10);
  assert.deepEqual(did, ['gave up 1', 'node-b 2', 'node-b 3', 'node-b 4', 'node-b 5', 'redirected']);
  route.ask(ofSocket(8, 6), 10);
  assert.deepEqual(
    route.takeAll().map(({ mail }) => mail.correlation),
    [3, 4, 5, 6],
    'the same where this node takes the event itself',
  );
});
