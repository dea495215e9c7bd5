import type { MyHoldsBody } from '../protocol/down.js';
import { firstAcceptedBody } from '../seatmap/answer.js';
import { holderFrame } from '../seatmap/holder-frame.js';
import type { ChangeOutput, HoldsOutput, Output, ReadOutput } from './gate.js';
import type { Outbox } from './outbox.js';
import type { Ledger } from './ledger.js';
import { rejectedFrame } from './refusals.js';

type Source = Pick<Ledger, 'map' | 'view' | 'epoch'>;

/** Turns what the gate has let through into frames. `nowMs` is actor time: what `expiresInMs` is counted from. */
export function emit(
  outbox: Outbox,
  eventId: string,
  source: Source,
  output: Exclude<Output, { kind: 'repeat' }>,
  nowMs: number,
): void {
  switch (output.kind) {
    case 'change':
      emitChange(outbox, eventId, source, output, nowMs);
      return;
    case 'rebuilt':
      outbox.answer(output.mail.correlation, output.frame);
      return;
    case 'rejected':
      outbox.answer(output.mail.correlation, rejectedFrame(output.mail.reqId, output.rejection));
      return;
    case 'holds':
      outbox.answer(output.mail.correlation, [
        4,
        output.mail.reqId,
        [output.epoch, output.seqDecided],
        timeLeft(output, nowMs),
      ]);
      return;
    case 'read':
      emitRead(outbox, eventId, source, output);
  }
}

function emitChange(outbox: Outbox, eventId: string, source: Source, output: ChangeOutput, nowMs: number): void {
  const { change, seqDecided: seq, mail } = output;
  source.view.commit(change, source.epoch, seq);
  if (mail !== null) {
    outbox.answer(mail.correlation, [
      4,
      mail.reqId,
      [source.epoch, seq],
      firstAcceptedBody(change, source.epoch, seq, source.map, nowMs),
    ]);
    // Nobody else hears for this holder: do not even encode the frame.
    if (!mail.othersListen) return;
  }
  const concerned = holderFrame(eventId, source.epoch, seq, change, source.map, nowMs);
  if (concerned !== null) outbox.notify(eventId, concerned.holderId, mail?.sessionId ?? 0, concerned.frame);
}

function timeLeft({ body, atMs }: HoldsOutput, nowMs: number): MyHoldsBody {
  const waitedMs = nowMs - atMs;
  return { holds: body.holds.map((hold) => ({ ...hold, expiresInMs: Math.max(0, hold.expiresInMs - waitedMs) })) };
}

function emitRead(outbox: Outbox, eventId: string, { view }: Source, { mail }: ReadOutput): void {
  if (mail.kind === 'snapshot') {
    outbox.snapshot(mail.correlation, view.snapshot());
    return;
  }
  const resumed = mail.position === null ? null : view.resume(mail.position);
  outbox.subscribed(eventId, mail.correlation, [4, mail.reqId, view.position, {}], resumed ?? view.snapshot());
}
