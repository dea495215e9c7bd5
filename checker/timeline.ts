import { type Change, type EndReason, type Entry, placesOf, seatsOf } from './change.js';
import type { Chart } from './configuration.js';
import { type EventModel, type Hold, type Holder, states } from './event-model.js';
import type { AreaCounts } from './history.js';
import { holdAt, type HoldStory, isBookedAt, isLiveAt, sizeOf } from './hold-story.js';
import { SeqCourse } from './seq-course.js';

/**
 * The event at every change of its journal, for questions that histories ask: which state had a seat after change 41, what
 * did this holder have then. Filled along the replay; it keeps all of the journal, so it is made only where there are histories.
 */
export class Timeline {
  readonly #entries: Entry[] = [];
  readonly #seats = new Map<number, SeqCourse<number>>();
  readonly #areas = new Map<string, SeqCourse<AreaCounts>>();
  /** By seq. */
  readonly #holds: (HoldStory | undefined)[] = [];
  readonly #holdsOfHolder = new Map<string, HoldStory[]>();
  readonly #freeOrdinarySeats: number[] = [];
  readonly chart: Chart;

  constructor(event: EventModel) {
    this.chart = event.chart;
    for (const area of event.areas.keys()) this.#recordArea(1, area, event);
  }

  get lastSeq(): number {
    return this.#entries.length;
  }

  /** Call when the event has taken the change. */
  record(entry: Entry, event: EventModel): void {
    const { seq, change } = entry;
    this.#entries.push(entry);
    // No hole in the list.
    this.#holds[seq] = undefined;
    let free = this.#freeOrdinarySeats.at(-1) ?? this.chart.ordinarySeats;
    for (const seat of seatsOf(change)) {
      const course = courseOf(this.#seats, seat);
      const [before, after] = [course.at(seq) ?? states.free, event.stateOf(seat)];
      if (this.chart.isOrdinary(seat)) free += Number(after === states.free) - Number(before === states.free);
      if (before !== after) course.set(seq, after);
    }
    this.#freeOrdinarySeats.push(free);
    const area = placesOf(change)?.area;
    if (area !== undefined) this.#recordArea(seq, area, event);
    this.#recordHold(entry, event);
  }

  entryAt(seq: number): Entry | undefined {
    return this.#entries[seq - 1];
  }

  atMs(seq: number): number | undefined {
    return this.entryAt(seq)?.change.atMs;
  }

  stateAt(seat: number, seq: number): number {
    return this.#seats.get(seat)?.at(seq) ?? states.free;
  }

  /** The states that the seat had after any of the changes `from`..`to`. */
  statesBetween(seat: number, from: number, to: number): readonly number[] {
    const course = this.#seats.get(seat);
    return course === undefined ? [states.free] : course.between(from, to).map((state) => state ?? states.free);
  }

  /** The changes after `from` and up to `to` that gave one of the seats another state. */
  touchesOf(seats: readonly number[], from: number, to: number): number[] {
    return seats.flatMap((seat) => this.#seats.get(seat)?.seqsBetween(from, to) ?? []);
  }

  areaAt(area: string, seq: number): AreaCounts | undefined {
    return this.#areas.get(area)?.at(seq);
  }

  areasAt(seq: number): AreaCounts[] {
    return [...this.#areas.values()].flatMap((course) => {
      const counts = course.at(seq);
      return counts === undefined ? [] : [counts];
    });
  }

  areaBetween(area: string, from: number, to: number): readonly (AreaCounts | undefined)[] {
    return this.#areas.get(area)?.between(from, to) ?? [];
  }

  /** What the holder had after any of the changes `from`..`to`. */
  holderBetween(holderId: string, from: number, to: number): Holder[] {
    const holds = this.#holdsOfHolder.get(holderId) ?? [];
    const touches = holds.flatMap(({ states: all, end, cancelledSeq }) => [
      ...all.map(({ seq }) => seq),
      end?.seq ?? from,
      cancelledSeq ?? from,
    ]);
    const seqs = new Set([from, ...touches.filter((seq) => seq > from && seq <= to)]);
    return Array.from(seqs, (seq) => {
      const live = holds.filter((hold) => isLiveAt(hold, seq));
      const had = holds.filter((hold) => isLiveAt(hold, seq) || isBookedAt(hold, seq));
      const sizes = had.map((hold) => sizeOf(holdAt(hold, seq) ?? { seats: [], places: null }));
      return { liveHolds: live.length, seats: sizes.reduce((sum, size) => sum + size, 0) };
    });
  }

