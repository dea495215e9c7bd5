import { createHash, randomBytes } from 'node:crypto';

export const subprotocol = 'usher.v1.msgpack';

/** The HTTP upgrade (RFC 6455, section 4.1). */
export class Handshake {
  private readonly key = randomBytes(16).toString('base64');
  private answer = '';
  /** Why the answer that was read will not do. */
  failure: string | null = null;

  constructor(
    private readonly url: URL,
    private readonly reject: (error: Error) => void,
  ) {}

  get request(): string {
    const path = this.url.pathname === '/' ? '/v1/live' : this.url.pathname;
    return (
      `GET ${path} HTTP/1.1\r\nHost: ${this.url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${this.key}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`
    );
  }

  /** Says where the first frame starts in the chunk, or −1 while the answer's head is not whole. */
  read(chunk: Uint8Array, length: number): number {
    const before = this.answer.length;
    this.answer += Buffer.from(chunk.buffer, chunk.byteOffset, length).toString('latin1');
    const headEnd = this.answer.indexOf('\r\n\r\n');
    if (headEnd === -1) return -1;
    const head = this.answer.slice(0, headEnd);
    const status = head.slice(0, head.indexOf('\r\n'));
    if (!/^HTTP\/1\.1 101\b/.test(status)) this.failure = `it answered "${status}"`;
    else if (header(head, 'sec-websocket-accept') !== acceptOf(this.key)) this.failure = 'it did not accept the key';
    else if (header(head, 'sec-websocket-protocol') !== subprotocol) this.failure = `it does not speak ${subprotocol}`;
    return headEnd + 4 - before;
  }

  fail(reason: string): void {
    this.reject(new Error(`Cannot open a WebSocket as ${reason}: url is ${this.url.href}`));
  }
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head)?.[1];
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}
