import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { goldenBadFrames, goldenDownFrames, goldenUpFrames } from '../../protocol/golden-frames.js';
import { asyncApiDocument } from './async-api.js';

interface Document {
  readonly components: { readonly messages: Readonly<Record<string, { title: string; payload: object }>> };
  readonly operations: Readonly<Record<string, { action: string }>>;
}

const document = asyncApiDocument('ws://127.0.0.1:8081/v1/live', '1.2.3') as Document;

const ajv = new Ajv({ strict: false, allErrors: false });
addFormats.default(ajv);
ajv.addFormat('base64', /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/);

/** One for each message of the document. */
const validators = Object.values(document.components.messages).map(({ title, payload }) => ({
  number: Number(/^Frame (\d+)/.exec(title)?.[1]),
  fits: ajv.compile(payload),
}));

test('it is an AsyncAPI 3 document, by the schema of the AsyncAPI Initiative', () => {
  const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
  const validate = ajv.compile(specification);
  assert.ok(validate(document), JSON.stringify(validate.errors, null, 1));
});

/** Which frame numbers a message fits, of all that the document knows. */
function numbersThatFit(json: string): number[] {
  const value: unknown = JSON.parse(json);
  return validators.flatMap(({ number, fits }) => (fits(value) ? [number] : []));
}

for (const { name, json } of [...goldenUpFrames(), ...goldenDownFrames()]) {
  test(`[§2] [§3] ${name} is a message of the document`, () => {
    const [number] = JSON.parse(json) as number[];
    assert.ok(numbersThatFit(json).includes(number ?? 0));
  });
}

test('[§2] what is no frame is no message of the document', () => {
  // What JSON Schema can say: not that seats are distinct, nor that wheelchair places are no more than seats.
  const told = goldenBadFrames().filter(({ json }) => json !== null && isJson(json));
  assert.ok(told.length > 10);
  const wrong = told.filter(({ json }) => numbersThatFit(json ?? '').length > 0);
  assert.deepEqual(
    wrong.map(({ name }) => name).filter((name) => !/twice|repeat|distinct|deep|many|long/i.test(name)),
    [],
  );
});

test('every frame that clients send is an operation', () => {
  const receiving = Object.values(document.operations).filter(({ action }) => action === 'receive');
  assert.equal(receiving.length, 11);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
