import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { assert, InvariantError } from '../lib/assert.js';
import { isPlanted } from '../lib/planted.js';
import type { BookingCancelled, BookingConfirmed, Change } from '../seatmap/change.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import type { Entry } from './entry.js';
import { checksumOffset, formatRead, formatWritten, headerOffset } from './entry-format.js';
import { readEntry } from './entry-reader.js';
import { writeEntry } from './entry-writer.js';
import type { BookingRow, CancellationRow, SealedBatch, StoredBatch } from './port.js';
import { varintSize, writeVarint } from './varint.js';

const bufferBytesMin = 512;
/** A burst's buffer is let go: thousands of quiet events must not each keep one. */
const bufferBytesKept = 64 * 1024;

/**
 * The changes of one event that go out together. Filled by `add`, closed by `seal`, opened anew by `reset`; between the two
 * it takes nothing.
 */
export class EventBatch {
  readonly #writer = new ByteWriter(bufferBytesMin);
  #firstSeq: number;
  #count = 0;
  #lastAtMs = 0;
  #sealed = false;
  #bookings: BookingRow[] = [];
  #cancellations: CancellationRow[] = [];

  constructor(
    private readonly eventId: string,
    private readonly epoch: number,
    firstSeq: number,
    /** ISO 4217; goes into the rows of the bookings. */
    private readonly currency: string,
  ) {
    assert(
      firstSeq >= 1 && epoch >= 1,
      `Cannot begin a batch as nothing lies before 1: seq is ${firstSeq}, epoch ${epoch}`,
    );
    this.#firstSeq = firstSeq;
  }

  get count(): number {
    return this.#count;
  }

  /** `firstSeq − 1` while the batch is empty. */
  get lastSeq(): number {
    return this.#firstSeq + this.#count - 1;
  }

  /** Of the blob as it would be sealed now. */
  get byteLength(): number {
    const { epoch } = this;
    return (
      headerOffset + varintSize(epoch) + varintSize(this.#firstSeq) + varintSize(this.#count) + this.#writer.length
    );
  }

  /**
   * Gives the seq of the change.
   * @throws InvariantError where a value cannot be journalled; the batch is as it was before
   */
  add(change: Change): number {
    if (this.#sealed) throw new InvariantError(`Cannot add to a batch as it is sealed: eventId is ${this.eventId}`);
    const lengthBefore = this.#writer.length;
    try {
      writeEntry(this.#writer, change, this.#lastAtMs);
    } catch (error) {
      this.#writer.truncate(lengthBefore);
      throw error;
    }
    this.#lastAtMs = change.atMs;
    this.#count += 1;
    const seq = this.lastSeq;
    if (change.kind === 'BookingConfirmed') this.#bookings.push(this.#bookingRow(change, seq));
    else if (change.kind === 'BookingCancelled') this.#cancel(change);
    return seq;
  }

  /** `nextDeadlineMs`: when the event must be woken next, in actor time; null: never. */
  seal(nextDeadlineMs: number | null): SealedBatch {
    assert(
      this.#count > 0 && !this.#sealed,
      `Cannot seal a batch as it is empty or sealed: eventId is ${this.eventId}`,
    );
    this.#sealed = true;
    return {
      eventId: this.eventId,
      epoch: this.epoch,
      firstSeq: this.#firstSeq,
      lastSeq: this.lastSeq,
      blob: this.#blob(),
      nextDeadlineMs,
      bookings: this.#bookings,
      cancellations: this.#cancellations,
    };
  }

  /** Begins the next batch, in the same buffer. */
  reset(firstSeq: number): void {
    this.#writer.clear(bufferBytesKept);
    this.#firstSeq = firstSeq;
    this.#count = 0;
    this.#lastAtMs = 0;
    this.#sealed = false;
    if (isPlanted('sealed-batch-changed')) this.#bookings.length = 0;
    // Those of the sealed batch left with it.
    this.#bookings = [];
    this.#cancellations = [];
  }

  #blob(): Buffer {
    const blob = Buffer.allocUnsafe(this.byteLength);
    blob[0] = formatWritten;
    let at = writeVarint(blob, headerOffset, this.epoch);
    at = writeVarint(blob, at, this.#firstSeq);
    at = writeVarint(blob, at, this.#count);
    this.#writer.copyTo(blob, at);
    blob.writeUInt32LE(crc32(blob.subarray(headerOffset)), checksumOffset);
    return blob;
  }

  #bookingRow(change: BookingConfirmed, seq: number): BookingRow {
    return {
      bookingSeq: seq,
      holdEpoch: change.holdEpoch,
      holdSeq: change.holdSeq,
      holderId: change.identity.holderId,
      commandId: change.identity.commandId,
      seats: change.seats,
      area: change.places?.area ?? null,
      quantity: change.places?.quantity ?? null,
      totalMinor: change.totalMinor,
      currency: this.currency,
      orderRef: change.orderRef,
      bookedAtMs: change.atMs,
      cancelledAtMs: null,
    };
  }

  /** A booking of this very batch gets there cancelled already; one of an earlier batch is changed in its row. */
  #cancel(change: BookingCancelled): void {
    const index = this.#bookings.findIndex((row) => row.bookingSeq === change.bookingSeq);
    const row = this.#bookings[index];
    if (row === undefined) this.#cancellations.push({ bookingSeq: change.bookingSeq, cancelledAtMs: change.atMs });
    else this.#bookings[index] = { ...row, cancelledAtMs: change.atMs };
  }
}

/**
 * The entries of a stored batch.
 * @param eventId for the texts of errors
 * @throws JournalCorrupt where the blob is damaged, or not the one that its row says
 */
export function decodeBatch({ epoch, firstSeq, lastSeq, blob }: StoredBatch, eventId = '(not told)'): Entry[] {
  const reader = new ByteReader(blob, checksumOffset, eventId, firstSeq);
  if (blob.length <= headerOffset) throw reader.corrupt(`a batch of ${blob.length} bytes is too short`);
  const [format = 0] = blob;
  if (format > formatRead) throw reader.corrupt(newerFormat(format));
  if (format < 1) throw reader.corrupt(`format version ${format} is unknown`);
  if (reader.uint32() !== crc32(blob.subarray(headerOffset))) throw reader.corrupt('the checksum is wrong');

  const count = lastSeq - firstSeq + 1;
  if (count < 1) throw reader.corrupt(`the last seq in its row is ${lastSeq}`);
  expectField(reader, 'epoch', epoch);
  expectField(reader, 'first seq', firstSeq);
  expectField(reader, 'count', count);
  const entries: Entry[] = [];
  let atMs = 0;
  for (let seq = firstSeq; seq <= lastSeq; seq += 1) {
    reader.seq = seq;
    const change = readEntry(reader, atMs);
    entries.push({ epoch, seq, change });
    atMs = change.atMs;
  }
  if (!reader.atEnd) throw reader.corrupt('the batch has bytes after its last entry');
  return entries;
}

function newerFormat(format: number): string {
  return `a newer Usher wrote it, in format ${format}, and this one reads up to ${formatRead}: use that release or a later one`;
}

function expectField(reader: ByteReader, name: string, expected: number): void {
  const found = reader.varint();
  if (found !== expected) throw reader.corrupt(`the ${name} in the blob is ${found} and in its row ${expected}`);
}
