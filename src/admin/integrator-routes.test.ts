import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { expectProblem } from '../api/testing/expect-problem.js';
import { systemClock } from '../lib/clock.js';
import { hashOfToken } from '../store/settings.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { createAdminSurface } from './admin-surface.js';
import { TestNode } from './testing/test-node.js';

const adminToken = 'the-admin-token';
const path = '/v1/integrator-tokens';

describe("integrators' tokens on the admin port", () => {
  const node = new TestNode({ started: true, draining: false, dependencies: [] });
  let server: FastifyInstance;
  let url: string;

  before(async () => {
    server = await createAdminSurface({
      node,
      clock: systemClock,
      log: quietLog,
      adminTokenHash: hashOfToken(adminToken),
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => server.close());

  const call = (method: string, at: string, key: string | null, body?: unknown, token = adminToken) =>
    fetch(url + at, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const wanted = { name: ' Box office ', organiserId: 'opera' };

  test('POST: 201 with the token, shown once; a repeat is 200 with all but it, another body 412', async () => {
    const first = await call('POST', path, 'create-1', wanted);
    assert.equal(first.status, 201);
    assert.deepEqual(await first.json(), {
      tokenId: 'token-1',
      token: 'usher_it_of-token-1',
      organiserId: 'opera',
      name: 'Box office',
    });
    const repeat = await call('POST', path, 'create-1', wanted);
    assert.equal(repeat.status, 200);
    assert.deepEqual(await repeat.json(), { tokenId: 'token-1', organiserId: 'opera', name: 'Box office' });
    const other = await call('POST', path, 'create-1', { ...wanted, organiserId: 'circus' });
    await expectProblem(other, 412, 'idempotency_mismatch');
  });

  test('GET lists them without what they could be used by; DELETE revokes, for good', async () => {
    await call('POST', path, 'create-2', { name: 'Kiosk', organiserId: 'circus' });
    const token = {
      tokenId: 'token-2',
      organiserId: 'circus',
      name: 'Kiosk',
      createdAt: '2023-11-14T22:13:20.000Z',
    };
    const list = async (): Promise<object[]> =>
      ((await (await call('GET', path, null)).json()) as { tokens: object[] }).tokens;
    assert.deepEqual((await list()).at(-1), token);
    const revoked = { ...token, revokedAt: '2023-11-14T22:14:20.000Z' };
    for (const key of ['revoke-1', 'revoke-2']) {
      const answer = await call('DELETE', `${path}/token-2`, key);
      assert.equal(answer.status, 200);
      assert.deepEqual(await answer.json(), revoked);
    }
    assert.deepEqual((await list()).at(-1), revoked);
  });

  test('404 not_found: no such token, or no possible id', async () => {
    for (const id of ['nothing', 'no%20id', 'x'.repeat(65)]) {
      await expectProblem(await call('DELETE', `${path}/${id}`, 'revoke-3'), 404, 'not_found');
    }
  });

  test('400 bad_frame: no Idempotency-Key, or a body of another shape', async () => {
    await expectProblem(await call('POST', path, null, wanted), 400, 'bad_frame');
    await expectProblem(await call('DELETE', `${path}/token-1`, null), 400, 'bad_frame');
    const known = node.integratorTokensByKey.size;
    const bodies = [
      {},
      { name: 'n' },
      { name: '  ', organiserId: 'o' },
      { name: 'x'.repeat(201), organiserId: 'o' },
      { name: 'a\u0000b', organiserId: 'o' },
      { name: 'n', organiserId: 'no id' },
      { name: 'n', organiserId: '' },
      { name: 1, organiserId: 'o' },
    ];
    for (const body of bodies) await expectProblem(await call('POST', path, 'create-3', body), 400, 'bad_frame');
    assert.equal(node.integratorTokensByKey.size, known);
  });

  test('401 unauthorized: without the admin token, also with an integrator token', async () => {
    for (const token of ['another', 'usher_it_of-token-1']) {
      await expectProblem(await call('POST', path, 'create-4', wanted, token), 401, 'unauthorized');
      await expectProblem(await call('GET', path, null, undefined, token), 401, 'unauthorized');
      await expectProblem(await call('DELETE', `${path}/token-1`, 'revoke-4', undefined, token), 401, 'unauthorized');
    }
  });

  test('503 unavailable while Postgres cannot be reached', async () => {
    node.isStoreDown = true;
    await expectProblem(await call('POST', path, 'create-5', wanted), 503, 'unavailable');
    await expectProblem(await call('GET', path, null), 503, 'unavailable');
    await expectProblem(await call('DELETE', `${path}/token-1`, 'revoke-5'), 503, 'unavailable');
    node.isStoreDown = false;
  });
});
