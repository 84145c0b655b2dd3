/**
 * When one cause trips the wires of many agents at once, one umbrella incident is opened for all of them. Each member
 * stays an incident of its own, with its agent and its detection chain; what the members share is people: one channel,
 * one page, one acknowledgement. Closing the umbrella closes no member.
 */
import { z } from 'zod';
import type { Alert, TripwireName } from './alert.js';
import type { Instant } from './ids.js';

/** When several incidents of one cause are too many to be worked one by one: more than `moreThan` new ones `withinMinutes`. */
export interface UmbrellaRule {
  readonly moreThan: number;
  readonly withinMinutes: number;
}

export const DEFAULT_UMBRELLA: UmbrellaRule = { moreThan: 5, withinMinutes: 10 };

/** One incident below an umbrella, as the umbrella knows it. */
export interface Member {
  readonly incident: string;
  /** The agent, or what an alert called it; null where nobody knows. */
  readonly agent: string | null;
  readonly linkedAt: Instant;
  readonly closedAt: Instant | null;
}

/** The umbrella, as one of its members knows it. */
export interface Above {
  readonly incident: string;
  /** False for a member that came after the threshold: it is worked in the umbrella's channel and paged with it. */
  readonly ownChannel: boolean;
  readonly linkedAt: Instant;
  /** Once the umbrella is closed, whoever is still open stands alone. */
  readonly closedAt: Instant | null;
}

/** What several agents may have in common: the same wire, and the same rule of it. */
export interface Cause {
  readonly tripwire: TripwireName | null;
  /** The alert's or rule's name where the source gives one. */
  readonly rule: string | null;
}

/** What formats call the rule that fired: Prometheus and Grafana, our own wires and Sentry, Datadog, CloudWatch. */
const NAMES = ['alertname', 'rule', 'monitor_id', 'metric'] as const;

/** Null where an alert names neither a tripwire nor a rule: what is unknown twice need not be the same. */
export function causeOf({ tripwire, labels }: Pick<Alert, 'tripwire' | 'labels'>): Cause | null {
  const rule = NAMES.map((name) => labels[name]?.trim() ?? '').find((name) => name !== '') ?? null;
  return tripwire === null && rule === null ? null : { tripwire, rule };
}

/** What an umbrella has in the place of an agent. */
export const SEVERAL_AGENTS = 'several agents';

/** Members that are still worked. */
export function openMembers(members: readonly Member[]): Member[] {
  return members.filter(({ closedAt }) => closedAt === null);
}

/** Is it paged, acknowledged and worked through its umbrella at the moment? */
export function isSheltered(above: Above | null): above is Above {
  return above !== null && !above.ownChannel && above.closedAt === null;
}

/** Part of `tripwires.yml`. */
export const UmbrellaSetting = z
  .strictObject({
    moreThan: z.number().int().min(1).max(1000),
    withinMinutes: z.number().int().min(1).max(1440),
  })
  .default(DEFAULT_UMBRELLA);
