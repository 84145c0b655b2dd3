import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from './http-client.js';
import type { SignedState } from './read-snapshot.js';

export interface OfferOptions {
  readonly client: Pick<HttpClient, 'ask'>;
  /** The newest state that the pinned key has signed. */
  readonly newest: () => SignedState | undefined;
  readonly signal: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

const REQUEST_MS = 5_000;
/** After a restart every guard may notice the same at once. */
const SPREAD_MS = 500;

/**
 * Hands the newest signed state back to a control plane that tells an older one: it may have lost an order with a
 * failed write or a restored backup. It verifies its own signature, and lifts nothing for it. One offer at a time.
 */
export function createOffer({ client, newest, signal, onTrouble }: OfferOptions): () => void {
  let offering = false;
  const offer = async (): Promise<void> => {
    await sleep(Math.random() * SPREAD_MS, undefined, { signal, ref: false });
    const state = newest();
    if (state !== undefined)
      await client.ask('/v1/halts/offer', state, AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]));
  };
  return () => {
    if (offering) return;
    offering = true;
    offer()
      .catch((error: unknown) => {
        if (!signal.aborted) onTrouble(error);
      })
      .finally(() => {
        offering = false;
      });
  };
}
