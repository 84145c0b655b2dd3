/** `POST /v1/actions`: what guards and agents report themselves, passed on unread to the thread that parses it. */
import type { FastifyInstance } from 'fastify';
import type { HttpDeps } from '../http-deps.js';
import { readBytes } from '../read-bytes.js';
import { callerOf, requireScope } from '../require-scope.js';
import { bytesLimit, isCompressed, storedOrThrow, telemetryBusy } from '../telemetry-door.js';

/** A guard keeps what it could not report, and asks again soon. */
const RETRY_AFTER_SECONDS = 2;

/** What a reporter is told. */
interface ActionsAnswer {
  readonly accepted: number;
}

export function actionsRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { bodyBytes: bytes, telemetryHeldBytes: heldBytes } = http.limits;
  const limit = bytesLimit({ bytes, heldBytes, retryAfterSeconds: RETRY_AFTER_SECONDS });
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', async () => undefined);
    const options = { onRequest: requireScope(http, 'guard', 'activity') };
    scope.post('/v1/actions', options, async (request, reply): Promise<ActionsAnswer> => {
      const compressed = isCompressed(request);
      if (http.telemetry === undefined) throw telemetryBusy(RETRY_AFTER_SECONDS);
      const body = await readBytes(request, reply, limit);
      const { agentId: boundAgentId } = callerOf(request);
      const receivedAtMs = Date.parse(http.deps.now());
      const taken = await http.telemetry.takeActions({
        body,
        isCompressed: compressed,
        receivedAtMs,
        boundAgentId,
      });
      const { accepted } = storedOrThrow(taken);
      return { accepted };
    });
  });
}
