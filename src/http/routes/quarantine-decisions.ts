/** `POST /v1/quarantine/:id/release` and `…/reject`: the decisions of people who hold a token with `operate`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { rejectAttempt } from '../../operations/quarantine/reject-attempt.js';
import { releaseAttempt } from '../../operations/quarantine/release-attempt.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';
import { Digest, ItemParams, viewOf } from './quarantine.js';

/** Body of `POST /v1/quarantine/:id/release`. */
export const ReleaseBody = z.object({ digest: Digest });
/** Body of `POST /v1/quarantine/:id/reject`. */
export const RejectBody = ReleaseBody.extend({ reason: z.string().trim().max(2_000).default('') });

export function quarantineDecisionRoutes(server: FastifyInstance, http: HttpDeps): void {
  const operate = { onRequest: requireScope(http, 'operate') };

  server.post('/v1/quarantine/:id/release', operate, async (request) => {
    const { id } = ItemParams.parse(request.params);
    const { digest } = ReleaseBody.parse(request.body);
    const { actor, person } = callerOf(request);
    return viewOf(await releaseAttempt(http.deps, { id, digest, actor, person }));
  });

  server.post('/v1/quarantine/:id/reject', operate, async (request) => {
    const { id } = ItemParams.parse(request.params);
    const { digest, reason } = RejectBody.parse(request.body);
    const { actor, person } = callerOf(request);
    return viewOf(await rejectAttempt(http.deps, { id, digest, reason, actor, person }));
  });
}
