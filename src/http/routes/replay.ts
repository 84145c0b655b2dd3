import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { Instant } from '../../core/ids.js';
import { replayTripwires } from '../../operations/detection/replay-tripwires.js';
import { tellReplay } from '../../operations/detection/tell-replay.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { requireScope } from '../require-scope.js';

const At = Instant.transform((text) => new Date(text).toISOString());

/** Which rules to hold against which time. */
export const ReplayBody = z.strictObject({
  /** A whole `tripwires.yml`; left out, the rules that are in force. `name` is what faults call it. */
  tripwires: z
    .strictObject({ name: z.string().min(1).max(500), text: z.string().max(500_000) })
    .nullable()
    .default(null),
  from: At.nullable().default(null),
  to: At.nullable().default(null),
  agent: z.string().min(1).max(500).nullable().default(null),
  incident: z.string().min(1).max(40).nullable().default(null),
});

/** What other rules would have made of the telemetry that is stored. */
export function replayRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.post('/v1/replay', { onRequest: requireScope(http, 'read') }, async (request, reply) => {
    const { tripwires, agent, ...rest } = ReplayBody.parse(request.body);
    const { telemetry } = http;
    if (telemetry === undefined)
      throw new DomainError('unavailable', 'This server keeps no telemetry: there is nothing to replay.');
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const input = { ...rest, file: tripwires, agentId: agent, signal: left.signal };
    const outcome = await replayTripwires(http.deps, telemetry, input);
    if (outcome.kind === 'faults')
      throw new HttpProblem(400, 'The tripwires cannot be read; `faults` says where and why.', {}, outcome);
    return tellReplay(outcome);
  });
}
