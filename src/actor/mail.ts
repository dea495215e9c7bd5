import type { Position } from '../protocol/up.js';
import type { Command } from '../seatmap/command.js';
import type { MailClass } from './mailbox.js';

/** Chosen by the gateway, unique among its unanswered requests: unsigned 32 bits. */
export type Correlation = number;

export interface CommandRequest {
  readonly correlation: Correlation;
  readonly reqId: number;
  readonly eventId: string;
  /** The asking socket, unsigned 32 bits, 0 for none: it gets the answer, the holder's others get frames 6 and 9. */
  readonly sessionId: number;
  /** Whether the holder has other sockets here: without them nobody encodes frames 6 and 9. */
  readonly othersListen: boolean;
  readonly command: Command;
}

export interface MyHoldsRequest {
  readonly correlation: Correlation;
  readonly reqId: number;
  readonly eventId: string;
  readonly holderId: string;
}

/** A socket subscribes: answered through `onSubscribed`, after which `onPublish` brings every delta without gap. */
export interface WatchRequest {
  readonly correlation: Correlation;
  readonly reqId: number;
  readonly eventId: string;
  readonly position: Position | null;
}

export interface SnapshotRequest {
  readonly correlation: Correlation;
  readonly eventId: string;
}

export type CommandMail = { readonly kind: 'command' } & CommandRequest;
export type MyHoldsMail = { readonly kind: 'myHolds' } & MyHoldsRequest;
export type WatchMail = { readonly kind: 'watch' } & WatchRequest;
export type SnapshotMail = { readonly kind: 'snapshot' } & SnapshotRequest;

/** What waits in an event's mailbox. */
export type Mail = CommandMail | MyHoldsMail | WatchMail | SnapshotMail;

/** A mail that is not decided yet, and since when its asker has waited, in actor time. */
export interface Waiting {
  readonly mail: Mail;
  readonly sinceMs: number;
}

export function mailClassOf(mail: Mail): MailClass {
  if (mail.kind !== 'command') return 'browse';
  switch (mail.command.kind) {
    case 'hold':
    case 'holdBest':
    case 'holdArea':
      return 'hold';
    case 'extend':
    case 'release':
      return 'release';
    default:
      return 'confirm';
  }
}
