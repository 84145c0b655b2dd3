import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { describeIncident } from '../../operations/incidents/describe-incident.js';
import { listIncidents } from '../../operations/incidents/list-incidents.js';
import { readIncident } from '../../operations/incidents/read-incident.js';
import { readPostMortem } from '../../operations/post-mortem/read-post-mortem.js';
import { acknowledgeInPerson } from '../../operations/paging/acknowledge-page.js';
import { releaseHold } from '../../operations/detection/release-hold.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';

/** Query of `GET /v1/incidents`. */
export const IncidentsQuery = z.strictObject({
  open: z.stringbool().optional(),
  kind: z.enum(['incident', 'drill']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** Body of `POST /v1/incidents/:id/release-hold`. */
export const ReleaseHoldBody = z.strictObject({ reason: z.string().min(1).max(3_000) });

interface ById {
  Params: { id: string };
}

/** What can be read of incidents; everything that is unknown is null. */
export function incidentsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const read = { onRequest: requireScope(http, 'read') };
  const { deps } = http;

  server.get('/v1/incidents', read, async (request) => {
    const { open, kind, limit } = IncidentsQuery.parse(request.query);
    const filter = {
      limit,
      ...(open === undefined ? {} : { open }),
      ...(kind === undefined ? {} : { kind }),
    };
    return { incidents: await listIncidents(deps, filter) };
  });

  server.get<ById>('/v1/incidents/:id', read, async ({ params }) =>
    describeIncident(deps, { incident: params.id }),
  );

  server.post<ById>(
    '/v1/incidents/:id/acknowledge',
    { onRequest: requireScope(http, 'operate') },
    async (request) => {
      const { actor, person } = callerOf(request);
      return acknowledgeInPerson(deps, { incident: request.params.id, actor, person });
    },
  );

  server.post<ById>(
    '/v1/incidents/:id/release-hold',
    { onRequest: requireScope(http, 'operate') },
    async (request) => {
      const { reason } = ReleaseHoldBody.parse(request.body);
      const { actor, person } = callerOf(request);
      return releaseHold(deps, { incident: request.params.id, reason, actor, person });
    },
  );

  server.get<ById>('/v1/incidents/:id/timeline', read, async ({ params }) => {
    const { incident, history } = await readIncident(deps.store, params.id);
    return {
      incident: incident.name,
      entries: history.map(({ event, ...facts }) => ({ ...facts, ...event })),
    };
  });

  server.get<ById>('/v1/incidents/:id/post-mortem', read, async (request, reply) => {
    const { markdown, json } = await readPostMortem(deps, { incident: request.params.id });
    return wantsMarkdown(request) ? reply.type(MARKDOWN).send(markdown) : json;
  });

  server.get<ById>('/v1/incidents/:id/post-mortem.md', read, async ({ params }, reply) => {
    const { markdown } = await readPostMortem(deps, { incident: params.id });
    return reply.type(MARKDOWN).send(markdown);
  });

  server.get<ById>('/v1/incidents/:id/post-mortem.json', read, async ({ params }) => {
    const { json } = await readPostMortem(deps, { incident: params.id });
    return json;
  });
}

const MARKDOWN = 'text/markdown; charset=utf-8';

/** JSON only for those who ask for it: people at a terminal want to read. */
function wantsMarkdown(request: FastifyRequest): boolean {
  return !(request.headers.accept ?? '').includes('application/json');
}
