import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { SessionTokens } from '../gateway/tokens.js';
import { systemClock } from '../lib/clock.js';
import { expectProblem } from './testing/expect-problem.js';
import { smallChart } from './testing/small-chart.js';
import {
  adminToken,
  startControlPlane,
  type StartedControlPlane,
  testLivePort,
  testTokenKey,
} from './testing/start-control-plane.js';

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A GET with exactly these headers. */
function rawGet(url: string, headers: Record<string, string>): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    });
    sent.on('error', reject).end();
  });
}

describe('the web port', () => {
  let plane: StartedControlPlane;
  before(async () => {
    plane = await startControlPlane();
  });
  after(() => plane.close());

  describe('sessions', () => {
    const tokens = new SessionTokens([testTokenKey]);

    test('POST /v1/sessions: 201 {token, holderId, expiresInMs}, for a new guest each time', async () => {
      const response = await plane.post('/v1/sessions', {});
      assert.equal(response.status, 201);
      assert.equal(response.headers.get('cache-control'), 'no-store');
      const session = (await response.json()) as { token: string; holderId: string; expiresInMs: number };
      assert.deepEqual(Object.keys(session).sort(), ['expiresInMs', 'holderId', 'token']);
      assert.ok(session.expiresInMs > 3_500_000 && session.expiresInMs <= 3_601_000);
      assert.equal(tokens.verify(session.token, systemClock.wallMs())?.holderId, session.holderId);
      const other = (await (await plane.post('/v1/sessions', {})).json()) as { holderId: string };
      assert.notEqual(other.holderId, session.holderId);
    });

    test('needs neither a key nor a body', async () => {
      const response = await fetch(`${plane.url}/v1/sessions`, { method: 'POST' });
      assert.equal(response.status, 201);
    });

    test('with a valid bearer: the same holder renewed', async () => {
      const { token, holderId } = (await (await plane.post('/v1/sessions', {})).json()) as {
        token: string;
        holderId: string;
      };
      const renewed = await plane.post('/v1/sessions', {}, { authorization: `Bearer ${token}` });
      assert.equal(renewed.status, 201);
      assert.equal(((await renewed.json()) as { holderId: string }).holderId, holderId);
    });

    test('401 unauthorized: a bearer that was changed, has run out, or is of another key', async () => {
      const valid = tokens.issue('someone', systemClock.wallMs() + 60_000);
      const late = tokens.issue('someone', systemClock.wallMs() - 60_000);
      const foreign = new SessionTokens([{ ...testTokenKey, secret: new Uint8Array(32) }]).issue(
        'someone',
        systemClock.wallMs() + 60_000,
      );
      for (const token of [`${valid}x`, late, foreign, 'nonsense', '']) {
        await expectProblem(
          await plane.post('/v1/sessions', {}, { authorization: `Bearer ${token}` }),
          401,
          'unauthorized',
        );
      }
    });

    test('429 slow_down: too many new sessions of one address; renewing goes on', async () => {
      const limited = await startControlPlane({ sessionsPerAddress: 2, trustedProxies: ['127.0.0.1'] });
      const from = (address: string) => limited.post('/v1/sessions', {}, { 'x-forwarded-for': address });
      try {
        const first = await from('10.0.0.1');
        const { token } = (await first.json()) as { token: string };
        assert.equal((await from('10.0.0.1')).status, 201);
        await expectProblem(await from('10.0.0.1'), 429, 'slow_down');
        const headers = { 'x-forwarded-for': '10.0.0.1', authorization: `Bearer ${token}` };
        assert.equal((await limited.post('/v1/sessions', {}, headers)).status, 201);
        assert.equal((await from('10.0.0.2')).status, 201);
        // IPv6: a subscriber's whole network counts as one.
        assert.equal((await from('2001:db8::1')).status, 201);
        assert.equal((await from('2001:db8::2')).status, 201);
        await expectProblem(await from('2001:db8::3'), 429, 'slow_down');
      } finally {
        await limited.close();
      }
    });

    test('a forwarded-for header of a stranger counts for nothing', async () => {
      const limited = await startControlPlane({ sessionsPerAddress: 1 });
      try {
        assert.equal((await limited.post('/v1/sessions', {}, { 'x-forwarded-for': '10.0.0.1' })).status, 201);
        await expectProblem(
          await limited.post('/v1/sessions', {}, { 'x-forwarded-for': '10.0.0.2' }),
          429,
          'slow_down',
        );
      } finally {
        await limited.close();
      }
    });
  });

  describe('the admin token', () => {
    const body = { format: 'usher', chart: smallChart() };
    const key = { 'idempotency-key': 'authorized-1' };

    test('401 unauthorized: missing, another, a part of it, more than it, another scheme, a guest', async () => {
      const { token } = (await (await plane.post('/v1/sessions', {})).json()) as { token: string };
      const wrong = [
        'Bearer another',
        `Bearer ${adminToken.slice(1)}`,
        `Bearer ${adminToken}x`,
        `Basic ${adminToken}`,
        `Bearer ${token}`,
        'Bearer',
      ];
      for (const path of ['/v1/charts', '/v1/events']) {
        await expectProblem(await plane.post(path, body, key), 401, 'unauthorized');
        for (const authorization of wrong) {
          await expectProblem(await plane.post(path, body, { ...key, authorization }), 401, 'unauthorized');
        }
      }
    });

    test('the scheme may be written in any case', async () => {
      const response = await plane.post('/v1/charts', body, { ...key, authorization: `bearer ${adminToken}` });
      assert.equal(response.status, 201);
    });

    test('a stranger is refused before the body is read', async () => {
      const answer = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'content-length': 60 * 1024 * 1024 };
        const sent = request(`${plane.url}/v1/charts`, { method: 'POST', headers }, (response) => {
          resolve(response.statusCode);
          sent.destroy();
        });
        sent.on('error', reject);
        sent.flushHeaders();
      });
      assert.equal(answer, 401);
    });
  });

  describe('errors are application/problem+json', () => {
    test('404 not_found: no such address, or not by this method', async () => {
      for (const path of [
        '/v1',
        '/v1/nothing',
        '/v1/bookings',
        '/nothing.html',
        '/.secret',
        '/..%2f..%2fetc%2fpasswd',
        '/%2e%2e/package.json',
      ]) {
        await expectProblem(await plane.get(path), 404, 'not_found');
      }
      await expectProblem(await plane.postAsAdmin('/v1/events/demo', {}), 404, 'not_found');
      await expectProblem(await fetch(`${plane.url}/v1/events`, { method: 'DELETE' }), 404, 'not_found');
      await expectProblem(await fetch(`${plane.url}/index.html`, { method: 'PUT', body: 'x' }), 404, 'not_found');
    });

    test('400 bad_frame: an address that cannot be decoded, a body that is no JSON, no body', async () => {
      await expectProblem(await plane.get('/v1/events/%zz'), 400, 'bad_frame');
      await expectProblem(await plane.postAsAdmin('/v1/events', '{'), 400, 'bad_frame');
      await expectProblem(await plane.postAsAdmin('/v1/events', ''), 400, 'bad_frame');
      await expectProblem(await plane.postAsAdmin('/v1/events', 'null'), 400, 'bad_frame');
      await expectProblem(await plane.post('/v1/sessions', []), 400, 'bad_frame');
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      await expectProblem(await plane.postAsAdmin('/v1/events', deep), 400, 'bad_frame');
      await expectProblem(
        await plane.postAsAdmin('/v1/charts', `{"format":"usher","chart":{"drawing":${deep}}}`),
        400,
        'bad_frame',
      );
    });

    test('413 limit_exceeded: a body over the limit', async () => {
      const huge = JSON.stringify({ name: 'x'.repeat(1024 * 1024) });
      await expectProblem(await plane.postAsAdmin('/v1/events', huge), 413, 'limit_exceeded');
    });

    test('415 unsupported_media_type', async () => {
      const headers = { 'content-type': 'text/plain' };
      await expectProblem(await plane.postAsAdmin('/v1/events', 'x', headers), 415, 'unsupported_media_type');
    });

    test('503 unavailable: the database is gone, and back again when it is', async () => {
      const lonely = await startControlPlane();
      try {
        const name = new URL(lonely.database.url).pathname.slice(1);
        await plane.pools.read.query({ text: `alter database ${name} with allow_connections false` });
        await plane.pools.read.query({
          text: `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
        });
        await expectProblem(await lonely.get('/v1/events'), 503, 'unavailable');
        await expectProblem(
          await lonely.postAsAdmin('/v1/charts', { format: 'usher', chart: smallChart() }),
          503,
          'unavailable',
        );
        assert.equal((await lonely.post('/v1/sessions', {})).status, 201);
        await plane.pools.read.query({ text: `alter database ${name} with allow_connections true` });
        assert.equal((await lonely.get('/v1/events')).status, 200);
      } finally {
        await lonely.close();
      }
    });

    test('500 internal_error says nothing of what broke', async () => {
      const broken = await startControlPlane({
        clock: {
          ...systemClock,
          monotonicMs: () => {
            throw new Error('the secret of the house');
          },
        },
      });
      try {
        const { detail } = await expectProblem(await broken.get('/v1/events'), 500, 'internal_error');
        assert.equal(detail.includes('secret'), false);
      } finally {
        await broken.close();
      }
    });

    test('a request that is no HTTP ends its connection, not the server', async () => {
      const { port } = new URL(plane.url);
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write('\u0000\u0001nonsense\r\n\r\n'));
        socket
          .on('close', () => resolve())
          .on('error', reject)
          .resume();
      });
      assert.equal((await plane.get('/v1/events')).status, 200);
    });
  });

  describe('pages', () => {
    test('the page and its script are served, and asked for anew each time', async () => {
      const page = await plane.get('/');
      assert.equal(page.status, 200);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
      assert.equal(page.headers.get('cache-control'), 'no-cache');
      assert.match(await page.text(), /<title>Usher<\/title>/);
      const script = await plane.get('/page.js');
      assert.match(script.headers.get('content-type') ?? '', /javascript/);
      // Not by fetch, which sends `cache-control: no-cache` along with `if-none-match`.
      const { status } = await rawGet(`${plane.url}/page.js`, { 'if-none-match': script.headers.get('etag') ?? '' });
      assert.equal(status, 304);
    });

    test('HEAD tells the same without the body', async () => {
      for (const path of ['/', '/page.js', '/v1/events']) {
        const response = await fetch(plane.url + path, { method: 'HEAD' });
        assert.equal(response.status, 200, path);
        assert.equal(await response.text(), '');
      }
    });
  });

  describe('security headers', () => {
    const directives = (response: Response): Map<string, string> =>
      new Map(
        (response.headers.get('content-security-policy') ?? '')
          .split('; ')
          .map((directive) => [directive.split(' ')[0] ?? '', directive.slice(directive.indexOf(' ') + 1)]),
      );

    test('stand on pages, on answers and on errors', async () => {
      for (const path of ['/', '/v1/events', '/v1/nothing']) {
        const response = await plane.get(path);
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path);
        assert.equal(response.headers.get('x-frame-options'), 'SAMEORIGIN', path);
        assert.equal(response.headers.get('referrer-policy'), 'no-referrer', path);
        assert.equal(response.headers.get('x-powered-by'), null, path);
        assert.equal(directives(response).get('script-src'), "'self'", path);
      }
    });

    test('nothing foreign, nothing inline; connections to this server and to the live port alone', async () => {
      const policy = directives(await plane.get('/'));
      assert.equal(policy.get('default-src'), "'none'");
      assert.equal(policy.get('style-src'), "'self'");
      assert.equal(policy.get('frame-ancestors'), "'none'");
      assert.equal(policy.get('base-uri'), "'none'");
      assert.equal(policy.get('connect-src'), `'self' ws://127.0.0.1:${testLivePort} http://127.0.0.1:${testLivePort}`);
      assert.equal(
        [...policy.values()].some((value) => value.includes('unsafe')),
        false,
      );
    });

    test('the live port is said as the browser can reach it', async () => {
      const policyFor = async (host: string): Promise<string> =>
        String((await rawGet(plane.url, { host })).headers['content-security-policy']);
      assert.ok((await policyFor('tickets.example:8080')).includes(`ws://tickets.example:${testLivePort} `));
      const injected = await policyFor("a.example; script-src 'unsafe-inline'");
      assert.ok(injected.includes(`connect-src 'self' ws://127.0.0.1:${testLivePort} `));
      assert.equal(injected.includes('unsafe-inline'), false);
    });
  });
});
