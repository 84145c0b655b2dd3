/** What this door offers about halting: orders, points, held attempts and gateways. */
import { z } from 'zod';
import { HaltMode, HaltScope, Snapshot } from '../core/halt.js';
import { input, type Described } from './described.js';
import { PreToolUse } from './gateway/claude-code.js';
import { GuardrailRequest } from './gateway/litellm.js';
import { Statements } from './routes/acks.js';
import { Check } from './routes/check.js';
import { KeepBody, LiftBody, MarkBody, ReviewBody } from './routes/halts.js';
import { Poll } from './routes/halts-poll.js';
import { StreamQuery } from './routes/halts-stream.js';
import { ClaimBody, HoldBody, ListQuery, WaitQuery } from './routes/quarantine.js';
import { RejectBody, ReleaseBody } from './routes/quarantine-decisions.js';

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

/** In the order of an order's life. */
export const HALTING: readonly Described[] = [
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
    summary:
      'Orders a halt. In force at once; 200 where the same order stood already. `ignored` names members that mean nothing here.',
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
    path: `${HALT}/keep`,
    summary: 'Says that a halt is still needed, and when to ask again.',
    scopes: ['operate'],
    body: input(KeepBody),
  },
  ...[
    { act: 'mark', summary: 'Vouches for an enforcement point that cannot answer.', body: input(MarkBody) },
    { act: 'review', summary: 'Reviews a halt that was ordered without a role.', body: input(ReviewBody) },
  ].map(({ act, ...about }) => ({
    ...({ method: 'post', path: `${HALT}/${act}`, scopes: ['operate'], answers: { status: 204 } } as const),
    ...about,
  })),
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
    summary:
      'May this request pass? For gateways, with any method; 403 with X-Halt-Reason where it may not. X-Halt-Release lets one request of a released attempt pass.',
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
];
