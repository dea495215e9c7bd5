import { createDocument, type ZodOpenApiObject } from 'zod-openapi';
import { livePaths } from './live-paths.js';
import { webPaths } from './web-paths.js';

export interface DocumentedAddresses {
  /** `http://host:8080` */
  readonly webUrl: string;
  /** `http://host:8081` */
  readonly liveUrl: string;
}

/** REST on the web port and on the live port, as OpenAPI 3.1. */
export function openApiDocument({ webUrl, liveUrl }: DocumentedAddresses, version: string): object {
  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: {
      title: 'Usher',
      version,
      description:
        'Seat reservation in real time. Live maps come over the WebSocket (see /docs/asyncapi.json); what is here works with the same commands, codes and limits. Errors are application/problem+json.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: webUrl, description: 'The web port' }],
    tags: [
      { name: 'Sessions', description: 'Who one is' },
      { name: 'Events', description: 'The catalogue' },
      { name: 'Seats', description: 'The live map, read once' },
      { name: 'Holds', description: 'Seats for a while, then for good' },
      { name: 'Bookings', description: 'What one has bought' },
      { name: 'Operators', description: 'Writes that need the admin token' },
    ],
    paths: { ...webPaths, ...livePaths([{ url: liveUrl }]) },
    components: {
      securitySchemes: {
        holder: { type: 'http', scheme: 'bearer', description: 'The token of POST /v1/sessions' },
        integrator: { type: 'http', scheme: 'bearer', description: 'An integrator’s token, made on the admin port' },
        admin: { type: 'http', scheme: 'bearer', description: 'USHER_ADMIN_TOKEN' },
      },
    },
  };
  return createDocument(document, { override: open });
}

/** Clients pass over keys that they do not know: answers may get more of them. */
function open({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}
