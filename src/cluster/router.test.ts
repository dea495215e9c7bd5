import assert from 'node:assert/strict';
import { test } from 'node:test';
import { busy, rejectedFrame } from '../actor/refusals.js';
import { hold, myHolds, snapshot, watch } from '../actor/testing/mails.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import { encodeLinkMessage, type LinkRecord } from './link-message.js';
import { must } from '../lib/must.js';
import { inboxOf } from './peer-link.js';
import { ClusterScene, SceneNode } from './testing/cluster-scene.js';
import { winnerOf } from './weighted-placement.js';

const eventId = 'event-1';

/** Two nodes, and who of them should have the event. */
async function pair(): Promise<{ scene: ClusterScene; owner: SceneNode; other: SceneNode }> {
  const scene = await ClusterScene.of('node-a', 'node-b');
  await scene.createEvent(eventId);
  const [a, b] = [scene.node('node-a'), scene.node('node-b')];
  const { nodeId } = a.nodes.winnerOf(eventId);
  assert.equal(nodeId, b.nodes.winnerOf(eventId).nodeId, 'both nodes say the same');
  return nodeId === 'node-a' ? { scene, owner: a, other: b } : { scene, owner: b, other: a };
}

test('a command is decided by the owner, whichever node it came to', async () => {
  const { scene, owner, other } = await pair();
  other.router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['1 accepted 2.2']);
  owner.router.command(hold(2, 'bob', 3));
  other.router.command(hold(3, 'cid', 3));
  await scene.time.run(100);
  assert.deepEqual(owner.news(), ['2 refused 409 seat_taken']);
  assert.deepEqual(other.news(), ['3 refused 409 seat_taken']);
});

test('a node whose lease had run out for a moment is answered again', async () => {
  const { scene, owner, other } = await pair();
  other.router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['1 accepted 2.2']);
  scene.living.delete(other.name);
  await owner.nodes.look();
  assert.ok(owner.nodes.isAlone);
  scene.living.set(other.name, other);
  await owner.nodes.look();
  other.router.command(hold(2, 'ann', 4));
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['2 accepted 2.3']);
});

test('who has noticed that an owner is gone is not sent back to it by one who has not', async () => {
  const scene = await ClusterScene.of('node-a', 'node-b', 'node-c');
  const asker = scene.node('node-a');
  const [a, b] = ['node-a', 'node-b'].map((name) => must(asker.nodes.byId(name), 'a living node'));
  const isNextOfB = (candidate: string): boolean =>
    winnerOf(candidate, [must(a, 'a'), must(b, 'b')])?.nodeId === 'node-b';
  const ids = Array.from({ length: 1_000 }, (_, n) => `event-${n}`);
  const ofC = ids.filter((candidate) => asker.nodes.winnerOf(candidate).nodeId === 'node-c');
  const id = must(ofC.find(isNextOfB), "an event of node-c that is node-b's next");
  await scene.createEvent(id);
  asker.router.command({ ...hold(1, 'ann', 3), eventId: id });
  // The other one has a way to it as well.
  scene.node('node-b').router.command({ ...hold(2, 'bob', 4), eventId: id });
  await scene.time.run(100);
  assert.deepEqual(asker.news(), ['1 accepted 2.2']);
  scene.kill('node-c');
  await asker.nodes.look();
  asker.router.command({ ...hold(3, 'ann', 5), eventId: id });
  await scene.time.run(20);
  await scene.node('node-b').nodes.look();
  await scene.time.run(600);
  assert.deepEqual(asker.news(), ['3 accepted 3.5']);
});

