/** Waiting with an attempt that an order of mode `hold` covers: what may wait, under whose name, and until when. */
import { createHash } from 'node:crypto';
import { attemptText, whyNotHeld, whyTooLong } from '../core/held-parameters.js';
import type { Judged } from './compiled-rules.js';
import { HaltedError } from './halted-error.js';

/** An attempt as it may be held. */
export interface Holdable extends Judged {
  readonly parameters?: unknown;
  /** The caller's own patience. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves with the attempt to be judged again at once: released from the orders that held it, or as it was where
 * those were lifted. Rejects with HaltedError where it must not run.
 */
export type Hold = (attempt: Holdable, refusal: HaltedError) => Promise<Judged>;

/** One attempt that waits. */
export interface Waiting {
  /** As whoever decides is told of it. */
  readonly attempt: Holdable;
  /** What held it in the first place. */
  readonly held: HaltedError;
  /** What stands against it here, at this moment. */
  readonly refusal: () => HaltedError | undefined;
  readonly signal: AbortSignal;
}

export interface HoldOptions {
  readonly refusal: (attempt: Judged) => HaltedError | undefined;
  /** Aborted when the guard is closed. */
  readonly closing: AbortSignal;
}

/** `decided` waits for the decision, and gives back the attempt it was handed, with what it was released from. */
export function createHold(
  { refusal, closing }: HoldOptions,
  decided: (waiting: Waiting) => Promise<Judged>,
): Hold {
  return async (original, held) => {
    const attempt = asWhoIsKnown(original);
    const isHeld = attempt === original || refusal(attempt)?.refusal === 'hold';
    const fault = isHeld ? faultOf(attempt) : NAMED;
    if (fault !== undefined)
      throw refusedHold(held, `an order holds such attempts, and this one cannot wait: ${fault}`);
    const signal = original.signal === undefined ? closing : AbortSignal.any([closing, original.signal]);
    try {
      const judged = await decided({ attempt, held, signal, refusal: () => refusal(original) });
      return judged.releasedFrom === undefined
        ? original
        : { ...original, releasedFrom: judged.releasedFrom, release: judged.release };
    } catch (error) {
      if (error instanceof HaltedError || !signal.aborted) throw error;
      if (!closing.aborted) throw original.signal?.reason ?? error;
      const { epoch } = held;
      throw new HaltedError({ refusal: 'closed', haltId: null, reason: CLOSED, epoch }, { cause: error });
    }
  };
}

const CLOSED = 'this guard was closed while the attempt waited';
const NAMED = 'the order names a sub-agent, and for that one only a guard of its own can wait';

/** A sub-agent has no name at the control plane: its attempt waits under the name of the agent that it works for. */
function asWhoIsKnown(attempt: Holdable): Holdable {
  const { onBehalfOf = [], ...own } = attempt;
  const known = onBehalfOf.at(-1);
  return known === undefined ? attempt : { ...own, agentId: known };
}

function faultOf({ parameters }: Holdable): string | undefined {
  if (parameters === undefined) return 'it was made without `parameters`';
  return whyNotHeld(parameters) ?? whyTooLong(Buffer.byteLength(JSON.stringify(parameters)));
}

/** What a release is bound to, as it is at this moment: the object may have been changed while it waited. */
export function digestOf(attempt: Holdable): string {
  return createHash('sha256').update(attemptText(attempt, attempt.parameters)).digest('hex');
}

/** The same refusal, better explained. */
export function refusedHold(halted: HaltedError, reason: string, heldId: string | null = null): HaltedError {
  const { refusal, haltId, epoch, scope, mode } = halted;
  return new HaltedError({ refusal, haltId, reason, epoch, scope, mode, heldId });
}

/** Said where the parameters are not those that somebody has seen and released. */
export const CHANGED = 'its parameters are not those that were released';
