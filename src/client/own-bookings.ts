import { isId, isListOf, isMap, isText, isWhole } from '../protocol/field.js';
import type { Platform } from './platform.js';
import { readJson } from './read-json.js';
import type { Session } from './session.js';
import { UsherError } from './usher-error.js';

/** What this holder has bought: seats, or places of an area (then `seats` is empty). */
export interface OwnBooking {
  readonly bookingId: string;
  readonly eventId: string;
  readonly seats: readonly number[];
  readonly area?: string;
  readonly quantity?: number;
  readonly totalMinor: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly orderRef: string;
  /** ISO 8601. */
  readonly bookedAt: string;
}

/** `GET /v1/bookings` of the live port. */
export async function readOwnBookings(
  liveUrl: string,
  session: Session,
  platform: Platform,
): Promise<readonly OwnBooking[]> {
  const url = new URL('/v1/bookings', liveUrl.replace(/^ws/, 'http')).href;
  const body = await readJson(platform.fetch, url, { authorization: `Bearer ${await session.token()}` });
  if (isMap(body) && isListOf(body['bookings'], isOwnBooking)) return body['bookings'];
  throw new UsherError(
    'unavailable',
    'Cannot read own bookings as the answer has another shape than this client knows',
  );
}

function isOwnBooking(value: unknown): value is OwnBooking {
  return (
    isMap(value) &&
    isId(value['bookingId']) &&
    isId(value['eventId']) &&
    isListOf(value['seats'], isWhole) &&
    (value['area'] === undefined || isId(value['area'])) &&
    (value['quantity'] === undefined || isWhole(value['quantity'])) &&
    isWhole(value['totalMinor']) &&
    isText(value['currency']) &&
    isText(value['orderRef']) &&
    isText(value['bookedAt'])
  );
}
