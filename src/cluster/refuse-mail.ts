import type { Mail } from '../actor/mail.js';
import { rejectedFrame } from '../actor/refusals.js';
import { encodeMsgpack } from '../protocol/msgpack.js';
import type { Rejection } from '../seatmap/command.js';
import type { ShardListener } from '../shard/port.js';

/**
 * Answers a request that no shard will answer, whichever way its asker listens.
 * @param url where the event is served, if that is another place
 */
export function refuseMail(listener: ShardListener, mail: Mail, rejection: Rejection, url: string | null): void {
  const frame = rejectedFrame(mail.kind === 'snapshot' ? 0 : mail.reqId, rejection);
  if (url !== null) frame[4].url = url;
  const bytes = encodeMsgpack(frame);
  switch (mail.kind) {
    case 'command':
    case 'myHolds':
      listener.onAnswer(mail.correlation, bytes);
      return;
    case 'watch':
      listener.onSubscribed(mail.correlation, false, [bytes]);
      return;
    case 'snapshot':
      listener.onSnapshot(mail.correlation, bytes);
  }
}
