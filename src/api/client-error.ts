import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem } from './problem.js';

/**
 * Answers what is found wrong before there is a request that could be answered: no HTTP, a head that is too long, or one that
 * does not arrive. Afterwards nobody knows where the next request begins, so the connection ends.
 */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) socket.write(written(problemOf(error.code)));
  socket.destroy();
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem('limit_exceeded', 'Cannot accept the request as its headers are too long');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem('bad_frame', 'Cannot accept the request as the end of it did not arrive in time');
    default:
      return new Problem('bad_frame', 'Cannot accept the request as it is not HTTP that can be read');
  }
}

function written(problem: Problem): string {
  const body = JSON.stringify(problem.body());
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
