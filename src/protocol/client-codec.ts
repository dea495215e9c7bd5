/** Both encodings from the client's side, in browsers and in Node. */
import { type DownFrame, downNumbers } from './down.js';
import { decodeMsgpack, encodeUpMsgpack } from './msgpack.js';
import { readDown } from './read-down.js';
import { scanMsgpack } from './scan.js';
import type { Subprotocol } from './subprotocols.js';
import { upToWire } from './up-to-wire.js';
import type { UpFrame } from './up.js';

export interface ClientCodec {
  /** What to hand to `WebSocket.send`. The caller's to keep. */
  encode(frame: UpFrame): string | Uint8Array<ArrayBuffer>;
  /**
   * The `data` of a message event (with `binaryType` 'arraybuffer', or Node's Buffer), or null where it is no frame that
   * this version knows: pass over it. The frame's bytes may be a view on the message. Never throws.
   */
  decode(message: unknown): DownFrame | null;
}

/** A server's frames nest deeper (`my holds`: 5) and list every seat of a hall. They are still scanned: no extension types. */
const serverBounds = { nestingMax: 8, itemsPerContainerMax: 2 ** 20 } as const;

export const clientCodecs: Readonly<Record<Subprotocol, ClientCodec>> = {
  'usher.v1.msgpack': {
    encode: (frame) => new Uint8Array(encodeUpMsgpack(frame)),
    decode(message) {
      const bytes = message instanceof ArrayBuffer ? new Uint8Array(message) : message;
      if (!(bytes instanceof Uint8Array) || scanMsgpack(bytes, serverBounds) !== null) return null;
      return readDown(decodeMsgpack(bytes));
    },
  },
  'usher.v1.json': {
    encode: (frame) => JSON.stringify(upToWire(frame)),
    decode(message) {
      if (typeof message !== 'string') return null;
      try {
        return readDown(withBytes(JSON.parse(message)));
      } catch {
        return null;
      }
    },
  },
};

/** A snapshot's states are the only bytes on the wire. */
function withBytes(frame: unknown): unknown {
  if (!Array.isArray(frame) || frame[0] !== downNumbers.snapshot || typeof frame[4] !== 'string') return frame;
  const binary = atob(frame[4]);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return [...frame.slice(0, 4), bytes, ...frame.slice(5)];
}
