import type { EventConfiguration } from '../seatmap/configuration.js';
import { EventBatch } from './batch.js';
import type { SealedBatch } from './port.js';

/**
 * Change 1 of a new event. It has an epoch of its own: the first activation is epoch 2. It may be longer than later batches
 * get: a configuration that tells where 200,000 seats are takes a megabyte.
 */
export function openingBatch(eventId: string, configuration: EventConfiguration, atMs: number): SealedBatch {
  const batch = new EventBatch(eventId, 1, 1, configuration.currency);
  batch.add({ kind: 'EventOpened', atMs, configuration });
  return batch.seal(null);
}
