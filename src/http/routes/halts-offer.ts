/** `POST /v1/halts/offer`: a guard hands back a state that we signed and may have lost. */
import type { FastifyInstance } from 'fastify';
import { Snapshot } from '../../core/halt.js';
import { readoptHalts } from '../../operations/halting/readopt-halts.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

export function haltsOfferRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.post('/v1/halts/offer', { onRequest: requireScope(http, 'guard') }, async (request) => {
    const { actor, tokenId } = callerOf(request);
    const offered = Snapshot.parse(request.body);
    return readoptHalts(http.deps, { offered, actor: { ...actor, kind: 'guard', id: tokenId } });
  });
}
