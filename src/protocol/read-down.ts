import { type AcceptedBody, type AreaCounts, type DownFrame, downNumbers, type EndReason } from './down.js';
import { isId, isListOf, isMap, isPosition, isReqId, isText, isWhole } from './field.js';

/**
 * A decoded message as a server's frame, or null where it is none that this version knows: a client passes over what a
 * newer server may add. Trailing fields and unknown keys stay where they are, unlooked at. Bytes must be bytes: the JSON
 * encoding's base64 is decoded before.
 */
export function readDown(value: unknown): DownFrame | null {
  return isDownFrame(value) ? value : null;
}

function isDownFrame(frame: unknown): frame is DownFrame {
  if (!Array.isArray(frame)) return false;
  switch (frame[0]) {
    case downNumbers.welcome:
      return isReqId(frame[1]) && isWelcomeBody(frame[2]);
    case downNumbers.snapshot:
      return isId(frame[1]) && isPosition(frame[2]) && isStates(frame[3], frame[4]) && isListOf(frame[5], isAreaCounts);
    case downNumbers.delta:
      return (
        isId(frame[1]) &&
        isWhole(frame[2]) &&
        isWhole(frame[3]) &&
        isWhole(frame[4]) &&
        frame[3] <= frame[4] &&
        isSeatStates(frame[5]) &&
        isListOf(frame[6], isAreaCounts)
      );
    case downNumbers.accepted:
      return isReqId(frame[1]) && isPosition(frame[2]) && isAcceptedBody(frame[3]);
    case downNumbers.rejected:
      return isReqId(frame[1]) && isText(frame[2]) && isText(frame[3]) && isRejectedDetails(frame[4]);
    case downNumbers.holdEnded:
      return (
        isId(frame[1]) &&
        isPosition(frame[2]) &&
        isId(frame[3]) &&
        isEndReason(frame[4]) &&
        isSeats(frame[5]) &&
        isAbsentOr(isId, frame[6]) &&
        isAbsentOr(isWhole, frame[7])
      );
    case downNumbers.goAway:
      return isText(frame[1]) && isGoAwayDetails(frame[2]);
    case downNumbers.pong:
      return isReqId(frame[1]) && isWhole(frame[2]);
    case downNumbers.holdChanged:
      return isId(frame[1]) && isPosition(frame[2]) && isLiveHold(frame[3]);
    default:
      return false;
  }
}

function isWelcomeBody(body: unknown): boolean {
  return (
    isMap(body) &&
    isId(body['holderId']) &&
    isText(body['nodeId']) &&
    isWhole(body['serverTimeMs']) &&
    isWhole(body['tokenExpiresInMs']) &&
    isMap(body['limits']) &&
    isWhole(body['limits']['maxMessageBytes']) &&
    isWhole(body['limits']['messagesPerSecond']) &&
    isWhole(body['limits']['subscriptions'])
  );
}

/** Which of the bodies it is follows from what was asked; here each key that is there must be of its kind. */
function isAcceptedBody(body: unknown): body is AcceptedBody {
  if (!isMap(body)) return false;
  if ('bookingId' in body) return isId(body['bookingId']) && isPlaces(body) && isPrice(body);
  if ('remaining' in body) return isReleaseBody(body);
  if ('holdId' in body) return isLiveHold(body) && isPrice(body);
  if ('holds' in body) return isListOf(body['holds'], isLiveHold);
  return isAbsentOr(isSeats, body['seats']);
}

function isReleaseBody(body: Readonly<Record<string, unknown>>): boolean {
  return (
    isId(body['holdId']) &&
    isPlaces(body) &&
    isSeats(body['remaining']) &&
    isAbsentOr(isWhole, body['remainingQuantity'])
  );
}

function isLiveHold(body: unknown): body is object {
  return isMap(body) && isId(body['holdId']) && isPlaces(body) && isWhole(body['expiresInMs']);
}

function isPlaces(body: Readonly<Record<string, unknown>>): boolean {
  return isSeats(body['seats']) && isAbsentOr(isId, body['area']) && isAbsentOr(isWhole, body['quantity']);
}

function isPrice(body: Readonly<Record<string, unknown>>): boolean {
  return isWhole(body['totalMinor']) && isText(body['currency']);
}

function isRejectedDetails(details: unknown): boolean {
  return (
    isMap(details) &&
    isAbsentOr(isWhole, details['retryAfterMs']) &&
    isAbsentOr(isSeats, details['seats']) &&
    isAbsentOr(isAlternatives, details['alternatives']) &&
    isAbsentOr(isEndReason, details['reason']) &&
    isAbsentOr(isText, details['url'])
  );
}

function isGoAwayDetails(details: unknown): boolean {
  return (
    isMap(details) &&
    isWhole(details['retryAfterMs']) &&
    isAbsentOr(isText, details['url']) &&
    isAbsentOr(isId, details['eventId'])
  );
}

/** Two bits a seat. */
function isStates(seatCount: unknown, states: unknown): boolean {
  return isWhole(seatCount) && states instanceof Uint8Array && states.length === Math.ceil(seatCount / 4);
}

/** seat, state, seat, state, … */
function isSeatStates(list: unknown): boolean {
  if (!Array.isArray(list) || list.length % 2 !== 0) return false;
  for (let i = 0; i < list.length; i += 2) {
    if (!isWhole(list[i]) || !isWhole(list[i + 1]) || list[i + 1] > 3) return false;
  }
  return true;
}

function isAreaCounts(value: unknown): value is AreaCounts {
  return (
    Array.isArray(value) &&
    isId(value[0]) &&
    isWhole(value[1]) &&
    isWhole(value[2]) &&
    isWhole(value[3]) &&
    isWhole(value[4])
  );
}

function isEndReason(value: unknown): value is EndReason {
  return value === 'released' || value === 'expired' || value === 'revoked' || value === 'confirmed';
}

function isSeats(value: unknown): value is number[] {
  return isListOf(value, isWhole);
}

function isAlternatives(value: unknown): value is number[][] {
  return isListOf(value, isSeats);
}

function isAbsentOr(isKind: (value: unknown) => boolean, value: unknown): boolean {
  return value === undefined || isKind(value);
}
