/** What this door offers, one row an address; alert formats add theirs in `openapi-document.ts`. */
import { z } from 'zod';
import { HaltMode, HaltScope, Snapshot } from '../core/halt.js';
import type { TokenScope } from '../store/types.js';
import { PreToolUse } from './gateway/claude-code.js';
import { GuardrailRequest } from './gateway/litellm.js';
import { Statements } from './routes/acks.js';
import { Check } from './routes/check.js';
import { StartDrill } from './routes/drills.js';
import { LiftBody, MarkBody } from './routes/halts.js';
import { Poll } from './routes/halts-poll.js';
import { StreamQuery } from './routes/halts-stream.js';
import { IncidentsQuery } from './routes/incidents.js';
import { ClaimBody, HoldBody, ListQuery, WaitQuery } from './routes/quarantine.js';
import { RejectBody, ReleaseBody } from './routes/quarantine-decisions.js';
import { NewToken } from './routes/tokens.js';

/** One thing that can be asked for. */
export interface Described {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/incidents/{id}`. */
  readonly path: string;
  readonly summary: string;
  /** Any of them is enough; none for what is open to all. */
  readonly scopes: readonly TokenScope[];
  /** JSON schema of the body. */
  readonly body?: object;
  readonly query?: z.ZodObject;
  /** Answer when all went well; 200 and JSON unless said otherwise. */
  readonly answers?: { readonly status?: number; readonly type?: string; readonly description?: string };
}

const INCIDENT = '/v1/incidents/{id}';
const HALT = '/v1/halts/{id}';
const HELD = '/v1/quarantine/{id}';

/** As `POST /v1/halts` reads it; the members of `scope` may also stand in the body itself. */
const Order = z.object({
  scope: z.union([
    z.string().meta({ description: 'all, agent:ID, tool:NAME, class:NAME or action:ID' }),
    HaltScope,
  ]),
  in: z.string().optional().meta({ description: 'narrows a tool or a class to one agent' }),
  mode: HaltMode.default('deny'),
  reason: z.string().min(1),
  incident: z.string().nullable().default(null),
  reviewAt: z.iso.datetime().nullable().default(null),
  reviewIn: z.string().optional().meta({ description: 'instead of reviewAt: 30m, 2h, 1d' }),
  drill: z.boolean().default(false).meta({ description: 'a rehearsal: reaches every point, denies nothing' }),
});

const input = (schema: z.ZodType): object => z.toJSONSchema(schema, { io: 'input' });

export const DESCRIBED: readonly Described[] = [
  {
    method: 'get',
    path: '/v1/sources',
    summary: 'The alert formats there are.',
    scopes: [],
  },
  {
    method: 'get',
    path: '/v1/sources/{source}/schema',
    summary: 'JSON Schema of one alert format.',
    scopes: [],
    answers: { type: 'application/schema+json' },
  },
  {
    method: 'get',
    path: '/v1/incidents',
    summary: 'Incidents and drills: open ones first, then the newest.',
    scopes: ['read'],
    query: IncidentsQuery,
  },
  {
    method: 'get',
    path: INCIDENT,
    summary: 'One incident: detection chain with its gaps, pages, halts, checklists. Unknown is null.',
    scopes: ['read'],
  },
  {
    method: 'get',
    path: `${INCIDENT}/timeline`,
    summary: 'Every recorded fact of an incident, in order.',
    scopes: ['read'],
  },
  {
    method: 'get',
    path: `${INCIDENT}/post-mortem`,
    summary: 'The post-mortem as Markdown, or as JSON with `accept: application/json`.',
    scopes: ['read'],
    answers: { type: 'text/markdown' },
  },
  {
    method: 'get',
    path: `${INCIDENT}/post-mortem.md`,
    summary: 'The post-mortem as Markdown.',
    scopes: ['read'],
    answers: { type: 'text/markdown' },
  },
  {
    method: 'get',
    path: `${INCIDENT}/post-mortem.json`,
    summary: 'The post-mortem as JSON.',
    scopes: ['read'],
  },
  {
    method: 'get',
    path: '/v1/halts',
    summary: 'The signed snapshot of all halts in force; waits for one newer than `since`.',
    scopes: ['guard', 'gateway', 'read'],
    query: Poll,
  },
  {
    method: 'get',
    path: '/v1/halts/key',
    summary: 'The public key that snapshots are signed with.',
    scopes: ['guard', 'gateway', 'read'],
  },
  {
    method: 'get',
    path: '/v1/halts/stream',
    summary: 'Snapshots as they change, and the heartbeats that renew a lease.',
    scopes: ['guard', 'gateway', 'read'],
    query: StreamQuery,
    answers: { type: 'text/event-stream' },
  },
  {
    method: 'post',
    path: '/v1/halts',
    summary: 'Orders a halt. In force at once; 200 where the same order stood already.',
    scopes: ['operate'],
    body: input(Order),
    answers: { status: 201 },
  },
  {
    method: 'post',
    path: `${HALT}/lift`,
    summary: 'Requests a lift, or approves one as a second person.',
    scopes: ['operate'],
    body: input(LiftBody),
  },
  {
    method: 'post',
    path: `${HALT}/mark`,
    summary: 'Vouches for an enforcement point that cannot answer.',
    scopes: ['operate'],
    body: input(MarkBody),
    answers: { status: 204 },
  },
  {
    method: 'post',
    path: '/v1/acks',
    summary: 'What enforcement points state about the orders they hold.',
    scopes: ['guard'],
    body: input(Statements),
  },
  {
    method: 'post',
    path: '/v1/quarantine',
    summary: 'Holds an attempt with its exact parameters; 200 where it is held, or decided, already.',
    scopes: ['guard', 'gateway'],
    body: input(HoldBody),
    answers: { status: 201 },
  },
  {
    method: 'get',
    path: '/v1/quarantine',
    summary: 'Attempts that wait, oldest first, without their parameters.',
    scopes: ['read'],
    query: ListQuery,
  },
  {
    method: 'get',
    path: HELD,
    summary: 'One held attempt; `wait` answers as soon as it is decided. With `read`, redacted parameters.',
    scopes: ['guard', 'gateway', 'read'],
    query: WaitQuery,
  },
  {
    method: 'post',
    path: `${HELD}/claim`,
    summary: 'The check immediately before the side effect. Only 200 means: run it now, once.',
    scopes: ['guard', 'gateway'],
    body: input(ClaimBody),
  },
  {
    method: 'post',
    path: `${HELD}/release`,
    summary: 'Lets the agent run exactly this, once, within 15 minutes.',
    scopes: ['operate'],
    body: input(ReleaseBody),
  },
  {
    method: 'post',
    path: `${HELD}/reject`,
    summary: 'Says no for good, or takes back a release that nobody has taken up.',
    scopes: ['operate'],
    body: input(RejectBody),
  },
  ...(['get', 'post'] as const).map((method) => ({
    method,
    path: '/v1/authz',
    summary: 'May this request pass? For gateways, with any method; 403 with X-Halt-Reason where it may not.',
    scopes: ['gateway'] as const,
    answers: { type: 'text/plain', description: 'It may pass. The body is empty.' },
  })),
  {
    method: 'post',
    path: '/v1/hooks/claude-code',
    summary:
      'A `PreToolUse` hook: always 200, with the permission decision `deny` where an order stops the tool.',
    scopes: ['gateway'],
    body: input(PreToolUse),
  },
  {
    method: 'post',
    path: '/beta/litellm_basic_guardrail_api',
    summary: 'The generic guardrail of LiteLLM: always 200, with the action NONE or BLOCKED.',
    scopes: ['gateway'],
    body: input(GuardrailRequest),
  },
  {
    method: 'post',
    path: '/v1/halts/offer',
    summary: 'Hands back a state that this control plane signed and may have lost: its orders stand again.',
    scopes: ['guard'],
    body: input(Snapshot),
  },
  {
    method: 'post',
    path: '/v1/check',
    summary: 'May this one attempt go on, now? For agents that cannot hold a stream open.',
    scopes: ['guard', 'gateway'],
    body: input(Check),
  },
  {
    method: 'get',
    path: '/v1/status',
    summary: 'Open incidents, halts in force, enforcement points.',
    scopes: ['read'],
  },
  { method: 'get', path: '/v1/drills', summary: 'The exercises in the runbooks.', scopes: ['read'] },
  {
    method: 'post',
    path: '/v1/drills/{id}/start',
    summary: 'Starts an exercise. Its halts are not enforced.',
    scopes: ['operate'],
    body: input(StartDrill),
    answers: { status: 201 },
  },
  {
    method: 'post',
    path: '/v1/tokens',
    summary: 'Makes a token. The answer is the only time it is seen.',
    scopes: ['operate'],
    body: input(NewToken),
    answers: { status: 201 },
  },
  { method: 'get', path: '/v1/tokens', summary: 'All tokens, without the secrets.', scopes: ['operate'] },
  {
    method: 'delete',
    path: '/v1/tokens/{id}',
    summary: 'Revokes a token.',
    scopes: ['operate'],
    answers: { status: 204 },
  },
  { method: 'get', path: '/healthz', summary: 'The process answers.', scopes: [] },
  {
    method: 'get',
    path: '/readyz',
    summary: 'It can do its work; 503 says which part cannot.',
    scopes: [],
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'Figures in the text format of Prometheus.',
    scopes: [],
    answers: { type: 'text/plain' },
  },
  { method: 'get', path: '/openapi.json', summary: 'This document.', scopes: [] },
];