test('a node that is told of an owner that is gone asks again, though it has never known that one', async () => {
  const { scene, owner, other } = await pair();
  const says = (linkSeq: number, record: LinkRecord): void => {
    const message = { sender: owner.name, receiver: other.name, linkSeq, sentAtMs: 0, records: [record] };
    other.router.onMessage(inboxOf(other.name), encodeLinkMessage(message).slice());
  };
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.time.run(0);
  says(1, { kind: 'notFollowed', eventId, owner: 'ghost' });
  other.router.command(hold(1, 'ann', 3));
  says(2, { kind: 'bounced', correlation: 1, owner: 'ghost' });
  await scene.time.run(3_000);
  const [first, ...others] = other.news();
  assert.equal(first, '1 accepted 2.2');
  assert.deepEqual(others, ['watch 7 accepted 2.2 and snapshot 2.2']);
  owner.router.command(hold(2, 'cid', 4));
  await scene.time.run(1_100);
  assert.deepEqual(other.news(), ['all delta 2-3']);
});

test('an answer counts only from the owner that was asked last: an older one may have refused what the next accepts', async () => {
  const { scene, owner, other } = await pair();
  other.router.command(hold(1, 'ann', 3));
  const record = { kind: 'answer', correlation: 1, frame: encodeMsgpack(rejectedFrame(1, busy)).slice() } as const;
  const message = { sender: 'an older owner', receiver: other.name, linkSeq: 1, sentAtMs: 0, records: [record] };
  other.router.onMessage(inboxOf(other.name), encodeLinkMessage(message).slice());
  assert.deepEqual(other.news(), []);
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['1 accepted 2.2']);
  assert.deepEqual(owner.news(), []);
});

test('a node that is asked though another has the event sends the asker there, in order', async () => {
  const { scene, owner, other } = await pair();
  // The event is served by the node that should not have it.
  await scene.store.claim(eventId, other.name, true);
  for (let n = 1; n <= 5; n += 1) owner.router.command(hold(n, 'ann', n));
  await scene.time.run(200);
  assert.deepEqual(
    owner.news().filter((line) => !line.startsWith('all')),
    ['1 accepted 3.2', '2 accepted 3.3', '3 accepted 3.4', '4 accepted 3.5', '5 accepted 3.6'],
  );
  owner.router.myHolds(myHolds(9, 'ann'));
  await scene.time.run(100);
  assert.deepEqual(owner.news(), ['9 accepted 3.6']);
});

test('watchers elsewhere see each change, once and in order', async () => {
  const { scene, owner, other } = await pair();
  owner.router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['watch 7 accepted 2.2 and snapshot 2.2']);
  owner.router.command(hold(2, 'ann', 4));
  await scene.time.run(1_100);
  assert.deepEqual(other.news(), ['all delta 2-3']);
  // A later one is served from what this node knows.
  other.router.watch(watch(8, [2, 2]));
  other.router.watch(watch(9));
  other.router.snapshot(10, eventId);
  assert.deepEqual(other.news(), [], 'never within the call: its caller is not ready for the answer');
  await scene.time.run(0);
  assert.deepEqual(other.news(), [
    'watch 8 accepted 2.3 and delta 2-3',
    'watch 9 accepted 2.3 and snapshot 2.3',
    'read 10 snapshot 2.3',
  ]);
});

test('[I14] a lost delta is noticed and mended, also where nothing follows it', async () => {
  const { scene, owner, other } = await pair();
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.time.run(100);
  other.news();
  owner.carrier.loses = (channel) => channel.startsWith('event:');
  owner.router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  assert.deepEqual(other.news(), []);
  owner.carrier.loses = () => false;
  await scene.time.run(3_000);
  assert.deepEqual(other.news(), ['all delta 1-2']);
});

test('the owner is lost: who should have the event now takes over, and watchers go on', async () => {
  const { scene, owner, other } = await pair();
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  other.router.command(hold(1, 'ann', 3));
  await scene.time.run(1_100);
  other.news();
  scene.kill(owner.name);
  other.router.command(hold(2, 'ann', 4));
  await scene.time.run(3_000);
  assert.deepEqual(other.news(), ['all snapshot 2.2', '2 accepted 3.4', 'all delta 2-4']);
});

