import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';
import { callerOf } from './require-scope.js';

export interface PointQuery {
  readonly agent?: string | undefined;
  readonly point?: string | undefined;
  readonly instance?: string | undefined;
}

/** The enforcement point that a request names itself; undefined for somebody who only watches. */
export function pointOf(request: FastifyRequest, { agent, point, instance }: PointQuery) {
  if (agent === undefined && point === undefined && instance === undefined) return undefined;
  if (agent === undefined || point === undefined || instance === undefined)
    throw new HttpProblem(
      400,
      'An enforcement point names itself by `agent`, `point` and `instance`, all three.',
    );
  if (request.method === 'HEAD')
    throw new HttpProblem(400, 'An answer to HEAD brings no state, and so no lease: ask with GET.');
  const caller = callerOf(request);
  if (!caller.scopes.includes('guard'))
    throw new HttpProblem(403, 'An enforcement point needs a token with the scope `guard`.');
  return { agentId: agent, pointId: point, instance, boundTo: caller.agentId };
}
