const aroundSockets = [
  // ── the gateway ──
  'delta-skipped-silently',
  'notify-sent-to-stranger',
  'resync-without-snapshot',
  // ── the SDK ──
  'overlay-dropped-early',
  'gap-not-noticed',
  'command-repeated-under-new-id',
  'unlisted-hold-kept',
] as const;

const inCluster = [
  // ── messages between nodes ──
  'link-repeat-heard',
  'link-order-ignored',
  'late-command-decided',
  'given-up-command-sent-again',
  // ── ownership ──
  'lease-of-owner-ignored',
  'lapse-look-skipped',
  'handover-before-commit',
  'epoch-kept-at-handover',
  'deadlines-raised-at-handover',
  // ── followers ──
  'gap-followed',
  'missed-delta-not-noticed',
  'forgotten-follower-comforted',
  'mended-gap-kept-from-sockets',
  'first-map-kept-from-sockets',
  'watchers-forgotten-at-takeover',
  'map-not-shown-at-takeover',
  // ── frames 6 and 9 ──
  'notices-kept-at-owner',
  'late-holders-unheard',
] as const;

/**
 * Mistakes that a programmer could make in the core, the gateway, the SDK and the cluster, each behind a switch that only the simulation and tests throw: they
 * prove that the checks would see such a mistake. Whoever looks for one finds it where it would be made, by its name.
 * The structure rules keep `plant` out of everything else, so that in production nothing is ever planted.
 */
export const plantedBugs = [
  // ── the gate ──
  'answer-before-commit',
  'publish-before-commit',
  'ungated-refusal',
  'ungated-repeat',
  'ungated-my-holds',
  'gate-drained-as-accepted',
  'lease-margin-ignored',
  // ── the journal ──
  'read-only-fence',
  'epoch-not-raised',
  'fenced-taken-for-committed',
  'unknown-commit-settled-by-read',
  'sealed-batch-changed',
  'bookings-lost-on-resend',
  // ── recovery and repeats ──
  'ids-forgotten-at-recovery',
  'ids-not-in-snapshot',
  'deadlines-not-raised',
  'refusal-remembered',
  'repeat-at-fresh-position',
  // ── time ──
  'due-after-deadline',
  'hold-ends-early',
  'timer-only-expiry',
  'deadline-in-wall-time',
  'extension-shortens',
  // ── the rules of the hall ──
  'foreign-seat-released',
  'foreign-hold-released',
  'part-of-hold',
  'area-capacity-off-by-one',
  'release-gives-one-too-many',
  'limit-off-by-one',
  // ── fan-out ──
  'delta-lost-at-resume',
  'dirty-mark-kept',
  ...aroundSockets,
  ...inCluster,
] as const;

/** Whoever hunts one of these needs programs with the SDK, on real sockets of the gateway. */
export const plantedAroundSockets: ReadonlySet<string> = new Set(aroundSockets);

/** Whoever hunts one of these needs several nodes that live at the same time. */
export const plantedInCluster: ReadonlySet<string> = new Set(inCluster);

export type PlantedBug = (typeof plantedBugs)[number];

let planted: PlantedBug | null = null;

/** Plants one bug in place of the one before; null: none. For `src/sim` and tests alone. */
export function plant(bug: PlantedBug | null): void {
  planted = bug;
}

/** Costs a comparison where nothing is planted: it stands in the hot path. */
export function isPlanted(bug: PlantedBug): boolean {
  return planted !== null && planted === bug;
}
