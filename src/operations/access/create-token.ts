import { randomBytes } from 'node:crypto';
import { DomainError } from '../../core/errors.js';
import { CORE_ROLES } from '../../core/role.js';
import type { TokenRow, TokenScope } from '../../store/types.js';
import { hasScope, type Caller } from './authenticate.js';
import type { Deps } from '../deps.js';
import { hashToken } from './hash-token.js';

export interface CreateToken {
  /** What people call it: where it is used, by whom. */
  readonly name: string;
  readonly scopes: readonly [TokenScope, ...TokenScope[]];
  /** Roles that an operate-scope token acts in. */
  readonly roles: readonly string[];
  /** The Slack user it stands for. */
  readonly person: string | null;
  /** The one agent that a guard token may speak for. */
  readonly agentId: string | null;
  readonly by: Caller;
}

/** A token as it is shown: without its hash. */
export type TokenShown = Omit<TokenRow, 'hash'>;

/**
 * Makes a token; `token` in the answer is the only time it is seen. Nobody can give what they do not have: roles
 * only from one's own, and another person's name only by the bootstrap token, for lifting relies on two people.
 */
export async function createToken(
  deps: Deps,
  { by, ...input }: CreateToken,
): Promise<TokenShown & { readonly token: string }> {
  checkRight(by, input);
  checkNames(deps, input);
  const token = `hlt_${input.scopes[0]}_${randomBytes(32).toString('base64url')}`;
  const shown: TokenShown = { ...input, id: deps.newId(), createdAt: deps.now(), revokedAt: null };
  await deps.store.transact((tx) => tx.addToken({ ...shown, hash: hashToken(token) }));
  deps.log.info({ tokenId: shown.id, scopes: shown.scopes, by: by.tokenId }, 'token created');
  return { ...shown, token };
}

type Wanted = Omit<CreateToken, 'by'>;

function checkRight(by: Caller, { roles, person }: Wanted): void {
  if (!hasScope(by, ['operate']))
    throw new DomainError('not-allowed', 'Only a token with the scope `operate` makes tokens.');
  const beyond = roles.filter((role) => !by.actor.roles.includes(role));
  if (beyond.length > 0)
    throw new DomainError(
      'not-allowed',
      `Your token does not hold ${beyond.join(', ')}: it cannot pass it on.`,
    );
  if (person !== null && person !== by.person && by.tokenId !== 'bootstrap')
    throw new DomainError(
      'not-allowed',
      'A token that stands for somebody else is made with the bootstrap token: lifting a halt needs two real people.',
    );
}

function checkNames({ registry }: Deps, { roles, scopes, agentId }: Wanted): void {
  const known = new Set<string>([...CORE_ROLES, ...registry.roles.keys()]);
  const unknown = roles.filter((role) => !known.has(role));
  if (unknown.length > 0)
    throw new DomainError('invalid-input', `Unknown role ${unknown[0]}. Known: ${[...known].join(', ')}.`);
  if (roles.length > 0 && !scopes.includes('operate'))
    throw new DomainError(
      'invalid-input',
      'Roles mean something only with the scope `operate`: add it or leave them out.',
    );
  if (agentId !== null && !registry.agents.has(agentId))
    throw new DomainError('invalid-input', `There is no agent ${agentId} in agents.yml.`);
}
