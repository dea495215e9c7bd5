import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { TcpFaultProxy } from '../lib/testing/tcp-fault-proxy.js';
import type { Log } from '../observability/log.js';
import type { RedisCarrier } from './redis-carrier.js';
import { carrierContract } from './testing/carrier-contract.js';
import { bytesOf, CarrierDiary } from './testing/carrier-diary.js';
import { RedisMedium } from './testing/redis-medium.js';
import { TestRedis } from './testing/test-redis.js';

carrierContract('Redis', async () => {
  const redis = await TestRedis.start();
  const medium = new RedisMedium(redis.url);
  return {
    connect: (listener) => medium.connect(listener),
    cut: () => redis.stop(),
    mend: () => redis.start(),
    settle: () => undefined,
    close: () => redis.remove(),
  };
});

describe('a Redis that fails', () => {
  let redis: TestRedis;
  let proxy: TcpFaultProxy;
  let carrier: RedisCarrier;
  let diary: CarrierDiary;

  before(async () => {
    redis = await TestRedis.start();
    proxy = await TcpFaultProxy.start(redis.port);
  });
  after(async () => {
    proxy.close();
    await redis.remove();
  });
  beforeEach(async () => {
    diary = new CarrierDiary();
    carrier = new RedisMedium(`redis://127.0.0.1:${proxy.port}`).connect(diary);
    carrier.listen('one');
    carrier.listen('two');
    await diary.until('listening', { count: 2 });
  });
  afterEach(() => carrier.close());

  async function comesBack(from: number): Promise<void> {
    await diary.until('up', { from });
    await diary.until('listening', { from, count: 2 });
    assert.deepEqual(diary.story(from).toSorted(), ['down', 'listening one', 'listening two', 'up']);
    assert.equal(carrier.send('two', bytesOf('back')), true);
    await diary.until('message', { from, channel: 'two' });
  }

  test('10,000 messages sent in one turn all arrive, in order', async () => {
    for (let place = 0; place < 10_000; place++) assert.ok(carrier.send('one', bytesOf(`message ${place}`)));
    await diary.until('message', { count: 10_000 });
    assert.deepEqual(
      diary.texts('one'),
      Array.from({ length: 10_000 }, (_, place) => `message ${place}`),
    );
  });

  test('killed: down; started again: up, and both channels are listened to', async () => {
    const from = diary.entries.length;
    await redis.kill();
    await diary.until('down');
    assert.equal(carrier.isUp, false);
    assert.equal(carrier.send('one', bytesOf('lost')), false);
    await redis.start();
    await comesBack(from);
    assert.deepEqual(diary.texts('one'), []);
  });

  test('stopped: it goes down though no connection ends; what was refused meanwhile never arrives', async () => {
    const from = diary.entries.length;
    redis.pause();
    await diary.until('down');
    assert.equal(carrier.send('one', bytesOf('lost')), false);
    redis.resume();
    await comesBack(from);
    assert.deepEqual(diary.texts('one'), []);
  });

  for (const [name, directions] of [
    ['in both directions', []],
    ['on the way there', ['up']],
    ['on the way back', ['down']],
  ] as const) {
    test(`a connection that stalls ${name} is noticed`, async () => {
      const from = diary.entries.length;
      proxy.stall(...directions);
      await diary.until('down');
      await proxy.resume();
      await comesBack(from);
    });
  }

  test('one of the two connections ends: both are made anew', async () => {
    const from = diary.entries.length;
    await redis.command('client', 'kill', 'type', 'pubsub');
    await diary.until('down');
    await comesBack(from);
  });

  test('connections are refused for a while: it tries on', async () => {
    const from = diary.entries.length;
    proxy.refuse();
    proxy.cut();
    await diary.until('down');
    await proxy.resume();
    await comesBack(from);
  });

  test('a slow way is no fault', async () => {
    proxy.delay(300);
    carrier.send('one', bytesOf('late'));
    await diary.until('message');
    assert.deepEqual(
      diary.story().filter((what) => what === 'down'),
      [],
    );
    await proxy.resume();
  });

  test('what waits unsent is bounded by bytes: more is refused, and never arrives', async () => {
    const from = diary.entries.length;
    redis.pause();
    const message = new Uint8Array(1024 * 1024);
    const taken = Array.from({ length: 100 }, () => carrier.send('one', message)).filter(Boolean).length;
    assert.ok(taken >= 8 && taken <= 16, `${taken} of 100 were taken`);
    await diary.until('down');
    redis.resume();
    await comesBack(from);
    assert.ok(diary.messages('one').length <= taken);
  });

  test('what is unanswered is bounded by number: more is refused, and the rest arrives', async () => {
    const message = bytesOf('x');
    const taken = Array.from({ length: 100_000 }, () => carrier.send('one', message)).filter(Boolean).length;
    assert.ok(taken > 60_000 && taken <= 65_536, `${taken} of 100,000 were taken`);
    await diary.until('message', { count: taken });
    assert.equal(carrier.isUp, true);
  });

  test('flushed: nothing of ours was in it', async () => {
    await redis.flush();
    carrier.send('one', bytesOf('x'));
    await diary.until('message');
    assert.deepEqual(
      diary.story().filter((what) => what === 'down'),
      [],
    );
    assert.equal(await redis.command('dbsize'), '0');
  });

  test('what is no Redis is told once, and tried again', async () => {
    const reasons: object[] = [];
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: (fields) => reasons.push(fields),
      error: () => undefined,
      child: () => log,
    };
    let calls = 0;
    const stranger = createServer((socket) => {
      calls += 1;
      if (calls === 6) stranger.emit('enough');
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    assert.ok(address !== null && typeof address !== 'string');
    const enough = once(stranger, 'enough');
    const lost = new RedisMedium(`redis://:secret@127.0.0.1:${address.port}`).connect(new CarrierDiary(), 'a', log);
    await enough;
    assert.equal(lost.isUp, false);
    await lost.close();
    stranger.close();
    assert.ok(reasons.length >= 1 && reasons.length <= 2, JSON.stringify(reasons));
    assert.equal(JSON.stringify(reasons).includes('secret'), false);
  });
});

test('installations that share a Redis do not hear each other', async (context) => {
  const url = process.env['USHER_TEST_REDIS_URL'];
  assert.ok(url, 'USHER_TEST_REDIS_URL is set by the test run');
  const medium = new RedisMedium(url);
  const [ours, theirs] = [new CarrierDiary(), new CarrierDiary()];
  const carriers = [medium.connect(ours), medium.connect(theirs, `${medium.installation}-other`)];
  context.after(() => Promise.all(carriers.map((carrier) => carrier.close())));
  for (const carrier of carriers) carrier.listen('news');
  await Promise.all([ours.until('listening'), theirs.until('listening')]);
  carriers[0]?.send('news', bytesOf('ours'));
  carriers[1]?.send('news', bytesOf('theirs'));
  await Promise.all([ours.until('message'), theirs.until('message')]);
  assert.deepEqual([ours.texts('news'), theirs.texts('news')], [['ours'], ['theirs']]);
});

test('a password that Redis does not take is told in words, without the password', async (context) => {
  const redis = await TestRedis.start({ settings: { requirepass: 'right-one' } });
  context.after(() => redis.remove());
  const diary = new CarrierDiary();
  const good = new RedisMedium(`redis://:right-one@127.0.0.1:${redis.port}`).connect(diary);
  await diary.until('up');
  await good.close();
  const told = new Promise<object>((resolve) => {
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: resolve,
      error: () => undefined,
      child: () => log,
    };
    const bad = new RedisMedium(`redis://:wrong-one@127.0.0.1:${redis.port}`).connect(new CarrierDiary(), 'a', log);
    context.after(() => bad.close());
  });
  const reason = JSON.stringify(await told);
  assert.match(reason, /WRONGPASS/);
  assert.equal(reason.includes('wrong-one'), false);
});
