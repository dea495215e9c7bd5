import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import {
  bookingsResponseSchema,
  commandIdSchema,
  confirmRequestSchema,
  confirmResponseSchema,
  eventIdSchema,
  extendRequestSchema,
  holdIdSchema,
  holdRequestSchema,
  holdResponseSchema,
  myHoldsResponseSchema,
  releaseRequestSchema,
  releaseResponseSchema,
  seatsResponseSchema,
  sessionResponseSchema,
} from '../../protocol/rest.js';
import { json, problems } from './answers.js';

const eventId = eventIdSchema.meta({ example: 'demo' });
const holdId = holdIdSchema.meta({ example: 'H1-2' });
export const idempotencyKey = commandIdSchema.meta({
  description: 'The commandId: a repeat with the same key and body gets the first answer',
  example: 'f6b4c0de-0001',
});

type Security = NonNullable<ZodOpenApiOperationObject['security']>;
const holder: Security = [{ holder: [] }];
const nobody: Security = [];

const refusals = problems('bad_frame', 'unauthorized', 'idempotency_mismatch', 'slow_down', 'busy', 'unavailable');
const holdRefusals = { ...refusals, ...problems('forbidden', 'unknown_hold', 'hold_ended') };

/** Hot REST: the live port's side of section 5 of the protocol page. */
export function livePaths(servers: { url: string }[]): ZodOpenApiPathsObject {
  return {
    '/v1/sessions': {
      post: {
        operationId: 'openSession',
        summary: 'A guest, or with a valid bearer the same holder renewed',
        description: 'On the web port and on the live port alike.',
        tags: ['Sessions'],
        security: [{}, { holder: [] }],
        requestBody: { required: false, content: { 'application/json': { schema: z.object({}) } } },
        responses: {
          201: json('A token of the holder', sessionResponseSchema),
          ...problems('bad_frame', 'unauthorized', 'slow_down'),
        },
      },
    },
    '/v1/events/{eventId}/seats': {
      servers,
      get: {
        operationId: 'readSeats',
        summary: 'The published map',
        tags: ['Seats'],
        security: nobody,
        requestParams: {
          path: z.object({ eventId }),
          header: z.object({ 'If-None-Match': z.string().optional().meta({ example: '"1-1"' }) }),
        },
        responses: {
          200: {
            ...json('The states of all seats and areas', seatsResponseSchema),
            headers: z.object({ ETag: z.string().meta({ description: '"epoch-seq"' }) }),
          },
          304: { description: 'The map has not changed since that ETag' },
          ...problems('unknown_event', 'busy', 'unavailable'),
        },
      },
    },
    '/v1/events/{eventId}/holds': {
      servers,
      post: {
        operationId: 'hold',
        summary: 'Hold seats, the best seats, or places of an area',
        tags: ['Holds'],
        security: holder,
        requestParams: { path: z.object({ eventId }), header: z.object({ 'Idempotency-Key': idempotencyKey }) },
        requestBody: { required: true, content: { 'application/json': { schema: holdRequestSchema } } },
        responses: {
          201: json('Held', holdResponseSchema),
          ...refusals,
          ...problems('unknown_event', 'seat_taken', 'limit_exceeded', 'not_on_sale'),
        },
      },
      get: {
        operationId: 'readOwnHolds',
        summary: 'One’s own live holds',
        tags: ['Holds'],
        security: holder,
        requestParams: { path: z.object({ eventId }) },
        responses: {
          200: json('The holder’s live holds', myHoldsResponseSchema),
          ...problems('unauthorized', 'unknown_event', 'busy', 'unavailable'),
        },
      },
    },
    '/v1/events/{eventId}/holds/{holdId}': {
      servers,
      patch: {
        operationId: 'extendHold',
        summary: 'Set the remaining time to the full hold time again',
        tags: ['Holds'],
        security: holder,
        requestParams: { path: z.object({ eventId, holdId }), header: z.object({ 'Idempotency-Key': idempotencyKey }) },
        requestBody: { required: true, content: { 'application/json': { schema: extendRequestSchema } } },
        responses: {
          200: json('Extended', holdResponseSchema),
          ...holdRefusals,
          ...problems('limit_exceeded', 'not_on_sale'),
        },
      },
      delete: {
        operationId: 'releaseWholeHold',
        summary: 'Give the whole hold back',
        tags: ['Holds'],
        security: holder,
        requestParams: { path: z.object({ eventId, holdId }), header: z.object({ 'Idempotency-Key': idempotencyKey }) },
        responses: { 200: json('Released', releaseResponseSchema), ...holdRefusals },
      },
    },
    '/v1/events/{eventId}/holds/{holdId}/release': {
      servers,
      post: {
        operationId: 'release',
        summary: 'Give back seats, a number of places, or the whole hold',
        tags: ['Holds'],
        security: holder,
        requestParams: { path: z.object({ eventId, holdId }), header: z.object({ 'Idempotency-Key': idempotencyKey }) },
        requestBody: { required: true, content: { 'application/json': { schema: releaseRequestSchema } } },
        responses: { 200: json('Released', releaseResponseSchema), ...holdRefusals },
      },
    },
    '/v1/events/{eventId}/holds/{holdId}/confirm': {
      servers,
      post: {
        operationId: 'confirm',
        summary: 'Turn a hold into a booking',
        description:
          'Where the event says confirmBy: server, only with an integrator’s or the admin token, naming holderId.',
        tags: ['Holds'],
        security: [{ holder: [] }, { integrator: [] }, { admin: [] }],
        requestParams: { path: z.object({ eventId, holdId }), header: z.object({ 'Idempotency-Key': idempotencyKey }) },
        requestBody: { required: true, content: { 'application/json': { schema: confirmRequestSchema } } },
        responses: { 201: json('Booked', confirmResponseSchema), ...holdRefusals },
      },
    },
    '/v1/bookings': {
      servers,
      get: {
        operationId: 'readOwnBookings',
        summary: 'One’s own bookings, over all events',
        tags: ['Bookings'],
        security: holder,
        responses: {
          200: json('The holder’s bookings', bookingsResponseSchema),
          ...problems('unauthorized', 'unavailable'),
        },
      },
    },
  };
}
