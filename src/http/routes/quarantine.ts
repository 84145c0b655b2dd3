/** `/v1/quarantine…`: attempts that wait for a person, as guards and gateways ask for them. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HELD_REFUSALS, HELD_STATES, type HeldAttempt } from '../../core/quarantine.js';
import { redact } from '../../core/redact.js';
import { hasScope } from '../../operations/access/authenticate.js';
import { claimAttempt, type AttemptClaimed } from '../../operations/quarantine/claim-attempt.js';
import { holdAttempt } from '../../operations/quarantine/hold-attempt.js';
import { listAttempts } from '../../operations/quarantine/list-attempts.js';
import { readAttempt } from '../../operations/quarantine/read-attempt.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { callerOf, requireScope } from '../require-scope.js';

const name = z.string().min(1).max(200);
export const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'the digest of the attempt: SHA-256, hex');

/** Body of `POST /v1/quarantine`. */
export const HoldBody = z.object({
  agentId: name,
  tool: name,
  actionClass: name,
  actionId: name,
  readOnly: z.boolean().optional(),
  parameters: z.unknown(),
});
/** Body of `POST /v1/quarantine/:id/claim`. */
export const ClaimBody = z.object({ digest: Digest, claimId: name.optional() });
/** Query of `GET /v1/quarantine`. */
export const ListQuery = z.object({
  state: z.enum(HELD_STATES).optional(),
  halt: z.string().max(40).optional(),
  agent: name.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
/** Query of `GET /v1/quarantine/:id`. */
export const WaitQuery = z.object({ wait: z.coerce.number().min(0).max(30).default(0) });
export const ItemParams = z.object({
  id: z
    .string()
    .max(40)
    .transform((id) => id.toUpperCase()),
});

export function quarantineRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { deps } = http;
  const enforce = { onRequest: requireScope(http, 'guard', 'gateway') };
  const closing = new AbortController();
  server.addHook('preClose', async () => closing.abort());

  server.post('/v1/quarantine', enforce, async (request, reply) => {
    const { tokenId, agentId: boundTo, actor } = callerOf(request);
    const { parameters, readOnly, ...named } = HoldBody.parse(request.body);
    const attempt = { ...named, ...(readOnly === true && { readOnly }) };
    const guard = { ...actor, kind: 'guard' as const, id: tokenId };
    const outcome = await holdAttempt(deps, { attempt, parameters, actor: guard, boundTo });
    if (outcome.kind === 'item') return reply.code(outcome.existed ? 200 : 201).send(viewOf(outcome.item));
    const { verdict, because } = outcome;
    return { state: 'not-held', verdict, haltId: because?.id ?? null, reason: because?.reason ?? null };
  });

  server.get('/v1/quarantine', { onRequest: requireScope(http, 'read') }, async (request) => {
    const { state, halt, agent, limit } = ListQuery.parse(request.query);
    return listAttempts(deps, {
      limit,
      states: state === undefined ? ['held', 'released'] : [state],
      ...(halt !== undefined && { haltId: halt.toUpperCase() }),
      ...(agent !== undefined && { agentId: agent }),
    });
  });

  const look = { onRequest: requireScope(http, 'guard', 'gateway', 'read') };
  server.get('/v1/quarantine/:id', look, async (request, reply) => {
    const { id } = ItemParams.parse(request.params);
    const { wait } = WaitQuery.parse(request.query);
    const caller = callerOf(request);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    const item = await readAttempt(deps, { id, boundTo: caller.agentId, waitMs: wait * 1_000, signal });
    const shown = hasScope(caller, ['read']) ? { parameters: redact(item.parameters) } : {};
    return reply.header('cache-control', 'no-store').send({ ...viewOf(item), ...shown });
  });

  server.post('/v1/quarantine/:id/claim', enforce, async (request) => {
    const { id } = ItemParams.parse(request.params);
    const { digest, claimId = deps.newId() } = ClaimBody.parse(request.body);
    const { tokenId, agentId: boundTo, actor } = callerOf(request);
    const guard = { ...actor, kind: 'guard' as const, id: tokenId };
    return orRefuse(id, await claimAttempt(deps, { id, digest, claimId, actor: guard, boundTo }));
  });
}

/** 200 means: run it now, once. Whatever else there is to say comes with another status. */
function orRefuse(id: string, claimed: AttemptClaimed): { id: string; run: true; holds: readonly string[] } {
  switch (claimed.kind) {
    case 'run':
      return { id, run: true, holds: claimed.holds };
    case 'wait': {
      const { behind } = claimed;
      throw new HttpProblem(
        409,
        `${behind} was held before ${id} and goes first. Claim again.`,
        {},
        { behind },
      );
    }
    case 'refuse': {
      const { why, haltId } = claimed;
      const detail = `${id} must not run: ${HELD_REFUSALS[why]}.`;
      throw new HttpProblem(why === 'expired' ? 410 : 409, detail, {}, { why, haltId });
    }
  }
}

/** An item without its parameters. */
export function viewOf(item: HeldAttempt): object {
  const { id, attempt, state, digest, haltId, at, release, rejection, refusal } = item;
  return {
    id,
    state,
    digest,
    haltId,
    ...attempt,
    at,
    expiresAt: release?.expiresAt ?? null,
    decidedBy: rejection?.by ?? release?.by ?? null,
    why: refusal?.why ?? null,
    refusedBy: refusal?.haltId ?? null,
    reason: rejection?.reason ?? null,
  };
}
