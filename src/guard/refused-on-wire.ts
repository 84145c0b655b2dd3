/** A refusal as it is told to another process: by a parent to its children, by an MCP server, by `/v1/check`. */
import type { HaltedError, Refusal, Refused } from './halted-error.js';
import { memberOf, numberIn, readMode, readScope } from './read-snapshot.js';

/** What another process needs to throw the same. */
export function toldOf({ refusal, haltId, reason, epoch, scope, mode, heldId }: HaltedError) {
  return { refusal, haltId, reason, epoch, scope, mode, heldId } satisfies Refused;
}

const REFUSALS: Readonly<Record<Refusal, true>> = {
  deny: true,
  hold: true,
  starting: true,
  isolated: true,
  closed: true,
  unanswered: true,
};

/** Never more than a refusal: what is missing or not understood denies. */
export function readRefused(value: unknown): Required<Refused> {
  const [refusal, scope, mode] = ['refusal', 'scope', 'mode'].map((name) => memberOf(value, name));
  return {
    refusal: isRefusal(refusal) ? refusal : 'deny',
    haltId: textOrNull(value, 'haltId'),
    reason: textOrNull(value, 'reason') ?? 'refused without a reason',
    epoch: numberIn(value, 'epoch') ?? 0,
    scope: typeof scope === 'object' && scope !== null ? readScope(scope) : null,
    mode: typeof mode === 'string' ? readMode(mode) : null,
    heldId: textOrNull(value, 'heldId'),
  };
}

function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'string' && Object.hasOwn(REFUSALS, value);
}

/** A member that has to be text. */
export function textOrNull(value: unknown, name: string): string | null {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : null;
}
