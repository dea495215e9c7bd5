import { OutcomeUnknown, type StoreStatement } from '../journal/faults.js';
import type {
  AppendOutcome,
  Claim,
  JournalStore,
  SealedBatch,
  StoredBatch,
  StoredBooking,
  StoredSnapshot,
} from '../journal/port.js';
import type { Sometimes } from './sometimes.js';
import type { World } from './world.js';

/** Made once: the stack of a broken connection tells nothing, and costs more than the statement. */
export const outcomeUnknown: { readonly [kind in StoreStatement['kind']]: OutcomeUnknown } = {
  append: new OutcomeUnknown('append'),
  claim: new OutcomeUnknown('claim'),
  rest: new OutcomeUnknown('rest'),
  saveSnapshot: new OutcomeUnknown('saveSnapshot'),
  read: new OutcomeUnknown('read'),
};

/** What befalls one statement. */
export interface StatementFate {
  /** On its way to the store. */
  readonly tripMs: number;
  /** It never arrives, or is refused: nothing is committed. */
  readonly error: Error | null;
  /** Its caller is told that the connection broke; the statement takes effect this much later all the same. */
  readonly lateMs: number | null;
  /** It takes effect, and then the connection breaks. */
  readonly answerLost: boolean;
}

/** A statement that has no answer yet, for a failover to break off. */
export interface UnderWay {
  /** The caller is told that the connection broke. */
  breakOff(): void;
  /** Rolled back: it will not take effect, unless it already has. */
  rolledBack: boolean;
}

export interface StoreWeather {
  fateOf(writes: boolean): StatementFate;
  readonly underWay: Set<UnderWay>;
}

/** An activation as the store granted it. */
export interface Granted {
  readonly eventId: string;
  readonly epoch: number;
  readonly rested: boolean;
  readonly atMs: number;
  /** Of the snapshot that it recovers from; 0: none. */
  snapshotSeq: number;
}

/**
 * The store as one node reaches it: statements take their time, break off, and take effect after their caller was told
 * that nobody knows. Answers reach the node through `deliver`, which waits while it is paused.
 */
export class StoreLink implements JournalStore {
  /** The newest activation of each event, by this node. */
  readonly granted = new Map<string, Granted>();
  /** Events between their grant and the end of reading their journal. */
  readonly recovering = new Set<string>();
  readonly #unknown = new WeakSet<SealedBatch>();

  constructor(
    private readonly store: JournalStore,
    private readonly world: World,
    private readonly weather: StoreWeather,
    private readonly sometimes: Sometimes,
    private readonly batchEntriesMax: number,
    private readonly deliver: (work: () => void) => void,
    private readonly hooks: {
      onHead(eventId: string, seq: number): void;
      onGranted(granted: Granted): void;
    },
  ) {}

  existing(eventIds: readonly string[]): Promise<readonly string[]> {
    return this.perform('read', () => this.store.existing(eventIds));
  }

  async claim(eventId: string, claimant: string, mayTakeOver: boolean): Promise<Claim> {
    const claim = await this.perform('claim', () => this.store.claim(eventId, claimant, mayTakeOver));
    if (claim.kind === 'granted') {
      const { grant } = claim;
      const granted = { eventId, epoch: grant.epoch, rested: grant.rested, atMs: this.world.nowMs, snapshotSeq: 0 };
      this.granted.set(eventId, granted);
      this.recovering.add(eventId);
      this.hooks.onGranted(granted);
    }
    return claim;
  }

  epochsOf(eventIds: readonly string[], owner: string): Promise<ReadonlyMap<string, number>> {
    return this.perform('read', () => this.store.epochsOf(eventIds, owner));
  }

  async snapshot(eventId: string): Promise<StoredSnapshot | null> {
    const snapshot = await this.perform('read', () => this.store.snapshot(eventId));
    const granted = this.granted.get(eventId);
    if (granted !== undefined) granted.snapshotSeq = snapshot?.seq ?? 0;
    this.sometimes.hit(snapshot === null ? 'recovery from change 1' : 'recovery from a snapshot');
    return snapshot;
  }

  async batches(eventId: string, afterSeq: number): Promise<readonly StoredBatch[]> {
    const batches = await this.perform('read', () => this.store.batches(eventId, afterSeq));
    this.recovering.delete(eventId);
    return batches;
  }

