import assert from 'node:assert/strict';
import type { TestGateway } from './test-gateway.js';

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface RestRequest {
  readonly token?: string;
  /** `Idempotency-Key` */
  readonly key?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export async function rest(
  server: TestGateway,
  method: string,
  path: string,
  { token, key, body, text, headers = {}, signal }: RestRequest = {},
): Promise<RestAnswer> {
  const sent = text ?? (body === undefined ? null : JSON.stringify(body));
  const response = await fetch(server.httpUrl + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      ...headers,
    },
    body: sent,
    ...(signal === undefined ? {} : { signal }),
  });
  const answered = await response.text();
  const read = answered === '' ? {} : (JSON.parse(answered) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, body: read };
}

/** Asserts that the answer is an error of the protocol page's shape. */
export function assertProblem({ status, headers, body }: RestAnswer, expected: number, code: string): void {
  assert.equal(status, expected, JSON.stringify(body));
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.deepEqual([body['status'], body['code']], [expected, code]);
  for (const field of ['type', 'title', 'detail']) assert.equal(typeof body[field], 'string', field);
  assert.equal(headers.get('www-authenticate'), expected === 401 ? 'Bearer' : null);
  if (expected === 429 || expected === 503) assert.ok(Number(headers.get('retry-after')) >= 1);
}
