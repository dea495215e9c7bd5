import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { FastifyInstance } from 'fastify';
import { expectProblem } from '../api/testing/expect-problem.js';
import { systemClock } from '../lib/clock.js';
import { callRpc, serveRpc } from '../lib/rpc.js';
import { systemTimers } from '../lib/timers.js';
import { testStats } from '../observability/testing/test-stats.js';
import { hashOfToken } from '../store/settings.js';
import { quietLog } from '../store/testing/quiet-log.js';
import { createAdminSurface } from './admin-surface.js';
import { type NodeHealth, type NodePort, nodePortNames } from './node-port.js';
import { TestNode } from './testing/test-node.js';

const adminToken = 'the-admin-token';
const well: NodeHealth = {
  started: true,
  draining: false,
  dependencies: [{ name: 'postgres', state: 'up', latencyMs: 0.4 }],
};

describe('the admin port', () => {
  const node = new TestNode(well);
  let server: FastifyInstance;
  let url: string;
  let ports: MessagePort[];

  before(async () => {
    const { port1, port2 } = new MessageChannel();
    ports = [port1, port2];
    serveRpc<NodePort>(port2, nodePortNames, node);
    server = await createAdminSurface({
      node: callRpc<NodePort>(port1, nodePortNames, systemTimers, 200),
      clock: systemClock,
      log: quietLog,
      adminTokenHash: hashOfToken(adminToken),
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await server.close();
    for (const port of ports) port.close();
  });

  const authorization = { authorization: `Bearer ${adminToken}` };
  const get = (path: string, headers: Record<string, string> = authorization) => fetch(url + path, { headers });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'operator-1', ...authorization, ...headers },
      body: JSON.stringify(body),
    });

  describe('health', () => {
    const probe = async (name: string) => {
      const response = await get(`/health/${name}`, {});
      return { status: response.status, body: (await response.json()) as NodeHealth & { status: string } };
    };
    const statuses = async (): Promise<number[]> =>
      Promise.all(['live', 'ready', 'startup'].map(async (name) => (await probe(name)).status));

    test('tells every dependency with state and latency, to anyone', async () => {
      const { status, body } = await probe('ready');
      assert.equal(status, 200);
      assert.equal(body.status, 'up');
      assert.deepEqual(body.dependencies.slice(1), well.dependencies);
      const [main] = body.dependencies;
      assert.deepEqual([main?.name, main?.state], ['main-thread', 'up']);
      assert.ok((main?.latencyMs ?? -1) >= 0);
    });

    test('starting: live, but neither ready nor started', async () => {
      node.healthNow = { ...well, started: false };
      assert.deepEqual(await statuses(), [200, 503, 503]);
    });

    test('draining: no new clients', async () => {
      node.healthNow = { ...well, draining: true };
      assert.deepEqual(await statuses(), [200, 503, 200]);
    });

    test('a dependency is down: not ready, and it is named', async () => {
      node.healthNow = {
        ...well,
        dependencies: [{ name: 'postgres', state: 'down', latencyMs: null, detail: 'refused' }],
      };
      assert.deepEqual(await statuses(), [200, 503, 200]);
      const { body } = await probe('ready');
      assert.equal(body.status, 'down');
      assert.deepEqual(body.dependencies[1], { name: 'postgres', state: 'down', latencyMs: null, detail: 'refused' });
    });

    test('the main thread does not answer: not live', async () => {
      node.isStuck = true;
      assert.deepEqual(await statuses(), [503, 503, 503]);
      const { body } = await probe('live');
      assert.deepEqual(body.dependencies, [{ name: 'main-thread', state: 'down', latencyMs: null }]);
      node.isStuck = false;
      node.healthNow = well;
      assert.deepEqual(await statuses(), [200, 200, 200]);
    });
  });

  describe('metrics', () => {
    test('are Prometheus text, to anyone', async () => {
      const response = await get('/metrics', {});
      assert.equal(response.status, 200);
      assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      assert.ok((await response.text()).includes(`usher_sockets ${testStats.gateway.sockets}\n`));
    });

    test('say so when the main thread does not answer', async () => {
      node.isStuck = true;
      assert.ok((await (await get('/metrics', {})).text()).includes('usher_node_up 0\n'));
      node.isStuck = false;
    });
  });

  test('401 unauthorized: everything else asks for the admin token', async () => {
    for (const path of ['/v1/nodes', '/v1/events/e1']) {
      await expectProblem(await get(path, {}), 401, 'unauthorized');
      await expectProblem(await get(path, { authorization: 'Bearer another' }), 401, 'unauthorized');
    }
    for (const path of ['/v1/events/e1/block', '/v1/events/e1/unblock']) {
      await expectProblem(await post(path, { seats: [1], reason: 'r' }, { authorization: '' }), 401, 'unauthorized');
    }
    assert.deepEqual(node.operations, []);
  });

  test('GET /v1/events/{eventId}', async () => {
    const response = await get('/v1/events/e1');
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      eventId: 'e1',
      owner: 'n1',
      epoch: 2,
      seq: 7,
      counts: { free: 3, held: 1, booked: 1, blocked: 0 },
      areas: [['floor', 6, 2, 1, 1]],
    });
  });

  test('404 unknown_event: no such event, or no possible id; the node is not asked about the latter', async () => {
    await expectProblem(await get('/v1/events/nothing'), 404, 'unknown_event');
    const asked = node.described.length;
    for (const eventId of ['a%20b', '%00', 'x'.repeat(65)]) {
      await expectProblem(await get(`/v1/events/${eventId}`), 404, 'unknown_event');
      await expectProblem(await post(`/v1/events/${eventId}/block`, { seats: [1], reason: 'r' }), 404, 'unknown_event');
    }
    assert.equal(node.described.length, asked);
    assert.deepEqual(node.operations, []);
  });

  describe('block and unblock', () => {
    test('reach the node as a command of the operator, under the Idempotency-Key: 200 with body and position', async () => {
      for (const kind of ['block', 'unblock'] as const) {
        const response = await post(`/v1/events/e1/${kind}`, { seats: [3, 4], reason: ' camera ' });
        assert.equal(response.status, 200);
        assert.deepEqual(await response.json(), { seats: [3, 4], position: [2, 8] });
        const { eventId, command } = node.operations.at(-1) ?? {};
        assert.equal(eventId, 'e1');
        assert.equal(command?.kind, kind);
        assert.equal(command?.identity.holderId, 'operator');
        assert.equal(command?.identity.commandId, 'operator-1');
        assert.deepEqual(command?.seats, [3, 4]);
        assert.equal(command?.reason, 'camera');
      }
    });

    test('places of an area by their number', async () => {
      const response = await post('/v1/events/e1/block', { area: 'floor', quantity: 4, reason: 'camera' });
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { seats: [], area: 'floor', quantity: 4, position: [2, 8] });
      const { command } = node.operations.at(-1) ?? {};
      assert.deepEqual([command?.seats, command?.places], [[], { area: 'floor', quantity: 4 }]);
      for (const body of [
        { area: 'floor', reason: 'r' },
        { area: 'a b', quantity: 1, reason: 'r' },
        { area: 'floor', quantity: 0, reason: 'r' },
      ]) {
        await expectProblem(await post('/v1/events/e1/block', body), 400, 'bad_frame');
      }
    });

    test('[I9] seats and an area at once are refused: neither is done alone', async () => {
      const operationsBefore = node.operations.length;
      for (const named of [{ area: 'floor', quantity: 4 }, { area: null }, { quantity: 4 }]) {
        await expectProblem(
          await post('/v1/events/e1/block', { seats: [1, 2], ...named, reason: 'r' }),
          400,
          'bad_frame',
        );
      }
      assert.equal(node.operations.length, operationsBefore);
    });

    test('equal requests have equal payload hashes, others have others', async () => {
      const hashOf = async (kind: string, seats: number[], reason: string): Promise<number | undefined> => {
        await post(`/v1/events/e1/${kind}`, { seats, reason });
        return node.operations.at(-1)?.command.identity.payloadHash;
      };
      const first = await hashOf('block', [1, 2], 'r');
      assert.ok(Number.isInteger(first) && (first ?? -1) >= 0 && (first ?? -1) < 2 ** 32);
      assert.equal(await hashOf('block', [1, 2], 'r'), first);
      const others = [
        await hashOf('unblock', [1, 2], 'r'),
        await hashOf('block', [2, 1], 'r'),
        await hashOf('block', [1, 2], 's'),
      ];
      assert.equal(new Set([first, ...others]).size, 4);
    });

    test('a refusal has its code, its number and its details', async () => {
      node.rejection = { code: 'seat_taken', message: 'Cannot block seats as some are not free', seats: [3] };
      const taken = await expectProblem(
        await post('/v1/events/e1/block', { seats: [3], reason: 'r' }),
        409,
        'seat_taken',
      );
      assert.deepEqual(taken.seats, [3]);
      node.rejection = { code: 'idempotency_mismatch', message: 'Cannot repeat the command as it is another' };
      await expectProblem(await post('/v1/events/e1/block', { seats: [3], reason: 'r' }), 412, 'idempotency_mismatch');
      node.rejection = { code: 'busy', message: 'Cannot take the command as too many wait', retryAfterMs: 1500 };
      const response = await post('/v1/events/e1/block', { seats: [3], reason: 'r' });
      assert.equal(response.headers.get('retry-after'), '2');
      await expectProblem(response, 503, 'busy');
      node.rejection = null;
    });

    test('503 unavailable: no answer came, so the outcome is unknown and the same key resolves it', async () => {
      node.isStuck = true;
      await expectProblem(await post('/v1/events/e1/block', { seats: [3], reason: 'r' }), 503, 'unavailable');
      node.isStuck = false;
      assert.equal((await post('/v1/events/e1/block', { seats: [3], reason: 'r' })).status, 200);
    });

    test('400 bad_frame: seats or reason not of the shape, no Idempotency-Key', async () => {
      const operationsBefore = node.operations.length;
      const bodies = [
        {},
        { seats: [], reason: 'r' },
        { seats: [1, 1], reason: 'r' },
        { seats: [-1], reason: 'r' },
        { seats: [1.5], reason: 'r' },
        { seats: [2 ** 53], reason: 'r' },
        { seats: ['1'], reason: 'r' },
        { seats: [1] },
        { seats: [1], reason: '  ' },
        { seats: [1], reason: 'x'.repeat(201) },
        { seats: [1], reason: 'a\u0000b' },
        { seats: Array.from({ length: 20_001 }, (_, at) => at), reason: 'r' },
      ];
      for (const body of bodies) await expectProblem(await post('/v1/events/e1/block', body), 400, 'bad_frame');
      await expectProblem(
        await post('/v1/events/e1/block', { seats: [1], reason: 'r' }, { 'idempotency-key': '' }),
        400,
        'bad_frame',
      );
      assert.equal(node.operations.length, operationsBefore);
    });
  });

  test('404 not_found: what is not offered', async () => {
    for (const path of ['/', '/v1/events', '/v1/nothing', '/health'])
      await expectProblem(await get(path), 404, 'not_found');
  });

  test('security headers stand on every answer', async () => {
    for (const path of ['/health/live', '/v1/nothing']) {
      const response = await get(path);
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
      assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    }
  });
});
