import type { AreaPlaces } from '../seatmap/area-places.js';
import type { Change } from '../seatmap/change.js';

/**
 * The journal's bytes, for good: what is written here is read by every later release and by foreign programs. The page that
 * tells it in full is docs/JOURNAL.md; `entry-writer.ts` and `entry-reader.ts` are its two directions.
 *
 *     blob  = version │ crc32 │ epoch firstSeq count │ entry entry entry …
 *     bytes   1         4       varints                to the end
 *     crc32 covers all that follows it
 *
 *     entry = length │ kind │ atMs − (atMs of the entry before) │ the kind's own fields │ places, where it is about places
 *
 * What happens to a hold or a booking of places of an area is told by the kinds that seats have. Such an entry has no seats,
 * and goes on after its kind's last field with the places.
 */
export const formatWritten = 1;
/**
 * The newest that is read; all before it are too. A release reads a format before any release writes it, so that nodes can be
 * replaced one by one, there and back. Whatever a reader of the format before would not understand makes a new one: a kind too.
 */
export const formatRead = 1;

/** Little-endian, right after the version byte. */
export const checksumOffset = 1;
/** Epoch, first seq and count begin here, and so does what the checksum covers. */
export const headerOffset = 5;

/** Fixed for good: a number is never used again for another kind. All fit in one byte. */
export const kindNumbers = {
  EventOpened: 1,
  SeatsHeld: 2,
  HoldExtended: 3,
  HoldReleased: 4,
  HoldExpired: 5,
  HoldRevoked: 6,
  BookingConfirmed: 7,
  BookingCancelled: 8,
  SeatsBlocked: 9,
  SeatsUnblocked: 10,
  DeadlinesRaised: 11,
  PlacesHeld: 12,
  PlacesBlocked: 13,
  PlacesUnblocked: 14,
} as const satisfies Record<Change['kind'], number>;

/** A change of a hold or booking, whose entry ends with its kind's last field or goes on with the places. */
export interface OfSeatsOrPlaces {
  readonly kind: Change['kind'];
  readonly seats: readonly number[];
  readonly places?: AreaPlaces;
}
