/**
 * What becomes of an attempt that an order of mode `hold` covers: it waits at the control plane, with its exact
 * parameters, until a person has decided. Nothing runs here while it waits, nothing is forgotten when either side
 * is restarted, and nothing but a claim that the control plane has granted a moment ago lets it through.
 */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { attemptText, whyNotHeld, whyTooLong } from '../core/held-parameters.js';
import type { Judged } from './compiled-rules.js';
import { HaltedError } from './halted-error.js';
import { textIn, type AskQuarantine, type QuarantineAnswer } from './quarantine-client.js';

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

export interface QuarantineOptions {
  readonly ask: AskQuarantine;
  /** What stands against it here, at this moment. */
  readonly refusal: (attempt: Judged) => HaltedError | undefined;
  /** Does this guard hold its lease? An order to hold hides that it does not. */
  readonly isLive: () => boolean;
  /** Aborted when the guard is closed. */
  readonly closing: AbortSignal;
  readonly onTrouble: (error: unknown) => void;
}

const POLL_S = 20;
const REQUEST_MS = 5_000;
const PAUSE_MS = 200;
const BACKOFF_MS = { first: 200, most: 4_000 };

export function createQuarantine(options: QuarantineOptions): Hold {
  return async (attempt, held) => {
    const fault = faultOf(attempt);
    if (fault !== undefined)
      throw withHeld(held, `an order holds such attempts, and this one cannot wait: ${fault}`);
    const { closing } = options;
    const signal = attempt.signal === undefined ? closing : AbortSignal.any([closing, attempt.signal]);
    try {
      return await decided({ ...options, attempt, held, signal, claimId: randomUUID() });
    } catch (error) {
      if (error instanceof HaltedError || !signal.aborted) throw error;
      if (!closing.aborted) throw attempt.signal?.reason ?? error;
      const { epoch } = held;
      throw new HaltedError({ refusal: 'closed', haltId: null, reason: CLOSED, epoch }, { cause: error });
    }
  };
}

const CLOSED = 'this guard was closed while the attempt waited';

interface Wait extends QuarantineOptions {
  readonly attempt: Holdable;
  /** What held it in the first place. */
  readonly held: HaltedError;
  readonly signal: AbortSignal;
  /** Of this one run. */
  readonly claimId: string;
}

/** Whoever acts for another agent is held by what holds that one, and the control plane is not told of both. */
function faultOf({ parameters, onBehalfOf = [] }: Holdable): string | undefined {
  if (parameters === undefined) return 'it was made without `parameters`';
  if (onBehalfOf.length > 0) return 'it is made on behalf of another agent';
  const fault = whyNotHeld(parameters);
  return fault ?? whyTooLong(Buffer.byteLength(JSON.stringify(parameters)));
}

/** Asks until there is an answer that ends the waiting, for ever if need be. */
async function decided(wait: Wait): Promise<Judged> {
  let answer = await ask(wait);
  for (;;) {
    const [id, state] = [textIn(answer, 'id'), textIn(answer, 'state')];
    if (state === 'not-held' || id === undefined) return notHeld(wait, answer);
    if (state !== 'held' && state !== 'released') return closed(wait, answer);
    const passed = state === 'released' ? await claim(wait, id) : undefined;
    if (passed !== undefined) return passed;
    answer = await poll(wait, id);
  }
}

/** Nothing holds it as the control plane sees it: whoever is behind catches up in a moment. */
async function notHeld(wait: Wait, answer: QuarantineAnswer): Promise<Judged> {
  if (textIn(answer, 'verdict') === 'deny') throw denied(wait, answer, textIn(answer, 'haltId'));
  await pause(wait.signal);
  return wait.attempt;
}

/** What was decided against it, in words; where its order is lifted, it is judged like any other. */
async function closed(wait: Wait, answer: QuarantineAnswer): Promise<Judged> {
  const [id, state, why] = [textIn(answer, 'id'), textIn(answer, 'state'), textIn(answer, 'why')];
  if (why === 'lifted') {
    await pause(wait.signal);
    return wait.attempt;
  }
  if (why === 'halted') throw denied(wait, answer, textIn(answer, 'refusedBy'));
  if (state === 'rejected')
    throw withHeld(wait.held, `rejected by ${textIn(answer, 'decidedBy')}: ${textIn(answer, 'reason')}`, id);
  throw withHeld(wait.held, SENTENCES[why ?? state ?? ''] ?? `the quarantine says ${state}`, id);
}

