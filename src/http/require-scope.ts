import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, hasScope, type Caller } from '../operations/access/authenticate.js';
import { askTogether } from '../operations/ask-together.js';
import { inAHurry, type Deps } from '../operations/deps.js';
import type { TokenScope } from '../store/types.js';
import type { HttpDeps } from './http-deps.js';
import { HttpProblem } from './problem.js';
import { createRateLimit, type RateLimit } from './rate-limit.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who presented a token; null until `requireScope` has run. */
    caller: Caller | null;
  }
}

/** A hook for a route: `server.get(path, { onRequest: requireScope(http, 'read') }, …)`. */
export type ScopeHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

const limits = new WeakMap<HttpDeps, RateLimit>();

/** Lets in callers that hold any of the scopes, before the body is read. `operate` includes `read` and `alerts`. */
export function requireScope(http: HttpDeps, ...scopes: Scopes): ScopeHook {
  // A storm of alerts must not keep a guard's answer or a person's order waiting at the door.
  const deps = inAHurry(http.deps);
  return admitting(http, scopes, ({ headers }, bearer) => {
    const via = headers['haltline-client'] === 'cli' ? 'cli' : 'http';
    return authenticate(deps, { bearer, bootstrapHash: http.bootstrapHash, via });
  });
}

/**
 * The same for a door at which thousands knock each second: a token is looked up once for all who show it at that moment.
 * `deps` say how soon: guards that come back after a restart are in a hurry, alerts are not.
 */
export function requireScopeInCrowd(
  { http, deps }: { readonly http: HttpDeps; readonly deps: Deps },
  ...scopes: Scopes
): ScopeHook {
  const { bootstrapHash } = http;
  const callerOfToken = askTogether((bearer) => authenticate(deps, { bearer, bootstrapHash, via: 'http' }));
  return admitting(http, scopes, (_request, bearer) => callerOfToken(bearer));
}

type Scopes = readonly [TokenScope, ...TokenScope[]];
type Identify = (request: FastifyRequest, bearer: string) => Promise<Caller | undefined>;

function admitting(http: HttpDeps, scopes: Scopes, identify: Identify): ScopeHook {
  return async (request) => {
    const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const caller = bearer === undefined ? undefined : await identify(request, bearer);
    if (caller === undefined) throw refused(http, request);
    if (!hasScope(caller, scopes)) {
      const needed = scopes.map((scope) => `\`${scope}\``).join(' or ');
      const challenge = `Bearer realm="haltline", error="insufficient_scope", scope="${scopes.join(' ')}"`;
      throw new HttpProblem(403, `This needs a token with the scope ${needed}.`, {
        'www-authenticate': challenge,
      });
    }
    request.caller = caller;
  };
}

/** The caller of a route that has `requireScope`. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('this route has no requireScope');
  return request.caller;
}

/**
 * Only failures count and only failures are told to wait: a stranger behind the same proxy must not be able to
 * lock out somebody who has a token and wants to halt. Guessing 256 bits is hopeless at any rate.
 */
function refused(http: HttpDeps, request: FastifyRequest): HttpProblem {
  const waits = waitsAfterFailure(http, request);
  if (waits > 0)
    return new HttpProblem(429, 'Too many failed attempts from your address. Check the token, then wait.', {
      'retry-after': String(waits),
    });
  request.log.warn({ ip: request.ip, route: request.routeOptions.url }, 'request without a valid token');
  const detail = 'Send `authorization: Bearer <token>` with a token from `haltline token create`.';
  return new HttpProblem(401, detail, { 'www-authenticate': 'Bearer realm="haltline"' });
}

/** Counts a failure of this address: 0 while it may try again at once, else the seconds to wait. */
export function waitsAfterFailure(http: HttpDeps, { ip }: FastifyRequest): number {
  return failedAuthLimit(http)(ip, http.deps.now());
}

function failedAuthLimit(http: HttpDeps): RateLimit {
  const known = limits.get(http);
  if (known !== undefined) return known;
  const limit = createRateLimit(http.limits.failedAuth);
  limits.set(http, limit);
  return limit;
}
