/** A client's message as the gateway takes it in: one call from what arrived to a frame, whatever arrived. Never throws. */
import { isReqId } from './field.js';
import { decodeJson } from './json.js';
import { decodeMsgpack } from './msgpack.js';
import { readUp } from './read-up.js';
import { scanMsgpack, scanReqId } from './scan.js';
import type { BadFrame, UpFrame } from './up.js';

/** Of a binary message. What is returned holds nothing of `bytes`, which may be gone or reused afterwards. */
export function readUpMsgpack(bytes: Uint8Array): UpFrame | BadFrame {
  const fault = scanMsgpack(bytes);
  return fault === null ? readUp(decodeMsgpack(bytes)) : unreadable(reqIdOf(bytes), fault);
}

/** Of a text message. */
export function readUpJson(text: string): UpFrame | BadFrame {
  const result = decodeJson(text);
  return result.kind === 'value' ? readUp(result.value) : unreadable(result.reqId, result.fault);
}

function unreadable(reqId: number, fault: string): BadFrame {
  return { kind: 'bad', reqId, message: `Cannot read the message as ${fault}` };
}

/** So that a client learns which of its requests was too long or too deep. */
function reqIdOf(bytes: Uint8Array): number {
  const reqIdBytes = scanReqId(bytes);
  if (reqIdBytes === null) return 0;
  const reqId = decodeMsgpack(reqIdBytes);
  return isReqId(reqId) ? reqId : 0;
}
