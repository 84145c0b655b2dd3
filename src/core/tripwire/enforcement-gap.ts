/**
 * A tool call that a span tells of, and that no guard was asked about: something goes around the guard. Only for agents
 * that have one: a check of theirs was seen in the 7 days before, or tripwires.yml says so.
 *
 * A check and a span belong together by their action id. A span without one belongs to any check of the same tool that
 * came while it ran, or up to a minute before: with ids every call is told apart, without them only tools are, for a
 * false alarm here wakes security. A check that comes late, within the allowance, still counts. Calls that began before
 * we listened, or longer ago than checks are remembered, are not judged: nobody can know. Where the guard itself says that
 * it lost so many reports, as many calls of that time are not taken for unchecked; what is beyond them is told.
 */
import type { ActionRecord } from '../action-record.js';
import type { ReportGap } from '../trace.js';
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
/** Calls whose check has been found: another span of theirs may come in a later request. */
const MOST_MATCHED = 32;
/** Of gaps in what guards report, so many are remembered for the calls that they have explained. */
const MOST_EXPLAINING = 64;

/** What the agent's guard could not report, within or across a stretch of time. */
export type LostReports = (fromMs: number, toMs: number) => readonly ReportGap[];

type Check = Pick<ActionRecord, 'actionId' | 'tool' | 'atMs' | 'receivedAtMs'>;

type Call = Pick<ActionRecord, 'actionId' | 'startedAtMs' | 'atMs'>;

interface Waiting {
  readonly span: ActionRecord;
  readonly untilMs: number;
}

export class EnforcementGaps {
  /** In the order in which they came. */
  #checks: readonly Check[] = NONE;
  #waiting: readonly Waiting[] = NONE;
  #matched: readonly Call[] = NONE;
  /** Of checks before this moment, some are not remembered. */
  #completeSinceMs: number;
  readonly #lostReports: LostReports;
  /** Calls that each gap in the reports has explained, by its time. */
  #explained: Map<string, number> | null = null;

  constructor(listeningSinceMs: number, lostReports: LostReports = () => NONE) {
    this.#completeSinceMs = listeningSinceMs;
    this.#lostReports = lostReports;
  }

  check({ actionId, tool, atMs, receivedAtMs }: ActionRecord, hasSpans: boolean): void {
    const check = { actionId, tool, atMs, receivedAtMs };
    if (this.#waiting.length > 0)
      this.#waiting = this.#waiting.filter(({ span }) => !belongTogether(check, span));
    this.#remember(check, hasSpans ? MOST_CHECKS : MOST_CHECKS_WITHOUT_SPANS);
  }

  /** A tool span: it waits for its check, if that has not come yet. */
  span(span: ActionRecord, withinMinutes: number): void {
    if (span.tool === null || checkedFrom(span) < this.#completeSinceMs) return;
    const check = this.#checks.find((each) => belongTogether(each, span));
    if (check !== undefined) this.#match(check, span);
    else if (!this.#isMatched(span) && this.#waiting.length < MOST_WAITING)
      this.#waiting = [...this.#waiting, { span, untilMs: span.receivedAtMs + withinMinutes * 60_000 }];
  }

  /** With an id, a check is for one call: whatever else bears it has to be a telling of that same call. */
  #match(check: Check, { actionId, startedAtMs, atMs }: ActionRecord): void {
    if (actionId === null) return;
    this.#checks = this.#checks.filter((each) => each !== check);
    this.#matched = [...this.#matched.slice(1 - MOST_MATCHED), { actionId, startedAtMs, atMs }];
  }

  /** Does it enclose a span of the same id whose check was found, or lie within it? */
  #isMatched(span: ActionRecord): boolean {
    return (
      span.actionId !== null &&
      this.#matched.some(
        (call) => call.actionId === span.actionId && (encloses(call, span) || encloses(span, call)),
      )
    );
  }

  /** Spans whose check has not come in time, and is not among those that were lost. */
  due(nowMs: number): readonly ActionRecord[] {
    if (this.#waiting.length === 0) return NONE;
    const due = this.#waiting.filter(({ untilMs }) => untilMs < nowMs);
    if (due.length > 0) this.#waiting = this.#waiting.filter(({ untilMs }) => untilMs >= nowMs);
    return due.map(({ span }) => span).filter((span) => !this.#isExplained(span));
  }

  /** Each lost report explains one call. */
  #isExplained(span: ActionRecord): boolean {
    const gaps = this.#lostReports(checkedFrom(span), span.atMs);
    const gap = gaps.find((each) => this.#explainedBy(each) < each.lost);
    if (gap === undefined) return false;
    const explained = this.#explainedBy(gap) + 1;
    if (this.#explained === null || this.#explained.size >= MOST_EXPLAINING) this.#explained = new Map();
    this.#explained.set(timeOf(gap), explained);
    return true;
  }

  #explainedBy(gap: ReportGap): number {
    return this.#explained?.get(timeOf(gap)) ?? 0;
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

function encloses(outer: Call, inner: Call): boolean {
  return outer.startedAtMs <= inner.startedAtMs && outer.atMs >= inner.atMs;
}

function timeOf({ fromMs, toMs }: ReportGap): string {
  return `${fromMs}-${toMs}`;
}

/** The earliest moment at which the guard can have been asked about it. */
function checkedFrom({ actionId, startedAtMs }: ActionRecord): number {
  return startedAtMs - (actionId === null ? LEAD_MS : LEAD_WITH_ID_MS);
}

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
