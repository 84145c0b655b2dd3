/**
 * What a guard and the guards under it tell each other, over `postMessage` or a process's IPC channel. The parent
 * tells whole states; the child asks for lease, and answers each state with how far it has come with it.
 */
import type { Halt, Snapshot } from '../core/halt-shapes.js';
import type { Refused } from './halted-error.js';
import type { Holdable } from './hold.js';
import { LEVELS, type Level } from './level.js';
import { memberOf, numberIn, readHalt } from './read-snapshot.js';
import { readRefused, textOrNull } from './refused-on-wire.js';
import type { Report } from './report.js';
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
  /** A person has released it, from these orders; from none where it only has to be judged anew. */
  | {
      readonly kind: 'released';
      readonly asked: number;
      readonly from: readonly string[];
      readonly release?: string | undefined;
    }
  | { readonly kind: 'refused'; readonly asked: number; readonly refused: Refused }
  | { readonly kind: 'end' };

export type FromChild =
  | { readonly kind: 'hello' }
  | { readonly kind: 'ask'; readonly asked: number }
  /** Wait with this at the control plane, until it is released or we give up. */
  | { readonly kind: 'hold'; readonly asked: number; readonly attempt: Holdable }
  | { readonly kind: 'give-up'; readonly asked: number }
  /** What was checked and written there: only the parent has a line to the control plane. */
  | { readonly kind: 'reports'; readonly reports: readonly Report[] }
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
  const asked = numbers('asked');
  switch (kind) {
    case 'state':
      return {
        kind,
        version: numbers('version'),
        newest: readNewest(newest),
        halts: Array.isArray(halts) ? halts.map(readHalt) : [],
      };
    case 'lease':
      return { kind, asked, remainingMs: numbers('remainingMs') };
    case 'forget':
      return { kind, actionIds: namesIn(value, 'actionIds') };
    case 'released':
      return {
        kind,
        asked,
        from: namesIn(value, 'from'),
        release: textOrNull(value, 'release') ?? undefined,
      };
    case 'refused':
      return { kind, asked, refused: readRefused(memberOf(value, 'refused')) };
    case 'end':
      return { kind };
    default:
      return undefined;
  }
}

/** Undefined for what is none of ours. */
export function readFromChild(value: unknown): FromChild | undefined {
  if (memberOf(value, 'haltline') !== 1) return undefined;
  const kind = memberOf(value, 'kind');
  const asked = numberIn(value, 'asked') ?? 0;
  switch (kind) {
    case 'hello':
      return { kind };
    case 'ask':
    case 'give-up':
      return { kind, asked };
    case 'hold': {
      const attempt = readHoldable(memberOf(value, 'attempt'));
      return attempt && { kind, asked, attempt };
    }
    case 'reports':
      return { kind, reports: readReports(memberOf(value, 'reports')) };
    case 'standing':
      return readStanding(value);
    default:
      return undefined;
  }
}

function readStanding(value: unknown): Extract<FromChild, { kind: 'standing' }> {
  const [level, inflight] = [memberOf(value, 'level'), memberOf(value, 'inflight')];
  return {
    kind: 'standing',
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
}

function readHoldable(value: unknown): Holdable | undefined {
  const names = ['agentId', 'tool', 'actionClass', 'actionId'].map((name) => memberOf(value, name));
  const [agentId, tool, actionClass, actionId] = names;
  if (typeof agentId !== 'string' || typeof tool !== 'string') return undefined;
  if (typeof actionClass !== 'string' || typeof actionId !== 'string') return undefined;
  const readOnly = memberOf(value, 'readOnly') === true;
  return { agentId, tool, actionClass, actionId, readOnly, parameters: memberOf(value, 'parameters') };
}

/** Of our own build, or of one that says more: what it says is judged by the control plane. */
function readReports(value: unknown): readonly Report[] {
  return Array.isArray(value) ? value.filter(isReport) : [];
}

function isReport(value: unknown): value is Report {
  return typeof memberOf(value, 'agentId') === 'string';
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
