import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { downFrameSchemas, upFrameSchemas } from './frame-schemas.js';
import { goldenDownFrames, goldenUpFrames } from './golden-frames.js';

const schemasOf = (schemas: Readonly<Record<number, z.ZodType>>, frame: unknown): z.ZodType => {
  const schema = Array.isArray(frame) ? schemas[Number(frame[0])] : undefined;
  assert.ok(schema !== undefined, JSON.stringify(frame));
  return schema;
};

for (const { name, json } of goldenUpFrames()) {
  test(`[§2] ${name} fits its schema`, () => {
    const frame: unknown = JSON.parse(json);
    schemasOf(upFrameSchemas, frame).parse(frame);
  });
}

for (const { name, json } of goldenDownFrames()) {
  test(`[§3] ${name} fits its schema`, () => {
    const frame: unknown = JSON.parse(json);
    schemasOf(downFrameSchemas, frame).parse(frame);
  });
}