test('handed over: what waits is decided by the next owner, and every map goes on', async () => {
  const { scene, owner, other } = await pair();
  owner.watching.set(eventId, ['ann']);
  owner.router.watch(watch(7));
  await scene.time.run(100);
  owner.router.command(hold(1, 'ann', 3));
  await scene.time.run(100);
  owner.news();
  const handingOver = owner.handOver(eventId, other.name);
  owner.router.command(hold(2, 'ann', 4));
  await scene.time.run(3_000);
  await handingOver;
  assert.deepEqual(owner.news(), ['2 accepted 3.3', 'all snapshot 2.2', 'all delta 2-3']);
  other.news();
  other.router.command(hold(3, 'bob', 5));
  await scene.time.run(1_100);
  assert.deepEqual(other.news(), ['3 accepted 3.4', 'all delta 3-4']);
  assert.deepEqual(owner.news(), ['all delta 3-4']);
});

test('frames 6 and 9 reach the holder’s sockets on other nodes', async () => {
  const { scene, owner, other } = await pair();
  owner.watching.set(eventId, ['ann']);
  owner.router.watch(watch(7));
  other.watching.set(eventId, ['ann', 'bob']);
  other.router.watch(watch(8));
  await scene.time.run(1_100);
  owner.news();
  other.news();
  other.router.command(hold(1, 'ann', 3));
  await scene.time.run(10);
  assert.deepEqual(owner.news(), ['ann but 0: hold changed 2.2']);
  assert.deepEqual(other.news(), ['1 accepted 2.2', 'ann but 1: hold changed 2.2']);
  owner.router.command(hold(2, 'bob', 4));
  await scene.time.run(10);
  assert.deepEqual(owner.news(), ['2 accepted 2.3', 'bob but 2: hold changed 2.3']);
  assert.deepEqual(other.news(), ['bob but 0: hold changed 2.3']);
});

test('a holder of whom the owner was told in vain is told of again', async () => {
  const { scene, owner, other } = await pair();
  other.watching.set(eventId, ['ann']);
  other.router.watch(watch(8));
  await scene.time.run(1_100);
  other.carrier.loses = (channel) => channel.startsWith('node:');
  other.watching.set(eventId, ['ann', 'bob']);
  await scene.time.run(600);
  other.carrier.loses = () => false;
  await scene.time.run(2_000);
  other.news();
  owner.router.command(hold(1, 'bob', 4));
  await scene.time.run(10);
  assert.deepEqual(other.news(), ['bob but 0: hold changed 2.2']);
});

test('without the carrier the owner serves its own, and others are told that it is busy', async () => {
  const { scene, owner, other } = await pair();
  owner.carrier.isUp = false;
  other.carrier.isUp = false;
  owner.router.command(hold(1, 'ann', 3));
  other.router.command(hold(2, 'bob', 4));
  await scene.time.run(100);
  assert.deepEqual(owner.news(), ['1 accepted 2.2']);
  assert.deepEqual(other.news(), ['2 refused 503 busy']);
});

test('an owner that is cut off is noticed though it lives, and served again as before once it is heard', async () => {
  const { scene, owner, other } = await pair();
  const told: (readonly string[] | null)[] = [];
  other.router.onUnlinked({
    asked: (mail) => other.router.refuse(mail, 'ws://owner/'),
    tick: (cutOff) => told.push(cutOff),
  });
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.time.run(4_000);
  other.news();
  assert.ok(
    told.every((cutOff) => cutOff === null),
    'all is well',
  );
  owner.carrier.isUp = false;
  await scene.time.run(4_000);
  assert.deepEqual(told.at(-1), [eventId]);
  other.router.command(hold(1, 'ann', 3));
  assert.deepEqual(other.news(), ['1 refused 503 busy'], 'at once, as it would not be heard');
  owner.router.command(hold(2, 'cid', 4));
  owner.carrier.isUp = true;
  await scene.time.run(4_000);
  assert.equal(told.at(-1), null);
  other.router.command(hold(3, 'ann', 3));
  await scene.time.run(1_100);
  assert.deepEqual(other.news(), ['all delta 1-2', '3 accepted 2.3', 'all delta 2-3']);
});

