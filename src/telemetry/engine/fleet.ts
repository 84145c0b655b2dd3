/** The wires of every agent that is being heard, and what of their state still has to be written. */
import type { ActionRecord } from '../../core/action-record.js';
import type { Finding } from '../../core/tripwire/finding.js';
import type { WireRegistry } from '../../core/tripwire/parameters.js';
import { rollupsOf, type EndpointUse, type MinuteRollup, type Rollups } from '../../core/tripwire/rollup.js';
import { wireSettings, type WireSettings } from '../../core/tripwire/wire-settings.js';
import { createAgentWires } from '../../core/tripwire/agent-wires.js';
import type { AgentWires, EpisodeRow, Period, WireStart } from '../../core/tripwire/wires.js';

/** What is stored about one agent. */
export type StoredState = Omit<WireStart, 'nowMs'> & { readonly periods: readonly Period[] };

export interface FleetParts {
  readonly registry: WireRegistry;
  readonly stored: (agentId: string) => StoredState;
  /** Since when somebody has been listening to everybody. */
  readonly listeningSinceMs: () => number;
  /** Agents held at once; those not heard of longest, and in no registry, go first. */
  readonly kept: number;
}

/** Sums of one agent that are in memory only. */
export interface Unwritten {
  readonly agentId: string;
  readonly minutes: readonly MinuteRollup[];
  readonly endpoints: readonly EndpointUse[];
  readonly lastSeenMs: number;
}

interface Member {
  readonly wires: AgentWires;
  readonly settings: WireSettings;
  minutes: MinuteRollup[];
  endpoints: Map<string, number>;
  lastSeenMs: number;
  /** The minute it was advanced to. */
  minute: number;
}

const MS_PER_MINUTE = 60_000;

export class Fleet {
  readonly #parts: FleetParts;
  readonly #members = new Map<string, Member>();
  #touched = new Set<Member>();
  /** Changed since their sums were last written. */
  #unwritten = new Set<Member>();

  constructor(parts: FleetParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#members.size;
  }

  has(agentId: string): boolean {
    return this.#members.has(agentId);
  }

  /** Begins to watch an agent, from what is stored about it. */
  load(agentId: string, nowMs: number): void {
    this.#member(agentId, nowMs);
  }

  /** Holds a record against its agent's wires and adds it to the sums. */
  observe(record: ActionRecord, nowMs: number): readonly Finding[] {
    const member = this.#member(record.agentId, nowMs);
    this.#sum(member, record);
    this.#touched.add(member);
    return member.wires.observe(record, nowMs);
  }

  /** The wires alone, for a record whose sums are written otherwise. */
  watch(record: ActionRecord, nowMs: number): readonly Finding[] {
    const member = this.#member(record.agentId, nowMs);
    this.#touched.add(member);
    return member.wires.observe(record, nowMs);
  }

  /** Takes a record back from the wires: it was another agent's. Its sums are the caller's to correct. */
  retract(record: ActionRecord, nowMs: number): void {
    const member = this.#member(record.agentId, nowMs);
    this.#touched.add(member);
    member.wires.retract(record);
  }

  rollupsOf(record: ActionRecord, nowMs: number): Rollups {
    return rollupsOf(record, this.settingsOf(record.agentId, nowMs).watchedTools);
  }

  /** What a record adds to the sums of its agent; `sign` -1 for what it takes away. */
  sumsOf(record: ActionRecord, { nowMs, sign }: { nowMs: number; sign: 1 | -1 }): MinuteRollup[] {
    const { minutes } = this.rollupsOf(record, nowMs);
    return minutes.map((each) => ({ ...each, value: sign * each.value }));
  }

  /** Takes a record's part in the sums back that are in memory only. */
  unsum(record: ActionRecord, nowMs: number): void {
    const member = this.#member(record.agentId, nowMs);
    member.minutes.push(...this.sumsOf(record, { nowMs, sign: -1 }));
    this.#unwritten.add(member);
  }

