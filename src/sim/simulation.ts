import assert from 'node:assert/strict';
import { MemoryJournalStore } from '../journal/memory-store.js';
import { verifyJournal } from '../journal/verify.js';
import { must } from '../lib/must.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { checkHistory, replayAll } from './checker.js';
import { History } from './history.js';
import { seededRandom } from './seeded-random.js';
import { SimClient } from './sim-client.js';
import { Incarnations } from './incarnations.js';
import { storeOffsetMs } from './sim-node.js';
import { Weather } from './weather.js';
import { Network } from './network.js';
import { World } from './world.js';

export interface SimulationReport {
  readonly seed: number;
  readonly operations: number;
  readonly accepted: number;
  readonly refused: number;
  readonly changes: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly incarnations: number;
  readonly epochs: number;
  readonly steps: number;
  readonly traceHash: string;
}

const eventId = 'sim';
const clientCount = 6;
const healMs = 120_000;

const configuration: EventConfiguration = {
  chartId: 'c',
  chartVersion: 1,
  seatCount: 24,
  currency: 'EUR',
  categories: ['a', 'b'],
  pricesMinor: [1000, 2500],
  seatCategories: [
    [0, 12],
    [1, 12],
  ],
  areas: [
    { area: 'floor', capacity: 10, category: 0 },
    { area: 'box', capacity: 3, category: 1 },
  ],
  layout: null,
  onSaleAtMs: null,
  closesAtMs: null,
  holdTtlMs: 20_000,
  seatsPerHoldMax: 8,
  holdsPerHolderMax: 4,
  seatsPerHolderMax: 16,
  extensionsPerHoldMax: 2,
  confirmBy: 'holder',
};

/**
 * One event, two incarnations that fight for it, clients that compete for its seats, and a world that breaks whatever can
 * break; then all faults end, and everything must come to one truth.
 * @throws AssertionError an invariant was violated; run the same seed again to see it again
 */
export async function simulate(seed: number, operations: number): Promise<SimulationReport> {
  const random = seededRandom(seed);
  const world = new World(random);
  const weather = new Weather(world, random);
  const store = new MemoryJournalStore(weather.faults());
  await store.createEvent(eventId, configuration, storeOffsetMs);

  const history = new History();
  let head = 1;
  const network = new Network(world, random, eventId, () => head);
  weather.onCommitted = (seq) => {
    head = Math.max(head, seq);
  };
  const nodes = new Incarnations(world, store, network, random);
  weather.isSuperseded = (name) => nodes.isSuperseded(name);
  nodes.spawn(0);
  const clients = Array.from(
    { length: clientCount },
    (_, n) => new SimClient(world, random, network, history, eventId, `holder-${n}`, configuration.seatCount),
  );

  weather.begin(network, nodes);
  const share = Math.ceil(operations / clientCount);
  for (const client of clients) client.begin(share);
  await world.run(Number.MAX_SAFE_INTEGER, () => clients.every((client) => client.idle));

  weather.end(nodes, network, () => store.deliverLate());
  await world.run(world.nowMs + healMs, () => clients.every((client) => client.settled));
  for (const client of clients)
    assert.ok(client.settled, 'after all faults ended, a command still has no definite answer');
  await world.run(world.nowMs + healMs, () => clients.every((client) => client.position === head));

  const { entries, map } = await replayAll(store, eventId);
  checkHistory(history, entries);
  for await (const { problems } of verifyJournal(store, eventId)) {
    assert.deepEqual(problems, [], '[I13] the booking tables are not what the journal makes of them');
  }
  for (const client of clients) {
    assert.deepEqual(
      client.watcher.states,
      [...map.states],
      "[I14] after all faults ended a client's map is not the server's",
    );
    assert.deepEqual(
      [...client.watcher.areas],
      map.areas.all().map(([area, ...counts]) => [area, counts]),
      "[I14] after all faults ended a client's areas are not the server's",
    );
  }
  const accepted = history.operations.filter((operation) => operation.accepted.length > 0).length;
  return {
    seed,
    operations: history.operations.length,
    accepted,
    refused: history.operations.length - accepted,
    changes: entries.length,
    faults: weather.counts,
    incarnations: nodes.count,
    epochs: must(entries.at(-1), 'change 1').epoch,
    steps: world.steps,
    traceHash: world.traceHash,
  };
}
