import { type UpFrame, upNumbers } from './up.js';

/** A client's frame as the array that travels: absent optional fields left out, so that no encoder meets `undefined`. */
export function upToWire(frame: UpFrame): readonly unknown[] {
  const { reqId } = frame;
  switch (frame.kind) {
    case 'hello':
      return [upNumbers.hello, reqId, { token: frame.token, ...present('client', frame.client) }];
    case 'subscribe':
      return [upNumbers.subscribe, reqId, frame.eventId, frame.position];
    case 'unsubscribe':
      return [upNumbers.unsubscribe, reqId, frame.eventId];
    case 'ping':
      return [upNumbers.ping, reqId];
    case 'hold':
      return [upNumbers.hold, reqId, frame.eventId, frame.commandId, frame.seats];
    case 'holdBest': {
      const wish = {
        quantity: frame.quantity,
        ...present('categories', frame.categories),
        ...present('sections', frame.sections),
        ...(frame.together ? {} : { together: false }),
        ...present('accessible', frame.accessible),
        ...present('near', frame.near),
      };
      return [upNumbers.holdBest, reqId, frame.eventId, frame.commandId, wish];
    }
    case 'extend':
      return [upNumbers.extend, reqId, frame.eventId, frame.commandId, frame.holdId];
    case 'release': {
      const head = [upNumbers.release, reqId, frame.eventId, frame.commandId, frame.holdId, frame.seats];
      return frame.quantity === undefined ? head : [...head, frame.quantity];
    }
    case 'confirm':
      return [upNumbers.confirm, reqId, frame.eventId, frame.commandId, frame.holdId, { orderRef: frame.orderRef }];
    case 'holdArea': {
      const wish = { area: frame.area, quantity: frame.quantity };
      return [upNumbers.holdArea, reqId, frame.eventId, frame.commandId, wish];
    }
    case 'myHolds':
      return [upNumbers.myHolds, reqId, frame.eventId];
  }
}

function present(key: string, value: unknown): Record<string, unknown> {
  return value === undefined ? {} : { [key]: value };
}
