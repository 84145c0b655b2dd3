import { setTimeout as sleep } from 'node:timers/promises';
import type { FromChild, FromParent } from './child-messages.js';
import type { Judged } from './compiled-rules.js';
import { HaltedError } from './halted-error.js';
import {
  CHANGED,
  createHold,
  digestOf,
  refusedHold,
  type Hold,
  type HoldOptions,
  type Waiting,
} from './hold.js';

type Answer = Extract<FromParent, { kind: 'released' | 'refused' }>;

/** Has attempts that an order holds wait with the parent's guard, which has the line to the quarantine. */
export interface HoldingAtParent {
  readonly hold: Hold;
  answered(answer: Answer): void;
}

/** Longer than a state takes from the parent: it may be ahead of us. */
const PAUSE_MS = 200;

export function holdAtParent(options: HoldOptions, send: (message: FromChild) => void): HoldingAtParent {
  const waiting = new Map<number, (answer: Answer) => void>();
  let questions = 0;

  async function answerTo({ attempt, signal }: Waiting): Promise<Answer> {
    const asked = (questions += 1);
    const { agentId, tool, actionClass, actionId, readOnly = false, parameters } = attempt;
    signal.throwIfAborted();
    let giveUp = (): void => undefined;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        giveUp = () => {
          send({ kind: 'give-up', asked });
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp);
        waiting.set(asked, resolve);
        const told = { agentId, tool, actionClass, actionId, readOnly, parameters };
        send({ kind: 'hold', asked, attempt: told });
      });
    } finally {
      waiting.delete(asked);
      signal.removeEventListener('abort', giveUp);
    }
  }

  const decided = async (wait: Waiting): Promise<Judged> => {
    const digest = digestOf(wait.attempt);
    const answer = await answerTo(wait);
    if (answer.kind === 'refused') throw new HaltedError(answer.refused);
    if (answer.from.length === 0) {
      await sleep(PAUSE_MS, undefined, { signal: wait.signal });
      return wait.attempt;
    }
    // The parent has a copy: only here can it be seen that the object was changed while it waited.
    if (digestOf(wait.attempt) !== digest) throw refusedHold(wait.held, CHANGED);
    return { ...wait.attempt, releasedFrom: new Set(answer.from), release: answer.release };
  };

  return {
    hold: createHold(options, decided),
    answered: (answer) => waiting.get(answer.asked)?.(answer),
  };
}
