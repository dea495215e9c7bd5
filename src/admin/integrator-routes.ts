import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readIdempotencyKey } from '../api/idempotency.js';
import { Problem, readRequest } from '../api/problem.js';
import { storableText } from '../api/storable.js';
import { isId } from '../protocol/field.js';
import type { IntegratorToken } from '../store/integrators.js';
import type { NodePort } from './node-port.js';
import { valueOf } from './store-answer.js';

interface TokenRoute {
  Params: { tokenId: string };
}

const requestSchema = z.object({
  name: storableText.trim().min(1).max(200),
  organiserId: z.string().refine(isId, 'expected 1 to 64 characters A-Z a-z 0-9 _ -'),
});

/**
 * Integrators' tokens: `POST` and `GET /v1/integrator-tokens`, `DELETE /v1/integrator-tokens/{tokenId}`. A token is shown once, to
 * whoever made it. A repeat of the Idempotency-Key makes no second one and cannot show the first again, as only its hash is
 * kept: it is answered 200, not 201, with all but the token. Whoever has missed the first answer revokes that token and makes
 * another.
 */
export function addIntegratorRoutes(
  server: FastifyInstance,
  node: NodePort,
  requireAdmin: (request: FastifyRequest) => Promise<void>,
): void {
  server.post('/v1/integrator-tokens', { onRequest: requireAdmin }, async (request, reply) => {
    const key = readIdempotencyKey(request);
    const { name, organiserId } = readRequest(requestSchema, request.body);
    const creation = valueOf(await node.createIntegratorToken({ name, organiserId }, key));
    if (creation.kind === 'mismatch') {
      const detail = 'Cannot repeat the request as its Idempotency-Key was used with another body';
      throw new Problem('idempotency_mismatch', detail);
    }
    const { tokenId } = creation.token;
    if (creation.kind === 'repeated') return { tokenId, organiserId, name };
    return reply.code(201).send({ tokenId, token: creation.text, organiserId, name });
  });

  server.get('/v1/integrator-tokens', { onRequest: requireAdmin }, async () => ({
    tokens: valueOf(await node.integratorTokens()).map(shown),
  }));

  server.delete<TokenRoute>('/v1/integrator-tokens/:tokenId', { onRequest: requireAdmin }, async (request) => {
    const { tokenId } = request.params;
    readIdempotencyKey(request);
    const token = isId(tokenId) ? valueOf(await node.revokeIntegratorToken(tokenId)) : null;
    if (token !== null) return shown(token);
    throw new Problem('not_found', `Cannot revoke the token as there is none of that id: tokenId is ${tokenId}`);
  });
}

function shown({ tokenId, organiserId, name, createdAtMs, revokedAtMs }: IntegratorToken): object {
  const revoked = revokedAtMs === null ? {} : { revokedAt: new Date(revokedAtMs).toISOString() };
  return { tokenId, organiserId, name, createdAt: new Date(createdAtMs).toISOString(), ...revoked };
}
