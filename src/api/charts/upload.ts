import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { must } from '../../lib/must.js';
import { Problem } from '../problem.js';

/** The body of a request as it arrives. It is read once, and its hash is made on the way. */
export class Upload {
  readonly #request: FastifyRequest;
  readonly #bytesMax: number;
  readonly #hash = createHash('sha256');
  #digest: Uint8Array | null = null;

  constructor(request: FastifyRequest, bytesMax: number) {
    this.#request = request;
    this.#bytesMax = bytesMax;
    this.#hash.update(JSON.stringify([request.method, request.routeOptions.url]));
  }

  /**
   * Hands over the body, one piece after the other.
   * @throws Problem 413 where it is too long, 400 where its end does not arrive; and whatever `take` throws. What is still
   * to come is then passed over: the client gets its answer, on a connection that is still good.
   */
  async read(take: (bytes: Uint8Array) => Promise<void>): Promise<void> {
    const { raw, headers } = this.#request;
    let length = Number(headers['content-length'] ?? 0);
    try {
      if (length > this.#bytesMax) throw this.#tooLong();
      length = 0;
      for await (const piece of raw.iterator({ destroyOnReturn: false })) {
        const bytes = piece as Buffer;
        length += bytes.length;
        if (length > this.#bytesMax) throw this.#tooLong();
        this.#hash.update(bytes);
        await take(bytes);
      }
    } catch (error) {
      if (error instanceof Problem || !raw.destroyed) throw error;
      throw new Problem('bad_frame', 'Cannot accept the request as the end of its body did not arrive', {}, error);
    } finally {
      raw.resume();
    }
    this.#digest = new Uint8Array(this.#hash.digest());
  }

  /** SHA-256 of what is asked: method, address and body, which is read now where it was not before. */
  async digest(): Promise<Uint8Array> {
    if (this.#digest === null) await this.read(() => Promise.resolve());
    return must(this.#digest, 'the hash of a body that was read');
  }

  #tooLong(): Problem {
    return new Problem(
      'limit_exceeded',
      `Cannot accept the request as its body is longer than ${this.#bytesMax} bytes`,
    );
  }
}
