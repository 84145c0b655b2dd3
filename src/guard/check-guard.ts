/**
 * A guard for what lives too short to hold a stream open: it asks before every action, and holds nothing in between.
 * What it let through cannot be told to stop: it ends by itself, or after `maxActionMs`.
 */
import { randomUUID } from 'node:crypto';
import { systemClock } from './clock.js';
import type { ActionContext, GuardedAttempt } from './guard.js';
import { HaltedError } from './halted-error.js';
import { createHttpClient, type HttpClient } from './http-client.js';
import { mintActionId } from './mint-action-id.js';
import { memberOf, numberIn } from './read-snapshot.js';
import { readRefused } from './refused-on-wire.js';
import { artifactReport, reviewReport, type Artifact, type Report, type Reviewed } from './report.js';
import { requireActionId } from './require-action-id.js';

export interface CheckGuardOptions {
  /** Where Haltline listens, e.g. `https://haltline.internal`. */
  readonly url: string;
  /** A token with the scope `guard`; its name is what `gateways.yml` knows this agent's checks by. */
  readonly token: string;
  readonly agentId: string;
  /** How long an answer may take before the action is refused; 2 s where left out. */
  readonly timeoutMs?: number | undefined;
  /**
   * How long an action may run before its signal is aborted; for ever where left out. Only where `gateways.yml`
   * declares the same for this token may a halt ever be called quiesced here.
   */
  readonly maxActionMs?: number | undefined;
}

export interface CheckGuard {
  readonly agentId: string;
  /**
   * Asks, and runs `fn` if nothing stands against it at that moment. Rejects with HaltedError where something
   * does, and where no certain answer comes in time.
   */
  run<T>(attempt: GuardedAttempt, fn: (context: ActionContext) => T | Promise<T>): Promise<T>;
  /**
   * Reports something that was written for people to see, as it goes out. Wait for it: nobody lives on here to try
   * again. False where it was not taken; never rejects.
   */
  artifact(artifact: Artifact): Promise<boolean>;
  /** Reports how a person looked at it; before `artifact`, and as that. */
  reviewed(review: Reviewed): Promise<boolean>;
}

const TIMEOUT_MS = 2_000;

export function checkGuard({ url, token, agentId, ...options }: CheckGuardOptions): CheckGuard {
  const client = createHttpClient(url, token);
  const { timeoutMs = TIMEOUT_MS, maxActionMs } = options;
  const report = async (make: (atMs: number) => Report): Promise<boolean> => {
    try {
      await client.post('/v1/actions', [make(systemClock().wallMs)], AbortSignal.timeout(timeoutMs));
      return true;
    } catch {
      return false;
    }
  };
  return {
    agentId,
    async run({ tool, actionClass, readOnly, ...attempt }, fn) {
      const actionId = requireActionId(attempt.actionId ?? mintActionId(systemClock().wallMs));
      // Without its parameters, which may be large and are nobody's business there.
      await check(client, { agentId, tool, actionClass, actionId, readOnly }, timeoutMs);
      return inTime(maxActionMs, (signal) => fn({ signal, actionId }));
    },
    artifact: (artifact) => report((atMs) => artifactReport(agentId, artifact, atMs)),
    reviewed: (review) => report((atMs) => reviewReport(agentId, review, atMs)),
  };
}

/** Its signal is aborted when it takes longer than it may. */
async function inTime<T>(
  mostMs: number | undefined,
  fn: (signal: AbortSignal) => T | Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const tooLong = (): void => ending.abort(new Error(`the action took longer than ${mostMs} ms`));
  const timer = mostMs === undefined ? undefined : setTimeout(tooLong, mostMs);
  try {
    return await fn(ending.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves where the answer is, beyond doubt, yes. */
async function check(client: HttpClient, attempt: object, timeoutMs: number): Promise<void> {
  const nonce = randomUUID();
  const answer = await ask(client, { ...attempt, nonce }, timeoutMs);
  const verdict = memberOf(answer, 'verdict');
  if (numberIn(answer, 'epoch') === undefined || memberOf(answer, 'nonce') !== nonce)
    throw unanswered(new Error('the answer is not one to this question: is there a proxy in between?'));
  if (verdict === 'allow') return;
  throw new HaltedError({ ...readRefused(answer), refusal: verdict === 'hold' ? 'hold' : 'deny' });
}

async function ask(client: HttpClient, question: object, timeoutMs: number): Promise<unknown> {
  try {
    return await client.ask('/v1/check', question, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    throw unanswered(error);
  }
}

function unanswered(cause: unknown): HaltedError {
  const reason = 'the control plane gave no answer: nobody knows what has been ordered';
  return new HaltedError({ refusal: 'unanswered', haltId: null, reason, epoch: 0 }, { cause });
}
