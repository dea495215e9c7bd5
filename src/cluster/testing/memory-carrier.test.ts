import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../../lib/testing/virtual-time.js';
import { carrierContract } from './carrier-contract.js';
import { bytesOf, CarrierDiary } from './carrier-diary.js';
import { MemoryBus, type MemoryCarrier } from './memory-carrier.js';

carrierContract('in memory', async () => {
  const bus = new MemoryBus();
  return {
    connect: (listener) => bus.connect(listener),
    cut: async () => bus.cutAll(),
    mend: async () => bus.mendAll(),
    settle: () => bus.deliverAll(),
    close: async () => undefined,
  };
});

function follower(bus: MemoryBus): { carrier: MemoryCarrier; diary: CarrierDiary } {
  const diary = new CarrierDiary();
  const carrier = bus.connect(diary);
  carrier.listen('news');
  return { carrier, diary };
}

test('nothing arrives before it is delivered', () => {
  const bus = new MemoryBus();
  const { carrier, diary } = follower(bus);
  assert.deepEqual(diary.story(), []);
  bus.deliverAll();
  carrier.send('news', bytesOf('x'));
  assert.deepEqual(diary.texts('news'), []);
  bus.deliver();
  assert.deepEqual(diary.texts('news'), ['x']);
});

test('messages are lost and repeated as the test says, for each receiver', () => {
  const bus = new MemoryBus();
  const [one, two] = [follower(bus), follower(bus)];
  bus.deliverAll();
  bus.fate = (_, __, to) => ({ times: to === one.carrier ? 0 : 2, delayMs: 0 });
  one.carrier.send('news', bytesOf('x'));
  bus.deliverAll();
  assert.deepEqual([one.diary.texts('news'), two.diary.texts('news')], [[], ['x', 'x']]);
});

test('on a bus with timers all takes its latency, and a delayed message is overtaken', () => {
  const timers = new VirtualTime();
  const bus = new MemoryBus({ timers, latencyMs: 5 });
  const { carrier, diary } = follower(bus);
  timers.advance(4);
  assert.deepEqual(diary.story(), []);
  timers.advance(6);
  assert.deepEqual(diary.story(), ['up', 'listening news']);
  bus.fate = (_, message) => ({ times: 1, delayMs: message.length > 3 ? 100 : 0 });
  carrier.send('news', bytesOf('late one'));
  carrier.send('news', bytesOf('two'));
  timers.advance(200);
  assert.deepEqual(diary.texts('news'), ['two', 'late one']);
});

test('what is on its way when the carrier is cut is lost, also when it listens again at once', () => {
  const bus = new MemoryBus();
  const [one, two] = [follower(bus), follower(bus)];
  bus.deliverAll();
  one.carrier.send('news', bytesOf('x'));
  two.carrier.cut();
  two.carrier.mend();
  bus.deliverAll();
  assert.deepEqual(one.diary.texts('news'), ['x']);
  assert.deepEqual(two.diary.texts('news'), []);
  assert.deepEqual(two.diary.story(), ['up', 'listening news', 'down', 'up', 'listening news']);
});
