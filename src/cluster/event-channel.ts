import { isText } from '../protocol/field.js';
import { packValue } from '../protocol/msgpack.js';
import { fieldsOf, linkVersion } from './link-version.js';

/** What an event's owner publishes for the nodes that follow it. */
export interface Publication {
  /** The owner: an incarnation. */
  readonly sender: string;
  /** Frame 2 or 3 as clients get it. */
  readonly frame: Uint8Array;
}

const prefix = 'event:';

export function channelOf(eventId: string): string {
  return `${prefix}${eventId}`;
}

/** Null where the channel is no event's. */
export function eventOf(channel: string): string | null {
  return channel.startsWith(prefix) ? channel.slice(prefix.length) : null;
}

/** Valid until the next call of any encoder of protocol/msgpack.ts. */
export function encodePublication({ sender, frame }: Publication): Uint8Array {
  return packValue([linkVersion, sender, frame]);
}

/** Null where the bytes are no publication of this version. */
export function decodePublication(bytes: Uint8Array): Publication | null {
  const fields = fieldsOf(bytes);
  if (fields === null) return null;
  const [sender, frame] = fields;
  return isText(sender) && frame instanceof Uint8Array ? { sender, frame } : null;
}
