import type { Snapshot } from '../core/halt.js';
import type { HttpClient } from './http-client.js';
import { createVerifier } from './verify-snapshot.js';

/** The one key whose signature lifts a halt. It is never replaced while this process lives. */
export interface PinnedKey {
  /** Makes sure there is one: the given one, else the first that the control plane shows. */
  obtain(signal: AbortSignal): Promise<void>;
  signed(snapshot: Snapshot): boolean;
}

export function createPinnedKey(client: HttpClient, publicKey: string | undefined): PinnedKey {
  let verifier = publicKey === undefined ? undefined : createVerifier(publicKey);
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
      verifier = createVerifier(body.publicKey);
    },
    signed: (snapshot) => verifier?.(snapshot) ?? false,
  };
}
