import { isId, isListOf, isPosition, isText, isWhole } from '../protocol/field.js';
import { type Packable, packValue } from '../protocol/msgpack.js';
import type { Position } from '../protocol/up.js';
import { fieldsOf, linkVersion } from './link-version.js';

/**
 * What one node tells another. Frames and mails are bytes as they travel elsewhere: frames as clients get them, mails as the
 * packed records between threads (shard/requests.ts), whose version is this one's.
 */
export type LinkRecord =
  // ── to the owner ──
  /** `patienceMs`: how long after `sentAtMs` the asker still waits. */
  | { readonly kind: 'mail'; readonly patienceMs: number; readonly mail: Uint8Array }
  /** Sockets of the sender watch the event; `holders` are all of theirs. Answered by `followed`. */
  | {
      readonly kind: 'follow';
      readonly eventId: string;
      readonly position: Position | null;
      readonly holders: readonly string[];
    }
  | {
      readonly kind: 'holders';
      readonly eventId: string;
      readonly came: readonly string[];
      readonly left: readonly string[];
    }
  /** Still following, and this far, with so many holders told of in all; null: an older release does not say. */
  | {
      readonly kind: 'following';
      readonly eventId: string;
      readonly position: Position;
      readonly holders: number | null;
    }
  | { readonly kind: 'unfollow'; readonly eventId: string }
  // ── from the owner ──
  | { readonly kind: 'answer'; readonly correlation: number; readonly frame: Uint8Array }
  | { readonly kind: 'snapshot'; readonly correlation: number; readonly frame: Uint8Array }
  /** Nothing was decided. `owner`: who has the event, as far as the sender knows. */
  | { readonly kind: 'bounced'; readonly correlation: number; readonly owner: string | null }
  /** Frame 4 and the map or delta after the follower's position; or frame 5 alone. */
  | { readonly kind: 'followed'; readonly eventId: string; readonly frames: readonly Uint8Array[] }
  /** The sender has not got the event, or does not know the follower: follow anew. */
  | { readonly kind: 'notFollowed'; readonly eventId: string; readonly owner: string | null }
  | {
      readonly kind: 'notify';
      readonly eventId: string;
      readonly holderId: string;
      readonly exceptSessionId: number;
      readonly frame: Uint8Array;
    }
  // ── to the owner, and from it to the next one ──
  /** The event should be `next`'s, an incarnation. */
  | { readonly kind: 'move'; readonly eventId: string; readonly next: string }
  /** The owner's answer to `following`: the way there and back is open. */
  | { readonly kind: 'stillFollowed'; readonly eventId: string };

/** One turn's records from one node to another. */
export interface LinkMessage {
  /** Incarnations. */
  readonly sender: string;
  readonly receiver: string;
  /** Rises with each message from `sender` to `receiver`. */
  readonly linkSeq: number;
  /** Postgres' time as the sender knows it. */
  readonly sentAtMs: number;
  readonly records: readonly LinkRecord[];
}

/** Numbered in this order, for good. */
export const linkKinds = [
  'mail',
  'follow',
  'holders',
  'following',
  'unfollow',
  'answer',
  'snapshot',
  'bounced',
  'followed',
  'notFollowed',
  'notify',
  'move',
  'stillFollowed',
] as const satisfies readonly LinkRecord['kind'][];

/** Valid until the next call of any encoder of protocol/msgpack.ts. */
export function encodeLinkMessage({ sender, receiver, linkSeq, sentAtMs, records }: LinkMessage): Uint8Array {
  return packValue([linkVersion, sender, receiver, linkSeq, sentAtMs, records.map(toArray)]);
}

/** Null where the bytes are no message of this version. Byte fields are views on `bytes`. */
export function decodeLinkMessage(bytes: Uint8Array): LinkMessage | null {
  const fields = fieldsOf(bytes);
  if (fields === null) return null;
  const [sender, receiver, linkSeq, sentAtMs, records] = fields;
  const isMessage =
    typeof sender === 'string' &&
    typeof receiver === 'string' &&
    isWhole(linkSeq) &&
    typeof sentAtMs === 'number' &&
    Array.isArray(records);
  if (!isMessage) return null;
  return { sender, receiver, linkSeq, sentAtMs, records: records.flatMap((record) => fromArray(record) ?? []) };
}

function toArray(record: LinkRecord): Packable {
  const number = linkKinds.indexOf(record.kind);
  switch (record.kind) {
    case 'mail':
      return [number, record.patienceMs, record.mail];
    case 'follow':
      return [number, record.eventId, record.position, record.holders];
    case 'holders':
      return [number, record.eventId, record.came, record.left];
    case 'following':
      return [number, record.eventId, record.position, record.holders];
    case 'unfollow':
    case 'stillFollowed':
      return [number, record.eventId];
    case 'answer':
    case 'snapshot':
      return [number, record.correlation, record.frame];
    case 'bounced':
      return [number, record.correlation, record.owner];
    case 'followed':
      return [number, record.eventId, record.frames];
    case 'notFollowed':
      return [number, record.eventId, record.owner];
    case 'notify':
      return [number, record.eventId, record.holderId, record.exceptSessionId, record.frame];
    case 'move':
      return [number, record.eventId, record.next];
  }
}

/** Null where it is not of the shape, or is a record that only a newer node knows. */
function fromArray(record: unknown): LinkRecord | null {
  if (!Array.isArray(record)) return null;
  const [number, a, b, c, d] = record as unknown[];
  const kind = linkKinds[Number(number)];
  switch (kind) {
    case 'mail':
      return isWhole(a) && isBytes(b) ? { kind, patienceMs: a, mail: b } : null;
    case 'follow':
      return isId(a) && isNullOr(b, isPosition) && isListOf(c, isId)
        ? { kind, eventId: a, position: b, holders: c }
        : null;
    case 'holders':
      return isId(a) && isListOf(b, isId) && isListOf(c, isId) ? { kind, eventId: a, came: b, left: c } : null;
    case 'following':
      return isId(a) && isPosition(b) ? { kind, eventId: a, position: b, holders: isWhole(c) ? c : null } : null;
    case 'unfollow':
    case 'stillFollowed':
      return isId(a) ? { kind, eventId: a } : null;
    case 'answer':
    case 'snapshot':
      return isWhole(a) && isBytes(b) ? { kind, correlation: a, frame: b } : null;
    case 'bounced':
      return isWhole(a) && isNullOr(b, isText) ? { kind, correlation: a, owner: b } : null;
    case 'followed':
      return isId(a) && isListOf(b, isBytes) ? { kind, eventId: a, frames: b } : null;
    case 'notFollowed':
      return isId(a) && isNullOr(b, isText) ? { kind, eventId: a, owner: b } : null;
    case 'notify':
      return isId(a) && isId(b) && isWhole(c) && isBytes(d)
        ? { kind, eventId: a, holderId: b, exceptSessionId: c, frame: d }
        : null;
    case 'move':
      return isId(a) && isText(b) ? { kind, eventId: a, next: b } : null;
    default:
      return null;
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function isNullOr<T>(value: unknown, isOther: (value: unknown) => value is T): value is T | null {
  return value === null || isOther(value);
}