const SENTENCES: Readonly<Record<string, string>> = {
  changed: 'its parameters are not those that were released',
  expired: 'its release was not taken up in time: ask again',
  used: 'its release was taken up already, and is good for one use',
  rejected: 'a person rejected it',
};

function denied({ held }: Wait, answer: QuarantineAnswer, haltId: string | undefined): HaltedError {
  const reason = textIn(answer, 'reason') ?? 'a halt that came after the release covers it';
  const heldId = textIn(answer, 'id') ?? null;
  return new HaltedError({ refusal: 'deny', haltId: haltId ?? null, reason, epoch: held.epoch, heldId });
}

/**
 * The check immediately before the side effect. Undefined where there is more to wait for. Asked only where nothing
 * else stands against it here, so that no release is spent on what this guard would refuse.
 */
async function claim(wait: Wait, id: string): Promise<Judged | undefined> {
  const { attempt, claimId, signal } = wait;
  const local = wait.refusal(attempt);
  if (local === undefined) return attempt;
  if (local.refusal === 'deny' || local.refusal === 'closed') throw withHeld(local, local.reason, id);
  if (!wait.isLive()) return pause(signal);
  // Taken at this moment: the object may have been changed while it waited.
  const digest = digestOf(attempt);
  const answer = await answered(wait, { path: `/${id}/claim`, body: { digest, claimId } });
  const { status, body } = answer;
  if (status === 200 && body['run'] === true && isTexts(body['holds']))
    return { ...attempt, releasedFrom: new Set(body['holds']) };
  const why = textIn(answer, 'why');
  // An answer without a word of its own is no refusal: another goes first, or something has to be looked at again.
  if (why === undefined || why === 'not-released') return pause(signal);
  return closed(wait, { status, body: { ...body, id, state: 'refused', refusedBy: body['haltId'] } });
}

async function pause(signal: AbortSignal): Promise<undefined> {
  await sleep(PAUSE_MS, undefined, { signal });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** The same attempt is the same item, so asking again costs nothing. */
async function ask(wait: Wait): Promise<QuarantineAnswer> {
  const { agentId, tool, actionClass, actionId, readOnly, parameters } = wait.attempt;
  const body = { agentId, tool, actionClass, actionId, parameters, ...(readOnly === true && { readOnly }) };
  const answer = await answered(wait, { path: '', body });
  if (answer.status < 300) return answer;
  if (answer.status === 409) {
    await pause(wait.signal);
    return ask(wait);
  }
  throw withHeld(wait.held, textIn(answer, 'detail') ?? `the quarantine answered ${answer.status}`);
}

/** A control plane that was restored from a backup may not know it: then it is asked for anew. */
async function poll(wait: Wait, id: string): Promise<QuarantineAnswer> {
  const answer = await answered(wait, {
    path: `/${id}?wait=${POLL_S}`,
    withinMs: POLL_S * 1_000 + REQUEST_MS,
  });
  return answer.status < 300 ? answer : ask(wait);
}

/** What says that it must not be tried like this again; everything else may be better in a moment. */
const FINAL: ReadonlySet<number> = new Set([400, 404, 409, 410, 413, 414, 415]);

/** One question until somebody answers it: nothing that goes wrong in between ends the waiting. */
async function answered(
  { ask: send, signal, onTrouble }: Wait,
  question: { path: string; body?: object; withinMs?: number },
): Promise<QuarantineAnswer> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted();
    try {
      const answer = await send({ withinMs: REQUEST_MS, ...question, signal });
      if (answer.status === 200 || answer.status === 201 || FINAL.has(answer.status)) return answer;
      throw new Error(`the quarantine answered ${answer.status} ${textIn(answer, 'detail') ?? ''}`);
    } catch (error) {
      signal.throwIfAborted();
      onTrouble(error);
      const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(failures, 10));
      await sleep(most * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }
}

function digestOf(attempt: Holdable): string {
  return createHash('sha256').update(attemptText(attempt, attempt.parameters)).digest('hex');
}

function withHeld(halted: HaltedError, reason: string, heldId?: string): HaltedError {
  const { refusal, haltId, epoch } = halted;
  return new HaltedError({ refusal, haltId, reason, epoch, heldId: heldId ?? null });
}
