/**
 * What a guard reports of an attempt, as `POST /v1/actions` takes it. Reports are made for telemetry: what does not fit is
 * cut or left out, for one that is refused takes the others of its batch with it.
 */
import type { Judged } from './compiled-rules.js';
import { requireActionId } from './require-action-id.js';

/** What the guard said before the act. */
export type Verdict = 'allow' | 'deny' | 'hold';

/** One report, as it is sent. */
export type Report = Readonly<Record<string, unknown>> & { readonly agentId: string };

export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
}

/** How a person looked at what was written, before it went out. */
export interface ArtifactReview {
  /** Could it only go out after a review? True where left out. */
  readonly required?: boolean | undefined;
  /** When it was shown to the reviewer; not when it was asked for. */
  readonly presentedAt?: Date | undefined;
  readonly decidedAt?: Date | undefined;
  readonly reviewer?: string | undefined;
  /** Of the content as it was approved, and as it went out, both made in the same way. */
  readonly approvedDigest?: string | undefined;
  readonly executedDigest?: string | undefined;
  /** Of what was to be read. */
  readonly words?: number | undefined;
}

/** Something that an agent has written for people to see. */
export interface Artifact {
  /** Of the action that it came from, as the context of `guard.run` gives it. */
  readonly actionId: string;
  readonly visibility: 'customer' | 'internal';
  readonly tool?: string | undefined;
  readonly actionClass?: string | undefined;
  /** The review, where it was not reported with `guard.reviewed` before: one that comes later is on record, and too late. */
  readonly review?: ArtifactReview | undefined;
}

/** A review of the artifact of an action. */
export interface Reviewed extends ArtifactReview {
  readonly actionId: string;
}

export function checkReport(
  attempt: Judged,
  told: { verdict: Verdict; atMs: number; place: SpanPlace | undefined },
): Report {
  return {
    kind: 'check',
    ...about(attempt, told.atMs),
    tool: nameOf(attempt.tool) ?? 'unknown',
    verdict: told.verdict,
    ...placeOf(told.place),
  };
}

export function artifactReport(
  agentId: string,
  { visibility, review, ...artifact }: Artifact,
  atMs: number,
): Report {
  return {
    kind: 'artifact',
    ...about({ ...artifact, agentId }, atMs),
    customerVisible: visibility === 'customer',
    ...(review !== undefined && { review: reviewOf(review) }),
  };
}

export function reviewReport(agentId: string, { actionId, ...review }: Reviewed, atMs: number): Report {
  return { kind: 'review', ...about({ actionId, agentId }, atMs), review: reviewOf(review) };
}

interface About {
  readonly actionId: string;
  readonly agentId: string;
  readonly tool?: string | undefined;
  readonly actionClass?: string | undefined;
}

const LONGEST_NAME = 200;
/** What the control plane takes for the name of a class. */
const CLASS = /^[a-z][a-z0-9-]{1,39}$/;

function about({ actionId, agentId, tool, actionClass }: About, atMs: number) {
  return {
    actionId: requireActionId(actionId),
    agentId,
    at: new Date(atMs).toISOString(),
    tool: nameOf(tool) ?? null,
    actionClass: actionClass !== undefined && CLASS.test(actionClass) ? actionClass : null,
  };
}

function reviewOf({
  required,
  presentedAt,
  decidedAt,
  reviewer,
  approvedDigest,
  executedDigest,
  words,
}: ArtifactReview) {
  return {
    required: required !== false,
    presentedAt: instantOf(presentedAt),
    decidedAt: instantOf(decidedAt),
    reviewer: nameOf(reviewer) ?? null,
    approvedDigest: nameOf(approvedDigest) ?? null,
    executedDigest: nameOf(executedDigest) ?? null,
    words: words !== undefined && Number.isSafeInteger(words) && words >= 0 ? words : null,
  };
}

function nameOf(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text.slice(0, LONGEST_NAME);
}

/** null for what is no time: unknown, and shown as that. */
function instantOf(date: Date | undefined): string | null {
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/;

/** A tracer that is switched off gives ids of zeros. */
function placeOf(place: SpanPlace | undefined): Partial<SpanPlace> {
  if (place === undefined || !TRACE_ID.test(place.traceId) || !SPAN_ID.test(place.spanId)) return {};
  return { traceId: place.traceId, spanId: place.spanId };
}

/** None where it was handed what no report can be made of, as an agent without types may: that one is lost, and said to be. */
export function madeOf(make: () => Report, onTrouble: (error: unknown) => void): Report[] {
  try {
    return [make()];
  } catch (error) {
    onTrouble(new Error('what was to be reported is none: it was left out', { cause: error }));
    return [];
  }
}
