import assert from 'node:assert/strict';
import type { z } from 'zod';
import { recorded } from './rest-recorder.js';

export interface Request {
  readonly token?: string;
  /** `Idempotency-Key` */
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** As JSON where it is JSON, else the text. */
  readonly body: unknown;
}

/** One HTTP request as the protocol page, section 5, has them. */
export function request(method: string, url: string, given: Request = {}): Promise<Reply> {
  return recorded(method, url, given, () => send(method, url, given));
}

async function send(method: string, url: string, given: Request): Promise<Reply> {
  const headers: Record<string, string> = { ...given.headers };
  if (given.token !== undefined) headers['authorization'] = `Bearer ${given.token}`;
  if (given.key !== undefined) headers['idempotency-key'] = given.key;
  if (given.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  const text = await response.text();
  // The answer to HEAD says what the body would be, and has none.
  const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? (JSON.parse(text) as unknown) : text };
}

/** Asserts status and shape of a success. */
export function succeeded<T>({ status, body }: Reply, expected: number, schema: z.ZodType<T>): T {
  assert.equal(status, expected, JSON.stringify(body));
  return schema.parse(body);
}

/** Asserts that a reply is an error of the page's shape; gives its body. */
export function refused(reply: Reply, status: number, code: string): Record<string, unknown> {
  const body = reply.body as Record<string, unknown>;
  assert.deepEqual([reply.status, body['code'], body['status']], [status, code, status], JSON.stringify(body));
  assert.equal(reply.headers.get('content-type'), 'application/problem+json');
  assert.ok(String(body['detail']).startsWith('Cannot '));
  return body;
}
