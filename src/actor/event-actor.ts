import type { Appender, LostReason } from '../journal/committer.js';
import type { SealedBatch } from '../journal/port.js';
import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import { turnOver } from '../lib/timers.js';
import type { AcceptedFrame, AreaCounts, RejectedFrame } from '../protocol/down.js';
import { DeadlineReminder } from './deadline-reminder.js';
import { Decider } from './decider.js';
import { emit } from './emit.js';
import { Gate } from './gate.js';
import type { Ground } from './ground.js';
import { Ledger } from './ledger.js';
import { type CommandMail, type Mail, mailClassOf, type Waiting } from './mail.js';
import { Mailbox } from './mailbox.js';
import { type Recovered, recover } from './recovery.js';
import { busy, refuse, unavailable, unknownEvent } from './refusals.js';
import { Repeats } from './repeats.js';
import { Snapshots } from './snapshots.js';
import { assertTransition, type Stage } from './stage.js';
import type { SeatCounts } from './view.js';

/** What an operator sees of an actor. Counts are those of the published map. */
export interface ActorDescription {
  readonly epoch: number;
  readonly seqDecided: number;
  readonly seqCommitted: number;
  readonly seqPublished: number;
  readonly counts: SeatCounts;
  readonly areas: readonly AreaCounts[];
  readonly mailbox: number;
  readonly gate: number;
}

/** How an activation ended, for whoever started it. Undecided mail may be given to the next activation. */
export type Ending = {
  readonly reason: 'rested' | 'unknown_event' | 'failed' | LostReason;
  readonly undecided: readonly Waiting[];
};

/**
 * One event's single writer, for the length of one activation (one epoch).
 *
 *     submit ─► mailbox ─► turn: end what is due ─► decide ─► apply ─► batch ─┐
 *                                                      │                      ├─ committer ─► journal
 *                                                      └─► gate ◄── committed ┘
 *                                                           └─► answers, view
 *
 * seqDecided (map.seq) ≥ seqCommitted ≥ seqPublished (view.position). Whatever throws here ends the activation: its memory is
 * dropped, what it had not answered is `unavailable`, and a new activation reads the journal.
 */
export class EventActor implements Appender {
  #stage: Stage = 'activating';
  /** From the activation's start to its end. */
  #decider: Decider | null = null;
  readonly #mailbox: Mailbox<Waiting>;
  readonly #gate = new Gate();
  #turnIsComing = false;
  readonly #repeats: Repeats;
  readonly #snapshots: Snapshots;
  readonly #reminder: DeadlineReminder;
  /** Resolves when the activation serves or has ended. */
  readonly activated: Promise<void>;
  #onActivated: () => void = () => undefined;
  /** Actor time of the last mail: how long nobody has asked. */
  lastMailMs: number;

  constructor(
    readonly eventId: string,
    private readonly ground: Ground,
    private readonly onEnded: (actor: EventActor, ending: Ending) => void,
  ) {
    this.#mailbox = new Mailbox(ground.limits.mailboxCommandsMax);
    this.#reminder = new DeadlineReminder(ground.time, ground.timers, () => this.wake());
    this.#snapshots = new Snapshots(eventId, ground.store, ground.limits.snapshotEveryChanges, ground.log);
    this.#repeats = new Repeats(eventId, ground, (mail, frame) => this.#answerRebuilt(mail, frame));
    this.lastMailMs = ground.time.nowMs();
    this.activated = new Promise((resolve) => {
      this.#onActivated = resolve;
    });
  }

