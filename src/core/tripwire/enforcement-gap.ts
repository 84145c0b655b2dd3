/**
 * A tool call that a span tells of, and that no guard was asked about: something goes around the guard. Only for agents
 * that have one: a check of theirs was seen in the 7 days before, or tripwires.yml says so.
 *
 * A check and a span belong together by their action id. A span without one belongs to any check of the same tool that
 * came while it ran, or up to a minute before: with ids every call is told apart, without them only tools are, for a
 * false alarm here wakes security. A check that comes late, within the allowance, still counts. Calls that began before
 * we listened, or longer ago than checks are remembered, are not judged: nobody can know.
 */
import type { ActionRecord } from '../action-record.js';
import { clock, minutesLong, named } from './wording.js';
import { minuteOf } from './rollup.js';

const REMEMBERED_MS = 3_600_000;
/** Clocks of a guard and of an exporter differ, and a check comes before the call. */
const LEAD_MS = 60_000;
/** Between the check of a call and its beginning, where both are known to be of the same call. */
const LEAD_WITH_ID_MS = 5000;
const MOST_WAITING = 256;
/** Checks whose span has not come yet. Where no spans come at all, few will do. */
const MOST_CHECKS = 128;
const MOST_CHECKS_WITHOUT_SPANS = 16;

type Check = Pick<ActionRecord, 'actionId' | 'tool' | 'atMs' | 'receivedAtMs'>;

interface Waiting {
  readonly span: ActionRecord;
  readonly untilMs: number;
}

export class EnforcementGaps {
  /** In the order in which they came. */
  #checks: readonly Check[] = NONE;
  #waiting: readonly Waiting[] = NONE;
  /** Of checks before this moment, some are not remembered. */
  #completeSinceMs: number;

  constructor(listeningSinceMs: number) {
    this.#completeSinceMs = listeningSinceMs;
  }

  check({ actionId, tool, atMs, receivedAtMs }: ActionRecord, hasSpans: boolean): void {
    const check = { actionId, tool, atMs, receivedAtMs };
    if (this.#waiting.length > 0)
      this.#waiting = this.#waiting.filter(({ span }) => !belongTogether(check, span));
    this.#remember(check, hasSpans ? MOST_CHECKS : MOST_CHECKS_WITHOUT_SPANS);
  }

  /** A tool span: it waits for its check, if that has not come yet. */
  span(span: ActionRecord, withinMinutes: number): void {
    const leadMs = span.actionId === null ? LEAD_MS : LEAD_WITH_ID_MS;
    if (span.tool === null || span.startedAtMs - leadMs < this.#completeSinceMs) return;
    const check = this.#checks.find((each) => belongTogether(each, span));
    if (check === undefined && this.#waiting.length < MOST_WAITING)
      this.#waiting = [...this.#waiting, { span, untilMs: span.receivedAtMs + withinMinutes * 60_000 }];
    // Spans within this one ended before it did and have come: nothing else will ask for its check.
    if (check !== undefined && span.actionId !== null)
      this.#checks = this.#checks.filter((each) => each !== check);
  }

  /** Spans whose check has not come in time. */
  due(nowMs: number): readonly ActionRecord[] {
    if (this.#waiting.length === 0) return NONE;
    const due = this.#waiting.filter(({ untilMs }) => untilMs < nowMs);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs >= nowMs);
    return due.map(({ span }) => span);
  }

  /** It was another agent's. */
  retract({ traceId, spanId }: ActionRecord): void {
    this.#waiting = this.#waiting.filter(({ span }) => span.spanId !== spanId || span.traceId !== traceId);
  }

  /** Nobody listened for a while: what began before now cannot be judged. */
  listenAgain(nowMs: number): void {
    this.#completeSinceMs = Math.max(this.#completeSinceMs, nowMs);
    this.#waiting = NONE;
  }

  #remember(check: Check, most: number): void {
    const checks = [...this.#checks, check];
    const oldest = check.receivedAtMs - REMEMBERED_MS;
    let gone = Math.max(0, checks.length - most);
    while ((checks[gone]?.receivedAtMs ?? oldest) < oldest) gone++;
    const last = checks[gone - 1];
    if (last !== undefined) this.#completeSinceMs = Math.max(this.#completeSinceMs, last.receivedAtMs);
    this.#checks = gone === 0 ? checks : checks.slice(gone);
  }
}

const NONE: readonly never[] = [];

function belongTogether(check: Check, span: ActionRecord): boolean {
  if (span.actionId !== null) return check.actionId === span.actionId;
  return check.tool === span.tool && check.atMs >= span.startedAtMs - LEAD_MS && check.atMs <= span.atMs;
}

export function gapSentence(
  { agentId, tool, startedAtMs, actionId }: ActionRecord,
  withinMinutes: number,
): string {
  const which = actionId === null ? '' : ` (action ${named(actionId)})`;
  return `${named(agentId)} called ${named(tool ?? '')} at ${clock(minuteOf(startedAtMs))}${which} and no guard was asked: no check came within ${minutesLong(withinMinutes)} of its span (UTC).`;
}
