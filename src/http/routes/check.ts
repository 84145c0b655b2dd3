/**
 * `POST /v1/check`: may this one attempt go on, now? For agents that live too short to hold a stream open. Whoever asks
 * here is an enforcement point as a gateway is: it holds no lease, and every answer is from the newest state.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { spelledActionId } from '../../core/action-id.js';
import { ActionClassName } from '../../core/action-class.js';
import type { Judgement, JudgeRequest } from '../../operations/points/judge-request.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { callerOf, requireScope } from '../require-scope.js';

const name = z.string().trim().min(1).max(200);

/** Body of `POST /v1/check`. What is left out is unknown, and unknown is treated as the worst it could be. */
export const Check = z.object({
  agentId: name.optional(),
  tool: name.optional(),
  actionClass: name.optional(),
  actionId: name.optional(),
  readOnly: z.boolean().default(false),
  /** Comes back with the answer, which is then certain to be the answer to this question. */
  nonce: name.optional(),
});

export function checkRoutes(server: FastifyInstance, http: HttpDeps, judge: JudgeRequest): void {
  server.post('/v1/check', { onRequest: requireScope(http, 'guard', 'gateway') }, async (request, reply) => {
    const caller = callerOf(request);
    const { nonce, ...attempt } = Check.parse(request.body);
    if (caller.agentId !== null && attempt.agentId !== undefined && attempt.agentId !== caller.agentId)
      throw new HttpProblem(
        403,
        `This token speaks for ${caller.agentId} only. Make one for the other agent.`,
      );
    const judgement = await judge(caller, {
      agents: known(attempt.agentId),
      tools: known(attempt.tool),
      classes: known(attempt.actionClass),
      actionId: attempt.actionId,
      readOnly: attempt.readOnly,
      uris: [],
      methods: [],
    });
    report(http, attempt, judgement);
    const { planeId } = http.deps.plane.current();
    return reply.header('cache-control', 'no-store').send({ ...answerOf(judgement), planeId, nonce });
  });
}

/** What a guard with a stream reports itself. Nobody waits for it; what names neither agent, tool nor action is no report. */
function report(
  { deps, telemetry }: HttpDeps,
  { agentId, tool, actionId, actionClass }: Omit<z.infer<typeof Check>, 'nonce'>,
  { allowed, halt }: Judgement,
): void {
  if (agentId === undefined || tool === undefined || actionId === undefined) return;
  const atMs = Date.parse(deps.now());
  const refused = halt?.mode === 'hold' ? 'held' : 'denied';
  const outcome = allowed ? 'unknown' : refused;
  const told = ActionClassName.safeParse(actionClass);
  void telemetry?.takeRecords([
    {
      ...BARE,
      agentId,
      tool,
      actionId: spelledActionId(actionId),
      endpoint: tool,
      actionClass: told.success ? told.data : null,
      atMs,
      startedAtMs: atMs,
      receivedAtMs: atMs,
      outcome,
    },
  ]);
}

const BARE = {
  origin: 'check',
  kind: 'tool',
  cost: null,
  customerVisible: false,
  review: null,
  traceId: null,
  spanId: null,
  parentSpanId: null,
  parentActionId: null,
  conversationId: null,
} as const;

function known(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function answerOf({ allowed, halt, reason, epoch }: Judgement) {
  if (allowed) return { verdict: 'allow', haltId: null, reason: null, epoch };
  const about = { haltId: halt?.id ?? null, scope: halt?.scope ?? null, mode: halt?.mode ?? null };
  return { verdict: halt?.mode === 'hold' ? 'hold' : 'deny', ...about, reason, epoch };
}
