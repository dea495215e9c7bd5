/** The JSON encoding, the server's side. Browsers have their own way to base64: client-codec.ts. */
import type { DownFrame } from './down.js';
import { isReqId } from './field.js';
import { protocolLimits } from './limits.js';
import { decodeMsgpack } from './msgpack.js';

/** A server's frame as text. Its bytes become padded base64. */
export function encodeJson(frame: DownFrame): string {
  return stringify(frame);
}

/** A server's frame from one encoding to the other. The bytes are our own, so they need no scan. */
export function downToJson(msgpackFrame: Uint8Array): string {
  return stringify(decodeMsgpack(msgpackFrame) as readonly unknown[]);
}

/** In every frame bytes stand at the top level only, so that nothing below needs to be looked at. */
function stringify(frame: readonly unknown[]): string {
  return JSON.stringify(frame.map((field) => (field instanceof Uint8Array ? base64(field) : field)));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export type JsonResult =
  | { readonly kind: 'value'; readonly value: unknown }
  /** `reqId`: the one that the frame has nevertheless, else 0. */
  | { readonly kind: 'unreadable'; readonly reqId: number; readonly fault: string };

/** What a client's text says, within the bounds that `scanMsgpack` sets for bytes. Never throws. */
export function decodeJson(text: string): JsonResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', reqId: 0, fault: 'it is not JSON' };
  }
  if (!isWithinBounds(value, protocolLimits.nestingMax)) {
    const reqId: unknown = Array.isArray(value) ? value[1] : 0;
    const fault = 'it is nested too deep or has an array or an object of too many items';
    return { kind: 'unreadable', reqId: isReqId(reqId) ? reqId : 0, fault };
  }
  return { kind: 'value', value };
}

function isWithinBounds(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depthLeft === 0) return false;
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (items.length > protocolLimits.itemsPerContainerMax) return false;
  return items.every((item) => isWithinBounds(item, depthLeft - 1));
}
