import type { BookingRow, SealedBatch, StoredBatch } from '../journal/port.js';
import { fromInt8 } from './int8.js';
import type { JournalRow } from './sql/rows.js';

/** Between the journal's types and what travels to and from Postgres. */

export function storedBatch(row: JournalRow): StoredBatch {
  return {
    epoch: fromInt8(row.epoch),
    firstSeq: fromInt8(row.first_seq),
    lastSeq: fromInt8(row.last_seq),
    blob: row.blob,
  };
}

/** Parameters of `append_batches_v2`. */
export function appendValues(batches: readonly SealedBatch[]): unknown[] {
  const eventIds: string[] = [];
  const epochs: number[] = [];
  const firstSeqs: number[] = [];
  const lastSeqs: number[] = [];
  const nextDeadlinesMs: (number | null)[] = [];
  const blobLengths: number[] = [];
  const blobs: Uint8Array[] = [];
  const bookings: object[] = [];
  const cancellations: object[] = [];
  for (const batch of batches) {
    eventIds.push(batch.eventId);
    epochs.push(batch.epoch);
    firstSeqs.push(batch.firstSeq);
    lastSeqs.push(batch.lastSeq);
    nextDeadlinesMs.push(batch.nextDeadlineMs);
    blobLengths.push(batch.blob.length);
    blobs.push(batch.blob);
    for (const row of batch.bookings) bookings.push(bookingRecord(batch, row));
    for (const { bookingSeq, cancelledAtMs } of batch.cancellations) {
      cancellations.push({ event_id: batch.eventId, booking_seq: bookingSeq, cancelled_at_ms: cancelledAtMs });
    }
  }
  const [onlyBlob] = blobs;
  return [
    eventIds,
    epochs,
    firstSeqs,
    lastSeqs,
    nextDeadlinesMs,
    blobLengths,
    blobs.length === 1 ? onlyBlob : Buffer.concat(blobs),
    bookings.length === 0 ? null : JSON.stringify(bookings),
    cancellations.length === 0 ? null : JSON.stringify(cancellations),
  ];
}

function bookingRecord(batch: SealedBatch, row: BookingRow): object {
  return {
    event_id: batch.eventId,
    booking_seq: row.bookingSeq,
    epoch: batch.epoch,
    hold_epoch: row.holdEpoch,
    hold_seq: row.holdSeq,
    holder_id: row.holderId,
    command_id: row.commandId,
    seats: row.seats,
    // Undefined, JSON leaves it out: bookings of seats travel as short as ever.
    area: row.area ?? undefined,
    quantity: row.quantity ?? undefined,
    total_minor: row.totalMinor,
    currency: row.currency,
    order_ref: row.orderRef,
    booked_at_ms: row.bookedAtMs,
    cancelled_at_ms: row.cancelledAtMs,
  };
}
