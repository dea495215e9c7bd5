import type { AreaCounts, Inputs, Op, Operation, Output, Position, RefusalDetails } from '../history.js';

/** Operations made by hand: what differs from the usual is told. */
export interface Telling {
  readonly process?: number;
  readonly socket?: number;
  readonly client?: string;
  readonly call?: number;
  readonly return?: number | null;
}

export function operation<O extends Op>(op: O, input: Inputs[O], output: Output, telling: Telling = {}): Operation {
  const { process = 1, client = 'ann', call = 0, socket } = telling;
  const returned = telling.return === undefined ? call + 10 : telling.return;
  const where = socket === undefined ? { process } : { process, socket };
  return { ...where, client, op, eventId: 'event-1', input, call, return: returned, output } as unknown as Operation;
}

export function ok(position: Position, body: unknown): Output {
  return { ok: { position, body } };
}

export function refused(code: string, details: RefusalDetails = {}): Output {
  return { refused: { code, details } };
}

export const unknown: Output = { unknown: true };

export function snapshot(
  position: Position,
  states: readonly number[],
  areas: readonly AreaCounts[],
  telling: Telling = {},
): Operation {
  const body = { seatCount: states.length, states: packed(states), areas };
  return operation('snapshot', {}, ok(position, body), { return: telling.call ?? 0, ...telling });
}

export function delta(
  position: Position,
  fromSeq: number,
  seats: readonly number[],
  areas: readonly AreaCounts[] = [],
  telling: Telling = {},
): Operation {
  return operation('delta', {}, ok(position, { fromSeq, seats, areas }), { return: telling.call ?? 0, ...telling });
}

export function shown(position: Position, states: readonly number[], telling: Telling = {}, final = false): Operation {
  const body = { states: packed(states) };
  return operation('map', final ? { final } : {}, ok(position, body), { return: telling.call ?? 0, ...telling });
}

function packed(states: readonly number[]): string {
  const bytes = Buffer.alloc(Math.ceil(states.length / 4));
  for (const [seat, state] of states.entries())
    bytes[seat >> 2] = (bytes[seat >> 2] ?? 0) | (state << (2 * (seat & 3)));
  return bytes.toString('base64');
}
