/** `POST /v1/halts…`: the acts of people who hold a token with `operate`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { DomainError } from '../../core/errors.js';
import { HaltMode, HaltScope } from '../../core/halt.js';
import { Instant } from '../../core/ids.js';
import { reviewAfter } from '../../core/review-time.js';
import { approveLift } from '../../operations/halting/approve-lift.js';
import { inAHurry } from '../../operations/deps.js';
import { keepHalt } from '../../operations/halting/keep-halt.js';
import { markPoint } from '../../operations/points/mark-point.js';
import { orderHalt } from '../../operations/halting/order-halt.js';
import { requestLift } from '../../operations/halting/request-lift.js';
import { reviewHalt } from '../../operations/halting/review-halt.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

const MAX_REASON = 2_000;
const reason = z.string().trim().min(1, 'say why: everybody will ask').max(MAX_REASON);

const SCOPES =
  'say all, agent:ID, tool:NAME, class:NAME or action:ID, or an object like {"kind":"tool","tool":NAME,"agentId":ID}';

/** `all`, `agent:billing-agent`, `tool:stripe.refund`, `class:spend`, `action:…`, or the same as an object. */
const ScopeText = z.string().transform((text, context) => {
  const [kind = '', ...rest] = text.trim().split(':');
  const value = rest.join(':');
  const parsed = HaltScope.safeParse({
    kind,
    agentId: value,
    tool: value,
    actionClass: value,
    actionId: value,
  });
  const scope = kind === 'all' && value === '' ? ALL : parsed.success ? withoutAgent(parsed.data) : undefined;
  if (scope !== undefined) return scope;
  context.addIssue(SCOPES);
  return z.NEVER;
});
const ALL: HaltScope = { kind: 'all' };

function withoutAgent(scope: HaltScope): HaltScope {
  if (scope.kind === 'tool') return { kind: 'tool', tool: scope.tool };
  return scope.kind === 'class' ? { kind: 'class', actionClass: scope.actionClass } : scope;
}

const Order = z.object({
  scope: z.union([ScopeText, HaltScope], { error: SCOPES }),
  /** Narrows a tool or a class to one agent. */
  in: z.string().trim().min(1).max(100).optional(),
  mode: HaltMode.default('deny'),
  reason,
  incident: z.string().trim().min(1).max(40).nullable().default(null),
  reviewAt: Instant.nullable().default(null),
  /** `2h`: the distance, instead of the moment. */
  reviewIn: z.string().trim().min(1).max(20).optional(),
  drill: z.boolean().default(false),
});
const OrderBody = z.preprocess(
  (body) => (typeof body === 'object' && body !== null && 'kind' in body ? { ...body, scope: body } : body),
  Order,
);
const MEMBERS = new Set([...Object.keys(Order.shape), 'kind', 'agentId', 'tool', 'actionClass', 'actionId']);

/** A slip of the pen must not keep an order from being given, nor pass for something that was obeyed. */
function ignoredIn(body: unknown): { readonly ignored?: readonly string[] } {
  const ignored = Object.keys(Object(body)).filter((member) => !MEMBERS.has(member));
  return ignored.length === 0 ? {} : { ignored: ignored.slice(0, 20) };
}

function narrowed(scope: HaltScope, agentId: string | undefined): HaltScope {
  if (agentId === undefined) return scope;
  if (scope.kind === 'tool' || scope.kind === 'class') return { ...scope, agentId };
  throw new DomainError('invalid-input', '"in" narrows a tool or a class to one agent, and nothing else.');
}
/** Body of `POST /v1/halts/:id/lift`: two steps, by two people. */
export const LiftBody = z.discriminatedUnion('action', [
  z.object({ action: z.literal('request'), reason }),
  z.object({
    action: z.literal('approve'),
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'the digest that the request answered'),
  }),
]);
/** Body of `POST /v1/halts/:id/mark`. */
export const MarkBody = z.object({ point: z.string().min(1).max(200), reason });
/** Body of `POST /v1/halts/:id/keep`: when to ask again; by default after the same distance as before. */
export const KeepBody = z.object({
  reviewAt: Instant.optional(),
  reviewIn: z.string().trim().min(1).max(20).optional(),
});
/** Body of `POST /v1/halts/:id/review`. */
export const ReviewBody = z.object({ reason });
const Params = z.object({ id: z.string().max(40) });
export function haltsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const deps = inAHurry(http.deps);
  const operate = { onRequest: requireScope(http, 'operate') };

  server.post('/v1/halts', operate, async (request, reply) => {
    const {
      scope,
      in: within,
      mode,
      reason: why,
      incident,
      reviewIn,
      drill,
      ...order
    } = OrderBody.parse(request.body);
    const reviewAt = reviewIn === undefined ? order.reviewAt : reviewAfter(deps.now(), reviewIn);
    const result = await orderHalt(deps, {
      scope: narrowed(scope, within),
      mode,
      reason: why,
      incident,
      reviewAt,
      rehearsal: drill,
      originChannel: null,
      actor: callerOf(request).actor,
    });
    return reply.code(result.existed ? 200 : 201).send({ ...result, ...ignoredIn(request.body) });
  });

  server.post('/v1/halts/:id/lift', operate, async (request) => {
    const { id: haltId } = Params.parse(request.params);
    const { actor, person } = callerOf(request);
    const body = LiftBody.parse(request.body);
    if (body.action === 'request') return requestLift(deps, { haltId, reason: body.reason, actor, person });
    return approveLift(deps, { haltId, digest: body.digest, actor, person });
  });

  server.post('/v1/halts/:id/keep', operate, async (request) => {
    const { id: haltId } = Params.parse(request.params);
    const body = KeepBody.parse(request.body ?? {});
    const reviewAt = body.reviewIn === undefined ? body.reviewAt : reviewAfter(deps.now(), body.reviewIn);
    const { actor } = callerOf(request);
    return keepHalt(deps, { haltId, actor, ...(reviewAt !== undefined && { reviewAt }) });
  });

  server.post('/v1/halts/:id/review', operate, async (request, reply) => {
    const { id: haltId } = Params.parse(request.params);
    const { reason: finding } = ReviewBody.parse(request.body);
    const { actor, person } = callerOf(request);
    await reviewHalt(deps, { haltId, finding, actor, person });
    return reply.code(204).send();
  });

  server.post('/v1/halts/:id/mark', operate, async (request, reply) => {
    const { id: haltId } = Params.parse(request.params);
    const { point: pointId, reason: why } = MarkBody.parse(request.body);
    await markPoint(deps, { haltId, pointId, reason: why, actor: callerOf(request).actor });
    return reply.code(204).send();
  });
}