  batchAt(eventId: string, seq: number): Promise<StoredBatch | null> {
    return this.perform('read', () => this.store.batchAt(eventId, seq));
  }

  async append(batches: readonly SealedBatch[]): Promise<readonly AppendOutcome[]> {
    if (batches.length > 1) this.sometimes.hit('several events in one append');
    try {
      return await this.perform(
        'append',
        () => this.store.append(batches),
        (outcomes, late) => this.#observe(batches, outcomes, late),
      );
    } catch (error) {
      if (error instanceof OutcomeUnknown) for (const batch of batches) this.#unknown.add(batch);
      throw error;
    }
  }

  async saveSnapshot(eventId: string, snapshot: StoredSnapshot): Promise<boolean> {
    const kept = await this.perform('saveSnapshot', () => this.store.saveSnapshot(eventId, snapshot));
    if (kept) this.sometimes.hit('snapshot kept');
    return kept;
  }

  async rest(eventId: string, epoch: number, seq: number, next: string | null): Promise<boolean> {
    const rested = await this.perform('rest', () => this.store.rest(eventId, epoch, seq, next));
    this.sometimes.hit(rested ? 'came to rest' : 'rest refused after a new grant');
    return rested;
  }

  bookingOfHold(eventId: string, holderId: string, holdSeq: number): Promise<StoredBooking | null> {
    return this.perform('read', () => this.store.bookingOfHold(eventId, holderId, holdSeq));
  }

  bookingOfCommand(eventId: string, holderId: string, commandId: string): Promise<StoredBooking | null> {
    return this.perform('read', () => this.store.bookingOfCommand(eventId, holderId, commandId));
  }

  due(untilMs: number, limit: number, owner: string): Promise<readonly string[]> {
    return this.perform('read', () => this.store.due(untilMs, limit, owner));
  }

  /** What became of an append, at the moment it took effect. */
  #observe(batches: readonly SealedBatch[], outcomes: readonly AppendOutcome[], late: boolean): void {
    const { sometimes } = this;
    for (const batch of batches) {
      const outcome = outcomes.find(({ eventId }) => eventId === batch.eventId);
      if (outcome === undefined) continue;
      this.hooks.onHead(batch.eventId, outcome.seq);
      if (batch.lastSeq - batch.firstSeq + 1 >= this.batchEntriesMax) sometimes.hit('batch full');
      const known = !this.#unknown.has(batch);
      if (outcome.appended) {
        if (late) sometimes.hit('late append took effect');
        else if (!known) sometimes.hit('unknown commit had not committed');
      } else if (outcome.epoch > batch.epoch) {
        sometimes.hit(late ? 'late append refused after a new grant' : 'append fenced');
      } else if (outcome.seq === batch.lastSeq && !known && !late) {
        sometimes.hit('unknown commit had committed');
      }
    }
  }

  /** One statement, whatever it asks. */
  perform<T>(
    kind: StoreStatement['kind'],
    effect: () => Promise<T>,
    observe?: (value: T, late: boolean) => void,
  ): Promise<T> {
    const { world, weather } = this;
    const fate = weather.fateOf(kind !== 'read');
    return new Promise<T>((resolve, reject) => {
      const lost = (): void => this.deliver(() => reject(outcomeUnknown[kind]));
      const underWay: UnderWay = { breakOff: lost, rolledBack: false };
      weather.underWay.add(underWay);
      const take = (): void => {
        if (underWay.rolledBack) return;
        if (fate.error !== null) {
          const { error } = fate;
          weather.underWay.delete(underWay);
          this.deliver(() => reject(error));
          return;
        }
        effect().then(
          (value) => {
            weather.underWay.delete(underWay);
            observe?.(value, fate.lateMs !== null);
            if (fate.answerLost) lost();
            else this.deliver(() => resolve(value));
          },
          (error: unknown) => {
            weather.underWay.delete(underWay);
            this.deliver(() => reject(error));
          },
        );
      };
      if (fate.lateMs !== null) {
        world.after(fate.tripMs, lost);
        world.after(fate.tripMs + fate.lateMs, take);
      } else if (fate.tripMs > 0) {
        world.after(fate.tripMs, take);
      } else {
        take();
      }
    });
  }
}
