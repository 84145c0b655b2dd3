import type { FastifyInstance } from 'fastify';
import { listStatus } from '../../operations/halting/list-status.js';
import type { HttpDeps } from '../http-deps.js';
import { requireScope } from '../require-scope.js';

/** `GET /v1/status`: open incidents, halts in force and enforcement points, as `/halt status` shows them. */
export function statusRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/v1/status', { onRequest: requireScope(http, 'read') }, () => listStatus(http.deps));
}
