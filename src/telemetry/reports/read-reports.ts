import { ActionReports, type ActionReport, type ReviewReport } from '../../core/action-report.js';
import type { ActionRecord, RecordOutcome, Review } from '../../core/action-record.js';
import type { ReportGap } from '../../core/trace.js';
import type { ActionsRequest, TakenTelemetry } from '../types.js';
import { inflate } from '../wire/inflate.js';

/** What was read of one request, or what to answer to it. */
export type ReadReports =
  | {
      readonly kind: 'read';
      readonly records: readonly ActionRecord[];
      /** Reports that their guards could not make. */
      readonly gaps: readonly ReportGap[];
    }
  | Extract<TakenTelemetry, { kind: 'invalid' | 'forbidden' }>;

const MOST_FAULTS = 50;

/** Parses the body of `POST /v1/actions`. Throws TooLarge or InvalidOtlp for one that cannot be decompressed. */
export function readReports(request: ActionsRequest, bodyBytes: number): ReadReports {
  const body = inflate(request.body, bodyBytes, request.isCompressed ? 'compressed' : 'identity');
  const parsed = ActionReports.safeParse(asJson(body));
  if (!parsed.success)
    return {
      kind: 'invalid',
      message: 'The body must be a JSON array of checks, artifacts and reviews; `errors` says what is not.',
      faults: parsed.error.issues.slice(0, MOST_FAULTS).map(({ path, message }) => ({
        path: path.map((part) => (typeof part === 'number' ? part : String(part))),
        message,
      })),
    };
  const { boundAgentId } = request;
  const stranger = parsed.data.find(({ agentId }) => boundAgentId !== null && agentId !== boundAgentId);
  if (stranger !== undefined)
    return {
      kind: 'forbidden',
      message: `This token speaks for ${boundAgentId} alone: nothing was stored. Report other agents with their own tokens.`,
    };
  const reviewsFirst = parsed.data.toSorted(
    (a, b) => Number(b.kind === 'review') - Number(a.kind === 'review'),
  );
  return {
    kind: 'read',
    records: reviewsFirst.filter(isAct).map((report) => recordOfReport(report, request.receivedAtMs)),
    gaps: parsed.data.filter((report) => report.kind === 'gap').map(gapOf),
  };
}

type ActReport = Exclude<ActionReport, { kind: 'gap' }>;

function isAct(report: ActionReport): report is ActReport {
  return report.kind !== 'gap';
}

function gapOf({ agentId, from, to, lost }: Extract<ActionReport, { kind: 'gap' }>): ReportGap {
  return { agentId, fromMs: Date.parse(from), toMs: Date.parse(to), lost };
}

/** undefined, which is no report, for what is no JSON. */
function asJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

function recordOfReport(report: ActReport, receivedAtMs: number): ActionRecord {
  const { actionId, agentId, tool, actionClass, traceId, spanId, parentActionId, conversationId } = report;
  const atMs = Date.parse(report.at);
  return {
    ...meaningOf(report),
    actionId,
    agentId,
    tool,
    endpoint: report.endpoint ?? tool,
    actionClass,
    atMs,
    startedAtMs: atMs,
    receivedAtMs,
    cost: null,
    traceId,
    spanId,
    parentSpanId: null,
    parentActionId,
    conversationId,
  };
}

const OUTCOMES: Readonly<Record<'allow' | 'deny' | 'hold', RecordOutcome>> = {
  allow: 'unknown',
  deny: 'denied',
  hold: 'held',
};

/** An allowed check has not happened yet: what came of it, its span tells. */
function meaningOf(
  report: ActReport,
): Pick<ActionRecord, 'origin' | 'kind' | 'customerVisible' | 'review' | 'outcome'> {
  switch (report.kind) {
    case 'check':
      return {
        origin: 'check',
        kind: 'tool',
        customerVisible: false,
        review: null,
        outcome: OUTCOMES[report.verdict],
      };
    case 'artifact': {
      const { customerVisible, review } = report;
      const read = review === null ? null : reviewOf(review);
      return { origin: 'event', kind: 'artifact', customerVisible, review: read, outcome: 'ok' };
    }
    case 'review':
      return {
        origin: 'event',
        kind: 'other',
        customerVisible: false,
        review: reviewOf(report.review),
        outcome: 'unknown',
      };
  }
}

function reviewOf({ presentedAt, decidedAt, ...rest }: ReviewReport): Review {
  return { ...rest, presentedAtMs: msOf(presentedAt), decidedAtMs: msOf(decidedAt) };
}

function msOf(at: string | null): number | null {
  return at === null ? null : Date.parse(at);
}
