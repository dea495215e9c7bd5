import { z } from 'zod';
import type { ZodOpenApiResponseObject } from 'zod-openapi';
import { codeNumbers } from '../../protocol/codes.js';
import { ownCodeNumbers, type ProblemCode } from '../problem.js';

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong and what to do, for people' }),
    code: z.string().meta({ description: 'What is wrong, for programs' }),
    seats: z.array(z.int()).optional().meta({ description: 'The seats that the refusal is about' }),
    alternatives: z.array(z.array(z.int())).optional().meta({ description: 'Seats that could be held instead' }),
    reason: z.string().optional().meta({ description: 'How a hold ended' }),
    retryAfterMs: z.int().optional(),
  })
  .meta({ id: 'Problem', description: 'An error, RFC 9457' });

export function json(description: string, schema: z.ZodType): ZodOpenApiResponseObject {
  return { description, content: { 'application/json': { schema } } };
}

/** A response for each status, saying which codes may come with it. */
export function problems(...codes: readonly ProblemCode[]): Record<`${4 | 5}${string}`, ZodOpenApiResponseObject> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = statusOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      {
        description: ofStatus.join(', '),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

function statusOf(code: ProblemCode): number {
  return { ...codeNumbers, ...ownCodeNumbers }[code];
}
