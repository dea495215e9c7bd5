import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { limits } from '../config/limits.js';
import { payloadHash } from '../protocol/payload-hash.js';
import type { Command } from '../seatmap/command.js';
import { gatewayLimits } from './limits.js';
import { assertProblem, rest, type RestAnswer } from './testing/rest.js';
import { adminToken, TestGateway } from './testing/test-gateway.js';

let server: TestGateway;
afterEach(() => server.stop());

const eventId = 'event-1';
const commandId = 'command-1';
const holds = `/v1/events/${eventId}/holds`;

describe('confirming for a holder', () => {
  const path = `${holds}/H1-1/confirm`;
  const body = { orderRef: 'order 1', holderId: 'anna' };
  const integrator = 'usher_it_of-the-opera';

  function withIntegrator(overrides: ConstructorParameters<typeof TestGateway>[0] = {}): void {
    server = new TestGateway(overrides);
    server.directory.integrators.set(integrator, { organiserId: 'opera' });
    server.directory.organisers.set(eventId, 'opera');
    server.directory.organisers.set('foreign', 'circus');
  }

  function confirm(token: string, given: unknown = body, at = path): Promise<RestAnswer> {
    return rest(server, 'POST', at, { token, key: commandId, body: given });
  }

  test('confirmBy server: an integrator or the admin confirms as the server, in the name of the holder', async () => {
    withIntegrator();
    const client = await server.join('anna');
    for (const token of [integrator, adminToken]) {
      const answer = confirm(token);
      const { command, othersListen, correlation } = await server.shards.commands.take();
      const payload = payloadHash({
        kind: 'confirm',
        reqId: 0,
        eventId,
        commandId,
        holdId: 'H1-1',
        orderRef: 'order 1',
      });
      assert.deepEqual(command, {
        kind: 'confirm',
        identity: { holderId: 'anna', commandId, payloadHash: payload },
        holdId: 'H1-1',
        orderRef: 'order 1',
        by: 'server',
      });
      assert.equal(othersListen, true);
      const confirmed = { bookingId: 'B1-2', seats: [3], totalMinor: 10, currency: 'EUR' };
      server.answer(correlation, [4, 0, [1, 2], confirmed]);
      assert.deepEqual([(await answer).status, (await answer).body], [201, { ...confirmed, position: [1, 2] }]);
    }
    await client.settle();
  });

  test('a holder who names himself confirms as the holder; one who names another is refused', async () => {
    withIntegrator();
    const answer = confirm(server.token('anna'));
    const { command, correlation } = await server.shards.commands.take();
    assert.equal((command as Extract<Command, { kind: 'confirm' }>).by, 'holder');
    server.answer(correlation, [5, 0, '403 forbidden', 'Cannot confirm as only the server may', {}]);
    assertProblem(await answer, 403, 'forbidden');
    assertProblem(await confirm(server.token('otto')), 403, 'forbidden');
    assert.equal(server.shards.commands.size, 0);
  });

  test('without holderId: 403, saying so', async () => {
    withIntegrator();
    for (const token of [integrator, adminToken]) {
      const answer = await confirm(token, { orderRef: 'order 1' });
      assertProblem(answer, 403, 'forbidden');
      assert.match(String(answer.body['detail']), /holderId/);
    }
  });

  test("an integrator's token is good for the events of its organiser alone", async () => {
    withIntegrator();
    const foreign = `/v1/events/foreign/holds/H1-1/confirm`;
    assertProblem(await confirm(integrator, body, foreign), 403, 'forbidden');
    assertProblem(await confirm(integrator, body, '/v1/events/nothing/holds/H1-1/confirm'), 404, 'unknown_event');
    assertProblem(await confirm('usher_it_of-nobody'), 401, 'unauthorized');
    assert.equal(server.shards.commands.size, 0);
  });

  test('a revoked token is refused within 5 s, a new one is good within 1 s', async () => {
    withIntegrator();
    const isGood = async (): Promise<boolean> => {
      const answer = confirm(integrator);
      const { correlation } = await server.shards.commands.take();
      const confirmed = { bookingId: 'B1-2', seats: [3], totalMinor: 1, currency: 'EUR' };
      server.answer(correlation, [4, 0, [1, 2], confirmed]);
      return (await answer).status === 201;
    };
    assert.equal(await isGood(), true);
    server.directory.integrators.delete(integrator);
    assert.equal(await isGood(), true);
    assert.deepEqual(server.directory.asked, [integrator, eventId]);
    server.time.advance(gatewayLimits.integratorKnownForMs);
    assertProblem(await confirm(integrator), 401, 'unauthorized');
    server.directory.integrators.set(integrator, { organiserId: 'opera' });
    assertProblem(await confirm(integrator), 401, 'unauthorized');
    server.time.advance(gatewayLimits.integratorUnknownForMs);
    assert.equal(await isGood(), true);
  });

  test('neither may do anything else: 403', async () => {
    const others = [
      ['POST', holds, { seats: [1] }],
      ['POST', holds, { best: { quantity: 1 } }],
      ['POST', holds, { area: 'floor', quantity: 1 }],
      ['PATCH', `${holds}/H1-1`, { extend: true }],
      ['DELETE', `${holds}/H1-1`, undefined],
      ['POST', `${holds}/H1-1/release`, {}],
    ] as const;
    withIntegrator();
    for (const token of [integrator, adminToken]) {
      for (const [method, at, given] of others) {
        const answer = await rest(server, method, at, { token, key: commandId, body: given });
        assertProblem(answer, 403, 'forbidden');
        assert.match(String(answer.body['detail']), /may confirm, nothing else/);
      }
      for (const at of [holds, '/v1/bookings'])
        assertProblem(await rest(server, 'GET', at, { token }), 403, 'forbidden');
    }
    assert.equal(server.shards.commands.size, 0);
  });

  test('they are not slowed down', async () => {
    withIntegrator({ messagesPerSecond: 1 });
    for (let i = 0; i < 10; i += 1) {
      const answer = confirm(integrator);
      const { correlation } = await server.shards.commands.take();
      server.answer(correlation, [5, 0, '410 hold_ended', 'Cannot', { reason: 'expired' }]);
      assertProblem(await answer, 410, 'hold_ended');
    }
  });

  test('503 unavailable while Postgres cannot be reached, and when it hangs: the command is not sent', async () => {
    withIntegrator();
    server.directory.state = new Error('ECONNREFUSED');
    assertProblem(await confirm(integrator), 503, 'unavailable');
    server.directory.state = 'hangs';
    const hanging = confirm(integrator);
    const client = await server.join('anna');
    while (server.gateway.stats().pendingCommands === 0) await client.settle();
    server.time.advance(limits.answerTimeoutMs + gatewayLimits.tickMs);
    assertProblem(await hanging, 503, 'unavailable');
    assert.equal(server.shards.commands.size, 0);
    assert.deepEqual(server.faults, []);
  });
});
