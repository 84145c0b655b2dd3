import { timingSafeEqual } from 'node:crypto';
import type { Actor } from '../../core/actor.js';
import { CORE_ROLES } from '../../core/role.js';
import type { TokenRow, TokenScope } from '../../store/types.js';
import type { Deps } from '../deps.js';
import { hashToken } from './hash-token.js';

/** Whoever presented a valid token, and what the token allows. */
export interface Caller {
  readonly tokenId: string;
  /** What people call the token: where it is used. */
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** The Slack user this token stands for; null where it stands for nobody, who then cannot lift. */
  readonly person: string | null;
  /** The one agent a guard token may speak for; null for any. */
  readonly agentId: string | null;
  readonly actor: Actor;
}

export interface Credentials {
  readonly bearer: string;
  /** SHA-256 of `HALTLINE_BOOTSTRAP_TOKEN`, hex; null where there is none. */
  readonly bootstrapHash: string | null;
  readonly via: 'http' | 'cli';
}

const IMPLIED: Readonly<Partial<Record<TokenScope, readonly TokenScope[]>>> = { operate: ['read', 'alerts'] };

/** The caller of a bearer token; undefined for one that is unknown or revoked, without saying which. */
export async function authenticate(
  { store }: Pick<Deps, 'store'>,
  { bearer, bootstrapHash, via }: Credentials,
): Promise<Caller | undefined> {
  const hash = hashToken(bearer);
  if (bootstrapHash !== null && sameHash(hash, bootstrapHash)) return callerOf(BOOTSTRAP, via);
  const token = await store.token(hash);
  if (token === undefined || token.revokedAt !== null || !sameHash(hash, token.hash)) return undefined;
  return callerOf(token, via);
}

/** `operate` includes `read` and `alerts`. */
export function hasScope(caller: Caller, scopes: readonly TokenScope[]): boolean {
  const held = caller.scopes.flatMap((scope) => [scope, ...(IMPLIED[scope] ?? [])]);
  return scopes.some((scope) => held.includes(scope));
}

/** For first use, before any token has been made: every role, but nobody in person. */
const BOOTSTRAP: Pick<TokenRow, 'id' | 'name' | 'scopes' | 'roles' | 'person' | 'agentId'> = {
  id: 'bootstrap',
  name: 'bootstrap',
  scopes: ['operate'],
  roles: CORE_ROLES,
  person: null,
  agentId: null,
};

function callerOf(token: typeof BOOTSTRAP, via: Credentials['via']): Caller {
  const { id: tokenId, name, scopes, person, agentId } = token;
  const actor: Actor = {
    kind: 'token',
    id: tokenId,
    roles: [...token.roles],
    via,
    ...(person !== null && { person }),
    ...(agentId !== null && { boundTo: agentId }),
  };
  return { tokenId, name, scopes, person, agentId, actor };
}

function sameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}
