/**
 * What a guard knows, kept for the next process: the highest epoch of each plane, the pinned key, the newest signed
 * state and the orders of others. Reading and writing happen beside the work; no check ever waits for them.
 */
import type { HeldState } from './held-state.js';
import type { PinnedKey } from './pinned-key.js';
import { memberOf, numberIn, readHalt, readSnapshot, type SignedState } from './read-snapshot.js';
import type { Persist } from './state-file.js';
import { createVerifier } from './verify-snapshot.js';

export interface Memory {
  /** Resolves when what an earlier process knew has been taken up, or cannot be. Never rejects. */
  readonly loaded: Promise<void>;
  /** A state was accepted. */
  keep(signed: SignedState): void;
  /** The newest signed state, word for word. */
  newest(): SignedState | undefined;
  /** Resolves when the last change is written, or cannot be. */
  flush(): Promise<void>;
}

export interface MemoryOptions {
  /** Nothing outlives the process where left out. */
  readonly persist: Persist | undefined;
  readonly held: Pick<HeldState, 'restore' | 'remembered' | 'newest'>;
  readonly pinned: PinnedKey;
  readonly onRestored: () => void;
  readonly onTrouble: (error: unknown) => void;
}

export function createMemory(options: MemoryOptions): Memory {
  const { persist, held, pinned, onTrouble } = options;
  let newest: SignedState | undefined;

  async function load(): Promise<void> {
    try {
      const text = await persist?.load();
      if (text === undefined) return;
      newest = restore(text, { held, pinned });
      options.onRestored();
    } catch (error) {
      const message = 'what an earlier process knew cannot be read: this guard begins without it';
      onTrouble(new Error(message, { cause: error }));
    }
  }

  const text = (): string => {
    const { highest, others } = held.remembered();
    return JSON.stringify({ version: 1, publicKey: pinned.text, highest, newest, others });
  };

  const saver = persist && createSaver(persist, text, onTrouble);

  return {
    loaded: load(),
    keep(signed) {
      const { planeId, epoch } = held.newest() ?? {};
      const isNewest = planeId === signed.planeId && epoch === signed.epoch;
      if (isNewest && (newest?.planeId !== planeId || newest?.epoch !== epoch)) newest = signed;
      saver?.save();
    },
    newest: () => newest,
    flush: async () => saver?.saved(),
  };
}

interface Saver {
  save(): void;
  /** Resolves when the last change is written, or cannot be. */
  saved(): Promise<void>;
}

/** Writes one text at a time, and always the latest. */
function createSaver(persist: Persist, text: () => string, onTrouble: (error: unknown) => void): Saver {
  let written = '';
  let saving = Promise.resolve();
  let isSaving = false;
  const write = async (): Promise<void> => {
    try {
      for (let next = text(); next !== written; next = text()) {
        await persist.save(next);
        written = next;
      }
    } catch (error) {
      onTrouble(new Error('what this guard knows could not be written down', { cause: error }));
    }
    isSaving = false;
  };
  return {
    save() {
      if (isSaving) return;
      isSaving = true;
      saving = write();
    },
    saved: async () => saving,
  };
}

/** All of it or nothing; throws where it was not written by a guard, or belongs to another control plane. */
function restore(text: string, { held, pinned }: Pick<MemoryOptions, 'held' | 'pinned'>) {
  const value: unknown = JSON.parse(text);
  if (memberOf(value, 'version') !== 1) throw new Error('it was not written by this version');
  const [key, newest] = [memberOf(value, 'publicKey'), memberOf(value, 'newest')];
  const [highest, others] = [pairsIn(value, 'highest'), pairsIn(value, 'others')];
  const read = newest === undefined ? undefined : readSnapshot(newest);
  const trusted = pinned.text ?? key;
  if (typeof trusted !== 'string') throw new Error('it names no key');
  if (read !== undefined && !createVerifier(trusted)(read.signed))
    throw new Error('its state is not signed by the key that this guard trusts');
  pinned.adopt(trusted);
  held.restore({
    newest: read?.snapshot,
    highest: highest.map(([planeId, epoch]) => [planeId, numberIn({ epoch }, 'epoch') ?? 0]),
    others: others.map(([planeId, halts]) => [planeId, Array.isArray(halts) ? halts.map(readHalt) : []]),
  });
  return read?.signed;
}

function pairsIn(value: unknown, name: string): [string, unknown][] {
  const pairs = memberOf(value, name);
  if (!Array.isArray(pairs)) throw new Error(`it has no ${name}`);
  return pairs.map((pair: unknown) => {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') throw new Error(`its ${name} are not pairs`);
    return [pair[0], pair[1]];
  });
}
