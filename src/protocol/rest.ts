import { z } from 'zod';
import { isSeatSelection } from './field.js';
import { protocolLimits } from './limits.js';

/**
 * Hot REST on the live port, section 5 of the protocol page, as schemas: the gateway reads bodies with them, and OpenAPI is
 * made of them. Objects are open: keys that nobody knows are ignored.
 */

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 characters A-Z a-z 0-9 _ -');
const seat = z.int().min(0);
/** Bounded as arrays of frames are. */
const listMax = protocolLimits.itemsPerContainerMax;
const seats = z.array(seat).min(1).max(listMax).refine(isSeatSelection, 'a seat is named twice');
const quantity = z.int().min(1);
const minor = z.int().min(0).meta({ description: 'Minor units of the currency' });
const position = z.tuple([z.int().min(0), z.int().min(0)]).meta({ description: '[epoch, seq]' });
const currency = z.string().length(3).meta({ description: 'ISO 4217' });

export const eventIdSchema = id;
export const holdIdSchema = id;
export const commandIdSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'expected 8 to 64 characters A-Z a-z 0-9 _ -');

const best = z
  .object({
    quantity,
    categories: z.array(z.string()).max(listMax).optional(),
    sections: z.array(z.string()).max(listMax).optional(),
    together: z.boolean().default(true),
    accessible: z.int().min(0).optional().meta({ description: 'How many of them are wheelchair places' }),
    near: seat.optional().meta({ description: 'A seat to be near to' }),
  })
  .refine(({ accessible = 0, quantity: wanted }) => accessible <= wanted, {
    path: ['accessible'],
    message: 'more wheelchair places than seats',
  });

/** `POST /v1/events/{eventId}/holds` */
export const holdRequestSchema = z.union([z.object({ seats }), z.object({ best }), z.object({ area: id, quantity })]);
/** `PATCH /v1/events/{eventId}/holds/{holdId}` */
export const extendRequestSchema = z.object({ extend: z.literal(true) });
/** `POST /v1/events/{eventId}/holds/{holdId}/release`; neither: the whole hold. */
export const releaseRequestSchema = z.object({ seats: seats.optional(), quantity: quantity.optional() });
/** `POST /v1/events/{eventId}/holds/{holdId}/confirm` */
export const confirmRequestSchema = z.object({
  orderRef: z.string().regex(/^[ -~]{1,64}$/, 'expected 1 to 64 printable ASCII characters'),
  holderId: id.optional().meta({ description: 'Whose hold it is, for integrators and the admin token' }),
});

const places = { seats: z.array(seat), area: id.optional(), quantity: quantity.optional() };
const expiresInMs = z.int().min(0);

export const holdResponseSchema = z.object({
  holdId: id,
  ...places,
  expiresInMs,
  totalMinor: minor,
  currency,
  position,
});
export const releaseResponseSchema = z.object({
  holdId: id,
  ...places,
  remaining: z.array(seat),
  remainingQuantity: z.int().min(0).optional(),
  position,
});
export const confirmResponseSchema = z.object({ bookingId: id, ...places, totalMinor: minor, currency, position });
export const myHoldsResponseSchema = z.object({
  holds: z.array(z.object({ holdId: id, ...places, expiresInMs })),
});
export const bookingsResponseSchema = z.object({
  bookings: z.array(
    z.object({
      bookingId: id,
      eventId: id,
      ...places,
      totalMinor: minor,
      currency,
      orderRef: z.string(),
      bookedAt: z.iso.datetime(),
    }),
  ),
});
const areaCounts = z.tuple([id, z.int().min(0), z.int().min(0), z.int().min(0), z.int().min(0)]);
export const seatsResponseSchema = z.object({
  position,
  seatCount: z.int().min(0),
  states: z.base64().meta({ description: '2 bits a seat, seat 0 in the lowest bits of byte 0' }),
  areas: z.array(areaCounts).meta({ description: '[area, free, held, booked, blocked]' }),
});
export const sessionResponseSchema = z.object({
  token: z.string().max(protocolLimits.tokenLengthMax),
  holderId: id,
  expiresInMs: z.int().min(1),
});
