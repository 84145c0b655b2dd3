import { assembleTrace } from '../../core/assemble-trace.js';
import { DomainError } from '../../core/errors.js';
import type { ActionTrace, TraceKeeping } from '../../core/trace.js';
import type { Telemetry } from '../../telemetry/types.js';

/** What the agent was told, thought, did and said around an action. DomainError `not-found` says why it may be missing. */
export async function readActionTrace(
  telemetry: Pick<Telemetry, 'trace'>,
  { actionId }: { readonly actionId: string },
): Promise<ActionTrace> {
  const { material, keeping } = await telemetry.trace(actionId);
  const trace = assembleTrace(actionId, material);
  if (trace === undefined) throw new DomainError('not-found', whyMissing(actionId, keeping));
  return trace;
}

function whyMissing(actionId: string, { keepsContent, keptSinceMs, purgedAtMs }: TraceKeeping): string {
  const mintedMs = mintedAt(actionId);
  const isOld = mintedMs !== null && mintedMs < keptSinceMs;
  const reasons = [
    'Nothing that is stored bears this action id.',
    isOld
      ? `By its id it is from ${day(mintedMs)}, and what is older than ${day(keptSinceMs)} is purged unless an incident holds it${purgedAtMs === null ? '' : ` (last on ${day(purgedAtMs)})`}.`
      : 'Either its agent sends no telemetry (its guard reports to /v1/actions, its spans to /v1/traces with the attribute `agent.action.id`), or its span has not ended yet.',
    ...(keepsContent ? [] : ['What is said is not kept at all now: HALTLINE_CONTENT_KEY is not set.']),
  ];
  return reasons.join(' ');
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** When a UUIDv7 was made; null for any other id. */
function mintedAt(actionId: string): number | null {
  const parts = UUID_V7.exec(actionId);
  return parts === null ? null : Number.parseInt(`${parts[1]}${parts[2]}`, 16);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
