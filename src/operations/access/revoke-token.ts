import { DomainError } from '../../core/errors.js';
import type { Caller } from './authenticate.js';
import type { Deps } from '../deps.js';

/** From now on the token is refused. Revoking twice is an error, so that a wrong id is noticed. */
export async function revokeToken(deps: Deps, { id, by }: { id: string; by: Caller }): Promise<void> {
  const revoked = await deps.store.transact((tx) => tx.revokeToken(id, deps.now()));
  if (!revoked)
    throw new DomainError(
      'not-found',
      'There is no valid token with that id. `haltline token list` shows them.',
    );
  deps.log.info({ tokenId: id, by: by.tokenId }, 'token revoked');
}
