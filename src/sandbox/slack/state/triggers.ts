/** Trigger ids: proof that a person just did something. Good for three seconds, and for one view. */
export interface Trigger {
  readonly userId: string;
  /** The view in which the person acted, which a push goes on top of. */
  readonly viewId?: string;
}

export type TriggerError = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

export interface Triggers {
  mint(trigger: Trigger): string;
  /** Uses a trigger up, or says why it is not good. */
  exchange(id: string): Trigger | TriggerError;
}

const LIFETIME_MS = 3_000;

/** Keeps the trigger ids of one workspace. */
export function createTriggers(now: () => number): Triggers {
  const minted = new Map<string, { trigger: Trigger; at: number; used: boolean }>();
  return {
    mint: (trigger) => {
      const id = `${Math.floor(now())}.${minted.size + 1}.${crypto.randomUUID().replaceAll('-', '')}`;
      minted.set(id, { trigger, at: now(), used: false });
      return id;
    },
    exchange: (id) => {
      const known = minted.get(id);
      if (known === undefined) return 'invalid_trigger_id';
      if (known.used) return 'exchanged_trigger_id';
      if (now() - known.at > LIFETIME_MS) return 'expired_trigger_id';
      known.used = true;
      return known.trigger;
    },
  };
}
