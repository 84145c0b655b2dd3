import type { ActionRecord } from '../../core/action-record.js';
import { declares, undeclaredUse } from '../../core/tripwire/authorisation.js';
import { brokenReviews } from '../../core/tripwire/outcome.js';
import { isPriced } from '../../core/tripwire/rollup.js';
import { parametersFor, type WireSettings } from '../../core/tripwire/wire-settings.js';
import type { Counters } from './counters.js';
import { API_CALLS, ARTIFACTS, REVIEW_BUCKETS, REVIEW_DURATION, SPEND, TOOL_CALLS } from './families.js';

/** Acts that were counted already, the longest ago forgotten first: a check and its span tell of one act. */
export class CountedActions {
  readonly #most: number;
  readonly #ids = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** True for the first telling. */
  isFirst({ agentId, actionId }: Pick<ActionRecord, 'agentId' | 'actionId'>): boolean {
    if (actionId === null) return true;
    const id = `${agentId}|${actionId}`;
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    const [oldest] = this.#ids.size > this.#most ? this.#ids : [];
    if (oldest !== undefined) this.#ids.delete(oldest);
    return true;
  }
}

/** Spans whose call counters have counted by a span within them; each is asked about once. */
export class CountedWithin {
  readonly #most: number;
  readonly #spans = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  add({ traceId, spanId }: Pick<ActionRecord, 'traceId' | 'spanId'>): void {
    if (this.#spans.size >= this.#most) this.#spans.clear();
    this.#spans.add(`${traceId}${spanId}`);
  }

  take({ traceId, spanId }: Pick<ActionRecord, 'traceId' | 'spanId'>): boolean {
    return this.#spans.size > 0 && this.#spans.delete(`${traceId}${spanId}`);
  }
}

export interface Counting {
  readonly counters: Counters;
  readonly calls: CountedActions;
  readonly artifacts: CountedActions;
  /** Left out where every span comes with the one around it. */
  readonly within?: CountedWithin;
  /** What counts as bypassed is what the wire fires for. */
  readonly settingsOf: (agentId: string) => WireSettings;
}

/** Counts one record into the series of the metric contract. */
export function countRecord(record: ActionRecord, counting: Counting): void {
  const { agentId, kind, cost, customerVisible } = record;
  // What nobody knows the price of, or nothing can cost, is not counted as nothing: it has an alert of its own.
  if (kind === 'inference' && cost !== null && isPriced(cost))
    counting.counters.add(SPEND, [agentId], cost.usd);
  if (kind === 'tool' && counting.calls.isFirst(record) && counting.within?.take(record) !== true)
    countCall(record, counting);
  if (customerVisible && counting.artifacts.isFirst(record)) countArtifact(record, counting);
}

function countCall(record: ActionRecord, { counters, settingsOf }: Counting): void {
  const { agentId, endpoint } = record;
  if (endpoint !== null) counters.add(API_CALLS, [agentId, endpoint], 1);
  const tool = inventoryName(record, settingsOf(agentId));
  if (tool !== null) counters.add(TOOL_CALLS, [agentId, tool], 1);
}

/**
 * The name by which the inventory knows it, so that a rule that joins both finds what the wire finds: the address, where
 * that is declared and the tool is not; else what the wire would tell of; else the tool.
 */
function inventoryName(record: ActionRecord, settings: WireSettings): string | null {
  const { tool, endpoint } = record;
  const { inventory } = settings;
  if (inventory === null) return tool;
  if (tool !== null && declares(inventory, tool)) return tool;
  if (endpoint !== null && declares(inventory, endpoint)) return endpoint;
  return undeclaredUse(record, settings) ?? tool;
}

function countArtifact(record: ActionRecord, { counters, settingsOf }: Counting): void {
  const { agentId, tool, review } = record;
  const broken = brokenReviews(record, parametersFor(settingsOf(agentId), tool));
  const isBypassed = broken.some(({ rule }) => rule === 'review-bypassed');
  const label = isBypassed ? 'bypassed' : typeof review?.decidedAtMs === 'number' ? 'approved' : 'exempt';
  counters.add(ARTIFACTS, [agentId, label], 1);
  if (typeof review?.presentedAtMs !== 'number' || review.decidedAtMs === null) return;
  countDuration(agentId, Math.max(0, review.decidedAtMs - review.presentedAtMs) / 1000, counters);
}

/** Every bucket is there from the first review on. */
function countDuration(agentId: string, seconds: number, counters: Counters): void {
  for (const bound of REVIEW_BUCKETS)
    counters.add(`${REVIEW_DURATION}_bucket`, [agentId, String(bound)], seconds <= bound ? 1 : 0);
  counters.add(`${REVIEW_DURATION}_bucket`, [agentId, '+Inf'], 1);
  counters.add(`${REVIEW_DURATION}_sum`, [agentId], seconds);
  counters.add(`${REVIEW_DURATION}_count`, [agentId], 1);
}
