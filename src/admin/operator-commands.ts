import { z } from 'zod';
import { limits } from '../config/limits.js';
import { readRequest } from '../api/problem.js';
import { storableText } from '../api/storable.js';
import { PayloadHash } from '../protocol/payload-hash.js';
import type { OperatorCommand } from './node-port.js';

/** In the place of a holder. Guests' ids are longer, so that nobody can be given this one. */
const operatorId = 'operator';

/** Where frames have their number; no frame has these. Part of what is journalled: never change them. */
const hashNumbers = { block: 1001, unblock: 1002 } as const;

const requestSchema = z.object({
  seats: z
    .array(z.int().min(0))
    .min(1)
    .max(limits.seatsPerOperationMax)
    .refine((seats) => new Set(seats).size === seats.length, 'a seat is named twice'),
  reason: storableText.trim().min(1).max(200),
});

/** @throws Problem 400 with the path of the first fault */
export function readOperatorCommand(kind: OperatorCommand['kind'], commandId: string, body: unknown): OperatorCommand {
  const { seats, reason } = readRequest(requestSchema, body);
  const payloadHash = new PayloadHash().word(hashNumbers[kind]).integers(seats).text(reason).end();
  return { kind, identity: { holderId: operatorId, commandId, payloadHash }, seats, reason };
}
