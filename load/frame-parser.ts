/** Where a parser delivers. Views into `bytes` are valid during the call only. */
export interface FrameListener {
  /** A whole message: `bytes[start, end)`. */
  onMessage(bytes: Uint8Array, start: number, end: number): void;
  onPing(bytes: Uint8Array, start: number, end: number): void;
  /** The server's close frame; 1005 where it names no code. Nothing is delivered after it. */
  onClose(code: number): void;
}

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const controlBytesMax = 125;
/** A snapshot of the largest hall is far below; more means that the stream is out of step. */
const messageBytesMax = 16 * 1024 * 1024;

/** Append-only bytes that keep their room: after the first seconds of a run nothing is allocated any more. */
class GrowingBytes {
  bytes = new Uint8Array(1024);
  length = 0;

  append(source: Uint8Array, start: number, end: number): void {
    const length = this.length + end - start;
    if (length > this.bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.bytes.length * 2));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(source.subarray(start, end), this.length);
    this.length = length;
  }
}

/**
 * Reads a server's WebSocket frames (RFC 6455) out of a TCP stream that is cut anywhere. Frames that lie whole in a chunk
 * are delivered where they lie; only one that a chunk's end cuts is gathered in a buffer of its own.
 */
export class FrameParser {
  /** The beginning of the frame that the last chunk's end cut. */
  private readonly cut = new GrowingBytes();
  /** What has come of a message in several frames. */
  private readonly message = new GrowingBytes();
  private inMessage = false;
  private closed = false;

  constructor(private readonly listener: FrameListener) {}

  /** @throws ProtocolError where the stream is no stream of server frames */
  push(bytes: Uint8Array, start: number, end: number): void {
    let at = this.cut.length === 0 ? start : this.completeCut(bytes, start, end);
    while (at < end && !this.closed) {
      const next = at + frameLength(bytes, at, end);
      if (next > end) {
        this.cut.append(bytes, at, end);
        return;
      }
      this.frame(bytes, at, next);
      at = next;
    }
  }

  /** Takes what the cut frame still lacks, handles it once whole, and says where the rest of the chunk starts. */
  private completeCut(bytes: Uint8Array, start: number, end: number): number {
    const { cut } = this;
    let at = start;
    for (;;) {
      const missing = frameLength(cut.bytes, 0, cut.length) - cut.length;
      if (missing === 0) break;
      if (at === end) return end;
      const taken = Math.min(at + missing, end);
      cut.append(bytes, at, taken);
      at = taken;
    }
    const { length } = cut;
    cut.length = 0;
    this.frame(cut.bytes, 0, length);
    return at;
  }

  private frame(bytes: Uint8Array, start: number, end: number): void {
    const first = bytes[start] as number;
    const opcode = first & 0x0f;
    const last = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw new ProtocolError(`reserved bits are set: first byte is ${first}`);
    const payload = start + headerLength(bytes[start + 1] as number);
    if (opcode >= opcodes.close) this.control(opcode, last, bytes, payload, end);
    else this.data(opcode, last, bytes, payload, end);
  }

  private data(opcode: number, last: boolean, bytes: Uint8Array, start: number, end: number): void {
    if (opcode > opcodes.binary) throw new ProtocolError(`there is no such opcode: opcode is ${opcode}`);
    if ((opcode === opcodes.continuation) !== this.inMessage) {
      throw new ProtocolError(`messages are interleaved: opcode is ${opcode}`);
    }
    if (last && !this.inMessage) {
      this.listener.onMessage(bytes, start, end);
      return;
    }
    this.message.append(bytes, start, end);
    if (this.message.length > messageBytesMax) throw new ProtocolError('a message is too long');
    this.inMessage = !last;
    if (!last) return;
    const { length } = this.message;
    this.message.length = 0;
    this.listener.onMessage(this.message.bytes, 0, length);
  }

  private control(opcode: number, last: boolean, bytes: Uint8Array, start: number, end: number): void {
    if (!last || end - start > controlBytesMax) throw new ProtocolError('a control frame is cut or too long');
    if (opcode === opcodes.ping) {
      this.listener.onPing(bytes, start, end);
    } else if (opcode === opcodes.close) {
      this.closed = true;
      const code = end - start >= 2 ? (bytes[start] as number) * 256 + (bytes[start + 1] as number) : 1005;
      this.listener.onClose(code);
    } else if (opcode !== opcodes.pong) {
      throw new ProtocolError(`there is no such opcode: opcode is ${opcode}`);
    }
  }
}

export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  constructor(reason: string) {
    super(`Cannot read the server's frames as ${reason}`);
  }
}

/** Bytes before the payload, told by a frame's second byte. Server frames carry no mask. */
function headerLength(second: number): number {
  if ((second & 0x80) !== 0) throw new ProtocolError('they are masked');
  return second === 127 ? 10 : second === 126 ? 4 : 2;
}

/** Length of the frame in `bytes[start, end)` as far as that tells it: more than is there until the frame is whole. */
function frameLength(bytes: Uint8Array, start: number, end: number): number {
  const available = end - start;
  if (available < 2) return 2;
  const second = bytes[start + 1] as number;
  const header = headerLength(second);
  if (available < header) return header;
  if (header === 2) return header + second;
  let payload = 0;
  for (let at = start + 2; at < start + header; at++) payload = payload * 256 + (bytes[at] as number);
  if (payload > messageBytesMax) throw new ProtocolError(`a frame is too long: its payload is ${payload} bytes`);
  return header + payload;
}
