-- Up Migration

-- The newest format that the event's journal may be in (docs/JOURNAL.md): of all that owned it so far, the newest that one
-- writes. It is raised by the claim, before anything is written, so no append has to look at it.
alter table event_head add column journal_format integer not null default 1;

-- What a node understands: the newest format that it reads, and the version of what nodes say to each other. Nodes of the
-- releases before, which say nothing, understand 1 of both.
alter table node_lease
  add column journal_format integer not null default 1,
  add column link_version integer not null default 1;

-- Programs that know this migration or a later one may use the database, whatever later ones have changed. Who writes a
-- migration that the release before can no longer live with raises it there.
insert into setting (name, value) values ('oldest_migration', convert_to('0006_cluster', 'UTF8'));

-- claim_event_v1 (0006_cluster.sql) for nodes that may not all read the event; all that is said there holds here. `writes` is
-- the format that the claimant writes. Whoever changes this writes claim_event_v3 beside it.
--
--   unreadable     the journal is in `journal_format`, which the claimant does not read; `owner` does and lives, or is null
--
-- The one that is named is the weighted rendezvous winner among those who read it, so that all claimants name the same. An
-- event that was handed to a node that does not read it is as good as handed to nobody.
create function claim_event_v2(claimed_id text, claimant text, may_take_over boolean, writes integer)
returns table (outcome text, owner text, epoch bigint, seq bigint, rested boolean, journal_format integer)
language plpgsql as $$
#variable_conflict use_column
declare
  head event_head%rowtype;
  reads integer;
  owner_lives boolean;
  owner_reads boolean;
begin
  select journal_format into reads from node_lease where incarnation = claimant for share;
  if not found then
    return query select 'no_lease', null::text, null::bigint, null::bigint, null::boolean, null::integer;
    return;
  end if;
  select * into head from event_head where event_id = claimed_id for no key update;
  if not found then
    return query select 'unknown_event', null::text, null::bigint, null::bigint, null::boolean, null::integer;
    return;
  end if;
  if head.owner not in (claimant, '') then
    select expires_at > clock_timestamp(), journal_format >= head.journal_format
      into owner_lives, owner_reads
      from node_lease where incarnation = head.owner for share;
  end if;
  if owner_lives and (owner_reads or not head.rested) then
    return query select 'owned', head.owner, null::bigint, null::bigint, null::boolean, head.journal_format;
  elsif reads < head.journal_format then
    return query
      select 'unreadable', (
        select incarnation from node_lease
        where expires_at > clock_timestamp() and journal_format >= head.journal_format
        order by draining, power((hashtext(claimed_id || ' ' || node_id) + 2147483648.5::float8) / 4294967296, 1::float8 / shards) desc
        limit 1
      ), null::bigint, null::bigint, null::boolean, head.journal_format;
  elsif not owner_lives and not head.rested and not may_take_over then
    return query select 'run_out', head.owner, null::bigint, null::bigint, null::boolean, head.journal_format;
  else
    update event_head
    set epoch = epoch + 1, owner = claimant, rested = false, journal_format = greatest(journal_format, writes)
    where event_id = claimed_id;
    return query
      select 'granted', claimant, head.epoch + 1, head.seq, head.rested, greatest(head.journal_format, writes);
  end if;
end
$$;

-- Nodes of the release before write format 1. Where they cannot read an event they are sent to who can, as if that one had it;
-- where nobody can, they wait as for an owner whose lease has run out.
create or replace function claim_event_v1(claimed_id text, claimant text, may_take_over boolean)
returns table (outcome text, owner text, epoch bigint, seq bigint, rested boolean)
language sql as $$
  select
    case when c.outcome <> 'unreadable' then c.outcome when c.owner is null then 'run_out' else 'owned' end,
    c.owner, c.epoch, c.seq, c.rested
  from claim_event_v2(claimed_id, claimant, may_take_over, 1) c
$$;
