/** `POST /v1/actions`: what guards and agents report themselves, passed on unread to the thread that parses it. */
import type { FastifyInstance } from 'fastify';
import type { TakenTelemetry } from '../../telemetry/types.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem, pointerOf } from '../problem.js';
import { createByteBudget, readBytes } from '../read-bytes.js';
import { callerOf, requireScope } from '../require-scope.js';

/** A guard keeps what it could not report, and asks again soon. */
const RETRY_AFTER_SECONDS = 2;

/** What a reporter is told. */
interface ActionsAnswer {
  readonly accepted: number;
}

export function actionsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { bodyBytes, telemetryHeldBytes } = http.limits;
  const limit = {
    bytes: bodyBytes,
    budget: createByteBudget(telemetryHeldBytes),
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  };
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', async () => undefined);
    const options = { onRequest: requireScope(http, 'guard', 'activity') };
    scope.post('/v1/actions', options, async (request, reply): Promise<ActionsAnswer> => {
      if (http.telemetry === undefined) throw busy(RETRY_AFTER_SECONDS);
      const gzip = request.headers['content-encoding'] === 'gzip';
      const body = await readBytes(request, reply, limit);
      const { agentId: boundAgentId } = callerOf(request);
      const receivedAtMs = Date.parse(http.deps.now());
      const taken = await http.telemetry.takeActions({ body, gzip, receivedAtMs, boundAgentId });
      return acceptedOrThrow(taken);
    });
  });
}

function acceptedOrThrow(taken: TakenTelemetry): ActionsAnswer {
  switch (taken.kind) {
    case 'stored':
      return { accepted: taken.accepted };
    case 'invalid': {
      const errors = (taken.faults ?? []).map(({ path, message }) => ({
        pointer: pointerOf(path),
        detail: message,
      }));
      throw new HttpProblem(400, taken.message, {}, { errors });
    }
    case 'forbidden':
      throw new HttpProblem(403, taken.message);
    case 'tooLarge':
      throw new HttpProblem(413, taken.message);
    case 'busy':
      throw busy(taken.retryAfterSeconds);
  }
}

function busy(retryAfterSeconds: number): HttpProblem {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new HttpProblem(503, 'Reports cannot be taken right now. Send them again later.', headers);
}
