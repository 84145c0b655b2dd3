import type { FastifyReply, FastifyRequest } from 'fastify';
import { authenticate, hasScope, type Caller } from '../operations/access/authenticate.js';
import { askTogether } from '../operations/ask-together.js';
import { inAHurry, type Deps } from '../operations/deps.js';
import type { TokenScope } from '../store/types.js';
import { BEARER, BEARER_OR_BASIC, type Scheme } from './credentials.js';
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
  return admitting(http, { scopes, scheme: BEARER, identify: identifying(http) });
}

/** The same for exporters, some of which know HTTP Basic only. */
export function requireScopeOrPassword(http: HttpDeps, ...scopes: Scopes): ScopeHook {
  return admitting(http, { scopes, scheme: BEARER_OR_BASIC, identify: identifying(http) });
}

function identifying(http: HttpDeps): Identify {
  // A storm of alerts must not keep a guard's answer or a person's order waiting at the door.
  const deps = inAHurry(http.deps);
  return ({ headers }, bearer) => {
    const via = headers['haltline-client'] === 'cli' ? 'cli' : 'http';
    return authenticate(deps, { bearer, bootstrapHash: http.bootstrapHash, via });
  };
}

/** A door at which thousands knock each second, and how soon: guards that come back after a restart are in a hurry, alerts are not. */
export interface Crowd {
  readonly http: HttpDeps;
  readonly deps: Deps;
}

/** Whose token it is, looked up once for all who show it at that moment. */
export function callersInCrowd({ http, deps }: Crowd): (token: string) => Promise<Caller | undefined> {
  const { bootstrapHash } = http;
  return askTogether((bearer) => authenticate(deps, { bearer, bootstrapHash, via: 'http' }));
}

/** `requireScope` for a crowd. */
export function requireScopeInCrowd(
  { scheme = BEARER, ...crowd }: Crowd & { readonly scheme?: Scheme },
  ...scopes: Scopes
): ScopeHook {
  const callerOfToken = callersInCrowd(crowd);
  return admitting(crowd.http, { scopes, scheme, identify: (_request, token) => callerOfToken(token) });
}

type Scopes = readonly [TokenScope, ...TokenScope[]];
type Identify = (request: FastifyRequest, token: string) => Promise<Caller | undefined>;

interface Admission {
  readonly scopes: Scopes;
  readonly scheme: Scheme;
  readonly identify: Identify;
}

function admitting(http: HttpDeps, { scopes, scheme, identify }: Admission): ScopeHook {
  return async (request) => {
    const token = scheme.tokenIn(request.headers.authorization);
    const caller = token === undefined ? undefined : await identify(request, token);
    if (caller === undefined) throw refused(http, request, scheme);
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
 * lock out somebody who has a token and wants to halt. Guessing 256 bits is hopeless at any rate. Who shows nothing where
 * a password will do is asked for it all the same: some senders show theirs only then, each time.
 */
function refused(http: HttpDeps, request: FastifyRequest, scheme: Scheme): HttpProblem {
  const waits = waitsAfterFailure(http, request);
  const isAsked = scheme === BEARER_OR_BASIC && request.headers.authorization === undefined;
  if (waits > 0 && !isAsked)
    return new HttpProblem(429, 'Too many failed attempts from your address. Check the token, then wait.', {
      'retry-after': String(waits),
    });
  if (waits === 0)
    request.log.warn({ ip: request.ip, route: request.routeOptions.url }, 'request without a valid token');
  return new HttpProblem(401, scheme.advice, { 'www-authenticate': scheme.challenge });
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
