import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { listDrills } from '../../operations/drills/list-drills.js';
import { startDrill } from '../../operations/drills/start-drill.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

/** Optional body of a start: who plays, where the token stands for nobody. */
export const StartDrill = z.strictObject({ userId: z.string().min(1).optional() }).nullish();

/** `GET /v1/drills`, `POST /v1/drills/:id/start`. */
export function drillsRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/v1/drills', { onRequest: requireScope(http, 'read') }, async () => ({
    drills: await listDrills(http.deps),
  }));

  server.post<{ Params: { id: string } }>(
    '/v1/drills/:id/start',
    { onRequest: requireScope(http, 'operate') },
    async (request, reply) => {
      const { actor, person } = callerOf(request);
      const userId = person ?? StartDrill.parse(request.body)?.userId;
      if (userId === undefined) throw nobody();
      const started = await startDrill(http.deps, { drillId: request.params.id, userId, actor });
      return reply.code(201).send(started);
    },
  );
}

function nobody(): DomainError {
  return new DomainError(
    'invalid-input',
    'A drill pages the person who starts it, and this token stands for nobody: send {"userId": "U…"}.',
  );
}
