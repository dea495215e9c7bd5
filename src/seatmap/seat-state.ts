/** A seat's state, as the wire numbers it (protocol page, frame 2). */
export const seatStates = { free: 0, held: 1, booked: 2, blocked: 3 } as const;

export type SeatState = (typeof seatStates)[keyof typeof seatStates];

export interface SeatCounts {
  readonly free: number;
  readonly held: number;
  readonly booked: number;
  readonly blocked: number;
}
