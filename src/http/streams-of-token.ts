/** Which open streams a token has let in. Whoever is let in once is heard for as long as the stream lasts: so a token ends them itself. */
import type { HttpDeps } from './http-deps.js';

const opened = new WeakMap<HttpDeps, Map<string, Set<() => void>>>();

/** `end` is called when the token is revoked. Returns what forgets it, for the stream that ends before. */
export function endWithToken(http: HttpDeps, tokenId: string, end: () => void): () => void {
  const ofTokens = streamsOf(http);
  const ends = ofTokens.get(tokenId) ?? new Set();
  ofTokens.set(tokenId, ends.add(end));
  return () => {
    ends.delete(end);
    if (ends.size === 0) ofTokens.delete(tokenId);
  };
}

/** Ends every stream that this token has opened: no lease is renewed under a token that is worth nothing. */
export function endStreamsOf(http: HttpDeps, tokenId: string): void {
  for (const end of streamsOf(http).get(tokenId) ?? []) end();
}

function streamsOf(http: HttpDeps): Map<string, Set<() => void>> {
  const known = opened.get(http) ?? new Map<string, Set<() => void>>();
  opened.set(http, known);
  return known;
}
