import type { Statement } from '../queryable.js';

/**
 * $1 event id, $2 epoch, $3 seq, $4 body. It takes no lock on the head, which would make appends wait for it. A grant may
 * therefore come between, and that does no harm: a snapshot of committed changes stays true, and none replaces a newer one.
 */
export const saveSnapshot: Statement<never> = {
  name: 'save-snapshot',
  text: `
    insert into snapshot (event_id, epoch, seq, body)
    select event_id, $2::bigint, $3::bigint, $4::bytea
    from event_head
    where event_id = $1 and epoch = $2 and seq >= $3
    on conflict (event_id) do update
    set epoch = excluded.epoch, seq = excluded.seq, body = excluded.body
    where snapshot.seq <= excluded.seq`,
};
