import { assert } from '../lib/assert.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { configurationFault } from '../seatmap/configuration-fault.js';
import { EventBatch } from './batch.js';
import type { SealedBatch } from './port.js';

/**
 * Change 1 of a new event. It has an epoch of its own: the first activation is epoch 2. It may be longer than later batches
 * get: a configuration that tells where 200,000 seats are takes a megabyte.
 * @throws InvariantError no seat map could be made of it: the event would be there for good and never serve
 */
export function openingBatch(eventId: string, configuration: EventConfiguration, atMs: number): SealedBatch {
  const fault = configurationFault(configuration);
  assert(fault === null, `Cannot open an event with this configuration: ${fault}, eventId is ${eventId}`);
  const batch = new EventBatch(eventId, 1, 1, configuration.currency);
  batch.add({ kind: 'EventOpened', atMs, configuration });
  return batch.seal(null);
}
