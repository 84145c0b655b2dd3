/**
 * What becomes of an attempt that an order of mode `hold` covers: it waits at the control plane, with its exact
 * parameters, until a person has decided. Nothing runs here while it waits, nothing is forgotten when either side
 * is restarted, and nothing but a claim that the control plane has granted a moment ago lets it through.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
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
import { textIn, type AskQuarantine, type QuarantineAnswer } from './quarantine-client.js';

export interface QuarantineOptions extends HoldOptions {
  readonly ask: AskQuarantine;
  /** Does this guard hold its lease? An order to hold hides that it does not. */
  readonly isLive: () => boolean;
  readonly onTrouble: (error: unknown) => void;
}

const POLL_S = 20;
const REQUEST_MS = 5_000;
const PAUSE_MS = 200;
const BACKOFF_MS = { first: 200, most: 4_000 };

export function createQuarantine(options: QuarantineOptions): Hold {
  const { ask, isLive, onTrouble } = options;
  return createHold(options, (waiting) =>
    decided({ ...waiting, ask, isLive, onTrouble, claimId: randomUUID() }),
  );
}

interface Wait extends Waiting, Pick<QuarantineOptions, 'ask' | 'isLive' | 'onTrouble'> {
  /** Of this one run. */
  readonly claimId: string;
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
    throw refusedHold(
      wait.held,
      `rejected by ${textIn(answer, 'decidedBy')}: ${textIn(answer, 'reason')}`,
      id,
    );
  throw refusedHold(wait.held, SENTENCES[why ?? state ?? ''] ?? `the quarantine says ${state}`, id);
}

const SENTENCES: Readonly<Record<string, string>> = {
  changed: CHANGED,
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
  const local = wait.refusal();
  if (local === undefined) return attempt;
  if (local.refusal === 'deny' || local.refusal === 'closed') throw refusedHold(local, local.reason, id);
  if (!wait.isLive()) return pause(signal);
  const body = { digest: digestOf(attempt), claimId };
  const answer = await answered(wait, { path: `/${id}/claim`, body });
  const { status, body: said } = answer;
  if (status === 200 && said['run'] === true && isTexts(said['holds']))
    return { ...attempt, releasedFrom: new Set(said['holds']), release: `${id}/${claimId}` };
  const why = textIn(answer, 'why');
  // An answer without a word of its own is no refusal: another goes first, or something has to be looked at again.
  if (why === undefined || why === 'not-released') return pause(signal);
  return closed(wait, { status, body: { ...said, id, state: 'refused', refusedBy: said['haltId'] } });
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
  throw refusedHold(wait.held, textIn(answer, 'detail') ?? `the quarantine answered ${answer.status}`);
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
