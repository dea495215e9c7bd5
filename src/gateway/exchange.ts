import { STATUS_CODES } from 'node:http';
import type { NativeResponse } from './native.js';
import { faultOfOurs, type Problem, problemBody, problemHeaders } from './problem.js';

/**
 * One HTTP request's answer, given at most once and at any time. When the client has gone, or was answered already,
 * nothing more happens: the response itself, whose late use would throw, is let go of at that moment.
 */
export class Exchange {
  #response: NativeResponse | null;
  readonly #headers: Record<string, string> = { 'Cache-Control': 'no-store' };

  /**
   * @param isHead whatever the answer is, it goes without a body (RFC 9110, 9.3.2)
   * @param failed is told what was thrown while a body was read: a bug of ours
   */
  constructor(
    response: NativeResponse,
    private readonly isHead: boolean,
    private readonly failed: (error: unknown) => void,
  ) {
    this.#response = response;
    // Without this a request that is not answered at once would end the process.
    response.onAborted(() => {
      this.#response = null;
    });
  }

  /** Somebody still waits for the answer. */
  get isOpen(): boolean {
    return this.#response !== null;
  }

  /** Sent with whatever the answer will be. */
  setHeader(name: string, value: string): void {
    this.#headers[name] = value;
  }

  json(status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
    this.#answer(status, { 'Content-Type': 'application/json', ...headers }, body);
  }

  empty(status: 204 | 304, headers: Readonly<Record<string, string>> = {}): void {
    this.#answer(status, headers, null);
  }

  problem(problem: Problem): void {
    this.#answer(problem.status, problemHeaders(problem), problemBody(problem));
  }

  /** Calls back with the whole body, valid during the call, or with null as soon as it is longer than `bytesMax`. */
  readBody(bytesMax: number, then: (body: Buffer | null) => void): void {
    const chunks: Buffer[] = [];
    let length = 0;
    this.#response?.onData((chunk, isLast) => {
      if (length > bytesMax) return;
      length += chunk.byteLength;
      if (length > bytesMax) {
        this.#guarded(then, null);
        return;
      }
      // Bodies come in one chunk, mostly. Those that do not are copied, as a chunk dies when this call returns.
      const bytes = Buffer.from(chunk);
      if (isLast) this.#guarded(then, chunks.length === 0 ? bytes : Buffer.concat([...chunks, bytes]));
      else chunks.push(Buffer.from(bytes));
    });
  }

  /** Called from uWebSockets.js itself, where nobody else would catch what is thrown and answer the client. */
  #guarded(then: (body: Buffer | null) => void, body: Buffer | null): void {
    try {
      then(body);
    } catch (error) {
      this.failed(error);
      this.problem(faultOfOurs);
    }
  }

  #answer(status: number, headers: Readonly<Record<string, string>>, body: string | null): void {
    const response = this.#response;
    if (response === null) return;
    this.#response = null;
    response.cork(() => {
      response.writeStatus(`${status} ${STATUS_CODES[status] ?? ''}`);
      for (const [name, value] of Object.entries({ ...this.#headers, ...headers })) response.writeHeader(name, value);
      if (body === null || this.isHead) response.endWithoutBody();
      else response.end(body);
    });
  }
}
