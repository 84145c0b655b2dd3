import type { FromParent } from './child-messages.js';
import type { HeldState } from './held-state.js';

/** What a child is told of the state that its parent holds. */
export interface Telling {
  /** Sends the state where it is another than was sent last. */
  tell(): void;
  /** The child has begun anew, and knows nothing. */
  forget(): void;
  /** Of the state that was sent last. */
  version(): number;
}

export function createTelling(held: HeldState, send: (message: FromParent) => void): Telling {
  let version = 0;
  let told = '';
  return {
    tell() {
      const { newest } = held.remembered();
      const state = {
        newest: held.hasHeard() && newest !== undefined ? about(newest) : undefined,
        halts: held.halts(),
      };
      const text = JSON.stringify(state);
      if (text === told) return;
      told = text;
      send({ kind: 'state', version: (version += 1), ...state });
    },
    forget: () => void (told = ''),
    version: () => version,
  };
}

function about({ planeId, epoch, issuedAt }: { planeId: string; epoch: number; issuedAt: string }) {
  return { planeId, epoch, issuedAt };
}
