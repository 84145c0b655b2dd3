import type { FastifyInstance } from 'fastify';
import { DomainError } from '../../core/errors.js';
import type { ActionTrace } from '../../core/trace.js';
import { readActionTrace } from '../../operations/detection/read-action-trace.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

interface ById {
  Params: { id: string };
}

/** `GET /v1/actions/:id/trace`: prompts and all, so it is never cached, and who asked is in the journal. */
export function actionTraceRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get<ById>(
    '/v1/actions/:id/trace',
    { onRequest: requireScope(http, 'read') },
    async (request, reply): Promise<ActionTrace> => {
      if (http.telemetry === undefined)
        throw new DomainError('unavailable', 'Telemetry is not running here: no traces can be read.');
      const actionId = request.params.id;
      const { actor } = callerOf(request);
      const trace = await readActionTrace({ ...http.deps, telemetry: http.telemetry }, { actionId, actor });
      request.log.info({ actionId, tokenId: request.caller?.tokenId }, 'a reasoning trace was read');
      reply.header('cache-control', 'no-store');
      return trace;
    },
  );
}