test('[I7] a node whose lease had run out, and that is back, is heard again', async () => {
  const { scene, owner, other } = await pair();
  for (let n = 1; n <= 5; n += 1) {
    other.router.command(hold(n, 'ann', n));
    await scene.time.run(100);
  }
  scene.living.delete(other.name);
  await scene.time.run(3_000);
  assert.equal(owner.nodes.byIncarnation(other.name), undefined, 'the owner takes it for gone');
  scene.living.set(other.name, other);
  await scene.time.run(3_000);
  other.news();
  other.router.command(hold(6, 'ann', 6));
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['6 accepted 2.7']);
});

test('[I14] a node that learns late that it has an event goes on counting those who follow it there already', async () => {
  const { scene, owner, other } = await pair();
  for (const node of [owner, other]) {
    node.watching.set(eventId, ['ann']);
    node.router.watch(watch(7));
  }
  await scene.time.run(1_100);
  // It is not told that the event is its own, and the one who had it follows it there.
  owner.carrier.loses = (channel) => channel.startsWith('node:');
  await owner.handOver(eventId, other.name);
  await scene.time.run(0);
  owner.carrier.loses = () => false;
  await scene.time.run(3_000);
  other.watching.delete(eventId);
  other.router.unwatch(eventId);
  owner.news();
  other.router.command(hold(1, 'bob', 3));
  await scene.time.run(100);
  assert.deepEqual(owner.news(), ['all delta 1-2']);
});

test('[I14] a delta of its own shard is not for sockets that still follow another node: they get the map first', async () => {
  const { scene, owner, other } = await pair();
  other.watching.set(eventId, ['bob']);
  other.router.watch(watch(7));
  await scene.time.run(1_100);
  other.news();
  scene.kill(owner.name);
  other.router.onPublish(eventId, encodeMsgpack([3, eventId, 3, 2, 3, [], []]).slice());
  await scene.time.run(0);
  assert.deepEqual(other.news(), ['all snapshot 1.1']);
});

test('[I14] a node that was alone goes on with what it has when another comes', async () => {
  const scene = await ClusterScene.of('node-a');
  const eventIds = Array.from({ length: 8 }, (_, n) => `evening-${n}`);
  const one = scene.node('node-a');
  for (const id of eventIds) {
    await scene.createEvent(id);
    one.watching.set(id, ['ann']);
    one.router.watch({ ...watch(7), eventId: id });
  }
  await scene.time.run(1_100);
  const other = new SceneNode('node-b', scene);
  scene.living.set('node-b', other);
  await other.nodes.start();
  await scene.time.run(3_000);
  const others = eventIds.filter((id) => one.nodes.winnerOf(id).nodeId === 'node-b');
  assert.ok(others.length > 0, 'some of them should be the other one’s');
  one.news();
  for (const id of others) {
    one.router.command({ ...hold(1, 'bob', 3), eventId: id });
    await scene.time.run(1_100);
    assert.deepEqual(one.news(), ['1 accepted 2.2', 'all delta 1-2']);
  }
});

test('an owner that is gone, named by a node that has not heard of that, is left again', async () => {
  const { scene, other } = await pair();
  other.router.onMoved(eventId, 'node-gone');
  other.router.command(hold(1, 'ann', 3));
  await scene.time.run(1_000);
  assert.deepEqual(other.news(), ['1 accepted 2.2']);
});

test('a snapshot is read from the owner where nobody watches', async () => {
  const { scene, other } = await pair();
  other.router.snapshot(snapshot(5).correlation, eventId);
  await scene.time.run(100);
  assert.deepEqual(other.news(), ['read 5 snapshot 1.1']);
});
