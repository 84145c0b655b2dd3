import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '../http-deps.js';
import { openApiDocument } from '../openapi-document.js';

/** `/openapi.json`: what this door offers, for programs. Open to all. */
export function openapiRoutes(server: FastifyInstance, http: HttpDeps): void {
  const document = openApiDocument(http);
  server.get('/openapi.json', async () => document);
}
