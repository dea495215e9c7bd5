import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { liveAddress, type LiveAddressOptions } from '../live-address.js';
import { asyncApiDocument } from './async-api.js';
import { openApiDocument } from './open-api.js';

/** Files of swagger-ui-dist that the page needs; the package has more. */
const assets = new Set(['swagger-ui.css', 'swagger-ui-bundle.js']);

/** `GET /docs`: the REST API to read and to try; `/docs/openapi.json` and `/docs/asyncapi.json` for programs. */
export async function addDocsRoutes(server: FastifyInstance, live: LiveAddressOptions, version: string): Promise<void> {
  const addressOf = ({ headers, protocol }: FastifyRequest) =>
    liveAddress(live, headers.host ?? '', protocol === 'https');

  server.get('/docs/openapi.json', (request) => {
    const webUrl = `${request.protocol}://${request.headers.host ?? live.fallbackHost}`;
    return Promise.resolve(openApiDocument({ webUrl, liveUrl: addressOf(request).origins[1] }, version));
  });
  server.get('/docs/asyncapi.json', (request) =>
    Promise.resolve(asyncApiDocument(addressOf(request).socketUrl, version)),
  );
  server.get('/docs', (request, reply) => {
    // Swagger UI sets style attributes; its scripts and style sheets are files of ours.
    void reply.header(
      'content-security-policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ${addressOf(request).origins.join(' ')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    return reply.type('text/html; charset=utf-8').send(page);
  });
  server.get('/docs/start.js', (_, reply) => reply.type('text/javascript; charset=utf-8').send(start));

  const { resolve } = createRequire(import.meta.url);
  await server.register(fastifyStatic, {
    root: dirname(resolve('swagger-ui-dist/swagger-ui.css')),
    prefix: '/docs/assets/',
    decorateReply: false,
    allowedPath: (path) => assets.has(path.replace(/^.*\//, '')),
  });
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Usher API</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
<nav class="swagger-ui"><div class="wrapper"><p><a href="/">Events</a> · <a href="/docs/openapi.json">OpenAPI 3.1</a> · the WebSocket: <a href="/docs/asyncapi.json">AsyncAPI 3</a></p></div></nav>
<main id="api"></main>
<noscript><p>This page is made by a script; the same text for programs is in <a href="/docs/openapi.json">openapi.json</a>.</p></noscript>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  domNode: document.getElementById('api'),
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
`;
