import assert from 'node:assert/strict';
import { test } from 'node:test';
import { carrierContract } from '../../cluster/testing/carrier-contract.js';
import { bytesOf, CarrierDiary } from '../../cluster/testing/carrier-diary.js';
import { seededRandom } from '../seeded-random.js';
import { World } from '../world.js';
import { SimBus } from './sim-bus.js';

const calm = { latencyMs: 3, lossRate: 0, repeatRate: 0, lateRate: 0, lateMs: 50 };

function busOf(draw: typeof calm): { world: World; bus: SimBus; faults: string[] } {
  const random = seededRandom(1);
  const world = new World(random);
  const faults: string[] = [];
  const bus = new SimBus(
    world,
    random,
    draw,
    (fault) => faults.push(fault),
    () => undefined,
  );
  return { world, bus, faults };
}

carrierContract('simulated', async () => {
  const { world, bus } = busOf(calm);
  return {
    connect: (listener) => bus.connect(listener),
    cut: async () => bus.cutAll(),
    mend: async () => bus.mendAll(),
    settle: () => void world.run(world.nowMs + 100),
    close: async () => undefined,
  };
});

async function pair(draw: typeof calm) {
  const { world, bus, faults } = busOf(draw);
  const diary = new CarrierDiary();
  const receiver = bus.connect(diary);
  const sender = bus.connect(new CarrierDiary());
  receiver.listen('news');
  await world.run(100);
  bus.lossy = true;
  return { world, faults, diary, receiver, sender };
}

test('while it is lossy, messages are lost, come again and come late, behind those that were sent after them', async () => {
  const { world, faults, diary, sender } = await pair({ ...calm, lossRate: 0.2, repeatRate: 0.2, lateRate: 0.2 });
  const sent = Array.from({ length: 100 }, (_, n) => `${n}`);
  for (const text of sent) {
    sender.send('news', bytesOf(text));
    await world.run(world.nowMs + 1);
  }
  await world.run(world.nowMs + 100);
  const came = diary.texts('news');
  assert.deepEqual([...new Set(faults)].toSorted(), ['carrierLate', 'carrierLoss', 'carrierRepeat']);
  assert.ok(came.length > new Set(came).size, 'some came again');
  assert.ok(new Set(came).size < sent.length, 'some were lost');
  assert.ok(
    came.some((text, at) => Number(text) < Number(came[at - 1])),
    'some came late',
  );
});

test('what stalls arrives later, in order; what is sent to the deaf is lost', async () => {
  const { world, diary, receiver, sender } = await pair(calm);
  receiver.stall(1_000);
  sender.send('news', bytesOf('one'));
  sender.send('news', bytesOf('two'));
  await world.run(world.nowMs + 900);
  assert.deepEqual(diary.texts('news'), []);
  await world.run(world.nowMs + 200);
  assert.deepEqual(diary.texts('news'), ['one', 'two']);
  receiver.deafen();
  sender.send('news', bytesOf('three'));
  await world.run(world.nowMs + 100);
  receiver.mend();
  sender.send('news', bytesOf('four'));
  await world.run(world.nowMs + 100);
  assert.deepEqual(diary.texts('news'), ['one', 'two', 'four']);
});
