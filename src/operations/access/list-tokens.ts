import type { TokenShown } from './create-token.js';
import type { Deps } from '../deps.js';

/** All tokens, also revoked ones, without their hashes. */
export async function listTokens({ store }: Pick<Deps, 'store'>): Promise<TokenShown[]> {
  const tokens = await store.tokens();
  return tokens.map(({ hash: _hash, ...shown }) => shown);
}
