import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Installation } from '../../e2e/testing/installation.js';
import { type Reply, request } from '../../e2e/testing/rest.js';
import type { Guest } from '../../e2e/testing/venue.js';
import { must } from '../../lib/must.js';
import { systemRandom } from '../../lib/random.js';
import { emptyTestDatabase, type TestDatabase } from '../../store/testing/postgres.js';

// The document that the running server gives out, held against what it does: each operation is called where the document says,
// and what comes back must be a response that the document has, of the shape that it gives.

interface Operation {
  readonly operationId: string;
  readonly responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: object }>> }>>;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
}
interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: object;
}

let database: TestDatabase;
let installation: Installation;
let document: Document;
let ajv: Ajv2020;
const called = new Set<string>();

before(async () => {
  database = await emptyTestDatabase();
  installation = await Installation.start({ databaseUrl: database.url });
  const { status, body } = await installation.web('GET', '/docs/openapi.json');
  assert.equal(status, 200);
  document = body as Document;
  ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('base64', /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);
  ajv.addSchema(document, 'openapi');
});

after(async () => {
  await installation.remove();
  await database.drop();
});

interface Call {
  readonly path?: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls an operation by its id. What comes back has this status and is as documented. */
async function call<Body>(operationId: string, expected: number, given: Call = {}): Promise<Body> {
  const { method, address, operation, pointer } = find(operationId);
  const url = address.replaceAll(/\{(\w+)\}/g, (_, name: string) => must(given.path?.[name], name));
  const needsKey = operation.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false;
  const { key = needsKey ? systemRandom.id(12) : null, path: _path, ...rest } = given;
  const reply = await request(method.toUpperCase(), url, { ...rest, ...(key === null ? {} : { key }) });
  assert.equal(reply.status, expected, `${operationId}: ${JSON.stringify(reply.body)}`);
  assertDocumented(operation, pointer, reply);
  called.add(operationId);
  return reply.body as Body;
}

function find(operationId: string): { method: string; address: string; operation: Operation; pointer: string } {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, value] of Object.entries(item)) {
      const operation = value as Operation;
      if (operation.operationId !== operationId) continue;
      const servers = (item['servers'] ?? document.servers) as Document['servers'];
      const pointer = `openapi#/paths/${path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')}/${method}`;
      return { method, address: `${must(servers[0], 'a server').url}${path}`, operation, pointer };
    }
  }
  throw new Error(`Cannot call an operation as it is not in the document: ${operationId}`);
}

function assertDocumented(
  { operationId, responses }: Operation,
  pointer: string,
  { status, headers, body }: Reply,
): void {
  const response = responses[String(status)];
  assert.ok(response !== undefined, `${operationId} answered ${status}, which the document does not have`);
  const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  const types = Object.keys(response.content ?? {});
  if (types.length === 0) {
    assert.equal(body, '', `${operationId} answered ${status} with a body`);
    return;
  }
  assert.ok(types.includes(type), `${operationId} answered ${status} as ${type}, documented is ${types.join()}`);
  const validate = ajv.compile({
    $ref: `${pointer}/responses/${status}/content/${type.replaceAll('/', '~1')}/schema`,
  });
  assert.ok(validate(body), `${operationId} ${status}: ${JSON.stringify(validate.errors)}: ${JSON.stringify(body)}`);
}

