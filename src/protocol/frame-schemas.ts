import { z } from 'zod';

/**
 * The frames of the protocol page, sections 2 and 3, as schemas of the JSON encoding: slow, but plain to compare with the
 * page. AsyncAPI is made of them, and tests hold the guards on the socket path (read-up.ts, read-down.ts) against them.
 */

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const commandId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const reqId = z.int().min(0).max(4_294_967_295);
const whole = z.int().min(0);
const quantity = z.int().min(1);
const seats = z.array(whole);
const chosenSeats = seats
  .min(1)
  .max(64)
  .refine((list) => new Set(list).size === list.length);
const position = z.tuple([whole, whole]).rest(z.unknown());
const endReason = z.enum(['released', 'expired', 'revoked', 'confirmed']);

/** Trailing fields are ignored. */
const frame = <const Fields extends [z.ZodType, ...z.ZodType[]]>(...fields: Fields) =>
  z.tuple(fields).rest(z.unknown());

const wish = z
  .object({
    quantity,
    categories: z.array(z.string()).optional(),
    sections: z.array(z.string()).optional(),
    together: z.boolean().optional(),
    accessible: whole.optional(),
    near: whole.optional(),
  })
  .refine(({ quantity: all, accessible = 0 }) => accessible <= all);

/** By the frame's number. */
export const upFrameSchemas = {
  1: frame(z.literal(1), reqId, z.object({ token: z.string(), client: z.string().optional() })),
  2: frame(z.literal(2), reqId, id, position.nullable()),
  3: frame(z.literal(3), reqId, id),
  4: frame(z.literal(4), reqId),
  10: frame(z.literal(10), reqId, id, commandId, chosenSeats),
  11: frame(z.literal(11), reqId, id, commandId, wish),
  12: frame(z.literal(12), reqId, id, commandId, id),
  13: frame(z.literal(13), reqId, id, commandId, id, chosenSeats.nullable(), quantity.optional()),
  14: frame(z.literal(14), reqId, id, commandId, id, z.object({ orderRef: z.string().regex(/^[ -~]{1,64}$/) })),
  15: frame(z.literal(15), reqId, id, commandId, z.object({ area: id, quantity })),
  16: frame(z.literal(16), reqId, id),
} as const satisfies Readonly<Record<number, z.ZodType>>;

const areaCounts = frame(id, whole, whole, whole, whole);
const places = { seats, area: id.optional(), quantity: whole.optional() };
const price = { totalMinor: whole, currency: z.string() };
const liveHold = z.object({ holdId: id, ...places, expiresInMs: whole });
const acceptedBody = z.union([
  z.object({ bookingId: id, ...places, ...price }),
  z.object({ holdId: id, ...places, remaining: seats, remainingQuantity: whole.optional() }),
  liveHold.extend(price),
  z.object({ holds: z.array(liveHold) }),
  z.object({}),
]);
const limits = z.object({ maxMessageBytes: whole, messagesPerSecond: whole, subscriptions: whole });
const refusal = z.object({
  retryAfterMs: whole.optional(),
  seats: seats.optional(),
  alternatives: z.array(seats).optional(),
  reason: endReason.optional(),
});

/** By the frame's number; bytes are base64. */
export const downFrameSchemas = {
  1: frame(
    z.literal(1),
    reqId,
    z.object({ holderId: id, nodeId: z.string(), serverTimeMs: whole, tokenExpiresInMs: whole, limits }),
  ),
  2: frame(z.literal(2), id, position, whole, z.base64(), z.array(areaCounts)),
  3: frame(z.literal(3), id, whole, whole, whole, seats, z.array(areaCounts)),
  4: frame(z.literal(4), reqId, position, acceptedBody),
  5: frame(z.literal(5), reqId, z.string(), z.string(), refusal),
  6: frame(z.literal(6), id, position, id, endReason, seats, id.optional(), whole.optional()),
  7: frame(
    z.literal(7),
    z.string(),
    z.object({ retryAfterMs: whole, url: z.string().optional(), eventId: id.optional() }),
  ),
  8: frame(z.literal(8), reqId, whole),
  9: frame(z.literal(9), id, position, liveHold),
} as const satisfies Readonly<Record<number, z.ZodType>>;
