import { decodeBatch } from '../journal/batch.js';
import type { Entry } from '../journal/entry.js';
import { isPlanted } from '../lib/planted.js';
import type { AcceptedFrame, RejectedFrame } from '../protocol/down.js';
import type { Position } from '../protocol/up.js';
import { acceptedBody } from '../seatmap/answer.js';
import type { SeatMap } from '../seatmap/seat-map.js';
import type { CommandMail } from './mail.js';
import type { RepeatOutput } from './gate.js';
import type { Ground } from './ground.js';
import { rejectedFrame, unavailable } from './refusals.js';
import type { Rejection } from '../seatmap/command.js';

/**
 * A repeated command gets its first answer and position, with the time that is left. The answer is not kept: it is rebuilt
 * from its change in the journal, so that it is the same after a restart or a takeover.
 */
export class Repeats {
  underWay = 0;

  constructor(
    private readonly eventId: string,
    private readonly ground: Pick<Ground, 'store' | 'outbox' | 'limits' | 'time' | 'log'>,
    /** Takes an answer that was rebuilt, to the gate. */
    private readonly onRebuilt: (mail: CommandMail, frame: AcceptedFrame | RejectedFrame) => void,
  ) {}

  /** Call once the change is committed. */
  answer({ mail, seq }: RepeatOutput, map: SeatMap): void {
    if (this.underWay >= this.ground.limits.repeatsMax) {
      // Not `busy`, which promises that the command had no effect: this one has.
      this.ground.outbox.answer(mail.correlation, rejectedFrame(mail.reqId, unavailable));
      return;
    }
    this.underWay += 1;
    void this.#rebuild(mail, seq, map).finally(() => {
      this.underWay -= 1;
    });
  }

  async #rebuild(mail: CommandMail, seq: number, map: SeatMap): Promise<void> {
    const { time, log } = this.ground;
    try {
      const entry = await this.#entry(seq);
      const rejection = mismatch(mail, entry);
      const position: Position = [entry.epoch, isPlanted('repeat-at-fresh-position') ? map.seq : seq];
      this.onRebuilt(
        mail,
        rejection === null
          ? [4, mail.reqId, position, acceptedBody(entry.change, entry.epoch, seq, map, time.nowMs())]
          : rejectedFrame(mail.reqId, rejection),
      );
    } catch (error) {
      log.warn({ error, eventId: this.eventId, seq }, 'Cannot read the first answer of a repeated command');
      this.onRebuilt(mail, rejectedFrame(mail.reqId, unavailable));
    }
  }

  async #entry(seq: number): Promise<Entry> {
    const batch = await this.ground.store.batchAt(this.eventId, seq);
    const entry = batch === null ? undefined : decodeBatch(batch, this.eventId).find((one) => one.seq === seq);
    if (entry === undefined)
      throw new Error(`Cannot find a committed change in the journal: eventId is ${this.eventId}, seq is ${seq}`);
    return entry;
  }
}

/** Ids are remembered by hash: before anything is told, the change must really be this holder's. */
function mismatch(mail: CommandMail, { change }: Entry): Rejection | null {
  const { identity } = mail.command;
  const first = 'identity' in change ? change.identity : null;
  if (first?.holderId === identity.holderId) {
    const sameCommand = first.commandId === identity.commandId;
    // Confirming one's own confirmed hold under another commandId is the same booking.
    if (sameCommand || (change.kind === 'BookingConfirmed' && mail.command.kind === 'confirm')) return null;
  }
  return {
    code: 'idempotency_mismatch',
    message: `Cannot take the command as its commandId collides with another: use a new one, commandId is ${identity.commandId}`,
  };
}