  settingsOf(agentId: string, nowMs: number): WireSettings {
    return this.#member(agentId, nowMs).settings;
  }

  /** Lets time pass for at most `most` of those for whom this minute has not come yet. */
  advance(nowMs: number, most: number): readonly Finding[] {
    const minute = Math.floor(nowMs / MS_PER_MINUTE);
    const findings: Finding[] = [];
    let left = most;
    for (const member of this.#members.values()) {
      if (member.minute === minute) continue;
      if (left-- === 0) break;
      member.minute = minute;
      this.#touched.add(member);
      findings.push(...member.wires.advance(nowMs));
    }
    return findings;
  }

  /** Agents whose new endpoints are no news yet, and until when that is so. */
  learning(nowMs: number): { readonly agentId: string; readonly untilMs: number }[] {
    return [...this.#members.values()].flatMap(({ wires }) => {
      const untilMs = wires.learningUntilMs(nowMs);
      return untilMs === null ? [] : [{ agentId: wires.agentId, untilMs }];
    });
  }

  exclude(agentId: string, periods: readonly Period[]): void {
    this.#members.get(agentId)?.wires.exclude(periods);
  }

  /** Episodes of those that something has happened to since this was last asked. */
  takeEpisodes(): { readonly agentId: string; readonly rows: readonly EpisodeRow[] }[] {
    const touched = this.#touched;
    this.#touched = new Set();
    return [...touched].flatMap(({ wires }) => {
      const rows = wires.takeChangedEpisodes();
      return rows.length === 0 ? [] : [{ agentId: wires.agentId, rows }];
    });
  }

  /** What is to be written; forgotten here with the call. */
  takeUnwritten(): Unwritten[] {
    const members = [...this.#unwritten];
    this.#unwritten = new Set();
    const taken = members.map((member) => {
      const endpoints = [...member.endpoints].map(([endpoint, minute]) => ({ endpoint, minute }));
      const { minutes, lastSeenMs } = member;
      member.minutes = [];
      member.endpoints = new Map();
      return { agentId: member.wires.agentId, minutes, endpoints, lastSeenMs };
    });
    this.#evict();
    return taken;
  }

  #member(agentId: string, nowMs: number): Member {
    const known = this.#members.get(agentId);
    if (known !== undefined) return known;
    const settings = wireSettings(this.#parts.registry, agentId);
    const { periods, ...stored } = this.#parts.stored(agentId);
    const listeningSinceMs = this.#parts.listeningSinceMs();
    const wires = createAgentWires(settings, { nowMs, listeningSinceMs, ...stored });
    wires.exclude(periods);
    const member = { wires, settings, minutes: [], endpoints: new Map(), lastSeenMs: 0, minute: 0 };
    this.#members.set(agentId, member);
    return member;
  }

  #sum(member: Member, record: ActionRecord): void {
    const { minutes, endpoint } = rollupsOf(record, member.settings.watchedTools);
    for (const each of minutes) member.minutes.push(each);
    if (endpoint !== null) {
      const before = member.endpoints.get(endpoint.endpoint) ?? endpoint.minute;
      member.endpoints.set(endpoint.endpoint, Math.max(before, endpoint.minute));
    }
    member.lastSeenMs = Math.max(member.lastSeenMs, record.receivedAtMs);
    this.#unwritten.add(member);
  }

  /** Only with nothing unwritten: what is let go of is read from the database again. */
  #evict(): void {
    const surplus = this.#members.size - this.#parts.kept;
    if (surplus <= 0) return;
    const { agents } = this.#parts.registry;
    const rank = ([agentId, { lastSeenMs }]: [string, Member]): number =>
      (agents.has(agentId) ? Number.MAX_SAFE_INTEGER / 2 : 0) + lastSeenMs;
    const leaving = [...this.#members].toSorted((a, b) => rank(a) - rank(b)).slice(0, surplus);
    for (const [agentId] of leaving) this.#members.delete(agentId);
  }
}
