/**
 * The wires over stored records, as if these rules had been in force then. The same functions run as do live; nothing
 * is stored and nobody is told. `learn` takes what came before the beginning (in any order), `observe` what came after
 * it, in order of time; then `finish`.
 */
import type { ActionRecord } from '../action-record.js';
import { createAgentWires } from './agent-wires.js';
import type { LostReports } from './enforcement-gap.js';
import { WIRE_OF, type Finding } from './finding.js';
import { LearnedAgent } from './learned-agent.js';
import { KEPT_MINUTES } from './minute-series.js';
import type { WireRegistry } from './parameters.js';
import { minuteOf, startOfMinute } from './rollup.js';
import { wireSettings } from './wire-settings.js';
import type { AgentWires, EpisodeRow, Period } from './wires.js';

/** A finding of a replay, with how long its episode went on. */
export interface ReplayedFinding extends Finding {
  /** The last minute in which the rule was still met; the moment itself for what one act alone trips. */
  readonly untilMs: number;
}

export interface ReplayParts {
  readonly registry: WireRegistry;
  readonly fromMs: number;
  readonly toMs: number;
  /** Incidents of each agent, kept out of what counts as usual. */
  readonly periods: ReadonlyMap<string, readonly Period[]>;
  /** What an agent's guard could not report, within or across a stretch of time. */
  readonly lostReports?: (agentId: string, ...time: Parameters<LostReports>) => ReturnType<LostReports>;
}

/** The wires listen so long before the beginning: what was going on by then is no news at it. */
export const WARM_UP_MS = 3_600_000;
/** As it was live, as far as anybody can know: a silence or a call at the beginning is held against what came before it. */
const LISTENED_BEFORE_MS = KEPT_MINUTES * 60_000;
/** Findings that are kept; beyond this a rule is not worth reading line by line. */
const MOST_FINDINGS = 10_000;

export class Replay {
  /** How many there were, also beyond those that are kept. */
  found = 0;
  readonly #parts: ReplayParts;
  readonly #learned = new Map<string, LearnedAgent>();
  readonly #wires = new Map<string, AgentWires>();
  readonly #findings: { finding: Finding; untilMs: number }[] = [];
  #minute: number;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.#minute = minuteOf(this.startMs);
  }

  /** From here on records are observed; before, they are learned from. */
  get startMs(): number {
    return this.#parts.fromMs - WARM_UP_MS;
  }

  /** How many agents were heard. */
  get agents(): number {
    return new Set([...this.#learned.keys(), ...this.#wires.keys()]).size;
  }

  learn(record: ActionRecord): void {
    const { agentId } = record;
    const known = this.#learned.get(agentId);
    const agent = known ?? new LearnedAgent(wireSettings(this.#parts.registry, agentId).watchedTools);
    if (known === undefined) this.#learned.set(agentId, agent);
    agent.add(record);
  }

  observe(record: ActionRecord, nowMs: number): void {
    this.#advance(minuteOf(nowMs));
    const wires = this.#wiresOf(record.agentId, nowMs);
    this.#keep(wires, wires.observe(record, nowMs));
  }

  /** Lets the time that is left pass, and says what was found. */
  finish(): readonly ReplayedFinding[] {
    this.#advance(minuteOf(this.#parts.toMs - 1));
    return this.#findings.map(({ finding, untilMs }) => ({ ...finding, untilMs }));
  }

  #advance(minute: number): void {
    if (this.#wires.size < this.#learned.size)
      for (const agentId of this.#learned.keys()) this.#wiresOf(agentId, this.startMs);
    for (; this.#minute < minute; this.#minute++)
      for (const wires of this.#wires.values())
        this.#keep(wires, wires.advance(startOfMinute(this.#minute + 1)));
  }

  /** As live, nobody listens for an agent before it is first heard. */
  #wiresOf(agentId: string, nowMs: number): AgentWires {
    const known = this.#wires.get(agentId);
    if (known !== undefined) return known;
    const { registry, periods, lostReports = () => [] } = this.#parts;
    const learned = this.#learned.get(agentId)?.start() ?? {};
    const wires = createAgentWires(wireSettings(registry, agentId), {
      nowMs,
      listeningSinceMs: this.startMs - LISTENED_BEFORE_MS,
      ...learned,
      lostReports: (fromMs, toMs) => lostReports(agentId, fromMs, toMs),
    });
    wires.exclude(periods.get(agentId) ?? []);
    this.#wires.set(agentId, wires);
    return wires;
  }

  #keep(wires: AgentWires, findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (finding.firedAtMs < this.#parts.fromMs) continue;
      this.found += 1;
      if (this.#findings.length < MOST_FINDINGS) this.#findings.push({ finding, untilMs: finding.firedAtMs });
    }
    for (const row of wires.takeChangedEpisodes()) this.#prolong(wires.agentId, row);
  }

  /** What a rate says of a tool or of the agent goes on for as long as the windows are above their limit. */
  #prolong(agentId: string, { rule, subject, lastMinute }: EpisodeRow): void {
    if (rule !== 'cost-rate' && rule !== 'call-rate') return;
    const about = subject === '' ? null : subject;
    const met = this.#findings.findLast(
      ({ finding }) =>
        finding.agentId === agentId &&
        finding.tool === about &&
        finding.chart !== null &&
        finding.tripwire === WIRE_OF[rule],
    );
    if (met !== undefined) met.untilMs = Math.max(met.untilMs, startOfMinute(lastMinute));
  }
}
