/**
 * What a guard and the guards under it tell each other, over `postMessage` or a process's IPC channel. The parent
 * tells whole states; the child asks for lease, and answers each state with how far it has come with it.
 */
import type { Halt, Snapshot } from '../core/halt.js';
import { LEVELS, type Level } from './level.js';
import { memberOf, numberIn, readHalt } from './read-snapshot.js';
import type { InFlight } from './running-actions.js';

/** The newest signed state that the parent holds, in name only: its orders are in `halts`. */
export type Newest = Pick<Snapshot, 'planeId' | 'epoch' | 'issuedAt'>;

export type FromParent =
  | {
      readonly kind: 'state';
      readonly version: number;
      /** Undefined until the parent has heard for itself. */
      readonly newest: Newest | undefined;
      readonly halts: readonly Halt[];
    }
  | { readonly kind: 'lease'; readonly asked: number; readonly remainingMs: number }
  | { readonly kind: 'forget'; readonly actionIds: readonly string[] }
  | { readonly kind: 'end' };

export type FromChild =
  | { readonly kind: 'hello' }
  | { readonly kind: 'ask'; readonly asked: number }
  | {
      readonly kind: 'standing';
      /** Of the state that this is said about. */
      readonly version: number;
      readonly level: Level;
      readonly inflight: InFlight;
      /** Told to stop and not ended yet. */
      readonly stopping: readonly string[];
      /** Closed, and nothing runs there any more. */
      readonly left: boolean;
    };

/** Marks our messages among those of the agent's own. */
export function tagged(message: FromParent | FromChild): object {
  return { haltline: 1, ...message };
}

/** Undefined for what is none of ours. */
export function readFromParent(value: unknown): FromParent | undefined {
  if (memberOf(value, 'haltline') !== 1) return undefined;
  const [kind, halts, newest] = ['kind', 'halts', 'newest'].map((name) => memberOf(value, name));
  const numbers = (name: string): number => numberIn(value, name) ?? 0;
  switch (kind) {
    case 'state':
      return {
        kind,
        version: numbers('version'),
        newest: readNewest(newest),
        halts: Array.isArray(halts) ? halts.map(readHalt) : [],
      };
    case 'lease':
      return { kind, asked: numbers('asked'), remainingMs: numbers('remainingMs') };
    case 'forget':
      return { kind, actionIds: namesIn(value, 'actionIds') };
    case 'end':
      return { kind };
    default:
      return undefined;
  }
}

/** Undefined for what is none of ours. */
export function readFromChild(value: unknown): FromChild | undefined {
  if (memberOf(value, 'haltline') !== 1) return undefined;
  const [kind, level, inflight] = ['kind', 'level', 'inflight'].map((name) => memberOf(value, name));
  switch (kind) {
    case 'hello':
      return { kind };
    case 'ask':
      return { kind, asked: numberIn(value, 'asked') ?? 0 };
    case 'standing':
      return {
        kind,
        version: numberIn(value, 'version') ?? 0,
        level: LEVELS.find((each) => each === level) ?? 'received',
        inflight: {
          aborted: namesIn(inflight, 'aborted'),
          uncancellable: namesIn(inflight, 'uncancellable'),
          completedAfter: namesIn(inflight, 'completedAfter'),
        },
        stopping: namesIn(value, 'stopping'),
        left: memberOf(value, 'left') === true,
      };
    default:
      return undefined;
  }
}

function readNewest(value: unknown): Newest | undefined {
  const [planeId, issuedAt] = [memberOf(value, 'planeId'), memberOf(value, 'issuedAt')];
  const epoch = numberIn(value, 'epoch');
  if (typeof planeId !== 'string' || typeof issuedAt !== 'string' || epoch === undefined) return undefined;
  return { planeId, issuedAt, epoch };
}

function namesIn(value: unknown, name: string): readonly string[] {
  const names = memberOf(value, name);
  return Array.isArray(names) ? names.filter((each) => typeof each === 'string') : [];
}
