/** Who asks at the doors of gateways. Refusals are answers, not errors: only the caller knows which form denies. */
import type { IncomingHttpHeaders } from 'node:http';
import { authenticate, hasScope, type Caller } from '../../operations/access/authenticate.js';
import { inAHurry } from '../../operations/deps.js';
import { createTokenMemory } from '../../operations/access/token-memory.js';
import type { HttpDeps } from '../http-deps.js';
import { bearerOf } from './claims.js';

export type Identified = { readonly caller: Caller } | Refused;

export interface Refused {
  readonly caller: null;
  readonly status: 401 | 403;
  readonly why: string;
}

/** The gateway of a request; rejects where the store cannot be asked. */
export type IdentifyGateway = (headers: IncomingHttpHeaders) => Identified | Promise<Identified>;

const UNKNOWN: Refused = {
  caller: null,
  status: 401,
  why: 'this gateway did not send a valid Haltline token (X-Haltline-Token, or Authorization: Bearer)',
};
const WRONG_SCOPE: Refused = {
  caller: null,
  status: 403,
  why: 'the Haltline token of this gateway has not the scope gateway',
};

export function createIdentifyGateway(http: HttpDeps): IdentifyGateway {
  const { bootstrapHash } = http;
  const deps = inAHurry(http.deps);
  const memory = createTokenMemory(
    (bearer) => authenticate(deps, { bearer, bootstrapHash, via: 'http' }),
    () => performance.now(),
  );
  return (headers) => {
    const bearer = bearerOf(headers);
    if (bearer === undefined) return UNKNOWN;
    const caller = memory.callerOf(bearer);
    return caller instanceof Promise ? caller.then(identified) : identified(caller);
  };
}

/** By caller, for the scopes of a token never change. */
const KNOWN = new WeakMap<Caller, Identified>();

function identified(caller: Caller | undefined): Identified {
  if (caller === undefined) return UNKNOWN;
  const known = KNOWN.get(caller);
  if (known !== undefined) return known;
  const found = hasScope(caller, ['gateway']) ? { caller } : WRONG_SCOPE;
  KNOWN.set(caller, found);
  return found;
}
