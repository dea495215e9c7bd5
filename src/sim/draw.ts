import { type Limits, limits } from '../config/limits.js';
import { type Subprotocol, subprotocols } from '../protocol/subprotocols.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { type ClusterDraw, drawCluster, usualClusterShare } from './cluster/draw-cluster.js';
import { seededRandom, type SeededRandom } from './seeded-random.js';
import { storeOffsetMs } from './sim-node.js';

/** What befalls the world by itself, each as often as the others of its weight. */
export const strikes = [
  'kill',
  'pause',
  'longPause',
  'successor',
  'wallJump',
  'outage',
  'isolation',
  'stall',
  'failover',
  'slowStore',
  'disconnect',
  'vanish',
  'lull',
  'slowWatcher',
  'operatorLooks',
] as const;
export type Strike = (typeof strikes)[number];

/** The world that a seed decides: who is there, what they sell, and how often what goes wrong. */
export interface Draw {
  /** Places at which an incarnation of the node can run: the latest is the node, the others still fight for its events. */
  readonly places: number;
  readonly leaseMs: number;
  readonly events: readonly { readonly eventId: string; readonly configuration: EventConfiguration }[];
  /** Of each client, the index of its event. */
  readonly clients: readonly number[];
  /** Commands that a client or a program gives at once, at most; 1: a client's next one waits for the answer to the one before. */
  readonly burstMax: number;
  readonly limits: Limits;
  /** Mean time between two strikes; each `strike` has this weight, 0: never. */
  readonly strikeEveryMs: number;
  readonly strikeWeights: Readonly<Record<Strike, number>>;
  /** Happenings between two kills that fall between any two of them. */
  readonly killEverySteps: number;
  /** Of recoveries, those in which the node is killed. */
  readonly killInRecoveryRate: number;
  readonly store: {
    readonly slowMs: number;
    readonly unknownRate: number;
    readonly lateRate: number;
    readonly refusedRate: number;
  };
  readonly network: {
    readonly delayMs: number;
    readonly lossRate: number;
    readonly repeatRate: number;
  };
  /** Those who come with the real SDK over the real gateway; null: nobody does. */
  readonly sdk: SdkDraw | null;
  /** Several nodes that live at the same time; null: one, with its predecessors. */
  readonly cluster: ClusterDraw | null;
}

/** Of worlds, how many are of a kind. */
export interface Shares {
  readonly sdk: number;
  readonly cluster: number;
}

export interface SdkDraw {
  /** Of each holder, the index of its event, and a tab for each encoding. */
  readonly holders: readonly { readonly event: number; readonly tabs: readonly Subprotocol[] }[];
  readonly sessionTtlMs: number;
  /** Null: not limited. */
  readonly messagesPerSecond: number | null;
}

/** Of worlds, those in which programs with the SDK buy too: they cost about 2.4 times as much an operation. */
const usualSdkShare = 0.1;
export const usualShares: Shares = { sdk: usualSdkShare, cluster: usualClusterShare };

/** The same seed draws the same world. It does not touch the chance that the run itself draws from. */
export function drawWorld(seed: number, operations: number, shares = usualShares): Draw {
  const random = seededRandom(~seed);
  const rate = (most: number): number => (random.chance(0.25) ? 0 : random.below(1_000 * most) / 1_000);
  const eventCount = random.chance(0.4) ? 1 : random.between(1, 4);
  const clientCount = Math.max(eventCount, random.between(2, 12));
  // Half of the worlds have bounds that are met all the time.
  const tight = random.chance(0.5);
  const batchEntriesMax = tight ? random.between(2, 3) : random.between(2, 32);
  const strikeWeights = Object.fromEntries(
    strikes.map((strike) => [strike, random.chance(0.2) ? 0 : random.between(1, 4)]),
  ) as Record<Strike, number>;
  return {
    places: random.between(1, 5),
    leaseMs: random.between(2_000, 6_000),
    events: Array.from({ length: eventCount }, (_, n) => ({
      eventId: `event-${n}`,
      configuration: drawConfiguration(random),
    })),
    // Each event has a client; the others come as chance has it.
    clients: Array.from({ length: clientCount }, (_, n) => (n < eventCount ? n : random.below(eventCount))),
    limits: {
      ...limits,
      batchEntriesMax,
      // The gate holds back one batch while the next fills.
      gateOutputsMax: tight ? batchEntriesMax * 2 : random.between(batchEntriesMax * 2, 64),
      mailboxCommandsMax: tight ? random.between(2, 5) : random.between(4, 64),
      repeatsMax: random.between(1, 16),
      expiriesPerTurnMax: random.between(1, batchEntriesMax - 1),
      snapshotEveryChanges: random.between(5, 120),
      replayWindowChanges: tight ? random.between(batchEntriesMax, 8) : random.between(batchEntriesMax, 100),
      // Clients repeat whatever they ever asked: an id that was forgotten would take effect twice, rightly.
      rememberedIdsMax: operations + 1_000,
      passivateAfterMs: random.between(2_000, 15_000),
    },
    strikeEveryMs: random.between(1_000, 10_000),
    strikeWeights,
    killEverySteps: random.between(250, 10_000),
    killInRecoveryRate: rate(0.1),
    store: { slowMs: random.between(1, 60), unknownRate: rate(0.1), lateRate: rate(0.05), refusedRate: rate(0.02) },
    network: { delayMs: random.between(1, 60), lossRate: rate(0.03), repeatRate: rate(0.05) },
    sdk: random.chance(shares.sdk) ? drawSdk(random, eventCount) : null,
    cluster: random.chance(shares.cluster) ? drawCluster(random) : null,
    burstMax: random.chance(0.2) ? 1 : random.between(2, 32),
  };
}

function drawSdk(random: SeededRandom, eventCount: number): SdkDraw {
  return {
    holders: Array.from({ length: random.between(1, 3) }, () => ({
      event: random.below(eventCount),
      tabs: Array.from({ length: random.between(1, 2) }, () => subprotocols[random.below(2)] as Subprotocol),
    })),
    // Short ones are renewed within a run, and lost by whoever is away for too long.
    sessionTtlMs: random.chance(0.6) ? random.between(25_000, 100_000) : 3_600_000,
    messagesPerSecond: random.chance(0.3) ? random.between(2, 5) : null,
  };
}

function drawConfiguration(random: SeededRandom): EventConfiguration {
  const seatCount = random.between(4, 60);
  const cheap = random.between(1, seatCount - 1);
  const areas = [
    { area: 'floor', capacity: random.between(2, 20), category: 0 },
    { area: 'box', capacity: random.between(1, 4), category: 1 },
  ];
  const seatsPerHoldMax = random.between(2, 8);
  return {
    chartId: 'chart',
    chartVersion: 1,
    seatCount,
    currency: 'EUR',
    categories: ['cheap', 'dear'],
    pricesMinor: [1_000, 2_500],
    seatCategories: [
      [0, cheap],
      [1, seatCount - cheap],
    ],
    areas: areas.slice(0, random.below(3)),
    layout: null,
    onSaleAtMs: random.chance(0.2) ? storeOffsetMs + random.below(20_000) : null,
    closesAtMs: null,
    holdTtlMs: random.between(2_000, 60_000),
    seatsPerHoldMax,
    holdsPerHolderMax: random.between(1, 6),
    seatsPerHolderMax: random.between(seatsPerHoldMax, 24),
    extensionsPerHoldMax: random.below(4),
    confirmBy: random.chance(0.1) ? 'server' : 'holder',
  };
}
