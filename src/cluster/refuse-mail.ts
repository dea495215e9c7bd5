import type { Mail } from '../actor/mail.js';
import { rejectedFrame } from '../actor/refusals.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import type { Rejection } from '../seatmap/command.js';
import type { ShardListener } from '../shard/port.js';

/** Answers a request that no shard will answer, whichever way its asker listens. */
export function refuseMail(listener: ShardListener, mail: Mail, rejection: Rejection): void {
  switch (mail.kind) {
    case 'command':
    case 'myHolds':
      listener.onAnswer(mail.correlation, encodeMsgpack(rejectedFrame(mail.reqId, rejection)));
      return;
    case 'watch':
      listener.onSubscribed(mail.correlation, false, [encodeMsgpack(rejectedFrame(mail.reqId, rejection))]);
      return;
    case 'snapshot':
      listener.onSnapshot(mail.correlation, encodeMsgpack(rejectedFrame(0, rejection)));
  }
}
