import type { Appender, LostReason } from '../journal/committer.js';
import type { SealedBatch } from '../journal/port.js';
import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import type { AcceptedFrame, RejectedFrame } from '../protocol/down.js';
import { activate } from './activation.js';
import { comeToRest } from './coming-to-rest.js';
import { copyAhead } from './copy-ahead.js';
import { DeadlineReminder } from './deadline-reminder.js';
import { Decider } from './decider.js';
import { type ActorDescription, describeActor } from './description.js';
import type { Ending } from './ending.js';
import { emit } from './emit.js';
import { Gate } from './gate.js';
import type { Ground } from './ground.js';
import { Ledger } from './ledger.js';
import { type CommandMail, type Mail, mailClassOf, type Waiting } from './mail.js';
import { Mailbox } from './mailbox.js';
import type { Recovered } from './recovery.js';
import { busy, refuse, unavailable, unknownEvent } from './refusals.js';
import { Repeats } from './repeats.js';
import { Snapshots } from './snapshots.js';
import { assertTransition, type Stage } from './stage.js';

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
  #onLeft: () => void = () => undefined;
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
    return this.#decider === null ? null : describeActor(this.#decider.ledger, this.backlog);
  }

  /** What waits here: commands not yet decided, answers not yet committed. */
  get backlog(): { mailbox: number; gate: number } {
    return { mailbox: this.#mailbox.length, gate: this.#gate.length };
  }

  /** Raises the epoch, reads the journal, serves what waits. Never rejects: a failure is an ending. */
  async activate(): Promise<void> {
    const activation = await activate(this.eventId, this.ground);
    if (this.#stage !== 'activating') return;
    if (activation.kind === 'denied') this.#end(activation.reason, activation.owner);
    else this.#guard(() => this.#enter(activation.recovered, activation.epoch, activation.rested));
  }

  #enter(recovered: Recovered, epoch: number, rested: boolean): void {
    const ledger = new Ledger(this.eventId, epoch, recovered, this.ground.limits);
    const decider = new Decider(ledger, this.#gate, this.ground, () => this.ground.committer.wake(this));
    this.#decider = decider;
    this.#snapshots.keptSeq = recovered.snapshotSeq;
    this.#become('active');
    ledger.view.recovered();
    const isPlanned = rested && !isPlanted('deadlines-raised-at-handover');
    if (!isPlanned && recovered.map.claims.holdCount > 0 && !isPlanted('deadlines-not-raised')) {
      const atMs = this.#nowMs(ledger);
      const untilMs = atMs + this.ground.limits.recoveryGraceMs;
      decider.record({ kind: 'DeadlinesRaised', atMs, untilMs }, null);
    }
    this.#turn();
  }

  /** Takes a mail in, or refuses it. `sinceMs`: it has waited elsewhere before. */
  submit(mail: Mail, sinceMs = this.ground.time.nowMs()): void {
    this.lastMailMs = this.ground.time.nowMs();
    const decider = this.#decider;
    if (this.#stage === 'stopped') {
      refuse(this.ground.outbox, mail, unavailable);
    } else if (this.#stage === 'active' && this.#mailbox.length === 0 && decider?.hasRoom === true) {
      this.#guard(() => {
        const nowMs = this.#nowMs(decider.ledger);
        if (isPlanted('timer-only-expiry') || decider.endDue(nowMs)) decider.handle(mail, nowMs);
        else this.#offer(mail, sinceMs);
        this.#afterTurn();
      });
    } else {
      this.#offer(mail, sinceMs);
    }
  }

  #offer(mail: Mail, sinceMs: number): void {
    if (!this.#mailbox.offer({ mail, sinceMs }, mailClassOf(mail))) refuse(this.ground.outbox, mail, busy);
  }

  /** The lease was renewed: answers that waited for it may leave, and make room for what waits behind them. */
  leaseRenewed(): void {
    if (this.#stage === 'active' || this.#stage === 'leaving') this.#guard(() => this.#releaseAndTurn());
  }

  /** Time passed: ends the holds that are due, even when nobody asks. */
  wake(): void {
    if (this.#stage === 'active') this.#guard(() => this.#turn());
  }

  /** Whoever watches goes on from the map as it is published now: it comes from another node's. */
  showMap(): void {
    this.#decider?.ledger.view.recovered();
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
    this.#become('resting');
    await this.#rest(null);
  }

  /**
   * Gives the event to `next`, an incarnation: takes nothing up any more, waits until what was decided is committed and
   * answered, comes to rest, and leaves its mail to the next. It stays here where that takes longer than the limit.
   */
  async handOver(next: string): Promise<void> {
    if (this.#stage !== 'active') return;
    const copied = copyAhead(this.#mustDecider().ledger, this.#snapshots, this.ground);
    if (copied !== null) await copied;
    if (!this.#is('active')) return;
    this.#become('leaving');
    this.#reminder.cancel();
    const timer = this.ground.timers.after(this.ground.limits.handoverMaxMs, () => this.#stayHere());
    await new Promise<void>((resolve) => {
      this.#onLeft = resolve;
      this.#leaveIfSettled();
    });
    timer.cancel();
    if (this.#is('resting')) await this.#rest(next);
  }

  #leaveIfSettled(): void {
    const waits = this.#gate.length > 0 && !isPlanted('handover-before-commit');
    if (this.#stage !== 'leaving' || waits || this.#repeats.underWay > 0) return;
    this.#become('resting');
    this.#onLeft();
  }

  #stayHere(): void {
    if (this.#stage !== 'leaving') return;
    this.ground.log.warn({ eventId: this.eventId }, 'Cannot hand the event over as commits take too long; it stays');
    this.#onLeft();
    this.#goOn();
  }

  async #rest(next: string | null): Promise<void> {
    const outcome = await comeToRest(this.#mustDecider().ledger, next, this.#snapshots, this.ground);
    if (!this.#is('resting')) return;
    if (outcome === 'unknown') this.#end('failed');
    else if (outcome === 'awake') this.#goOn();
    else if (next === null) this.#end('rested');
    else this.#end('owned', next);
  }

  #goOn(): void {
    // Others have their turn before it is tried again.
    this.lastMailMs = this.ground.time.nowMs();
    this.#become('active');
    this.#guard(() => this.#releaseAndTurn());
  }

  /** The event's epoch, where this activation serves it. */
  get epoch(): number | null {
    return this.#decider?.ledger.epoch ?? null;
  }

  /** Another node has the event: nothing that waits here may leave. */
  lose(): void {
    this.#end('fenced');
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
    if (this.#stage !== 'active') return;
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
    this.#snapshots.cutIfDue(ledger);
    // The batch that begins has room again: it fills while this one is in flight.
    if (this.#mailbox.length > 0) this.#turnSoon();
    return sealed;
  }

  onCommitted(batch: SealedBatch): void {
    const ledger = this.#decider?.ledger;
    if (ledger?.isInFlight(batch) !== true) return;
    this.#guard(() => {
      ledger.committed();
      this.#snapshots.committed(ledger);
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
    this.#leaveIfSettled();
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

  #is(stage: Stage): boolean {
    return this.#stage === stage;
  }

  #become(stage: Stage): void {
    assertTransition(this.#stage, stage, this.eventId);
    this.#stage = stage;
    this.#onActivated();
  }

  #end(reason: Ending['reason'], owner: string | null = null): void {
    if (this.#stage === 'stopped') return;
    this.#become('stopped');
    this.#reminder.cancel();
    this.#onLeft();
    const { outbox } = this.ground;
    for (const output of this.#gate.drain()) {
      const { mail } = output;
      const isLeaving = owner !== null && isPlanted('handover-before-commit');
      if ((isPlanted('gate-drained-as-accepted') || isLeaving) && output.kind === 'change')
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
      this.onEnded(this, { reason, undecided: [], owner });
      return;
    }
    this.onEnded(this, { reason, undecided, owner });
  }

  #mustDecider(): Decider {
    return must(this.#decider, `the state of event ${this.eventId}`);
  }
}
