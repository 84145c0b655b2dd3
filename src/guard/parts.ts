import type { Reached } from './level.js';
import type { RunningActions } from './running-actions.js';

/** A process or thread that runs under this one: what is said here includes it. */
export interface Part {
  /** How far it has come with what is held now. */
  reached(): Reached;
  /** May anything still run there? */
  mayAct(): boolean;
  /** Resolves when nothing can run there any more. */
  ended(): Promise<void>;
  /** These ends have been reported. */
  forget(actionIds: readonly string[]): void;
}

/** What acts at one enforcement point: the actions of this process, and the parts that were included. */
export interface Whole {
  include(part: Part): void;
  reached(): Reached[];
  /** May anything run here, or in a part of it? */
  isBusy(): boolean;
  /** Resolves when nothing does. */
  ended(): Promise<void>;
  /** These ends have been reported. */
  forget(actionIds: readonly string[]): void;
}

export function createWhole(actions: RunningActions): Whole {
  const parts: Part[] = [];
  return {
    include: (part) => void parts.push(part),
    reached: () => parts.map((part) => part.reached()),
    isBusy: () => actions.list().length > 0 || parts.some((part) => part.mayAct()),
    ended: async () => void (await Promise.all([actions.ended(), ...parts.map((part) => part.ended())])),
    forget(actionIds) {
      actions.forget(actionIds);
      for (const part of parts) part.forget(actionIds);
    },
  };
}
