import { decodeMsgpack } from '../protocol/msgpack.js';

/** Of all that nodes say to each other. What is of another version is passed over. */
export const linkVersion = 1;

/** The fields behind the version; null where the bytes are no array of this version. Byte fields are views on `bytes`. */
export function fieldsOf(bytes: Uint8Array): readonly unknown[] | null {
  try {
    const value = decodeMsgpack(bytes);
    return Array.isArray(value) && value[0] === linkVersion ? value.slice(1) : null;
  } catch {
    // Whoever else speaks on this Redis.
    return null;
  }
}
