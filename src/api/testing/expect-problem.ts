import assert from 'node:assert/strict';
import type { ProblemBody } from '../problem.js';

/** Asserts that an answer is an error of the protocol page's shape, and gives its body. */
export async function expectProblem(response: Response, status: number, code: string): Promise<ProblemBody> {
  const text = await response.text();
  assert.equal(response.headers.get('content-type'), 'application/problem+json', text);
  const body = JSON.parse(text) as ProblemBody;
  assert.equal(response.status, status, text);
  assert.equal(body.code, code, text);
  assert.equal(body.status, status);
  assert.equal(typeof body.type, 'string');
  assert.ok(body.title.length > 0 && body.detail.length > 0);
  if (status === 401) assert.equal(response.headers.get('www-authenticate'), 'Bearer');
  if (status === 429 || status === 503) assert.ok(Number(response.headers.get('retry-after')) >= 1);
  return body;
}
