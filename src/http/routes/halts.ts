/** `/v1/halts`: what is in force, and the acts of people who hold a token with `operate`. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HaltMode, HaltScope, type Snapshot } from '../../core/halt.js';
import { approveLift } from '../../operations/approve-lift.js';
import type { HaltPlane } from '../../operations/halt-plane.js';
import { markPoint } from '../../operations/mark-point.js';
import { orderHalt } from '../../operations/order-halt.js';
import { requestLift } from '../../operations/request-lift.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

const MAX_REASON = 2_000;
const reason = z.string().trim().min(1, 'say why: everybody will ask').max(MAX_REASON);

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
  context.addIssue('say all, agent:ID, tool:NAME, class:NAME or action:ID');
  return z.NEVER;
});
const ALL: HaltScope = { kind: 'all' };

function withoutAgent(scope: HaltScope): HaltScope {
  if (scope.kind === 'tool') return { kind: 'tool', tool: scope.tool };
  return scope.kind === 'class' ? { kind: 'class', actionClass: scope.actionClass } : scope;
}

const OrderBody = z.preprocess(
  (body) => (typeof body === 'object' && body !== null && 'kind' in body ? { ...body, scope: body } : body),
  z.object({
    scope: z.union([ScopeText, HaltScope]),
    mode: HaltMode.default('deny'),
    reason,
    incident: z.string().trim().min(1).max(40).nullable().default(null),
  }),
);
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
const Params = z.object({ id: z.string().max(40) });
/** Query of `GET /v1/halts`. */
export const Poll = z.object({
  since: z.coerce.number().int().nonnegative().optional(),
  wait: z.coerce.number().min(0).max(30).default(0),
});

export function haltsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { deps } = http;
  const operate = { onRequest: requireScope(http, 'operate') };
  const listen = { onRequest: requireScope(http, 'guard', 'gateway', 'read') };
  const closing = new AbortController();
  server.addHook('preClose', async () => closing.abort());

  server.get('/v1/halts', listen, async (request, reply) => {
    const { since, wait } = Poll.parse(request.query);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const patience = [AbortSignal.timeout(wait * 1000), closing.signal, gone.signal];
    const snapshot = await newerThan(deps.plane, since, AbortSignal.any(patience));
    return reply.header('cache-control', 'no-store').send(snapshot);
  });

  server.get('/v1/halts/key', listen, async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send({ planeId: deps.plane.current().planeId, algorithm: 'Ed25519', publicKey: deps.plane.publicKey }),
  );

  server.post('/v1/halts', operate, async (request, reply) => {
    const order = OrderBody.parse(request.body);
    const { actor } = callerOf(request);
    const result = await orderHalt(deps, { ...order, originChannel: null, actor });
    return reply.code(result.existed ? 200 : 201).send(result);
  });

  server.post('/v1/halts/:id/lift', operate, async (request) => {
    const { id: haltId } = Params.parse(request.params);
    const { actor, person } = callerOf(request);
    const body = LiftBody.parse(request.body);
    if (body.action === 'request') return requestLift(deps, { haltId, reason: body.reason, actor, person });
    return approveLift(deps, { haltId, digest: body.digest, actor, person });
  });

  server.post('/v1/halts/:id/mark', operate, async (request, reply) => {
    const { id: haltId } = Params.parse(request.params);
    const { point: pointId, reason: why } = MarkBody.parse(request.body);
    await markPoint(deps, { haltId, pointId, reason: why, actor: callerOf(request).actor });
    return reply.code(204).send();
  });
}

/** The state as soon as it is newer than `since`; the present one when patience ends first. */
function newerThan(plane: HaltPlane, since: number | undefined, patience: AbortSignal): Promise<Snapshot> {
  const current = plane.current();
  if (since === undefined || current.epoch > since || patience.aborted) return Promise.resolve(current);
  return new Promise((resolve) => {
    const unsubscribe = plane.subscribe((snapshot) => {
      unsubscribe();
      resolve(snapshot);
    });
    const giveUp = (): void => {
      unsubscribe();
      resolve(plane.current());
    };
    patience.addEventListener('abort', giveUp, { once: true });
  });
}
