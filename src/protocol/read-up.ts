import {
  isCommandId,
  isId,
  isListOf,
  isMap,
  isOrderRef,
  isPosition,
  isReqId,
  isSeatSelection,
  isText,
  isWhole,
} from './field.js';
import { protocolLimits } from './limits.js';
import {
  type BadFrame,
  type Confirm,
  type Extend,
  type Hello,
  type Hold,
  type HoldArea,
  type HoldBest,
  type MyHolds,
  type Release,
  type Subscribe,
  type Unsubscribe,
  type UpFrame,
  upNumbers,
} from './up.js';

/**
 * A decoded message as a client's frame, to the letter of the protocol page, section 2. Written by hand, as a schema
 * library is a hundred times slower; a test holds it against one. Trailing fields and unknown keys are ignored. The
 * frame's lists are the message's own, not copies.
 */
export function readUp(value: unknown): UpFrame | BadFrame {
  if (!Array.isArray(value)) return bad(0, 'Cannot read the message as it is not an array');
  const frame: readonly unknown[] = value;
  const number = frame[0];
  const reqId = frame[1];
  if (!isReqId(reqId)) return bad(0, `Cannot read ${called(number)} as its reqId is not an unsigned 32-bit integer`);
  switch (number) {
    case upNumbers.hello:
      return readHello(reqId, frame);
    case upNumbers.subscribe:
      return readSubscribe(reqId, frame);
    case upNumbers.unsubscribe:
      return readUnsubscribe(reqId, frame);
    case upNumbers.ping:
      return { kind: 'ping', reqId };
    case upNumbers.hold:
      return readHold(reqId, frame);
    case upNumbers.holdBest:
      return readHoldBest(reqId, frame);
    case upNumbers.extend:
      return readExtend(reqId, frame);
    case upNumbers.release:
      return readRelease(reqId, frame);
    case upNumbers.confirm:
      return readConfirm(reqId, frame);
    case upNumbers.holdArea:
      return readHoldArea(reqId, frame);
    case upNumbers.myHolds:
      return readMyHolds(reqId, frame);
    default:
      return bad(reqId, `Cannot read ${called(number)} as clients send no frame of that number`);
  }
}

/** What a field must be. Each reads on after "Cannot read frame 10 as its ". */
const idCharacters = 'characters out of A-Z a-z 0-9 _ -';
const must = {
  token: 'token is not a string',
  client: 'client is not a string: leave it out or name the program',
  eventId: `eventId is not 1 to ${protocolLimits.idLengthMax} ${idCharacters}`,
  commandId: `commandId is not ${protocolLimits.commandIdLengthMin} to ${protocolLimits.idLengthMax} ${idCharacters}`,
  holdId: `holdId is not 1 to ${protocolLimits.idLengthMax} ${idCharacters}`,
  area: `area is not 1 to ${protocolLimits.idLengthMax} ${idCharacters}`,
  position: 'position is neither [epoch, seq] nor null',
  seats: 'seats are not a list of distinct non-negative integers',
  seatsOrNull: 'seats are neither a list of distinct non-negative integers nor null for the whole hold',
  quantity: 'quantity is not a positive integer',
  categories: 'categories are not a list of strings: leave them out for any',
  sections: 'sections are not a list of strings: leave them out for any',
  together: 'together is not true or false: leave it out for true',
  accessible: 'accessible is not a non-negative integer: leave it out for none',
  accessibleMost: 'accessible is more than quantity: it says how many of them are wheelchair places',
  near: 'near is not a seat: leave it out for anywhere',
  orderRef: `orderRef is not 1 to ${protocolLimits.orderRefLengthMax} printable ASCII characters`,
  map: 'last field is not a map of named values',
} as const;

function bad(reqId: number, message: string): BadFrame {
  return { kind: 'bad', reqId, message };
}

function badField(reqId: number, number: number, field: keyof typeof must): BadFrame {
  return bad(reqId, `Cannot read frame ${number} as its ${must[field]}`);
}

function called(number: unknown): string {
  return isWhole(number) ? `frame ${number}` : 'the frame';
}

function readHello(reqId: number, frame: readonly unknown[]): Hello | BadFrame {
  const body = frame[2];
  if (!isMap(body)) return badField(reqId, upNumbers.hello, 'map');
  const { token, client } = body;
  if (!isText(token)) return badField(reqId, upNumbers.hello, 'token');
  if (client === undefined) return { kind: 'hello', reqId, token };
  if (!isText(client)) return badField(reqId, upNumbers.hello, 'client');
  return { kind: 'hello', reqId, token, client };
}

function readSubscribe(reqId: number, frame: readonly unknown[]): Subscribe | BadFrame {
  const eventId = frame[2];
  const position = frame[3];
  if (!isId(eventId)) return badField(reqId, upNumbers.subscribe, 'eventId');
  if (position === null) return { kind: 'subscribe', reqId, eventId, position };
  if (!isPosition(position)) return badField(reqId, upNumbers.subscribe, 'position');
  return { kind: 'subscribe', reqId, eventId, position: [position[0], position[1]] };
}

