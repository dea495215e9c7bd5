import { z } from 'zod';
import { limits } from '../config/limits.js';
import { fault, readRequest } from '../api/problem.js';
import { storableText } from '../api/storable.js';
import { isId } from '../protocol/field.js';
import { PayloadHash } from '../protocol/payload-hash.js';
import type { OperatorCommand } from './node-port.js';

/** In the place of a holder. Guests' ids are longer, so that nobody can be given this one. */
const operatorId = 'operator';

/** Where frames have their number; no frame has these. Part of what is journalled: never change them. */
const hashNumbers = { block: 1001, unblock: 1002 } as const;

const seats = z
  .array(z.int().min(0))
  .min(1)
  .max(limits.seatsPerOperationMax)
  .refine((named) => new Set(named).size === named.length, 'a seat is named twice');
const reason = storableText.trim().min(1).max(200);

const seatsSchema = z.object({ seats, reason });
const placesSchema = z.object({
  area: z.string().refine(isId, 'expected 1 to 64 characters A-Z a-z 0-9 _ -'),
  quantity: z.int().min(1),
  reason,
});

/** @throws Problem 400 with the path of the first fault */
export function readOperatorCommand(kind: OperatorCommand['kind'], commandId: string, body: unknown): OperatorCommand {
  const request = readOperation(body);
  const hash = new PayloadHash().word(hashNumbers[kind]);
  if ('area' in request) {
    const { area, quantity } = request;
    const payloadHash = hash.text(area).integer(quantity).text(request.reason).end();
    const identity = { holderId: operatorId, commandId, payloadHash };
    return { kind, identity, seats: [], places: { area, quantity }, reason: request.reason };
  }
  const payloadHash = hash.integers(request.seats).text(request.reason).end();
  return { kind, identity: { holderId: operatorId, commandId, payloadHash }, ...request, places: null };
}

/** By what is there, so that a fault is told of the shape that was meant. */
function readOperation(body: unknown): z.output<typeof placesSchema> | z.output<typeof seatsSchema> {
  const names = (key: string): boolean => typeof body === 'object' && body !== null && key in body;
  const namesPlaces = names('area') || names('quantity');
  // Else one of the two would be done, and the operator told that all is well.
  if (namesPlaces && names('seats')) throw fault('body', 'expected seats, or an area with quantity, not both');
  return namesPlaces ? readRequest(placesSchema, body) : readRequest(seatsSchema, body);
}
