import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { quietLog } from '../store/testing/quiet-log.js';
import { createHttpServer } from './http-server.js';
import type { ProblemBody } from './problem.js';
import { expectProblem } from './testing/expect-problem.js';

describe('every HTTP surface of Fastify', () => {
  let server: FastifyInstance;
  let url: string;
  before(async () => {
    server = createHttpServer({ log: quietLog, trustedProxies: [] });
    server.delete('/thing', (request) => ({ body: request.body ?? null }));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => server.close());

  const remove = (body: string | null): Promise<Response> =>
    fetch(`${url}/thing`, { method: 'DELETE', headers: { 'content-type': 'application/json' }, body });

  test('no body is none, also where the header calls it JSON', async () => {
    for (const [body, read] of [
      [null, null],
      ['', null],
      ['{"a":1}', { a: 1 }],
    ] as const) {
      const response = await remove(body);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), { body: read });
    }
  });

  test('400 bad_frame: a body that is no JSON, or that would change what objects are', async () => {
    for (const body of ['{', ' ', '{"__proto__":{}}']) await expectProblem(await remove(body), 400, 'bad_frame');
  });

  /** What is answered to bytes that are no request, up to the end of the connection. */
  const answerTo = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
      let answer = '';
      socket.setEncoding('utf8').on('data', (data: string) => {
        answer += data;
      });
      socket.on('close', () => resolve(answer)).on('error', reject);
    });

  for (const [what, text, status, code] of [
    ['no HTTP', 'hello\r\n\r\n', 400, 'bad_frame'],
    ['headers that are too long', `GET /thing HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}`, 413, 'limit_exceeded'],
  ] as const) {
    test(`errors are application/problem+json: ${what}`, async () => {
      const [head = '', body = ''] = (await answerTo(text)).split('\r\n\r\n');
      assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(head, /^content-type: application\/problem\+json$/im);
      const problem = JSON.parse(body) as ProblemBody;
      assert.deepEqual([problem.status, problem.code], [status, code]);
      assert.match(head, new RegExp(`^content-length: ${Buffer.byteLength(body)}$`, 'im'));
    });
  }
});
