import { Buffer } from 'node:buffer';
/** The same bytes, read and written with a buffer's methods. Making a second view of them costs more than reading them. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
