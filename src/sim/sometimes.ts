import { clusterStrikes } from './cluster/draw-cluster.js';
import { strikes } from './draw.js';

/**
 * Situations that a simulation is only worth something for if it has met them. A run that meets none of the hard ones proves
 * nothing; `npm run torture` fails when one of these was never seen. (After Antithesis' "sometimes" assertions.)
 */
const situations = [
  // Faults that befall statements and messages; those that strike by themselves are added below.
  'fault: unknown',
  'fault: late',
  'fault: refused',
  'fault: superseded',
  'fault: loss',
  'fault: repeat',
  'fault: killInRecovery',
  'fault: killBetweenEffects',
  'fault: shardLost',
  // Ownership
  'takeover with live holds',
  'deadlines raised after an unplanned recovery',
  'recovery from change 1',
  'recovery from a snapshot',
  'killed during recovery',
  'going on after a pause longer than the lease',
  'rest refused after a new grant',
  'came to rest',
  'woken from rest to end a hold',
  // Commits
  'append fenced',
  'late append took effect',
  'late append refused after a new grant',
  'unknown commit had committed',
  'unknown commit had not committed',
  'several events in one append',
  'batch full',
  'gate full',
  'snapshot kept',
  // Ids
  'answered again across epochs',
  'answered again after a restart from a snapshot',
  'repeat answered while pending',
  'repeat with another payload refused',
  'accepted after an unknown answer',
  'refused after an unknown answer',
  // Time
  'hold expired',
  'confirm accepted just before the deadline',
  'expiry won against a confirm',
  'hold extended',
  'not on sale yet',
  // Seats and places
  'part of a hold released',
  'hold revoked',
  'seats blocked',
  'places blocked',
  'places held',
  'cancelled and booked again',
  'seat taken',
  'area full',
  'best seats refused with an alternative',
  'limit refused',
  'unknown hold refused',
  'mailbox busy',
  // Watchers
  'resumed with a delta',
  'resumed with a snapshot',
  'resumed where nothing had changed',
  'delta of nothing',
  'several changes in one delta',
  'slow watcher resynced',
  // The real gateway and the real SDK
  'sdk: resumed with a delta',
  'sdk: resumed with a snapshot',
  'sdk: command repeated after a lost link',
  'sdk: busy command repeated',
  'sdk: answered unavailable by the gateway',
  'sdk: slowed down',
  'sdk: slow socket resynced',
  'sdk: slow socket closed',
  'sdk: token renewed on a live socket',
  'sdk: token ran out',
  'sdk: holder lost with its token',
  'sdk: ninth socket replaced the oldest',
  'sdk: another tab told of a changed hold',
  'sdk: another tab told of an ended hold',
  'sdk: own hold shown ahead of the map',
  'sdk: gap mended',
  'sdk: map replaced after its shard was lost',
  // Several nodes
  'fault: carrierLoss',
  'fault: carrierRepeat',
  'fault: carrierLate',
  'cluster: forwarded command accepted',
  'cluster: forwarded command refused',
  'cluster: forwarded command sent on to the next owner',
  'cluster: repeated message dropped',
  'cluster: older message dropped',
  'cluster: late command dropped',
  'cluster: a map followed anew',
  'cluster: frame 6 for another node',
  'cluster: frame 9 for another node',
  'cluster: a followed event moved',
  'cluster: given to another node with live holds',
  'cluster: taken over from another node with live holds',
  'cluster: an event was moved',
  'cluster: a move was refused',
  'cluster: a drained node gave all its events away',
  'cluster: an owner was killed while others followed',
  'cluster: events went on while the carrier was away',
  'cluster: a client was sent elsewhere',
] as const;

export const sometimesNames: readonly string[] = [
  ...[...strikes, ...clusterStrikes].map((strike) => `fault: ${strike}`),
  ...situations,
];

export type Situation = (typeof situations)[number];

/** Which of them were met, and how often. */
export class Sometimes {
  readonly #counts = new Map<string, number>();

  hit(name: Situation): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  hitFault(fault: string): void {
    this.hit(`fault: ${fault}` as Situation);
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
