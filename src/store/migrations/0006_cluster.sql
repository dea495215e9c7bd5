-- Up Migration

-- What other nodes want to know of one: how many shards it has, and whether it is about to go.
alter table node_lease
  add column shards integer not null default 1,
  add column draining boolean not null default false;

-- A lease is looked up by its incarnation: by who claims an event, and of who owned it.
create index node_lease_incarnation on node_lease (incarnation);

-- Makes `claimant`, an incarnation, the one writer of an event, and raises the epoch. Each query here sees what was committed
-- before *it* began, unlike the parts of one statement: a lease that was registered while we waited for the head counts.
--
-- Locks, always in this order: the claimant's lease row, the head, the owner's lease row. A renewal and a registration lock
-- one lease row alone, so nobody waits in a circle; and each of them either comes before the claim, which then sees it, or
-- after it.
--
--   no_lease       the claimant has no lease, or was superseded: it may own nothing
--   unknown_event
--   granted        epoch, seq, and whether the owner before had come to rest
--   owned          by `owner`, whose lease has not run out: it serves the event, or was handed it and is about to
--   run_out        by `owner`, who did not come to rest and whose lease has run out; the claimant may not take over yet
create function claim_event_v1(claimed_id text, claimant text, may_take_over boolean)
returns table (outcome text, owner text, epoch bigint, seq bigint, rested boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  head event_head%rowtype;
  owner_lives boolean;
begin
  perform from node_lease where incarnation = claimant for share;
  if not found then
    return query select 'no_lease', null::text, null::bigint, null::bigint, null::boolean;
    return;
  end if;
  select * into head from event_head where event_id = claimed_id for no key update;
  if not found then
    return query select 'unknown_event', null::text, null::bigint, null::bigint, null::boolean;
    return;
  end if;
  if head.owner not in (claimant, '') then
    select expires_at > clock_timestamp() into owner_lives from node_lease where incarnation = head.owner for share;
    if owner_lives then
      return query select 'owned', head.owner, null::bigint, null::bigint, null::boolean;
      return;
    elsif owner_lives is not null and not head.rested and not may_take_over then
      return query select 'run_out', head.owner, null::bigint, null::bigint, null::boolean;
      return;
    end if;
  end if;
  update event_head set epoch = epoch + 1, owner = claimant, rested = false where event_id = claimed_id;
  return query select 'granted', claimant, head.epoch + 1, head.seq, head.rested;
end
$$;
