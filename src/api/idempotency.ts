import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isCommandId } from '../protocol/field.js';
import type { AnswerToKeep } from '../store/catalogue.js';
import { isKeyTaken, type IdempotentAnswers, type KeptAnswer } from '../store/idempotent-answers.js';
import { fault, Problem } from './problem.js';

/** @throws Problem 400 where the header is missing or no commandId */
export function readIdempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (isCommandId(key)) return key;
  throw new Problem(
    'bad_frame',
    'Cannot accept the request as its Idempotency-Key is missing or not 8 to 64 characters A-Z a-z 0-9 _ -',
  );
}

/** What a request made, or null where something of that name is there already. */
export type Make = (toKeep: (answer: object) => Promise<AnswerToKeep>) => Promise<object | null>;

/**
 * Answers a POST once: a repeat of its Idempotency-Key gets the first answer, and makes nothing. Refusals are not kept.
 *
 *     repeat:  find ──► there ──► the kept answer, or 412 where the body differs
 *     rivals:  find ──► nothing ──► make ──► key taken, or name taken ──► find ──► the rival's answer
 *
 * @param hash of what is asked: a repeat has the same. A body that is read while it arrives has it only then
 * @returns null where something of that name is there, and this key did not make it
 * @throws Problem 400 without a key, 412 for another body
 */
export async function answerOnce(
  answers: IdempotentAnswers,
  request: FastifyRequest,
  make: Make,
  hash: () => Promise<Uint8Array> = async () => hashOf(request),
): Promise<object | null> {
  const key = readIdempotencyKey(request);
  const kept = await answers.find(key);
  if (kept !== null) return answerOf(kept, await hash());

  const made = await make(async (answer) => ({ key, requestHash: await hash(), answer })).catch((error: unknown) => {
    if (isKeyTaken(error)) return null;
    throw error;
  });
  if (made !== null) return made;
  const rivals = await answers.find(key);
  return rivals === null ? null : answerOf(rivals, await hash());
}

function answerOf(kept: KeptAnswer, requestHash: Uint8Array): object {
  if (Buffer.compare(kept.requestHash, requestHash) === 0) return kept.answer;
  throw new Problem(
    'idempotency_mismatch',
    'Cannot repeat the request as its Idempotency-Key was used with another body',
  );
}

function hashOf(request: FastifyRequest): Uint8Array {
  const { method, body } = request;
  try {
    const asked = JSON.stringify([method, request.routeOptions.url, body]);
    return new Uint8Array(createHash('sha256').update(asked).digest());
  } catch (error) {
    // What can be parsed can be written, unless it is so deep that there is no stack for it.
    if (error instanceof RangeError) throw fault('body', 'nested too deeply');
    throw error;
  }
}
