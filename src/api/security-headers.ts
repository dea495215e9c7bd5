import fastifyHelmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { liveAddress, type LiveAddressOptions } from './live-address.js';

/**
 * Headers that keep a page from running, loading or being framed by anything foreign. A page connects to its own server
 * and to the live port, which is another origin and depends on how the request reached us.
 */
export async function addSecurityHeaders(server: FastifyInstance, live: LiveAddressOptions): Promise<void> {
  await server.register(fastifyHelmet, {
    contentSecurityPolicy: false,
    // For whoever ends TLS to say: this server cannot know whether every host of the domain has it.
    strictTransportSecurity: false,
  });
  server.addHook('onRequest', (request, reply, done) => {
    const { origins } = liveAddress(live, request.headers.host ?? '', request.protocol === 'https');
    void reply.header('content-security-policy', contentSecurityPolicy(origins));
    done();
  });
}

function contentSecurityPolicy(liveOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src 'self' ${liveOrigins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
