/**
 * How many messages a second the Redis carrier carries, and how long one takes, from one carrier to another in this process over
 * a Redis of its own on this machine. So many messages of one turn are answered before the next turn's are sent.
 *
 *     node dist/bench/carrier.js [seconds] [bytes] [messages a turn]
 */
import { EventEmitter, once } from 'node:events';
import { createHistogram } from 'node:perf_hooks';
import { CarrierDiary } from '../src/cluster/testing/carrier-diary.js';
import { RedisMedium } from '../src/cluster/testing/redis-medium.js';
import { TestRedis } from '../src/cluster/testing/test-redis.js';

const [seconds = 5, bytes = 200, messagesPerTurn = 64] = process.argv.slice(2).map(Number);
const redis = await TestRedis.start();
const medium = new RedisMedium(redis.url);
const latencies = createHistogram();
const turns = new EventEmitter();
let arrived = 0;
let sentMs = 0;
const senderDiary = new CarrierDiary();
const sender = medium.connect(senderDiary);
const receiver = medium.connect({
  onUp: () => undefined,
  onDown: () => {
    throw new Error('Cannot measure as Redis was lost');
  },
  onListening: () => turns.emit('listening'),
  onMessage: () => {
    arrived += 1;
    latencies.record(Math.max(1, Math.round((performance.now() - sentMs) * 1000)));
    if (arrived % messagesPerTurn === 0) turns.emit('turn');
  },
});
receiver.listen('bench');
await Promise.all([once(turns, 'listening'), senderDiary.until('up')]);

const message = new Uint8Array(bytes);
const startMs = performance.now();
const cpu = process.cpuUsage();
while (performance.now() - startMs < seconds * 1000) {
  const turn = once(turns, 'turn');
  sentMs = performance.now();
  for (let count = 0; count < messagesPerTurn; count++) {
    if (!sender.send('bench', message)) throw new Error('Cannot measure as a message was refused');
  }
  await turn;
}
const elapsedMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(cpu);
console.log(
  `${Math.round((arrived * 1000) / elapsedMs).toLocaleString('en')} messages/s of ${bytes} bytes, ${messagesPerTurn} a turn, ` +
    `there after ${(latencies.percentile(50) / 1000).toFixed(2)} ms (p50), ${(latencies.percentile(99) / 1000).toFixed(2)} ms (p99), ` +
    `${((user + system) / 1000 / elapsedMs).toFixed(2)} cores of this process, which does both ends`,
);
await sender.close();
await receiver.close();
await redis.remove();