  /** For operators; null while it is not awake. */
  describe(): ActorDescription | null {
    if (this.#decider === null) return null;
    const { ledger } = this.#decider;
    ledger.view.publishNow();
    return {
      epoch: ledger.epoch,
      seqDecided: ledger.map.seq,
      seqCommitted: ledger.seqCommitted,
      seqPublished: ledger.view.position[1],
      counts: ledger.view.counts(),
      areas: ledger.view.areaCounts(),
      mailbox: this.#mailbox.length,
      gate: this.#gate.length,
    };
  }

  /** What waits here: commands not yet decided, answers not yet committed. */
  get backlog(): { mailbox: number; gate: number } {
    return { mailbox: this.#mailbox.length, gate: this.#gate.length };
  }

  /** Raises the epoch, reads the journal, serves what waits. Never rejects: a failure is an ending. */
  async activate(): Promise<void> {
    const { store, limits, random, makeView, timers } = this.ground;
    try {
      const grant = await store.activate(this.eventId, this.ground.owner);
      if (grant === null) {
        this.#end('unknown_event');
        return;
      }
      const seed = random.below(2 ** 31);
      const options = { ...limits, seed, makeView, breathe: () => turnOver(timers) };
      const recovered = await recover(store, this.eventId, grant, options);
      if (this.#stage !== 'activating') return;
      this.#guard(() => this.#enter(recovered, grant.epoch, grant.rested));
    } catch (error) {
      this.ground.log.error(
        { error, eventId: this.eventId },
        'Cannot activate the event; it is tried again when asked for',
      );
      this.#end('failed');
    }
  }

  #enter(recovered: Recovered, epoch: number, rested: boolean): void {
    const ledger = new Ledger(this.eventId, epoch, recovered, this.ground.limits);
    const decider = new Decider(ledger, this.#gate, this.ground, () => this.ground.committer.wake(this));
    this.#decider = decider;
    this.#snapshots.keptSeq = recovered.snapshotSeq;
    this.#become('active');
    if (!rested && recovered.map.claims.holdCount > 0 && !isPlanted('deadlines-not-raised')) {
      const nowMs = this.#nowMs(ledger);
      decider.record(
        { kind: 'DeadlinesRaised', atMs: nowMs, untilMs: nowMs + this.ground.limits.recoveryGraceMs },
        null,
      );
    }
    this.#turn();
  }

  /** Takes a mail in, or refuses it. `sinceMs`: it has waited elsewhere before. */
  submit(mail: Mail, sinceMs?: number): void {
    this.lastMailMs = this.ground.time.nowMs();
    const decider = this.#decider;
    if (this.#stage === 'stopped') {
      refuse(this.ground.outbox, mail, unavailable);
    } else if (this.#stage === 'active' && this.#mailbox.length === 0 && decider?.hasRoom === true) {
      this.#guard(() => {
        const nowMs = this.#nowMs(decider.ledger);
        if (isPlanted('timer-only-expiry') || decider.endDue(nowMs)) decider.handle(mail, nowMs);
        else this.#offer(mail, this.lastMailMs);
        this.#afterTurn();
      });
    } else {
      this.#offer(mail, sinceMs ?? this.lastMailMs);
    }
  }

  #offer(mail: Mail, sinceMs: number): void {
    if (!this.#mailbox.offer({ mail, sinceMs }, mailClassOf(mail))) refuse(this.ground.outbox, mail, busy);
  }

  /** The lease was renewed: answers that waited for it may leave, and make room for what waits behind them. */
  leaseRenewed(): void {
    if (this.#stage === 'active') this.#guard(() => this.#releaseAndTurn());
  }

  /** Time passed: ends the holds that are due, even when nobody asks. */
  wake(): void {
    if (this.#stage === 'active') this.#guard(() => this.#turn());
  }

  /** Nothing waits here, so this activation could come to rest. */
  get isQuiet(): boolean {
    return (
      this.#stage === 'active' && this.#mailbox.length === 0 && this.#gate.length === 0 && this.#repeats.underWay === 0
    );
  }

  /** Comes to rest in order: the next activation then knows that nothing was lost. */
  async rest(): Promise<void> {
    assert(this.isQuiet, `Cannot rest as something waits: eventId is ${this.eventId}`);
    const { map, ids, epoch } = this.#mustDecider().ledger;
    this.#become('resting');
    try {
      await this.#snapshots.last(map, ids, epoch);
      await this.ground.store.rest(this.eventId, epoch, map.seq);
    } catch (error) {
      this.ground.log.warn(
        { error, eventId: this.eventId },
        'Cannot bring the event to rest as Postgres does not answer; it stays',
      );
      if (this.#stage === 'resting') {
        // Others have their turn before it is tried again.
        this.lastMailMs = this.ground.time.nowMs();
        this.#become('active');
        this.#guard(() => this.#turn());
      }
      return;
    }
    if (this.#stage === 'resting') this.#end('rested');
  }

  /** Drops this activation as a crash would. */
  crash(error: unknown): void {
    this.ground.log.error(
      { error, eventId: this.eventId },
      'An actor broke an invariant; it is dropped and recovered from the journal',
    );
    this.#end('failed');
  }

  // ── the turn ──

  #turn(): void {
    const decider = this.#mustDecider();
    while (decider.hasRoom) {
      // One reading of the clock for both: between two, a hold could fall due that was not ended.
      const nowMs = this.#nowMs(decider.ledger);
      if (!decider.endDue(nowMs)) break;
      const waiting = this.#mailbox.shift();
      if (waiting === undefined) break;
      const waitedMs = this.ground.time.nowMs() - waiting.sinceMs;
      // Else its asker was told `unavailable` long ago: what was never decided has no effect.
      if (waitedMs < this.ground.limits.answerTimeoutMs) decider.handle(waiting.mail, nowMs);
      else refuse(this.ground.outbox, waiting.mail, unavailable);
    }
    this.#afterTurn();
  }

  /** What the turn has left over gets another one; without room it comes with the next batch, the commit, or the lease. */
  #afterTurn(): void {
    this.#release();
    const { hasRoom, ledger } = this.#mustDecider();
    if (!hasRoom) return;
    if (this.#mailbox.length > 0 || ledger.nextDeadlineMs <= this.#nowMs(ledger)) this.#turnSoon();
    else this.#reminder.set(ledger.nextDeadlineMs);
  }

  #turnSoon(): void {
    if (this.#turnIsComing) return;
    this.#turnIsComing = true;
    this.ground.timers.soon(() => {
      this.#turnIsComing = false;
      this.wake();
    });
  }

  // ── the journal ──

  seal(): SealedBatch | null {
    let sealed: SealedBatch | null = null;
    this.#guard(() => {
      sealed = this.#seal();
    });
    return sealed;
  }

  #seal(): SealedBatch | null {
    if (this.#decider === null) return null;
    const { ledger } = this.#decider;
    const sealed = ledger.seal();
    if (sealed === null) return null;
    this.#snapshots.cutIfDue(ledger.map, ledger.ids, ledger.epoch);
    // The batch that begins has room again: it fills while this one is in flight.
    if (this.#mailbox.length > 0) this.#turnSoon();
    return sealed;
  }

  onCommitted(batch: SealedBatch): void {
    const ledger = this.#decider?.ledger;
    if (ledger?.isInFlight(batch) !== true) return;
    this.#guard(() => {
      ledger.committed();
      this.#snapshots.committed(ledger.seqCommitted);
      this.#releaseAndTurn();
    });
  }

