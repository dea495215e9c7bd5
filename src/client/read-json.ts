import { isMap, isText } from '../protocol/field.js';
import type { FetchResponse, Platform } from './platform.js';
import { UsherError, usherErrorFrom } from './usher-error.js';

/**
 * What `GET url` answers. Rejects with `UsherError`: what the server refused with, or `unavailable` where it did not answer
 * as a server of Usher does.
 */
export async function readJson(
  fetch: Platform['fetch'],
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  let response: FetchResponse;
  let body: unknown;
  try {
    response = await fetch(url, { method: 'GET', headers: { accept: 'application/json', ...headers } });
    body = await response.json().catch(() => null);
  } catch (error) {
    throw new UsherError('unavailable', `Cannot read ${url} as there is no answer: ${reasonOf(error)}`);
  }
  if (response.status === 200) return body;
  throw refusalOf(`read ${url}`, response, body);
}

/** `Retry-After` in milliseconds, where there is one in seconds. */
function retryAfterMsOf(response: FetchResponse): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** What an answer in `application/problem+json`, or without any sense, says of why we cannot do `what`. */
export function refusalOf(what: string, response: FetchResponse, body: unknown): UsherError {
  const retryAfterMs = retryAfterMsOf(response);
  const details = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (isMap(body) && isText(body['code']) && isText(body['detail'])) {
    return usherErrorFrom(`${response.status} ${body['code']}`, body['detail'], details);
  }
  const code = response.status === 429 ? 'slow_down' : response.status === 503 ? 'busy' : 'unavailable';
  return new UsherError(code, `Cannot ${what} as the answer has status ${response.status}`, details);
}

/** `fetch` says "fetch failed" and hides why in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || String(isMap(cause) ? cause['code'] : cause) : String(cause);
}
