import { type Code, wireCode } from '../protocol/codes.js';
import type { RejectedDetails, RejectedFrame } from '../protocol/down.js';
import type { Rejection } from '../seatmap/command.js';
import type { Mail } from './mail.js';
import type { Outbox } from './outbox.js';

/** How long a client waits before it asks again: long enough for a batch to commit, short enough not to be felt. */
const busyRetryAfterMs = 250;
const unavailableRetryAfterMs = 500;

export const busy: Rejection = {
  code: 'busy',
  message: 'Cannot take the command as the event has too much to do: try again',
  retryAfterMs: busyRetryAfterMs,
};

export const servedElsewhere: Rejection = {
  code: 'busy',
  message: 'Cannot reach the node that serves the event: go to its address, or try again',
  retryAfterMs: 1_000,
};

export const unavailable: Rejection = {
  code: 'unavailable',
  message: 'Cannot say what became of the command: ask again with the same commandId',
  retryAfterMs: unavailableRetryAfterMs,
};

export function unknownEvent(eventId: string): Rejection {
  return { code: 'unknown_event', message: `Cannot find the event: eventId is ${eventId}` };
}

export function rejectedFrame(reqId: number, rejection: Rejection): RejectedFrame {
  const details: RejectedDetails = {};
  if (rejection.retryAfterMs !== undefined) details.retryAfterMs = rejection.retryAfterMs;
  if (rejection.seats !== undefined) details.seats = rejection.seats;
  if (rejection.alternatives !== undefined) details.alternatives = rejection.alternatives;
  if (rejection.reason !== undefined) details.reason = rejection.reason;
  const code: Code = rejection.code;
  return [5, reqId, wireCode(code), rejection.message, details];
}

/** Answers a mail with a refusal, whichever way its asker listens. */
export function refuse(outbox: Outbox, mail: Mail, rejection: Rejection): void {
  switch (mail.kind) {
    case 'command':
    case 'myHolds':
      outbox.answer(mail.correlation, rejectedFrame(mail.reqId, rejection));
      return;
    case 'watch':
      outbox.subscribeRefused(mail.correlation, rejectedFrame(mail.reqId, rejection));
      return;
    case 'snapshot':
      outbox.snapshot(mail.correlation, rejectedFrame(0, rejection));
      return;
  }
}
