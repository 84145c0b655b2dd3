/**
 * `POST /v1/traces` and `POST /v1/logs`: OTLP/HTTP, passed on unread to the thread that decodes it. Exporters that are given one
 * address for everything post to `/v1/metrics` too: they are told that nobody takes it, in the form that they log.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Signal } from '../../telemetry/types.js';
import { drain, isUnread } from '../drain.js';
import type { HttpDeps } from '../http-deps.js';
import { exportAnswer, OTLP_TYPES, statusAnswer, type OtlpFormat } from '../otlp-answer.js';
import { HttpProblem, problemOf } from '../problem.js';
import { readBytes, type BytesLimit } from '../read-bytes.js';
import { callerOf, requireScopeOrPassword } from '../require-scope.js';
import { bytesLimit, isCompressed, storedOrThrow, telemetryBusy } from '../telemetry-door.js';

const SIGNALS: readonly Signal[] = ['traces', 'logs'];
/** Exporters back off by themselves beyond this. */
const RETRY_AFTER_SECONDS = 5;

export function otlpRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { telemetryBytes: bytes, telemetryHeldBytes: heldBytes } = http.limits;
  const limit = bytesLimit({ bytes, heldBytes, retryAfterSeconds: RETRY_AFTER_SECONDS });
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(Object.values(OTLP_TYPES), async () => undefined);
    scope.setErrorHandler(answerError);
    for (const signal of SIGNALS)
      scope.post(`/v1/${signal}`, { onRequest: requireScopeOrPassword(http, 'activity') }, (request, reply) =>
        take(http, { request, reply, signal, limit }),
      );
    scope.post('/v1/metrics', { onRequest: requireScopeOrPassword(http, 'activity') }, async () => {
      throw new HttpProblem(404, NO_METRICS);
    });
  });
}

interface Taking {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly signal: Signal;
  readonly limit: BytesLimit;
}

async function take(
  { deps, telemetry }: HttpDeps,
  { request, reply, signal, limit }: Taking,
): Promise<FastifyReply> {
  const format = formatOf(request);
  const compressed = isCompressed(request);
  if (telemetry === undefined) throw telemetryBusy(RETRY_AFTER_SECONDS);
  const body = await readBytes(request, reply, limit);
  const { agentId: boundAgentId } = callerOf(request);
  const receivedAtMs = Date.parse(deps.now());
  const taken = await telemetry.takeOtlp({
    signal,
    format,
    isCompressed: compressed,
    body,
    receivedAtMs,
    boundAgentId,
  });
  const { rejected, message } = storedOrThrow(taken);
  if (rejected > 0) request.log.warn({ signal, rejected }, 'spans or log records were refused');
  const answer = exportAnswer(format, signal, { rejected, message });
  return reply.type(OTLP_TYPES[format]).send(Buffer.from(answer));
}

function formatOf(request: FastifyRequest): OtlpFormat {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  return type === OTLP_TYPES.protobuf ? 'protobuf' : 'json';
}

const NO_METRICS =
  'Nothing of this was kept: Haltline takes traces and logs, no metrics. Send them elsewhere, or set OTEL_METRICS_EXPORTER=none.';
const WRONG_TYPE = 'Send OTLP with the header `content-type: application/x-protobuf` or `application/json`.';

async function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { problem, headers } = problemOf(error, request.id);
  const route = request.routeOptions.url;
  if (problem.status >= 500 && problem.status !== 503)
    request.log.error({ err: error, route, status: problem.status }, 'request failed');
  if (isUnread(request.raw)) reply.header('connection', 'close');
  await drain(request.raw);
  const format = formatOf(request);
  const ours = error instanceof HttpProblem;
  const message = problem.status === 415 && !ours ? WRONG_TYPE : problem.detail;
  const answer = statusAnswer(format, problem.status, message);
  return reply.code(problem.status).headers(headers).type(OTLP_TYPES[format]).send(Buffer.from(answer));
}
