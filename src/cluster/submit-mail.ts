import type { Mail } from '../actor/mail.js';
import type { ShardPort } from '../shard/port.js';

/** Hands a mail to whoever takes requests of its kind. */
export function submitMail(shards: ShardPort, mail: Mail): void {
  switch (mail.kind) {
    case 'command':
      shards.command(mail);
      return;
    case 'myHolds':
      shards.myHolds(mail);
      return;
    case 'watch':
      shards.watch(mail);
      return;
    case 'snapshot':
      shards.snapshot(mail.correlation, mail.eventId);
  }
}
