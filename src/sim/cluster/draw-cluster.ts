import type { SeededRandom } from '../seeded-random.js';

/** What befalls nodes and the way between them, in worlds where several live, each as often as the others of its weight. */
export const clusterStrikes = [
  'carrierAway',
  'carrierCut',
  'carrierDeaf',
  'carrierStall',
  'move',
  'drain',
  'roam',
  'ownerKill',
  'ownerPause',
] as const;
export type ClusterStrike = (typeof clusterStrikes)[number];

/** Of worlds, those in which several nodes live at the same time. */
export const usualClusterShare = 0.2;

export interface ClusterDraw {
  /** Of each node, how much of the work it takes. */
  readonly shards: readonly number[];
  readonly carrier: {
    readonly latencyMs: number;
    readonly lossRate: number;
    /** Arrives once more, up to `lateMs` later. */
    readonly repeatRate: number;
    /** Arrives up to `lateMs` later, behind what was sent after it. */
    readonly lateRate: number;
    readonly lateMs: number;
  };
  readonly strikeEveryMs: number;
  readonly strikeWeights: Readonly<Record<ClusterStrike, number>>;
}

export function drawCluster(random: SeededRandom): ClusterDraw {
  const rate = (most: number): number => (random.chance(0.25) ? 0 : random.below(1_000 * most) / 1_000);
  const strikeWeights = Object.fromEntries(
    clusterStrikes.map((strike) => [strike, random.chance(0.2) ? 0 : random.between(1, 4)]),
  ) as Record<ClusterStrike, number>;
  return {
    shards: Array.from({ length: random.between(2, 4) }, () => random.between(1, 3)),
    carrier: {
      latencyMs: random.between(1, 15),
      lossRate: rate(0.03),
      repeatRate: rate(0.1),
      lateRate: rate(0.05),
      lateMs: random.between(50, 6_000),
    },
    strikeEveryMs: random.between(1_500, 12_000),
    strikeWeights,
  };
}
