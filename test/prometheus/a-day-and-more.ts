/** Thirty hours of two agents, each a little uneven, and what goes wrong at the end of them. */
import fc from 'fast-check';
import type { ActionRecord } from '../../src/core/action-record.js';
import { aCall, aReview, anArtifact, anInference, HOUR, MINUTE } from '../support/action-records.js';

export const AGENTS = ['billing-agent', 'support-agent'];
export const NEWBORN = 'newborn-agent';
export const LASTS_MINUTES = 30 * 60 + 20;

/** Minutes at which things go wrong, the same distance apart for each agent, so that no two are in one window. */
const SPENDS = 27 * 60 + 7;
const CALLS = 28 * 60 + 13;
const STRAYS = 29 * 60 + 5;
const BYPASSES = 29 * 60 + 31;
const HASTENS = 29 * 60 + 47;
const BORN = 26 * 60;

/** A fixed seed: what is shown is shown again. */
const SEED = 20_261_122;

/** All records, in the order of time. */
export function aDayAndMore(): ActionRecord[] {
  const uneven = fc.sample(fc.double({ min: 0.8, max: 1.2, noNaN: true }), {
    seed: SEED,
    numRuns: LASTS_MINUTES * (AGENTS.length + 1),
  });
  const factor = (agent: number, minute: number): number => uneven[agent * LASTS_MINUTES + minute] ?? 1;
  const minutes = Array.from({ length: LASTS_MINUTES }, (_, minute) => minute);
  const records = [
    ...AGENTS.flatMap((agentId, agent) =>
      minutes.flatMap((minute) =>
        minuteOf(agentId, minute - 11 * agent, { minute, factor: factor(agent, minute) }),
      ),
    ),
    ...minutes.slice(BORN).flatMap((minute) => newborn(minute, factor(AGENTS.length, minute))),
  ];
  return records.toSorted((one, other) => one.atMs - other.atMs);
}

interface Now {
  readonly minute: number;
  readonly factor: number;
}

/** One minute of one agent; `due` is the minute by its own calendar. */
function minuteOf(agentId: string, due: number, { minute, factor }: Now): ActionRecord[] {
  const usd = (isWithin(due, SPENDS, 25) ? 1.1 : 0.11) * factor;
  const calls = Math.round((isWithin(due, CALLS, 12) ? 140 : 20) * factor);
  const records = [
    anInference(usd, at(agentId, minute, 30)),
    ...Array.from({ length: calls }, (_, index) =>
      aCall(index % 2 === 0 ? 'stripe.refund' : 'email.send', at(agentId, minute, 1 + (index * 57) / calls)),
    ),
  ];
  if (due === STRAYS) records.push(aCall('shell.exec', at(agentId, minute, 40)));
  if (due === BYPASSES) records.push(anArtifact(null, at(agentId, minute, 40)));
  if (due === HASTENS) records.push(anArtifact(reviewOf(minute, 9), at(agentId, minute, 40)));
  if (due % 60 === 0) records.push(anArtifact(reviewOf(minute, 150), at(agentId, minute, 45)));
  return records;
}

/** Spends more than nobody knows anything about, and calls more often; what is new to it is no news on its first day. */
function newborn(minute: number, factor: number): ActionRecord[] {
  const calls = Math.round((minute >= BORN + 70 ? 170 : 60) * factor);
  return [
    anInference(0.6 * factor, at(NEWBORN, minute, 20)),
    ...Array.from({ length: calls }, (_, index) =>
      aCall('stripe.refund', at(NEWBORN, minute, 1 + (index * 57) / calls)),
    ),
    ...(minute === BORN + 130 ? [aCall('email.send', at(NEWBORN, minute, 40))] : []),
  ];
}

function isWithin(minute: number, from: number, length: number): boolean {
  return minute >= from && minute < from + length;
}

function at(agentId: string, minute: number, second: number): Partial<ActionRecord> {
  const atMs = minute * MINUTE + second * 1000;
  return { agentId, atMs, receivedAtMs: atMs, startedAtMs: atMs };
}

function reviewOf(minute: number, seconds: number) {
  const decidedAtMs = Math.max(0, minute * MINUTE - HOUR / 60);
  return aReview({ presentedAtMs: decidedAtMs - seconds * 1000, decidedAtMs });
}
