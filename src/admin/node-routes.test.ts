import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { expectProblem } from '../api/testing/expect-problem.js';
import { systemClock } from '../lib/clock.js';
import { hashOfToken } from '../store/settings.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { createAdminSurface } from './admin-surface.js';
import { TestNode } from './testing/test-node.js';

const adminToken = 'the-admin-token';

describe('nodes and moves on the admin port', () => {
  let node: TestNode;
  let server: FastifyInstance;
  let url: string;

  beforeEach(async () => {
    node = new TestNode({ started: true, draining: false, dependencies: [] });
    const adminTokenHash = hashOfToken(adminToken);
    server = await createAdminSurface({ node, clock: systemClock, log: quietLog, adminTokenHash });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => server.close());

  const post = (path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${adminToken}`,
        'idempotency-key': 'operator-1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const move = (body: unknown = { nodeId: 'n2' }, eventId = 'e1') => post(`/v1/events/${eventId}/move`, body);

  test('GET /v1/nodes tells each node with its events, shards, state and, where it is known, load', async () => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${url}/v1/nodes`, { headers });
    const n1 = {
      nodeId: 'n1',
      url: 'ws://127.0.0.1:20481/v1/live',
      leaseExpiresInMs: 4000,
      events: 1,
      shards: 2,
      draining: false,
      version: '0.1.0',
    };
    const load = {
      sockets: 12,
      subscriptions: 15,
      commandsPerSecond: 340,
      mailboxCommands: 2,
      commitMs: 3.4,
      postgresLatencyMs: 1.2,
      eventLoopDelayMs: 11.3,
      measuredMsAgo: 420,
    };
    assert.deepEqual(await answer.json(), {
      nodes: [
        { ...n1, load },
        { ...n1, nodeId: 'n2' },
      ],
    });
    node.isStoreDown = true;
    await expectProblem(await fetch(`${url}/v1/nodes`, { headers }), 503, 'unavailable');
    await expectProblem(await fetch(`${url}/v1/nodes`), 401, 'unauthorized');
  });

  test('move: 200 once the node has the event', async () => {
    const answer = await move();
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { eventId: 'e1', nodeId: 'n2' });
    assert.deepEqual(node.moves, ['e1 to n2']);
  });

  test('move: each reason why not', async () => {
    const cases = [
      [{ kind: 'unknownEvent' }, 404, 'unknown_event', /no/],
      [{ kind: 'unknownNode', livingNodes: ['n1', 'n3'] }, 404, 'not_found', /n2.*those that do: n1, n3/],
      [{ kind: 'unreadable' }, 409, 'not_available', /than n2 reads: upgrade that node/],
      [{ kind: 'draining' }, 400, 'bad_frame', /n2 is draining/],
      [{ kind: 'unreachable', ownerNodeId: 'n3' }, 503, 'unavailable', /n3 cannot be reached/],
      [{ kind: 'stayed' }, 503, 'unavailable', /n2 has not got it/],
      [{ kind: 'unavailable' }, 503, 'unavailable', /Postgres/],
    ] as const;
    for (const [outcome, status, code, text] of cases) {
      node.moveOutcome = outcome;
      const { detail } = await expectProblem(await move(), status, code);
      assert.match(detail, text);
    }
  });

  test('move: nothing is asked of the node where the request is not of the shape', async () => {
    for (const body of [{}, { nodeId: '' }, { nodeId: 'no id' }, { nodeId: 7 }]) {
      await expectProblem(await move(body), 400, 'bad_frame');
    }
    await expectProblem(await move({ nodeId: 'n2' }, 'no%20id'), 404, 'unknown_event');
    const keyless = await post('/v1/events/e1/move', { nodeId: 'n2' }, { 'idempotency-key': '' });
    await expectProblem(keyless, 400, 'bad_frame');
    const stranger = await post('/v1/events/e1/move', { nodeId: 'n2' }, { authorization: 'Bearer another' });
    await expectProblem(stranger, 401, 'unauthorized');
    assert.deepEqual(node.moves, []);
  });

  test('drain: 202 with how many events go; each reason why not', async () => {
    const answer = await post('/v1/nodes/n2/drain');
    assert.equal(answer.status, 202);
    assert.deepEqual(await answer.json(), { nodeId: 'n2', events: 3 });
    assert.deepEqual(node.drained, ['n2']);
    node.drainOutcome = { kind: 'unknownNode', livingNodes: ['n1'] };
    const { detail } = await expectProblem(await post('/v1/nodes/n2/drain', {}), 404, 'not_found');
    assert.match(detail, /those that do: n1/);
    node.drainOutcome = { kind: 'alone' };
    await expectProblem(await post('/v1/nodes/n2/drain'), 409, 'not_available');
    node.drainOutcome = { kind: 'unavailable' };
    await expectProblem(await post('/v1/nodes/n2/drain'), 503, 'unavailable');
    await expectProblem(await post('/v1/nodes/no%20id/drain'), 404, 'not_found');
    await expectProblem(await post('/v1/nodes/n2/drain', {}, { 'idempotency-key': '' }), 400, 'bad_frame');
    await expectProblem(await post('/v1/nodes/n2/drain', {}, { authorization: 'Bearer another' }), 401, 'unauthorized');
  });
});
