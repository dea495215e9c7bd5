import type { Asked, Inputs, Op, Operation } from './history.js';

/**
 * Reads one line.
 * @throws Error where it is no operation as docs/HISTORIES.md tells of them
 */
export function parseOperation(line: string): Operation {
  const read: unknown = JSON.parse(line);
  if (!isRecord(read)) throw new Error('it is no object');
  for (const [field, isRight] of Object.entries(fields)) {
    if (!isRight(read[field])) throw new Error(`it has no proper ${field}`);
  }
  const operation = read as unknown as Operation;
  const fault = faultOf(operation.op, operation.input);
  if (fault !== null) throw new Error(`its input has no proper ${fault}`);
  if (operation.return !== null && operation.return < operation.call) throw new Error('it returned before its call');
  if (operation.return === null && !('unknown' in operation.output)) throw new Error('it has an answer and no return');
  return operation;
}

/** The operation that asks so; null where the input is none of its kind, as of a client that sends nonsense. */
export function askedOf<O extends Op>(op: O, input: Readonly<Record<string, unknown>>): Asked<O> | null {
  return faultOf(op, input) === null ? ({ op, input } as unknown as Asked<O>) : null;
}

/** The first field that is not what it should be. */
function faultOf(op: Op, input: object): string | null {
  const found = Object.entries(inputs[op]).find(
    ([field, isRight]) => !isRight((input as Record<string, unknown>)[field]),
  );
  return found?.[0] ?? null;
}

type Guard = (value: unknown) => boolean;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount: Guard = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isTime: Guard = (value) => Number.isFinite(value);
const isText: Guard = (value) => typeof value === 'string' && value.length > 0;
const isFlag: Guard = (value) => typeof value === 'boolean';
const listOf =
  (isItem: Guard): Guard =>
  (value) =>
    Array.isArray(value) && value.every(isItem);
const optional =
  (isRight: Guard): Guard =>
  (value) =>
    value === undefined || isRight(value);
const nullable =
  (isRight: Guard): Guard =>
  (value) =>
    value === null || isRight(value);
const isSeats = listOf(isCount);
const isPosition: Guard = (value) => isSeats(value) && (value as unknown[]).length === 2;

const inputs: { readonly [O in Op]: { readonly [F in keyof Required<Inputs[O]>]: Guard } } = {
  hold: { commandId: isText, seats: isSeats },
  holdBest: {
    commandId: isText,
    quantity: isCount,
    categories: optional(listOf(isText)),
    sections: optional(listOf(isText)),
    together: optional(isFlag),
    accessible: optional(isCount),
    near: optional(isCount),
  },
  holdArea: { commandId: isText, area: isText, quantity: isCount },
  extend: { commandId: isText, holdId: isText },
  release: { commandId: isText, holdId: isText, seats: nullable(isSeats), quantity: optional(isCount) },
  confirm: {
    commandId: isText,
    holdId: isText,
    orderRef: isText,
    by: optional((value) => value === 'holder' || value === 'server'),
  },
  myHolds: {},
  subscribe: { position: nullable(isPosition) },
  snapshot: {},
  delta: {},
  holdEnded: {},
  holdChanged: {},
  map: { final: optional(isFlag) },
};

export const opNames: readonly string[] = Object.keys(inputs);

const isDetails: Guard = (value) =>
  isRecord(value) &&
  optional(isSeats)(value['seats']) &&
  optional(listOf(isSeats))(value['alternatives']) &&
  optional(isText)(value['reason']);

const isOutput: Guard = (value) => {
  if (!isRecord(value)) return false;
  const { ok, refused, unknown } = value;
  if (isRecord(ok)) return isPosition(ok['position']) && 'body' in ok;
  if (isRecord(refused)) {
    // `unavailable` says that nobody knows: that is no refusal.
    return isText(refused['code']) && refused['code'] !== 'unavailable' && isDetails(refused['details']);
  }
  return unknown === true;
};

const fields: { readonly [F in keyof Required<Operation>]: Guard } = {
  process: isCount,
  socket: optional(isCount),
  client: isText,
  op: (value) => typeof value === 'string' && Object.hasOwn(inputs, value),
  eventId: isText,
  input: isRecord,
  call: isTime,
  return: nullable(isTime),
  output: isOutput,
};
