import type { FastifyInstance } from 'fastify';
import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import { takeAlert, type AlertOutcome } from '../../operations/take-alert.js';
import type { ParsedAlerts, Source } from '../../sources/types.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { createRateLimit } from '../rate-limit.js';
import { callerOf, requireScope } from '../require-scope.js';

/** What a poster of alerts is told. */
interface AlertsAnswer {
  readonly outcomes: readonly AlertOutcome[];
  readonly truncatedAlerts: number;
  readonly notes: ParsedAlerts['notes'];
}

/** `POST /v1/alerts/:source` and the formats it reads. */
export function alertsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const limit = createRateLimit(http.limits.perSource);

  server.post<{ Params: { source: string } }>(
    '/v1/alerts/:source',
    { onRequest: requireScope(http, 'alerts') },
    async (request): Promise<AlertsAnswer> => {
      const source = sourceNamed(http, request.params.source);
      const now = http.deps.now();
      const waits = limit(source.name, now);
      if (waits > 0) throw tooMany(source.name, waits);
      const context = { alertNames: http.deps.registry.alertNames, now };
      const parsed = source.parse(request.body, request.headers, context);
      if (parsed.truncated > 0)
        request.log.warn({ source: source.name, truncated: parsed.truncated }, 'the sender left out alerts');
      const actor: Actor = { kind: 'source', id: source.name, roles: [], via: 'http' };
      const outcomes = await takeAlert(http.deps, { alerts: parsed.alerts, actor });
      request.log.info({ source: source.name, tokenId: callerOf(request).tokenId }, 'alerts taken');
      if (outcomes.some(({ outcome }) => outcome === 'failed')) throw notAllStored(outcomes);
      return { outcomes, truncatedAlerts: parsed.truncated, notes: parsed.notes };
    },
  );

  server.get('/v1/sources', async () => ({ sources: [...http.sources.keys()] }));

  server.get<{ Params: { source: string } }>('/v1/sources/:source/schema', async (request, reply) =>
    reply.type('application/schema+json').send(sourceNamed(http, request.params.source).schema),
  );
}

function sourceNamed(http: HttpDeps, name: string): Source {
  const source = http.sources.get(name);
  if (source !== undefined) return source;
  const known = [...http.sources.keys()].map((each) => `/v1/alerts/${each}`).join(', ');
  throw new DomainError('not-found', `I know no alert format by that name. Post to ${known}.`);
}

/** 503 even when only one failed: senders repeat what was not taken whole, and what is stored is not stored twice. */
function notAllStored(outcomes: readonly AlertOutcome[]): HttpProblem {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed').length;
  const detail = `${failed} of ${outcomes.length} alerts could not be stored: send the same body again.`;
  return new HttpProblem(503, detail, { 'retry-after': '5' }, { outcomes });
}

function tooMany(source: string, waits: number): HttpProblem {
  return new HttpProblem(429, `Too many posts to ${source}: wait ${waits} s, then send it again.`, {
    'retry-after': String(waits),
  });
}