  /** Free seats that are neither wheelchair places nor companions': the fewest after any of the changes `from`..`to`. */
  fewestFreeSeats(from: number, to: number): number {
    let fewest = Number.POSITIVE_INFINITY;
    for (let seq = from; seq <= to; seq += 1) fewest = Math.min(fewest, this.#freeOrdinarySeats[seq - 1] ?? fewest);
    return fewest;
  }

  hold(seq: number): HoldStory | undefined {
    return this.#holds[seq];
  }

  /** The holder's live holds after change `seq`, oldest first. */
  liveHolds(holderId: string, seq: number): HoldStory[] {
    return (this.#holdsOfHolder.get(holderId) ?? []).filter((hold) => isLiveAt(hold, seq));
  }

  #recordArea(seq: number, id: string, { areas }: EventModel): void {
    const area = areas.get(id);
    if (area === undefined) return;
    const { capacity, held, booked, blocked } = area;
    courseOf(this.#areas, id).set(seq, [id, capacity - held - booked - blocked, held, booked, blocked]);
  }

  #recordHold({ seq, change }: Entry, event: EventModel): void {
    if (change.kind === 'DeadlinesRaised') {
      for (const hold of event.holds.values()) {
        if (hold.deadlineMs === change.untilMs) this.#tell(seq, hold, change.atMs);
      }
      return;
    }
    if (change.kind === 'BookingCancelled') {
      const booking = event.bookings.get(change.bookingSeq);
      const sold = booking === undefined ? undefined : this.#holds[booking.holdSeq];
      if (sold !== undefined) sold.cancelledSeq = seq;
      return;
    }
    const holdSeq = change.kind === 'SeatsHeld' || change.kind === 'PlacesHeld' ? seq : holdSeqOf(change);
    if (holdSeq === null) return;
    const hold = event.holds.get(holdSeq);
    if (hold !== undefined) {
      this.#tell(seq, hold, change.atMs);
      return;
    }
    const story = this.#holds[holdSeq];
    const reason = endReasonOf(change);
    if (story !== undefined && story.end === null && reason !== null) story.end = { seq, reason };
  }

  #tell(seq: number, hold: Hold, nowMs: number): void {
    const story = this.#holds[hold.seq] ?? this.#begin(hold);
    const { seats, places, deadlineMs, extensions } = hold;
    story.states.push({ seq, seats, places, deadlineMs, extensions });
    story.longestMs = Math.max(story.longestMs, hold.deadlineMs - nowMs);
  }

  #begin({ epoch, seq, holderId }: Hold): HoldStory {
    const story: HoldStory = { epoch, seq, holderId, states: [], longestMs: 0, end: null, cancelledSeq: null };
    this.#holds[seq] = story;
    const others = this.#holdsOfHolder.get(holderId);
    if (others === undefined) this.#holdsOfHolder.set(holderId, [story]);
    else others.push(story);
    return story;
  }
}

function courseOf<K, T>(courses: Map<K, SeqCourse<T>>, key: K): SeqCourse<T> {
  const known = courses.get(key);
  if (known !== undefined) return known;
  const course = new SeqCourse<T>();
  courses.set(key, course);
  return course;
}

function holdSeqOf(change: Change): number | null {
  return 'holdSeq' in change ? change.holdSeq : null;
}

/** How the change ends its hold, where it does. */
export function endReasonOf(change: Change): EndReason | null {
  switch (change.kind) {
    case 'HoldReleased':
      return change.remaining.length + (change.remainingQuantity ?? 0) === 0 ? 'released' : null;
    case 'HoldExpired':
      return 'expired';
    case 'HoldRevoked':
      return 'revoked';
    case 'BookingConfirmed':
      return 'confirmed';
    default:
      return null;
  }
}
