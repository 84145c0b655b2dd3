import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { createToken } from '../../operations/access/create-token.js';
import { listTokens } from '../../operations/access/list-tokens.js';
import { revokeToken } from '../../operations/access/revoke-token.js';
import type { HttpDeps } from '../http-deps.js';
import { callerOf, requireScope } from '../require-scope.js';
import { endStreamsOf } from '../streams-of-token.js';

const Scope = z.enum(['alerts', 'activity', 'guard', 'gateway', 'operate', 'read']);

/** Body of `POST /v1/tokens`. */
export const NewToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.tuple([Scope], Scope),
  roles: z.array(z.string()).default([]),
  person: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack user id, like U012ABCDEF')
    .nullable()
    .default(null),
  agentId: z.string().nullable().default(null),
});

/** `POST`, `GET`, `DELETE /v1/tokens`. */
export function tokensRoutes(server: FastifyInstance, http: HttpDeps): void {
  const operate = { onRequest: requireScope(http, 'operate') };

  server.post('/v1/tokens', operate, async (request, reply) => {
    const wanted = NewToken.parse(request.body);
    const created = await createToken(http.deps, { ...wanted, by: callerOf(request) });
    return reply.code(201).header('cache-control', 'no-store').send(created);
  });

  server.get('/v1/tokens', operate, async () => ({ tokens: await listTokens(http.deps) }));

  server.delete<{ Params: { id: string } }>('/v1/tokens/:id', operate, async (request, reply) => {
    await revokeToken(http.deps, { id: request.params.id, by: callerOf(request) });
    endStreamsOf(http, request.params.id);
    return reply.code(204).send();
  });
}
