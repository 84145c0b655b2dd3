import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { listSources } from '../../operations/alerts/list-sources.js';
import { pauseSource, resumeSource } from '../../operations/alerts/pause-source.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

/** What pausing a source asks for. */
export const PauseBody = z.strictObject({ reason: z.string().min(1).max(1_000) });

interface SourceRoute {
  Params: { source: string };
}

/** How the sources stand; pausing and resuming one. */
export function sourcesRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/v1/sources/state', { onRequest: requireScope(http, 'read') }, async () => ({
    sources: await listSources(http.deps),
  }));

  server.post<SourceRoute>(
    '/v1/sources/:source/pause',
    { onRequest: requireScope(http, 'operate') },
    async (request) => {
      const { reason } = PauseBody.parse(request.body);
      return pauseSource(http.deps, { name: request.params.source, reason, actor: callerOf(request).actor });
    },
  );

  server.post<SourceRoute>(
    '/v1/sources/:source/resume',
    { onRequest: requireScope(http, 'operate') },
    async (request) =>
      resumeSource(http.deps, { name: request.params.source, actor: callerOf(request).actor }),
  );
}
