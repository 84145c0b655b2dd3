/** What this door offers, one row an address; alert formats add theirs in `openapi-document.ts`. */
import { z } from 'zod';
import { HaltMode, HaltScope } from '../core/halt.js';
import type { TokenScope } from '../store/types.js';
import { Statements } from './routes/acks.js';
import { StartDrill } from './routes/drills.js';
import { LiftBody, MarkBody, Poll } from './routes/halts.js';
import { StreamQuery } from './routes/halts-stream.js';
import { IncidentsQuery } from './routes/incidents.js';
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

/** As `POST /v1/halts` reads it; the members of `scope` may also stand in the body itself. */
const Order = z.object({
  scope: z.union([
    z.string().meta({ description: 'all, agent:ID, tool:NAME, class:NAME or action:ID' }),
    HaltScope,
  ]),
  mode: HaltMode.default('deny'),
  reason: z.string().min(1),
  incident: z.string().nullable().default(null),
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
