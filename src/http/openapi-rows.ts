/** What this door offers, one row an address; alert formats add theirs in `openapi-document.ts`. */
import { ActionReports } from '../core/action-report.js';
import { input, type Described } from './described.js';
import { HALTING } from './openapi-halting-rows.js';
import { StartDrill } from './routes/drills.js';
import { IncidentsQuery, ReleaseHoldBody } from './routes/incidents.js';
import { ReplayBody } from './routes/replay.js';
import { PauseBody } from './routes/sources.js';
import { NewToken } from './routes/tokens.js';

const INCIDENT = '/v1/incidents/{id}';

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
    path: '/v1/sources/state',
    summary: 'Which alert sources are paused, and how many posts of each wait to be taken.',
    scopes: ['read'],
  },
  {
    method: 'post',
    path: '/v1/sources/{source}/pause',
    summary: 'From now on its posts are stored and answered, and wake nobody.',
    scopes: ['operate'],
    body: input(PauseBody),
  },
  {
    method: 'post',
    path: '/v1/sources/{source}/resume',
    summary: 'Takes what was stored, in its order, and then what comes anew.',
    scopes: ['operate'],
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
    method: 'post',
    path: '/v1/replay',
    summary: 'Which alerts a tripwires.yml would have made of stored telemetry, and when. Writes nothing.',
    scopes: ['read'],
    body: input(ReplayBody),
  },
  {
    method: 'post',
    path: `${INCIDENT}/acknowledge`,
    summary:
      'Somebody is on it: pages end, in Slack and at every pager. Answers who was first. Needs a person.',
    scopes: ['operate'],
  },
  {
    method: 'post',
    path: `${INCIDENT}/release-hold`,
    summary: 'What telemetry holds for a closed incident is kept no longer than the rest. Needs a person.',
    scopes: ['operate'],
    body: input(ReleaseHoldBody),
  },
  ...HALTING,
  {
    method: 'post',
    path: '/v1/traces',
    summary:
      'Spans as OTLP/HTTP: JSON or protobuf, with gzip, deflate or neither. What was answered 200 is durable.',
    scopes: ['activity'],
  },
  {
    method: 'post',
    path: '/v1/logs',
    summary: 'Log records as OTLP/HTTP: what was said, where it travels as events.',
    scopes: ['activity'],
  },
  {
    method: 'post',
    path: '/v1/metrics',
    summary:
      'Always 404, as an OTLP status: Haltline takes no metrics, and says so to exporters that send all signals.',
    scopes: ['activity'],
  },
  {
    method: 'post',
    path: '/v1/actions',
    summary: 'Checks, artifacts and reviews, as guards and agents report them themselves.',
    scopes: ['guard', 'activity'],
    body: input(ActionReports),
  },
  {
    method: 'get',
    path: '/v1/actions/{id}/trace',
    summary: 'What the agent was told, thought, did and said around an action. Unknown parts say why.',
    scopes: ['read'],
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
