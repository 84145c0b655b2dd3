/** `POST /v1/acks`: what enforcement points state about the orders they hold. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AckLevel, InFlight } from '../../core/halt-events.js';
import { acknowledgeEpoch } from '../../operations/points/acknowledge-epoch.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

const name = z.string().min(1).max(200);
const actionIds = z.array(name).max(10_000).default([]);

/** Body of `POST /v1/acks`. */
export const Statements = z
  .array(
    z.object({
      pointId: name,
      agentId: name,
      instance: name,
      planeId: name,
      epoch: z.number().int().nonnegative(),
      level: AckLevel,
      inflight: InFlight.extend({ aborted: actionIds, uncancellable: actionIds, completedAfter: actionIds }),
      left: z.boolean().optional(),
    }),
  )
  .min(1)
  .max(10_000);

/** Ten thousand plain statements; a list of action ids takes its place from them. */
const BODY_BYTES = 4_194_304;

export function acksRoutes(server: FastifyInstance, http: HttpDeps): void {
  const options = { onRequest: requireScope(http, 'guard'), bodyLimit: BODY_BYTES };
  server.post('/v1/acks', options, async (request) => {
    const { tokenId, agentId, actor } = callerOf(request);
    const acks = Statements.parse(request.body);
    const guard = { ...actor, kind: 'guard' as const, id: tokenId };
    return acknowledgeEpoch(http.deps, { acks, actor: guard, boundTo: agentId });
  });
}
