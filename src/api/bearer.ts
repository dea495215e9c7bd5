import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { hashOfToken } from '../store/settings.js';
import { Problem } from './problem.js';

/**
 * A hook that lets only the admin token pass. Runs before the body is read: a stranger cannot make the server swallow a
 * large one.
 * @param adminTokenHash SHA-256 of the token; hashes are compared in constant time, whatever the length of what was sent
 */
export function requireAdminToken(adminTokenHash: Uint8Array): (request: FastifyRequest) => Promise<void> {
  return (request) => {
    const token = /^bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && timingSafeEqual(hashOfToken(token), adminTokenHash)) return Promise.resolve();
    const why =
      token === undefined ? 'the Authorization header has no bearer token' : 'the bearer token is not the admin token';
    return Promise.reject(new Problem('unauthorized', `Cannot allow the request as ${why}`));
  };
}
