/**
 * Feeds stored records to a replay. What arrived at most an hour after the act counts when it arrived, as it did live;
 * what arrived later (telemetry that was sent in afterwards) as if it had arrived with the act, and that is said.
 */
import type { ActionRecord } from '../../core/action-record.js';
import { KEPT_MINUTES } from '../../core/tripwire/minute-series.js';
import { Replay } from '../../core/tripwire/replay.js';
import type { WireRegistry } from '../../core/tripwire/parameters.js';
import type { Period } from '../../core/tripwire/wires.js';
import type { GapTable } from '../database/gap-table.js';
import type { RecordTable } from '../database/record-table.js';
import type { Cursor } from '../messages.js';
import type { ReplayRequest, ReplayResult } from '../types.js';

const MINUTE_MS = 60_000;
/** As far back as the wires look live, and some minutes for what arrived late. */
const BASELINE_MS = (KEPT_MINUTES + 10) * MINUTE_MS;
const LATEST_MS = 60 * MINUTE_MS;
/**
 * Records are read in order of the acts, and handed over in order of arrival: of clocks that are ahead of ours by more than
 * this, what they tell comes late, and an agent may look silent that was not.
 */
const LOOKAHEAD_MS = 15 * MINUTE_MS;
const PAGE = 2_000;

interface Waiting {
  readonly record: ActionRecord;
  readonly dueMs: number;
}

/** What is stored, as far as a replay reads it. */
export interface StoredTelemetry {
  readonly records: Pick<RecordTable, 'page' | 'oldest'>;
  readonly gaps: Pick<GapTable, 'around'>;
}

/** Everything of a range, held against the wires. `breathe` is called between pages. */
export function replayRecords(
  { records, gaps }: StoredTelemetry,
  request: ReplayRequest,
  breathe: () => void = () => undefined,
): ReplayResult {
  const { fromMs, toMs, agentId } = request;
  const registry = wireRegistryOf(request);
  const periods = byAgent(request);
  const replay = new Replay({ registry, fromMs, toMs, periods, lostReports: gaps.around });
  const range = { fromMs: replay.startMs - BASELINE_MS, toMs: toMs + LOOKAHEAD_MS, agentId };
  const feed = new Feed(replay, request);
  let after: Cursor | null = null;
  do {
    const page = records.page(range, after, PAGE);
    for (const record of page.records) feed.take(record);
    after = page.next;
    breathe();
  } while (after !== null);
  feed.end();
  const findings = replay.finish();
  const oldestMs = records.oldest(agentId);
  return { findings, found: replay.found, agents: replay.agents, oldestMs, ...feed.counts };
}

/** Puts records into the order in which they became known. */
class Feed {
  readonly counts = { records: 0, learned: 0, afterwards: 0 };
  readonly #replay: Replay;
  readonly #request: ReplayRequest;
  #waiting: Waiting[] = [];
  #passedMs: number;

  constructor(replay: Replay, request: ReplayRequest) {
    this.#replay = replay;
    this.#request = request;
    this.#passedMs = replay.startMs;
  }

  take(record: ActionRecord): void {
    this.#pass(record.atMs - LOOKAHEAD_MS);
    const isAfterwards = record.receivedAtMs - record.atMs > LATEST_MS;
    const dueMs = isAfterwards ? record.atMs : record.receivedAtMs;
    if (dueMs >= this.#request.toMs) return;
    if (isAfterwards) this.counts.afterwards += 1;
    this.counts[dueMs < this.#request.fromMs ? 'learned' : 'records'] += 1;
    if (dueMs < this.#replay.startMs) return this.#replay.learn(record);
    const known = isAfterwards ? { ...record, receivedAtMs: dueMs } : record;
    this.#waiting.push({ record: known, dueMs });
  }

  end(): void {
    this.#hand(this.#waiting);
    this.#waiting = [];
  }

  /** Hands over what nothing can come before any more, a minute at a time. */
  #pass(untilMs: number): void {
    if (untilMs - this.#passedMs < MINUTE_MS) return;
    this.#passedMs = untilMs;
    const due = this.#waiting.filter(({ dueMs }) => dueMs <= untilMs);
    this.#waiting = this.#waiting.filter(({ dueMs }) => dueMs > untilMs);
    this.#hand(due);
  }

  #hand(due: readonly Waiting[]): void {
    for (const { record, dueMs } of due.toSorted((a, b) => a.dueMs - b.dueMs))
      this.#replay.observe(record, dueMs);
  }
}

function wireRegistryOf({ agents, routes, tripwires }: ReplayRequest): WireRegistry {
  return { agents, routes, tripwires };
}

function byAgent({ periods }: ReplayRequest): Map<string, Period[]> {
  const agents = new Map<string, Period[]>();
  for (const { agentId, fromMs, toMs } of periods)
    agents.set(agentId, [...(agents.get(agentId) ?? []), { fromMs, toMs }]);
  return agents;
}
