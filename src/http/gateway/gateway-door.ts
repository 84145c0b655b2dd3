/** The doors for gateways: what they share is who asks, and what is judged. */
import type { RequestListener } from 'node:http';
import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import { createGatewayPoints } from '../../operations/points/gateway-points.js';
import { createJudge } from '../../operations/points/judge-request.js';
import type { HttpDeps } from '../http-deps.js';
import { checkRoutes } from '../routes/check.js';
import { createAuthzListener } from './authz-listener.js';
import { AUTHZ_PATH } from './claims.js';
import { answerClaudeCode, deniedToClaudeCode } from './claude-code.js';
import { createIdentifyGateway, type IdentifyGateway } from './identify-gateway.js';
import { answerLiteLlm, blockedForLiteLlm } from './litellm.js';

export interface GatewayDoor {
  /** For `/v1/authz`, before Fastify sees the request. */
  readonly authz: RequestListener;
  addRoutes(server: FastifyInstance): void;
}

export function createGatewayDoor(http: HttpDeps): GatewayDoor {
  const { deps } = http;
  const identify = createIdentifyGateway(http);
  const judge = createJudge(deps, http.gateways ?? createGatewayPoints(deps));
  const authz = createAuthzListener({ http, identify, judge });
  const isAgent = (name: string): boolean => deps.registry.agents.has(name);
  return {
    authz,
    addRoutes(server) {
      // Requests over a socket never come this far; this is for `inject`, and so that the address is listed.
      server.route({
        method: ['GET', 'POST'],
        url: AUTHZ_PATH,
        onRequest: async (request, reply) => {
          reply.hijack();
          authz(request.raw, reply.raw);
        },
        handler: () => undefined,
      });
      checkRoutes(server, http, judge);
      server.post('/v1/hooks/claude-code', judging(identify, deniedToClaudeCode), (request) =>
        answerClaudeCode(request, { identify, judge }),
      );
      server.post('/beta/litellm_basic_guardrail_api', judging(identify, blockedForLiteLlm), (request) =>
        answerLiteLlm(request, { identify, judge, isAgent }),
      );
    },
  };
}

/** Prompts and files are in these bodies; nobody may send one without a token. */
const BODY_BYTES = 33_554_432;

/** Refuses in the caller's own form, always with 200: before the body is read, and when something fails. */
function judging(identify: IdentifyGateway, refusal: (why: string) => object): RouteShorthandOptions {
  return {
    bodyLimit: BODY_BYTES,
    onRequest: async (request, reply) => {
      const who = await identify(request.headers);
      if (who.caller === null) return reply.code(200).send(refusal(who.why));
      return undefined;
    },
    errorHandler: (error, request, reply) => {
      request.log.error({ err: error }, 'a gateway was refused because the question could not be judged');
      void reply.code(200).send(refusal('it could not judge this request'));
    },
  };
}