test('every operation answers as documented, when all is well and when it is not', async () => {
  const admin = installation.adminToken;
  const chart = {
    name: 'A hall',
    size: { width: 100, height: 100 },
    categories: [{ key: 'any', name: 'Any', color: '#888888' }],
    sections: [
      {
        key: 'all',
        name: 'All',
        rows: [
          {
            label: 'A',
            seats: Array.from({ length: 20 }, (_, seat) => ({ label: `${seat}`, x: seat * 5, y: 5, category: 'any' })),
          },
        ],
      },
    ],
    areas: [
      {
        area: 'floor',
        name: 'Floor',
        capacity: 9,
        category: 'any',
        shape: { type: 'ellipse', x: 50, y: 50, radiusX: 9, radiusY: 9 },
      },
    ],
  };
  const { chartId } = await call<{ chartId: string }>('createChart', 201, {
    token: admin,
    body: { format: 'usher', chart },
  });
  await call('createChart', 400, { token: admin, body: { format: 'usher', chart: { ...chart, size: 1 } } });
  await call('createChart', 401, { token: 'nobody', body: { format: 'usher', chart } });

  const terms = { name: 'E', startsAt: '2099-01-01T20:00:00Z', currency: 'EUR', prices: { any: 1000 } };
  const event = { ...terms, chartId };
  const { eventId } = await call<{ eventId: string }>('createEvent', 201, { token: admin, body: event });
  await call('createEvent', 409, { token: admin, body: { ...event, eventId } });
  await call('createEvent', 404, { token: admin, body: { ...event, chartId: 'none' } });
  await call('createEvent', 400, { token: admin, key: null, body: event });
  await call('listEvents', 200);
  await call('readEvent', 200, { path: { eventId } });
  await call('readEvent', 404, { path: { eventId: 'none' } });
  await call('readChart', 200, { path: { eventId } });
  await call('readChart', 404, { path: { eventId: 'none' } });

  const { token } = await call<Guest>('openSession', 201, { body: {} });
  await call('openSession', 401, { token: 'nobody', body: {} });
  const { position } = await call<{ position: number[] }>('readSeats', 200, { path: { eventId } });
  await call('readSeats', 304, { path: { eventId }, headers: { 'if-none-match': `"${position.join('-')}"` } });
  await call('readSeats', 404, { path: { eventId: 'none' } });

  const path = { eventId };
  const held = await call<{ holdId: string }>('hold', 201, { path, token, body: { seats: [1, 2, 3] } });
  const best = await call<{ holdId: string }>('hold', 201, { path, token, body: { best: { quantity: 2 } } });
  const places = await call<{ holdId: string }>('hold', 201, { path, token, body: { area: 'floor', quantity: 3 } });
  await call('hold', 409, { path, token: (await installation.guest()).token, body: { seats: [1, 4] } });
  await call('hold', 400, { path, token, body: { seats: [] } });
  await call('hold', 401, { path, body: { seats: [4] } });
  await call('hold', 404, { path: { eventId: 'none' }, token, body: { seats: [4] } });
  await call('hold', 413, { path, token, body: { seats: [10, 11, 12, 13, 14, 15, 16, 17, 18] } });
  await call('readOwnHolds', 200, { path, token });
  await call('readOwnHolds', 401, { path });

  const of = (hold: { holdId: string }) => ({ eventId, holdId: hold.holdId });
  await call('extendHold', 200, { path: of(held), token, body: { extend: true } });
  await call('extendHold', 404, { path: { eventId, holdId: 'none' }, token, body: { extend: true } });
  await call('release', 200, { path: of(held), token, body: { seats: [2] } });
  await call('release', 200, { path: of(places), token, body: { quantity: 1 } });
  await call('releaseWholeHold', 200, { path: of(best), token });
  await call('releaseWholeHold', 410, { path: of(best), token });
  const key = systemRandom.id(12);
  await call('confirm', 201, { path: of(held), token, key, body: { orderRef: 'order 1' } });
  await call('confirm', 412, { path: of(held), token, key, body: { orderRef: 'order 2' } });
  await call('confirm', 403, { path: of(places), token, body: { orderRef: 'o', holderId: 'somebody' } });
  await call('confirm', 201, { path: of(places), token, body: { orderRef: 'order 3' } });
  await call('readOwnBookings', 200, { token });
  await call('readOwnBookings', 401);

  const documented = Object.values(document.paths).flatMap((item) =>
    Object.entries(item).flatMap(([name, value]) => (name === 'servers' ? [] : [(value as Operation).operationId])),
  );
  assert.deepEqual([...called].toSorted(), documented.toSorted(), 'every operation was called');
});

test('the page at /docs and its parts are there, and the socket is documented too', async () => {
  const page = await installation.web('GET', '/docs');
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'self';/);
  for (const [, path = ''] of String(page.body).matchAll(/(?:src|href)="(\/[^"]*)"/g)) {
    assert.equal((await installation.web('GET', path)).status, 200, path);
  }
  assert.equal((await installation.web('GET', '/docs/assets/package.json')).status, 404);
  const socket = await installation.web('GET', '/docs/asyncapi.json');
  assert.equal((socket.body as { asyncapi: string }).asyncapi, '3.0.0');
});
