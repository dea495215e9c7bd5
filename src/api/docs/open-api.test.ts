import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiDocument } from './open-api.js';

const document = openApiDocument({ webUrl: 'http://127.0.0.1:8080', liveUrl: 'http://127.0.0.1:8081' }, '1.2.3') as {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

test('it is an OpenAPI 3.1 document, by the schema of the OpenAPI Initiative', async () => {
  assert.match(document.openapi, /^3\.1\./);
  const { valid, errors } = await new Validator().validate(
    structuredClone(document) as object as Record<string, unknown>,
  );
  assert.ok(valid, JSON.stringify(errors, null, 1));
});

test('[§5] it has every address of the protocol page on the live port and the web port', () => {
  const addresses = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => ['get', 'post', 'patch', 'delete'].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(addresses.toSorted(), [
    'DELETE /v1/events/{eventId}/holds/{holdId}',
    'GET /v1/bookings',
    'GET /v1/events',
    'GET /v1/events/{eventId}',
    'GET /v1/events/{eventId}/chart',
    'GET /v1/events/{eventId}/holds',
    'GET /v1/events/{eventId}/seats',
    'PATCH /v1/events/{eventId}/holds/{holdId}',
    'POST /v1/charts',
    'POST /v1/events',
    'POST /v1/events/{eventId}/holds',
    'POST /v1/events/{eventId}/holds/{holdId}/confirm',
    'POST /v1/events/{eventId}/holds/{holdId}/release',
    'POST /v1/sessions',
  ]);
});