function readUnsubscribe(reqId: number, frame: readonly unknown[]): Unsubscribe | BadFrame {
  const eventId = frame[2];
  if (!isId(eventId)) return badField(reqId, upNumbers.unsubscribe, 'eventId');
  return { kind: 'unsubscribe', reqId, eventId };
}

function readHold(reqId: number, frame: readonly unknown[]): Hold | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const seats = frame[4];
  if (!isId(eventId)) return badField(reqId, upNumbers.hold, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.hold, 'commandId');
  if (!isSeatSelection(seats)) return badField(reqId, upNumbers.hold, 'seats');
  return { kind: 'hold', reqId, eventId, commandId, seats };
}

function readHoldBest(reqId: number, frame: readonly unknown[]): HoldBest | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const wish = frame[4];
  if (!isId(eventId)) return badField(reqId, upNumbers.holdBest, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.holdBest, 'commandId');
  if (!isMap(wish)) return badField(reqId, upNumbers.holdBest, 'map');
  const { quantity, categories, sections, together = true, accessible, near } = wish;
  if (!isQuantity(quantity)) return badField(reqId, upNumbers.holdBest, 'quantity');
  if (!isAbsentOr(isTexts, categories)) return badField(reqId, upNumbers.holdBest, 'categories');
  if (!isAbsentOr(isTexts, sections)) return badField(reqId, upNumbers.holdBest, 'sections');
  if (typeof together !== 'boolean') return badField(reqId, upNumbers.holdBest, 'together');
  if (!isAbsentOr(isWhole, accessible)) return badField(reqId, upNumbers.holdBest, 'accessible');
  if (accessible !== undefined && accessible > quantity) return badField(reqId, upNumbers.holdBest, 'accessibleMost');
  if (!isAbsentOr(isWhole, near)) return badField(reqId, upNumbers.holdBest, 'near');
  return {
    kind: 'holdBest',
    reqId,
    eventId,
    commandId,
    quantity,
    together,
    ...(categories === undefined ? {} : { categories }),
    ...(sections === undefined ? {} : { sections }),
    ...(accessible === undefined ? {} : { accessible }),
    ...(near === undefined ? {} : { near }),
  };
}

function readExtend(reqId: number, frame: readonly unknown[]): Extend | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const holdId = frame[4];
  if (!isId(eventId)) return badField(reqId, upNumbers.extend, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.extend, 'commandId');
  if (!isId(holdId)) return badField(reqId, upNumbers.extend, 'holdId');
  return { kind: 'extend', reqId, eventId, commandId, holdId };
}

function readRelease(reqId: number, frame: readonly unknown[]): Release | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const holdId = frame[4];
  const seats = frame[5];
  const quantity = frame[6];
  if (!isId(eventId)) return badField(reqId, upNumbers.release, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.release, 'commandId');
  if (!isId(holdId)) return badField(reqId, upNumbers.release, 'holdId');
  if (seats !== null && !isSeatSelection(seats)) return badField(reqId, upNumbers.release, 'seatsOrNull');
  if (quantity === undefined) return { kind: 'release', reqId, eventId, commandId, holdId, seats };
  if (!isQuantity(quantity)) return badField(reqId, upNumbers.release, 'quantity');
  return { kind: 'release', reqId, eventId, commandId, holdId, seats, quantity };
}

function readConfirm(reqId: number, frame: readonly unknown[]): Confirm | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const holdId = frame[4];
  const body = frame[5];
  if (!isId(eventId)) return badField(reqId, upNumbers.confirm, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.confirm, 'commandId');
  if (!isId(holdId)) return badField(reqId, upNumbers.confirm, 'holdId');
  if (!isMap(body)) return badField(reqId, upNumbers.confirm, 'map');
  const { orderRef } = body;
  if (!isOrderRef(orderRef)) return badField(reqId, upNumbers.confirm, 'orderRef');
  return { kind: 'confirm', reqId, eventId, commandId, holdId, orderRef };
}

function readHoldArea(reqId: number, frame: readonly unknown[]): HoldArea | BadFrame {
  const eventId = frame[2];
  const commandId = frame[3];
  const wish = frame[4];
  if (!isId(eventId)) return badField(reqId, upNumbers.holdArea, 'eventId');
  if (!isCommandId(commandId)) return badField(reqId, upNumbers.holdArea, 'commandId');
  if (!isMap(wish)) return badField(reqId, upNumbers.holdArea, 'map');
  const { area, quantity } = wish;
  if (!isId(area)) return badField(reqId, upNumbers.holdArea, 'area');
  if (!isQuantity(quantity)) return badField(reqId, upNumbers.holdArea, 'quantity');
  return { kind: 'holdArea', reqId, eventId, commandId, area, quantity };
}

function readMyHolds(reqId: number, frame: readonly unknown[]): MyHolds | BadFrame {
  const eventId = frame[2];
  if (!isId(eventId)) return badField(reqId, upNumbers.myHolds, 'eventId');
  return { kind: 'myHolds', reqId, eventId };
}

function isQuantity(value: unknown): value is number {
  return isWhole(value) && value > 0;
}

function isTexts(value: unknown): value is string[] {
  return isListOf(value, isText);
}

function isAbsentOr<T>(isKind: (value: unknown) => value is T, value: unknown): value is T | undefined {
  return value === undefined || isKind(value);
}
