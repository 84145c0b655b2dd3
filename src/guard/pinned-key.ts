import type { HttpClient } from './http-client.js';
import type { SignedState } from './read-snapshot.js';
import { createVerifier } from './verify-snapshot.js';

/** The one key whose signature lifts a halt. It is never replaced while this process lives. */
export interface PinnedKey {
  /** Makes sure there is one: the given one, else the first that the control plane shows. */
  obtain(signal: AbortSignal): Promise<void>;
  /** Takes one that an earlier process had pinned, where none is pinned yet. */
  adopt(publicKey: string): void;
  signed(state: SignedState): boolean;
  /** As it was given or shown. */
  readonly text: string | undefined;
}

export function createPinnedKey(client: Pick<HttpClient, 'get'>, publicKey: string | undefined): PinnedKey {
  let text: string | undefined;
  let verifier: ((state: SignedState) => boolean) | undefined;
  const pin = (key: string): void => {
    verifier = createVerifier(key);
    text = key;
  };
  if (publicKey !== undefined) pin(publicKey);
  return {
    async obtain(signal) {
      if (verifier !== undefined) return;
      const response = await client.get('/v1/halts/key', signal);
      const body: unknown = await response.json();
      if (
        typeof body !== 'object' ||
        body === null ||
        !('publicKey' in body) ||
        typeof body.publicKey !== 'string'
      )
        throw new Error('the control plane showed no public key: is there a proxy in between?');
      pin(body.publicKey);
    },
    adopt(key) {
      if (verifier === undefined) pin(key);
    },
    signed: (state) => verifier?.(state) ?? false,
    get text() {
      return text;
    },
  };
}
