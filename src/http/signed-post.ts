/** Who may post alerts: whoever has a token, and senders that sign instead. */
import type { FastifyRequest } from 'fastify';
import { hasScope } from '../operations/access/authenticate.js';
import type { ConfiguredSource, Verdict } from '../sources/types.js';
import { BEARER_OR_BASIC, saysBearer } from './credentials.js';
import type { HttpDeps } from './http-deps.js';
import { HttpProblem } from './problem.js';
import { callersInCrowd, requireScopeInCrowd, waitsAfterFailure, type ScopeHook } from './require-scope.js';

const RETRY_SECONDS = '60';

/**
 * A token that is presented has to be good. Without one, a source whose posts are signed is judged by its bytes; so is one
 * with a password that is no token of ours, which may be meant for a proxy on the way.
 */
export function admitPoster(http: HttpDeps): (source: ConfiguredSource) => ScopeHook {
  const crowd = { http, deps: http.deps };
  const byToken = requireScopeInCrowd({ ...crowd, scheme: BEARER_OR_BASIC }, 'alerts');
  const callerOfToken = callersInCrowd(crowd);
  return (source) => async (request, reply) => {
    if (!source.accepts(request.headers['content-type'] ?? ''))
      throw new HttpProblem(415, 'Send JSON, with the header `content-type: application/json`.');
    const { authorization } = request.headers;
    if (source.isSigned && !saysBearer(authorization)) {
      const password = BEARER_OR_BASIC.tokenIn(authorization);
      const caller = password === undefined ? undefined : await callerOfToken(password);
      if (caller !== undefined && hasScope(caller, ['alerts'])) request.caller = caller;
      return;
    }
    try {
      await byToken(request, reply);
    } catch (error) {
      throw source.dropsRefused && error instanceof HttpProblem ? notYet(error.message) : error;
    }
  };
}

/** A post with its bytes, over which it may be signed. */
export interface PostedBytes {
  readonly request: FastifyRequest;
  readonly bytes: Uint8Array;
}

/** Is it signed besides the token that it came with? */
export async function isSignedAsWell(
  http: HttpDeps,
  source: ConfiguredSource,
  { request, bytes }: PostedBytes,
): Promise<boolean> {
  if (!source.isSigned) return false;
  const nowMs = Date.parse(http.deps.now());
  return (await source.verify({ bytes, headers: request.headers, nowMs })).kind === 'valid';
}

/** Judges the signature of a post that came without a token. Rejects with what to answer. */
export async function admitSigned(
  http: HttpDeps,
  source: ConfiguredSource,
  { request, bytes }: PostedBytes,
): Promise<void> {
  if (request.caller !== null) return;
  const nowMs = Date.parse(http.deps.now());
  const verdict = await source.verify({ bytes, headers: request.headers, nowMs });
  if (verdict.kind === 'valid') return;
  request.log.warn({ source: source.name, why: verdict.why }, 'a signed post is not believed');
  throw answerOf(http, { source, request, verdict });
}

function answerOf(
  http: HttpDeps,
  post: { source: ConfiguredSource; request: FastifyRequest; verdict: Exclude<Verdict, { kind: 'valid' }> },
): HttpProblem {
  const { source, request, verdict } = post;
  if (verdict.kind === 'unsure')
    return new HttpProblem(503, `${verdict.why} Send it again.`, { 'retry-after': RETRY_SECONDS });
  if (source.dropsRefused) return notYet(verdict.why);
  const waits = waitsAfterFailure(http, request);
  if (waits > 0)
    return new HttpProblem(429, 'Too many failed attempts from your address. Check the secret, then wait.', {
      'retry-after': String(waits),
    });
  return new HttpProblem(401, verdict.why, { 'www-authenticate': BEARER_OR_BASIC.challenge });
}

/** While a secret is being changed nothing may be lost: what its sender keeps comes again under the new one. */
function notYet(why: string): HttpProblem {
  return new HttpProblem(429, `${why} Send it again: it is not refused for good.`, {
    'retry-after': RETRY_SECONDS,
  });
}
