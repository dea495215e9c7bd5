/** Frames from client to server, as read. Protocol page, section 2. */

/** `[epoch, seq]`: change `seq` of the event, made in epoch `epoch`. */
export type Position = readonly [epoch: number, seq: number];

/** Element 0 of a client's frame. */
export const upNumbers = {
  hello: 1,
  subscribe: 2,
  unsubscribe: 3,
  ping: 4,
  hold: 10,
  holdBest: 11,
  extend: 12,
  release: 13,
  confirm: 14,
  holdArea: 15,
  myHolds: 16,
} as const;

export interface Hello {
  readonly kind: 'hello';
  readonly reqId: number;
  readonly token: string;
  readonly client?: string;
}
export interface Subscribe {
  readonly kind: 'subscribe';
  readonly reqId: number;
  readonly eventId: string;
  readonly position: Position | null;
}
export interface Unsubscribe {
  readonly kind: 'unsubscribe';
  readonly reqId: number;
  readonly eventId: string;
}
export interface Ping {
  readonly kind: 'ping';
  readonly reqId: number;
}
export interface Hold {
  readonly kind: 'hold';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly seats: readonly number[];
}
export interface HoldBest {
  readonly kind: 'holdBest';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly quantity: number;
  readonly categories?: readonly string[];
  readonly sections?: readonly string[];
  readonly together: boolean;
  readonly accessible?: number;
  readonly near?: number;
}
export interface Extend {
  readonly kind: 'extend';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly holdId: string;
}
export interface Release {
  readonly kind: 'release';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly holdId: string;
  /** null: the whole hold. */
  readonly seats: readonly number[] | null;
  readonly quantity?: number;
}
export interface Confirm {
  readonly kind: 'confirm';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly holdId: string;
  readonly orderRef: string;
}
export interface HoldArea {
  readonly kind: 'holdArea';
  readonly reqId: number;
  readonly eventId: string;
  readonly commandId: string;
  readonly area: string;
  readonly quantity: number;
}
export interface MyHolds {
  readonly kind: 'myHolds';
  readonly reqId: number;
  readonly eventId: string;
}

/** Frames that one event's actor decides. */
export type EventFrame = Hold | HoldBest | Extend | Release | Confirm | HoldArea | MyHolds;
export type UpFrame = Hello | Subscribe | Unsubscribe | Ping | EventFrame;

/** What a message was when it was no valid frame. `reqId` is 0 where it has none. */
export interface BadFrame {
  readonly kind: 'bad';
  readonly reqId: number;
  readonly message: string;
}
