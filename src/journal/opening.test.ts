import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvariantError } from '../lib/assert.js';
import type { EventConfiguration } from '../seatmap/configuration.js';
import { decodeBatch } from './batch.js';
import { openingBatch } from './opening.js';
import { configurationWithAreas, sampleConfiguration } from './testing/configuration.js';

const atMs = 1_000;

test('[I13] what an event is opened with is read again as it was', () => {
  const ofAreasAlone = { ...configurationWithAreas, seatCount: 0, seatCategories: [], layout: null };
  for (const configuration of [sampleConfiguration, configurationWithAreas, ofAreasAlone]) {
    const [opened, ...others] = decodeBatch(openingBatch('event-1', configuration, atMs));
    assert.deepStrictEqual(opened, { epoch: 1, seq: 1, change: { kind: 'EventOpened', atMs, configuration } });
    assert.deepStrictEqual(others, []);
  }
});

test('an event that could never serve is not opened', () => {
  const { layout } = configurationWithAreas;
  const impossible: Partial<EventConfiguration>[] = [
    { seatCount: 0 },
    { areas: [{ area: 'floor', capacity: 0, category: 0 }] },
    { layout: layout && { ...layout, sections: [] } },
    { layout: layout && { ...layout, focus: [0.5, 0] } },
  ];
  for (const fields of impossible) {
    assert.throws(() => openingBatch('event-1', { ...sampleConfiguration, ...fields }, atMs), InvariantError);
  }
});
