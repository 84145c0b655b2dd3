import { subHours } from 'date-fns';
import { z } from 'zod';
import { systemActor } from '../../core/actor.js';
import { Instant } from '../../core/ids.js';
import { TRIPWIRE_STREAM, type ShadowRule, type TripwireEvent } from '../../core/tripwire-events.js';
import type { Finding } from '../../core/tripwire/finding.js';
import { rulesInShadow, type RuleInShadow } from '../../core/tripwire/shadow-rules.js';
import type { IncidentPeriod, Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { incidentPeriods } from '../incidents/exclude-incidents.js';

/** Since when each rule is in shadow, or when it was last reported. */
const Since = z.record(z.string(), Instant);
type Since = z.infer<typeof Since>;

const SETTING = 'shadow-report';
const HOURS = 24;
/** Findings that are counted. */
const MOST = 5_000;
const NEWEST = 3;
/** An incident within the hour after an alert may well be what it was about. */
const SLACK_MS = 3_600_000;
const ACTOR = systemActor('tripwires');

/**
 * Once a day, for each rule in shadow, what it would have done: a rule is believed when people have seen how often it
 * cries. The day begins when the rule is first seen in shadow; it is told once, whoever is restarted.
 */
export function shadowReporter(deps: Deps, telemetry: Pick<Telemetry, 'findings'>): () => Promise<void> {
  return async () => {
    const rules = rulesInShadow(deps.registry);
    const since = await beginAll(deps, rules);
    const to = deps.now();
    const from = oldestDue(since, to);
    if (from === undefined) return;
    const due = rules.filter(({ rule }) => since[rule] === from);
    const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
    const findings = await telemetry.findings({ mode: 'shadow', fromMs, toMs, limit: MOST });
    const periods = findings.length === 0 ? [] : await incidentPeriods(deps, null);
    const told = due.map((rule) => tell(rule, findings, periods)).filter(({ isTold }) => isTold);
    await store(deps, { from, to, due: due.map(({ rule }) => rule), told });
  };
}

/** Rules that are new in shadow begin their day; rules that have left it are forgotten. */
async function beginAll(deps: Deps, rules: readonly RuleInShadow[]): Promise<Since> {
  const now = deps.now();
  const begun = (before: Since): Since =>
    Object.fromEntries(rules.map(({ rule }) => [rule, before[rule] ?? now]));
  const before = await sinceOf(deps.store);
  const isSame = rules.length === Object.keys(before).length && rules.every(({ rule }) => rule in before);
  if (isSame) return before;
  return deps.store.transact(async (tx) => {
    const since = begun(await sinceOf(tx));
    await tx.setSetting(SETTING, since);
    return since;
  });
}

async function sinceOf(reader: Pick<Deps['store'], 'setting'>): Promise<Since> {
  return Since.catch({}).parse((await reader.setting(SETTING)) ?? {});
}

function oldestDue(since: Since, now: Instant): Instant | undefined {
  const latest = subHours(now, HOURS).toISOString();
  return Object.values(since)
    .filter((at) => at <= latest)
    .toSorted()[0];
}

interface Told {
  readonly rule: ShadowRule;
  readonly sentence: string | null;
  readonly isTold: boolean;
}

function tell(
  { rule, agents, isWritten }: RuleInShadow,
  findings: readonly Finding[],
  periods: readonly IncidentPeriod[],
): Told {
  // Newest first, as they came.
  const own = findings.filter((finding) => finding.rule === rule);
  const met = own.map((finding) => ({ finding, incident: overlapping(finding, periods) }));
  return {
    rule: {
      rule,
      agents: agents === null ? null : [...agents],
      fired: own.length,
      atLeast: findings.length >= MOST,
      newest: met.slice(0, NEWEST).map(({ finding, incident }) => ({
        agentId: finding.agentId,
        firedAt: new Date(finding.firedAtMs).toISOString(),
        incident,
      })),
      incidents: [...new Set(met.flatMap(({ incident }) => incident ?? []))],
    },
    sentence: own[0]?.sentence ?? null,
    isTold: isWritten || own.length > 0,
  };
}

function overlapping({ agentId, firedAtMs }: Finding, periods: readonly IncidentPeriod[]): string | null {
  const period = periods.find(
    (each) =>
      each.agentId === agentId &&
      firedAtMs >= each.fromMs - SLACK_MS &&
      firedAtMs <= (each.toMs ?? Number.POSITIVE_INFINITY),
  );
  return period?.incident ?? null;
}

interface Report {
  readonly from: Instant;
  readonly to: Instant;
  readonly due: readonly string[];
  readonly told: readonly Told[];
}

/** All in one transaction: another replica that was quicker has moved the day on. */
async function store(deps: Deps, { from, to, due, told }: Report): Promise<void> {
  const sentences = told.flatMap(({ rule, sentence }) => (sentence === null ? [] : [[rule.rule, sentence]]));
  const event: TripwireEvent = {
    type: 'shadow:reported',
    data: { from, to, rules: told.map(({ rule }) => rule) },
    private: { sentences: Object.fromEntries(sentences) },
  };
  const target = deps.settings.announceChannel;
  await deps.store.transact(async (tx) => {
    const since = await sinceOf(tx);
    if (due.some((rule) => since[rule] !== from)) return;
    await tx.setSetting(SETTING, { ...since, ...Object.fromEntries(due.map((rule) => [rule, to])) });
    if (told.length === 0) return;
    await tx.append({
      stream: TRIPWIRE_STREAM,
      events: [event],
      actor: ACTOR,
      occurredAt: to,
      recordedAt: to,
    });
    if (target === null) return;
    const key = `shadow-report:${to}`;
    await tx.touchSurface({ key, kind: 'shadow-report', lane: 'bulk', incident: null, target });
  });
  deps.wake();
}
