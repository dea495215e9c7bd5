import type { Carrier } from './carrier.js';

/** Of a node that is alone: there is nobody to carry anything to. */
export const noCarrier: Carrier = {
  isUp: false,
  send: () => false,
  listen: () => undefined,
  unlisten: () => undefined,
  close: () => Promise.resolve(),
};
