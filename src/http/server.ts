/** The HTTP door: one listener, problem JSON for everything that goes wrong. */
import { STATUS_CODES, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import Fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { allowedMethods, type RouteList } from './allowed-methods.js';
import { drain, isUnread } from './drain.js';
import { createConnections } from './connections.js';
import { besideAuthz } from './gateway/authz-listener.js';
import { createGatewayDoor } from './gateway/gateway-door.js';
import { SLACK_PATH, type HttpDeps } from './http-deps.js';
import { aProblem, HttpProblem, problemOf } from './problem.js';
import { acksRoutes } from './routes/acks.js';
import { actionTraceRoutes } from './routes/action-trace.js';
import { actionsRoutes } from './routes/actions.js';
import { alertsRoutes } from './routes/alerts.js';
import { drillsRoutes } from './routes/drills.js';
import { haltsOfferRoutes } from './routes/halts-offer.js';
import { haltsStreamRoutes } from './routes/halts-stream.js';
import { haltsRoutes } from './routes/halts.js';
import { haltsPollRoutes } from './routes/halts-poll.js';
import { healthRoutes } from './routes/health.js';
import { incidentsRoutes } from './routes/incidents.js';
import { metricsRoutes } from './routes/metrics.js';
import { openapiRoutes } from './routes/openapi.js';
import { otlpRoutes } from './routes/otlp.js';
import { quarantineDecisionRoutes } from './routes/quarantine-decisions.js';
import { quarantineRoutes } from './routes/quarantine.js';
import { replayRoutes } from './routes/replay.js';
import { sourcesRoutes } from './routes/sources.js';
import { statusRoutes } from './routes/status.js';
import { tokensRoutes } from './routes/tokens.js';

/** Each file of `routes/` adds its own. */
const ROUTES: readonly ((server: FastifyInstance, http: HttpDeps) => void)[] = [
  alertsRoutes,
  sourcesRoutes,
  haltsRoutes,
  haltsPollRoutes,
  haltsStreamRoutes,
  haltsOfferRoutes,
  acksRoutes,
  otlpRoutes,
  actionsRoutes,
  actionTraceRoutes,
  quarantineRoutes,
  quarantineDecisionRoutes,
  incidentsRoutes,
  replayRoutes,
  drillsRoutes,
  statusRoutes,
  tokensRoutes,
  healthRoutes,
  metricsRoutes,
  openapiRoutes,
];

/** The server, not yet listening. `close()` refuses new requests and waits for those under way. */
export function createHttpServer(http: HttpDeps): FastifyInstance {
  const newReference = (): string => http.deps.newId();
  const gateways = createGatewayDoor(http);
  const connections = createConnections();
  const server = Fastify({
    loggerInstance: http.logger,
    bodyLimit: http.limits.bodyBytes,
    genReqId: newReference,
    logController: new LogController({ disableRequestLogging: true }),
    serverFactory: (handler) =>
      connections.serve(besideAuthz(gateways.authz, besideSlack(http.slackListener, handler))),
    frameworkErrors: (error, request, reply) => void answer(error, request, reply),
    clientErrorHandler: (error, socket) => answerRaw(error.code, newReference(), socket),
  });
  const routes: RouteList = [];
  server.decorateRequest('caller', null);
  server.removeContentTypeParser('text/plain');
  server.addHook('onRoute', ({ method, url }) => void routes.push({ methods: [method].flat(), url }));
  server.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  server.addHook('onResponse', logResponse);
  server.addHook('preClose', async () => connections.close());
  server.setErrorHandler(answer);
  server.setNotFoundHandler((request, reply) => answer(unrouted(routes, request), request, reply));
  for (const addRoutes of ROUTES) addRoutes(server, http);
  gateways.addRoutes(server);
  return server;
}

/** Slack's requests are verified over their raw bytes: they must not pass through our body parsers. */
function besideSlack(slack: RequestListener | undefined, ours: RequestListener): RequestListener {
  if (slack === undefined) return ours;
  return (request, response) => {
    if (request.url?.split('?')[0] !== SLACK_PATH) return ours(request, response);
    response.once('finish', () => void drain(request));
    slack(request, response);
  };
}

async function answer(error: unknown, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { problem, headers } = problemOf(error, request.id);
  const route = request.routeOptions.url;
  if (problem.status >= 500)
    request.log.error({ err: error, route, status: problem.status }, 'request failed');
  if (isUnread(request.raw)) reply.header('connection', 'close');
  await drain(request.raw);
  return reply
    .code(problem.status)
    .headers({ ...headers, 'x-request-id': request.id })
    .type('application/problem+json')
    .send(problem);
}

function unrouted(routes: RouteList, request: FastifyRequest): HttpProblem {
  const allowed = allowedMethods(routes, request.url);
  if (allowed.length === 0) return new HttpProblem(404, 'There is nothing here. See /openapi.json.');
  const allow = allowed.join(', ');
  return new HttpProblem(405, `This address answers to ${allow}.`, { allow });
}

async function logResponse(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { method, routeOptions } = request;
  request.log.debug(
    { method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime },
    'request answered',
  );
}

const RAW_STATUS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What cannot even be read as HTTP is answered by hand, on the bare socket. */
function answerRaw(code: string, reference: string, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = RAW_STATUS[code] ?? 400;
  const body = JSON.stringify(aProblem(status, 'This could not be read as an HTTP request.', reference));
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}
