import { assert } from '../lib/assert.js';
import { must } from '../lib/must.js';
import { addressFromBytes } from './address.js';
import type { NativeRequest, NativeResponse } from './native.js';

/** A request's head. It lives on the stack of uWebSockets.js, so it may be read only until its handler returns. */
export class Request {
  #native: NativeRequest | null;
  readonly #response: Pick<NativeResponse, 'getRemoteAddress'>;

  constructor(native: NativeRequest, response: NativeResponse) {
    this.#native = native;
    this.#response = response;
  }

  /** Of whoever is at the other end of the connection, be it a client or a proxy. To be asked before the answer. */
  get peerAddress(): string {
    this.#alive();
    return addressFromBytes(new Uint8Array(this.#response.getRemoteAddress()));
  }

  /** An empty string where there is none. */
  header(lowerCaseName: string): string {
    return this.#alive().getHeader(lowerCaseName);
  }

  /** All headers of that name as one list: a proxy may add a line of its own below the one that the client sent. */
  headerList(lowerCaseName: string): string {
    const values: string[] = [];
    this.#alive().forEach((name, value) => {
      if (name === lowerCaseName) values.push(value);
    });
    return values.join(',');
  }

  /** What stands in the address where the route has `:name`, decoded: `%2D` is a hyphen (RFC 3986, 2.3). */
  parameter(index: number): string {
    return decoded(must(this.#alive().getParameter(index), 'a parameter of the route'));
  }

  get method(): string {
    return this.#alive().getMethod();
  }

  get path(): string {
    return this.#alive().getUrl();
  }

  /** The handler has returned. */
  end(): void {
    this.#native = null;
  }

  #alive(): NativeRequest {
    assert(this.#native !== null, 'Cannot read a request as its handler has returned');
    return this.#native;
  }
}

/** What cannot be decoded stays as it is: it names nothing. */
function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
