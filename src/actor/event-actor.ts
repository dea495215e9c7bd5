import type { Appender, LostReason } from '../journal/committer.js';
import type { SealedBatch } from '../journal/port.js';
import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import type { AcceptedFrame, RejectedFrame } from '../protocol/down.js';
import { holdsOf } from '../seatmap/answer.js';
import type { Change } from '../seatmap/change.js';
import { decide } from '../seatmap/decide.js';
import { nextExpiry } from '../seatmap/next-expiry.js';
import { DeadlineReminder } from './deadline-reminder.js';
import { emit } from './emit.js';
import { Gate } from './gate.js';
import type { Ground } from './ground.js';
import { Ledger } from './ledger.js';
import { type CommandMail, type Mail, mailClassOf } from './mail.js';
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
  readonly mailbox: number;
  readonly gate: number;
}

/** How an activation ended, for whoever started it. Undecided mail may be given to the next activation. */
export type Ending = {
  readonly reason: 'rested' | 'unknown_event' | 'failed' | LostReason;
  readonly undecided: readonly Waiting[];
};

/** A mail that was not decided yet, and since when (actor time) its asker has waited. */
export interface Waiting {
  readonly mail: Mail;
  readonly sinceMs: number;
}

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
  #ledger: Ledger | null = null;
  readonly #mailbox: Mailbox<Waiting>;
  readonly #gate = new Gate();
  /** Out of the mailbox and not yet in the gate. */
  #deciding: Mail | null = null;
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

  get stage(): Stage {
    return this.#stage;
  }

  /** For operators; null while it is not awake. */
  describe(): ActorDescription | null {
    const ledger = this.#ledger;
    if (ledger === null) return null;
    return {
      epoch: ledger.epoch,
      seqDecided: ledger.map.seq,
      seqCommitted: ledger.seqCommitted,
      seqPublished: ledger.view.position[1],
      counts: ledger.view.counts(),
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
    const { store, limits, random, makeView } = this.ground;
    try {
      const grant = await store.activate(this.eventId, this.ground.owner);
      if (grant === null) {
        this.#end('unknown_event');
        return;
      }
      const recovered = await recover(store, this.eventId, grant, { ...limits, seed: random.below(2 ** 31), makeView });
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
    this.#ledger = new Ledger(this.eventId, epoch, recovered, this.ground.limits);
    this.#snapshots.keptSeq = recovered.snapshotSeq;
    this.#become('active');
    if (!rested && recovered.map.counts.held > 0) {
      const nowMs = this.#nowMs();
      this.#record({ kind: 'DeadlinesRaised', atMs: nowMs, untilMs: nowMs + this.ground.limits.recoveryGraceMs }, null);
    }
    this.#turn();
  }

  /** Takes a mail in, or refuses it. `sinceMs`: it has waited elsewhere before. */
  submit(mail: Mail, sinceMs?: number): void {
    this.lastMailMs = this.ground.time.nowMs();
    if (this.#stage === 'stopped') {
      refuse(this.ground.outbox, mail, unavailable);
    } else if (this.#stage === 'active' && this.#mailbox.length === 0 && this.#hasRoom()) {
      this.#guard(() => {
        const nowMs = this.#nowMs();
        if (this.#endDue(nowMs)) this.#handle(mail, nowMs);
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
    const { map, ids, epoch } = this.#mustLedger();
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
    while (this.#hasRoom()) {
      // One reading of the clock for both: between two, a hold could fall due that was not ended.
      const nowMs = this.#nowMs();
      if (!this.#endDue(nowMs)) break;
      const waiting = this.#mailbox.shift();
      if (waiting === undefined) break;
      const waitedMs = this.ground.time.nowMs() - waiting.sinceMs;
      // Else its asker was told `unavailable` long ago: what was never decided has no effect.
      if (waitedMs < this.ground.limits.answerTimeoutMs) this.#handle(waiting.mail, nowMs);
      else refuse(this.ground.outbox, waiting.mail, unavailable);
    }
    this.#afterTurn();
  }

  /** Call when everything that is due at `nowMs` has ended. */
  #handle(mail: Mail, nowMs: number): void {
    this.#deciding = mail;
    if (mail.kind === 'command') this.#command(mail, nowMs);
    else this.#read(mail, nowMs);
    this.#deciding = null;
  }

  #read(mail: Exclude<Mail, CommandMail>, atMs: number): void {
    if (mail.kind === 'myHolds') {
      const { map } = this.#mustLedger();
      this.#gate.hold({ kind: 'holds', seqDecided: map.seq, mail, body: holdsOf(map, mail.holderId, atMs), atMs });
    } else {
      // Rests on nothing that is open; it stands in line so that it waits for the lease like all else.
      this.#gate.hold({ kind: 'read', seqDecided: this.#gate.seqDecided, mail });
    }
  }

  #command(mail: CommandMail, nowMs: number): void {
    const { map, ids } = this.#mustLedger();
    const { identity } = mail.command;
    const known = ids.find(identity.holderId, identity.commandId);
    if (known >= 0) {
      if (ids.payloadHashAt(known) === identity.payloadHash) {
        this.#repeat(mail, ids.seqAt(known));
      } else {
        this.#gate.hold({
          kind: 'rejected',
          seqDecided: map.seq,
          mail,
          rejection: {
            code: 'idempotency_mismatch',
            message: `Cannot take the command as its commandId was used with another payload: commandId is ${identity.commandId}`,
          },
        });
      }
      return;
    }
    this.ground.counters.commandsDecided += 1;
    const decision = decide(map, mail.command, nowMs);
    switch (decision.kind) {
      case 'accepted':
        this.#record(decision.change, mail);
        return;
      case 'already':
        this.#repeat(mail, decision.seq);
        return;
      case 'rejected':
        this.#gate.hold({ kind: 'rejected', seqDecided: map.seq, mail, rejection: decision.rejection });
    }
  }

  #repeat(mail: CommandMail, seq: number): void {
    this.#gate.hold({ kind: 'repeat', seqDecided: this.#mustLedger().map.seq, mail, seq });
  }

  /** The time left that the frame speaks of may rest on a change that is not committed yet: back to the gate. */
  #answerRebuilt(mail: CommandMail, frame: AcceptedFrame | RejectedFrame): void {
    const ledger = this.#ledger;
    if (ledger === null) {
      refuse(this.ground.outbox, mail, unavailable);
      return;
    }
    this.#guard(() => {
      this.#gate.hold({ kind: 'rebuilt', seqDecided: ledger.map.seq, mail, frame });
      this.#release();
    });
  }

  /** A change becomes part of the state, of the open batch and of what the gate holds back. */
  #record(change: Change, mail: CommandMail | null): void {
    const seqDecided = this.#mustLedger().record(change);
    this.#gate.hold({ kind: 'change', seqDecided, change, mail });
    this.ground.committer.wake(this);
  }

  /** Time decides inside the operation: what is due ends before anything else is decided. False: more is due than fits. */
  #endDue(nowMs: number): boolean {
    const ledger = this.#mustLedger();
    for (let ended = 0; ledger.nextDeadlineMs <= nowMs; ended += 1) {
      if (ended >= this.ground.limits.expiriesPerTurnMax || !this.#hasRoom()) return false;
      this.#record(must(nextExpiry(ledger.map, nowMs), 'a hold that is due'), null);
      this.ground.counters.holdsExpired += 1;
    }
    return true;
  }

  /** What the turn has left over gets another one; without room it comes with the commit, or with the lease. */
  #afterTurn(): void {
    this.#release();
    const ledger = this.#mustLedger();
    if (this.#stage !== 'active' || !this.#hasRoom()) return;
    if (this.#mailbox.length > 0 || ledger.nextDeadlineMs <= this.#nowMs()) this.#turnSoon();
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
    const ledger = this.#ledger;
    const sealed = ledger?.seal() ?? null;
    if (ledger !== null && sealed !== null) this.#snapshots.cutIfDue(ledger.map, ledger.ids, ledger.epoch);
    return sealed;
  }

  onCommitted(batch: SealedBatch): void {
    const ledger = this.#ledger;
    if (ledger === null || !ledger.isInFlight(batch)) return;
    this.#guard(() => {
      ledger.committed();
      this.#snapshots.committed(ledger.seqCommitted);
      this.#releaseAndTurn();
    });
  }

  onLost(batch: SealedBatch, reason: LostReason): void {
    if (this.#ledger?.isInFlight(batch) !== true) return;
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
    const ledger = this.#mustLedger();
    if (!this.ground.time.mayAnswer()) return;
    const nowMs = this.#nowMs();
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

  #hasRoom(): boolean {
    return this.#mustLedger().hasRoom && this.#gate.length < this.ground.limits.gateOutputsMax;
  }

  #nowMs(): number {
    return Math.max(this.ground.time.nowMs(), this.#mustLedger().map.atMs);
  }

  // ── its life ──

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
    for (const { mail } of this.#gate.drain()) {
      if (mail !== null) refuse(outbox, mail, unavailable);
    }
    // Not for the next activation: it may be what this one broke on.
    if (this.#deciding !== null) refuse(outbox, this.#deciding, unavailable);
    this.#ledger?.view.close();
    this.#ledger = null;
    const undecided = this.#mailbox.drain();
    if (reason === 'unknown_event') {
      for (const { mail } of undecided) refuse(outbox, mail, unknownEvent(this.eventId));
      this.onEnded(this, { reason, undecided: [] });
      return;
    }
    this.onEnded(this, { reason, undecided });
  }

  #mustLedger(): Ledger {
    return must(this.#ledger, `the state of event ${this.eventId}`);
  }
}
