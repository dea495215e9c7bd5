import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The files of the web page, GET and HEAD only. Their names do not change with their content: caches ask each time. */
export async function addPageRoutes(server: FastifyInstance, folder: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    decorateReply: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', 'no-cache'),
  });
}
