/**
 * `ANY /v1/authz`, past Fastify: the door that every request of every agent behind a gateway goes through. Exactly 200
 * with an empty body lets it pass, 403 denies. Whatever goes wrong is a denial too, and never a 5xx, which
 * some gateways are set to let pass.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { gatewayReason, type Judgement, type JudgeRequest } from '../../operations/points/judge-request.js';
import { claimsOf, isAuthz } from './claims.js';
import { headerText } from './header-text.js';
import type { HttpDeps } from '../http-deps.js';
import type { Identified, IdentifyGateway, Refused } from './identify-gateway.js';

export interface AuthzParts {
  readonly http: HttpDeps;
  readonly identify: IdentifyGateway;
  readonly judge: JudgeRequest;
}

/** Answers what is asked at `/v1/authz`; the rest goes to `others`. */
export function besideAuthz(authz: RequestListener, others: RequestListener): RequestListener {
  return (request, response) => {
    if (isAuthz(request.url)) authz(request, response);
    else others(request, response);
  };
}

export function createAuthzListener({ http, identify, judge }: AuthzParts): RequestListener {
  const { log } = http.deps;
  const mayLog = { failure: oncePerSecond(), stranger: oncePerSecond() };
  const fail = (error: unknown, response: ServerResponse): void => {
    if (mayLog.failure())
      log.error({ err: error }, 'a gateway was refused because the question could not be judged');
    if (response.headersSent) response.destroy();
    else
      deny(response, { status: 403, headers: {}, reason: 'Haltline could not judge this request: refused' });
  };
  // Promises only where something has to be waited for: most questions are answered from memory.
  const answer = (who: Identified, request: IncomingMessage, response: ServerResponse): unknown => {
    if (who.caller === null) {
      const { why, status } = who;
      if (mayLog.stranger()) log.warn({ why, status }, 'a gateway was refused for its token');
      return refuse(response, who);
    }
    const judged = judge(who.caller, claimsOf(request));
    return judged instanceof Promise ? judged.then((late) => send(response, late)) : send(response, judged);
  };
  return (request, response) => {
    try {
      const who = identify(request.headers);
      const answered =
        who instanceof Promise
          ? who.then((late) => answer(late, request, response))
          : answer(who, request, response);
      if (answered instanceof Promise) answered.catch((error: unknown) => fail(error, response));
    } catch (error) {
      fail(error, response);
    }
  };
}

/** A gateway that is set up wrongly asks thousands of times a second. */
function oncePerSecond(): () => boolean {
  let lastMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (nowMs - lastMs < 1_000) return false;
    lastMs = nowMs;
    return true;
  };
}

function refuse(response: ServerResponse, { status, why }: Refused): void {
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer realm="haltline"' } : {};
  deny(response, { status, headers: challenge, reason: why });
}

function send(response: ServerResponse, judgement: Judgement): void {
  if (response.destroyed) return;
  const { allowed, epoch, halt } = judgement;
  if (allowed) {
    response.writeHead(200, allowedHeaders(epoch)).end();
    return;
  }
  const order = halt === null ? {} : { 'x-halt-id': headerText(halt.id), 'x-halt-mode': halt.mode };
  const headers = { 'x-halt-epoch': epoch, ...order };
  deny(response, { status: 403, headers, reason: gatewayReason(judgement) });
}

let allowedAt = { epoch: -1, headers: {} };

/** The same for every answer until the next order. */
function allowedHeaders(epoch: number): Readonly<Record<string, string>> {
  if (allowedAt.epoch !== epoch) {
    const headers = { 'x-halt-epoch': String(epoch), 'cache-control': 'no-store', 'content-length': '0' };
    allowedAt = { epoch, headers };
  }
  return allowedAt.headers;
}

interface Denial {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly reason: string;
}

/** The body is for gateways that hand it on to the agent. */
function deny(response: ServerResponse, { status, headers, reason }: Denial): void {
  // Whoever hung up while the store was asked gets nothing: writing would be an error that nobody catches.
  if (response.destroyed) return;
  const title = status === 401 ? 'A valid token is needed' : 'Not allowed';
  const problem = { type: `urn:haltline:problem:${status}`, title, status, detail: reason };
  const body = Buffer.from(JSON.stringify(problem));
  response
    .writeHead(status, {
      ...headers,
      'x-halt-reason': headerText(reason),
      'cache-control': 'no-store',
      'content-type': 'application/problem+json',
      'content-length': body.length,
    })
    .end(body);
}