  onLost(batch: SealedBatch, reason: LostReason): void {
    if (this.#decider?.ledger.isInFlight(batch) !== true) return;
    const fields = { eventId: this.eventId, reason, firstSeq: batch.firstSeq, lastSeq: batch.lastSeq };
    if (reason === 'store_lost_commits') {
      this.ground.log.error(
        fields,
        'Postgres has lost commits that were acknowledged: the event stops; restore the database before it sells again',
      );
    } else if (reason !== 'closed') {
      this.ground.log.error(
        fields,
        'A batch will never commit: the activation ends and what it had not answered is unknown',
      );
    }
    this.#end(reason);
  }

  // ── the gate ──

  #releaseAndTurn(): void {
    this.#release();
    this.#turn();
  }

  /** Lets out what rests on committed changes only, as long as this node may answer. */
  #release(): void {
    const { ledger } = this.#mustDecider();
    if (!this.ground.time.mayAnswer()) return;
    const nowMs = this.#nowMs(ledger);
    const { seqCommitted } = ledger;
    let changes = 0;
    for (let output = this.#gate.next(seqCommitted); output !== undefined; output = this.#gate.next(seqCommitted)) {
      if (output.kind === 'change') changes += 1;
      if (output.kind === 'repeat') this.#repeats.answer(output, ledger.map);
      else emit(this.ground.outbox, this.eventId, ledger, output, nowMs);
      this.#gate.left();
    }
    if (changes > 0) ledger.view.committed();
  }

  /** The time left that the frame speaks of may rest on a change that is not committed yet: back to the gate. */
  #answerRebuilt(mail: CommandMail, frame: AcceptedFrame | RejectedFrame): void {
    const decider = this.#decider;
    if (decider === null) {
      refuse(this.ground.outbox, mail, unavailable);
      return;
    }
    this.#guard(() => {
      this.#gate.hold({ kind: 'rebuilt', seqDecided: decider.ledger.map.seq, mail, frame });
      this.#release();
    });
  }

  // ── its life ──

  /** Actor time, which never lies below the last change. */
  #nowMs({ map }: Ledger): number {
    return Math.max(this.ground.time.nowMs(), map.atMs);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.crash(error);
    }
  }

  #become(stage: Stage): void {
    assertTransition(this.#stage, stage, this.eventId);
    this.#stage = stage;
    this.#onActivated();
  }

  #end(reason: Ending['reason']): void {
    if (this.#stage === 'stopped') return;
    this.#become('stopped');
    this.#reminder.cancel();
    const { outbox } = this.ground;
    for (const output of this.#gate.drain()) {
      const { mail } = output;
      if (isPlanted('gate-drained-as-accepted') && output.kind === 'change')
        emit(outbox, this.eventId, this.#mustDecider().ledger, output, this.ground.time.nowMs());
      else if (mail !== null) refuse(outbox, mail, unavailable);
    }
    // Not for the next activation: it may be what this one broke on.
    const deciding = this.#decider?.deciding ?? null;
    if (deciding !== null) refuse(outbox, deciding, unavailable);
    this.#decider?.ledger.view.close();
    this.#decider = null;
    const undecided = this.#mailbox.drain();
    if (reason === 'unknown_event') {
      for (const { mail } of undecided) refuse(outbox, mail, unknownEvent(this.eventId));
      this.onEnded(this, { reason, undecided: [] });
      return;
    }
    this.onEnded(this, { reason, undecided });
  }

  #mustDecider(): Decider {
    return must(this.#decider, `the state of event ${this.eventId}`);
  }
}
