import { must } from '../lib/must.js';
import { isPlanted } from '../lib/planted.js';
import type { AcceptedBody } from '../protocol/down.js';
import { holdsOf } from '../seatmap/answer.js';
import type { Change } from '../seatmap/change.js';
import type { Identity } from '../seatmap/command.js';
import { decide } from '../seatmap/decide.js';
import { nextExpiry } from '../seatmap/next-expiry.js';
import type { Gate } from './gate.js';
import type { Ground } from './ground.js';
import type { Ledger } from './ledger.js';
import type { CommandMail, Mail, MyHoldsMail } from './mail.js';
import { refuse } from './refusals.js';
import { Offers } from './offers.js';

/**
 * Decides mails, one at a time, on what the ledger knows. Changes go into the ledger; what is to be said of them, and of
 * everything else, goes into the gate.
 */
export class Decider {
  #deciding: Mail | null = null;
  readonly #offers: Offers;

  constructor(
    readonly ledger: Ledger,
    private readonly gate: Gate,
    private readonly ground: Pick<Ground, 'limits' | 'counters' | 'outbox'>,
    /** The ledger has something to seal. */
    private readonly onRecorded: () => void,
  ) {
    this.#offers = new Offers(ground.limits);
  }

  /** The mail that is out of the mailbox and not yet in the gate: where something throws, it is the one that has no answer. */
  get deciding(): Mail | null {
    return this.#deciding;
  }

  /** Whether the open batch and the gate take another decision. */
  get hasRoom(): boolean {
    return this.ledger.hasRoom && this.gate.length < this.ground.limits.gateOutputsMax;
  }

  /** Time decides inside the operation: what is due ends before anything else is decided. False: more is due than fits. */
  endDue(nowMs: number): boolean {
    const { ledger } = this;
    const untilMs = isPlanted('hold-ends-early') ? nowMs + 1 : nowMs;
    for (let ended = 0; ledger.nextDeadlineMs <= untilMs; ended += 1) {
      if (ended >= this.ground.limits.expiriesPerTurnMax || !this.hasRoom) return false;
      this.record(must(nextExpiry(ledger.map, untilMs), 'a hold that is due'), null);
      this.ground.counters.holdsExpired += 1;
    }
    return true;
  }

  /** Call when everything that is due at `nowMs` has ended. */
  handle(mail: Mail, nowMs: number): void {
    this.#deciding = mail;
    if (mail.kind === 'command') this.#command(mail, nowMs);
    else this.#read(mail, nowMs);
    this.#deciding = null;
  }

  /** A change becomes part of the state, of the open batch and of what the gate holds back. */
  record(change: Change, mail: CommandMail | null): void {
    const seqDecided = this.ledger.record(change);
    this.gate.hold({ kind: 'change', seqDecided, change, mail });
    if (isPlanted('publish-before-commit')) this.#publish(change, seqDecided);
    this.onRecorded();
  }

  #command(mail: CommandMail, nowMs: number): void {
    const { map, ids } = this.ledger;
    const { identity } = mail.command;
    const known = ids.find(identity.holderId, identity.commandId);
    if (known >= 0) {
      if (ids.payloadHashAt(known) === identity.payloadHash) this.#repeat(mail, ids.seqAt(known));
      else this.#mismatch(mail);
      return;
    }
    this.ground.counters.commandsDecided += 1;
    const decision = decide(map, mail.command, nowMs);
    switch (decision.kind) {
      case 'accepted':
        this.record(decision.change, mail);
        return;
      case 'already':
        this.#repeat(mail, decision.seq);
        return;
      case 'rejected': {
        const rejection = this.#offers.complete(map, mail.command, decision.rejection, nowMs);
        if (isPlanted('refusal-remembered')) this.#rememberRefused(identity);
        if (isPlanted('ungated-refusal')) return refuse(this.ground.outbox, mail, rejection);
        this.gate.hold({ kind: 'rejected', seqDecided: map.seq, mail, rejection });
      }
    }
  }

  #repeat(mail: CommandMail, seq: number): void {
    if (isPlanted('ungated-repeat') && seq > this.ledger.seqCommitted) return this.#answerAtOnce(mail, seq, {});
    this.gate.hold({ kind: 'repeat', seqDecided: this.ledger.map.seq, mail, seq });
  }

  #mismatch(mail: CommandMail): void {
    const { commandId } = mail.command.identity;
    const message = `Cannot take the command as its commandId was used with another payload: commandId is ${commandId}`;
    const rejection = { code: 'idempotency_mismatch', message } as const;
    this.gate.hold({ kind: 'rejected', seqDecided: this.ledger.map.seq, mail, rejection });
  }

  #read(mail: Exclude<Mail, CommandMail>, atMs: number): void {
    if (mail.kind === 'myHolds') {
      const { map } = this.ledger;
      const body = holdsOf(map, mail.holderId, atMs);
      if (isPlanted('ungated-my-holds')) return this.#answerAtOnce(mail, map.seq, body);
      this.gate.hold({ kind: 'holds', seqDecided: map.seq, mail, body, epoch: map.epoch, atMs });
    } else {
      // Rests on nothing that is open; it stands in line so that it waits for the lease like all else.
      this.gate.hold({ kind: 'read', seqDecided: this.gate.seqDecided, mail });
    }
  }

  // ── what planted bugs do ──

  #publish(change: Change, seq: number): void {
    this.ledger.view.commit(change, this.ledger.epoch, seq);
    this.ledger.view.committed();
  }

  #answerAtOnce({ correlation, reqId }: CommandMail | MyHoldsMail, seq: number, body: AcceptedBody): void {
    this.ground.outbox.answer(correlation, [4, reqId, [this.ledger.epoch, seq], body]);
  }

  #rememberRefused({ holderId, commandId, payloadHash }: Identity): void {
    this.ledger.ids.remember(holderId, commandId, payloadHash, this.ledger.map.seq, 0, false, () => false);
  }
}
