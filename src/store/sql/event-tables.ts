import type { Statement } from '../queryable.js';

/**
 * $1 event id. The head, the journal's end and all bookings as they stood at one moment: one statement sees one snapshot. A
 * row for each booking, or one row without a booking.
 */
export const eventTables: Statement<EventTablesRow> = {
  name: 'event-tables',
  text: `
    select
      h.epoch as head_epoch, h.seq as head_seq,
      (select last_seq from journal where event_id = $1 order by first_seq desc limit 1) as tail_seq,
      b.booking_seq, s.booking_seq as seats_booking_seq, b.epoch, b.hold_epoch, b.hold_seq, b.holder_id, b.command_id,
      b.seats, b.area, b.quantity, b.total_minor, b.currency, b.order_ref, b.booked_at_ms, b.cancelled_at_ms,
      s.live_seats, s.cancelled_seats
    from (select $1::text as event_id) e
    left join event_head h on h.event_id = e.event_id
    left join (
      (select * from booking where event_id = $1) b
      full join (
        select
          booking_seq,
          coalesce(array_agg(seat order by seat) filter (where not cancelled), '{}') as live_seats,
          coalesce(array_agg(seat order by seat) filter (where cancelled), '{}') as cancelled_seats
        from booked_seat
        where event_id = $1
        group by booking_seq
      ) s on s.booking_seq = b.booking_seq
    ) on true
    order by coalesce(b.booking_seq, s.booking_seq)`,
};

export interface EventTablesRow {
  readonly head_epoch: string | null;
  readonly head_seq: string | null;
  readonly tail_seq: string | null;
  /** Null where there is no booking, or seats without one. */
  readonly booking_seq: string | null;
  readonly seats_booking_seq: string | null;
  readonly epoch: string;
  readonly hold_epoch: string;
  readonly hold_seq: string;
  readonly holder_id: string;
  readonly command_id: string;
  readonly seats: number[];
  readonly area: string | null;
  readonly quantity: number | null;
  readonly total_minor: string;
  readonly currency: string;
  readonly order_ref: string;
  readonly booked_at_ms: string;
  readonly cancelled_at_ms: string | null;
  readonly live_seats: number[] | null;
  readonly cancelled_seats: number[] | null;
}
