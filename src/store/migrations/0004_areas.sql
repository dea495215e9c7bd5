-- Up Migration

-- Whose event it is: an integrator's token is good for the events of one organiser.
alter table event add column organiser_id text not null default 'default';

-- A booking is of seats, or of places of one general-admission area, which have no numbers and no rows in booked_seat: their
-- number is kept within the area's capacity by the event's one writer alone.
alter table booking
  add column area text,
  add column quantity integer,
  add constraint booking_of_seats_or_places check (
    case
      when area is null then quantity is null and cardinality(seats) > 0
      else quantity is not null and quantity > 0 and cardinality(seats) = 0
    end
  );

-- append_batches_v1 (0002_append.sql) with the bookings' area and quantity; all that is said there holds here. Nodes of the
-- release before still call that one: their bookings are of seats. Whoever changes this writes append_batches_v3 beside it.
create function append_batches_v2(
  event_ids text[],
  epochs bigint[],
  first_seqs bigint[],
  last_seqs bigint[],
  next_deadlines_ms bigint[],
  blob_lengths integer[],
  blobs bytea,
  bookings json,
  cancellations json
) returns table (event_id text, appended boolean, epoch bigint, seq bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  batch record;
  cancellation record;
  blob_start integer := 1;
  appended_ids text[] := '{}';
begin
  for batch in
    select *
    from unnest(event_ids, epochs, first_seqs, last_seqs, next_deadlines_ms, blob_lengths)
      as b (event_id, epoch, first_seq, last_seq, next_deadline_ms, blob_length)
  loop
    update event_head h
    set seq = batch.last_seq, next_deadline_ms = batch.next_deadline_ms, rested = false
    where h.event_id = batch.event_id and h.epoch = batch.epoch and h.seq = batch.first_seq - 1
    returning h.event_id, true, h.epoch, h.seq into event_id, appended, epoch, seq;
    if found then
      insert into journal (event_id, first_seq, last_seq, epoch, blob)
      values (
        batch.event_id, batch.first_seq, batch.last_seq, batch.epoch,
        substring(blobs from blob_start for batch.blob_length)
      );
      appended_ids := appended_ids || batch.event_id;
      return next;
    else
      -- A new look: this statement of the function sees what was committed while the update waited.
      return query select h.event_id, false, h.epoch, h.seq from event_head h where h.event_id = batch.event_id;
    end if;
    blob_start := blob_start + batch.blob_length;
  end loop;

  -- Cancellations first: a seat may be booked again in the batch that cancelled its booking.
  if cancellations is not null then
    for cancellation in
      select *
      from json_to_recordset(cancellations) as c (event_id text, booking_seq bigint, cancelled_at_ms bigint)
      where c.event_id = any (appended_ids)
    loop
      update booking b
      set cancelled_at_ms = cancellation.cancelled_at_ms
      where b.event_id = cancellation.event_id
        and b.booking_seq = cancellation.booking_seq
        and b.cancelled_at_ms is null;
      if not found then
        raise exception 'Cannot cancel a booking as there is no live one: event_id is %, booking_seq is %',
          cancellation.event_id, cancellation.booking_seq;
      end if;
      update booked_seat s
      set cancelled = true
      where s.event_id = cancellation.event_id and s.booking_seq = cancellation.booking_seq;
    end loop;
  end if;

  if bookings is not null then
    with made as (
      insert into booking (
        event_id, booking_seq, epoch, hold_epoch, hold_seq, holder_id, command_id, seats, area, quantity, total_minor,
        currency, order_ref, booked_at_ms, cancelled_at_ms
      )
      select
        b.event_id, b.booking_seq, b.epoch, b.hold_epoch, b.hold_seq, b.holder_id, b.command_id, b.seats, b.area,
        b.quantity, b.total_minor, b.currency, b.order_ref, b.booked_at_ms, b.cancelled_at_ms
      from json_to_recordset(bookings) as b (
        event_id text, booking_seq bigint, epoch bigint, hold_epoch bigint, hold_seq bigint, holder_id text,
        command_id text, seats integer[], area text, quantity integer, total_minor bigint, currency text, order_ref text,
        booked_at_ms bigint, cancelled_at_ms bigint
      )
      where b.event_id = any (appended_ids)
      returning booking.event_id, booking.booking_seq, booking.seats, booking.cancelled_at_ms
    )
    insert into booked_seat (event_id, seat, booking_seq, cancelled)
    select made.event_id, s.seat, made.booking_seq, made.cancelled_at_ms is not null
    from made cross join unnest(made.seats) as s (seat);
  end if;
end
$$;
