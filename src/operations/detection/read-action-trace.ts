import { createHash } from 'node:crypto';
import { spelledActionId } from '../../core/action-id.js';
import type { Actor } from '../../core/actor.js';
import { assembleTrace } from '../../core/assemble-trace.js';
import { canonicalJson } from '../../core/canonical-json.js';
import { DomainError } from '../../core/errors.js';
import type { HeldAttempt } from '../../core/quarantine.js';
import type { ActionTrace, TraceKeeping } from '../../core/trace.js';
import { TRACE_READS_STREAM, type TraceRead } from '../../core/telemetry-events.js';
import type { Reader } from '../../store/types.js';
import type { Telemetry } from '../../telemetry/types.js';
import type { Deps } from '../deps.js';
import { findAttempt } from '../quarantine/record-attempt.js';

interface TraceSources extends Pick<Deps, 'store' | 'now' | 'log'> {
  readonly telemetry: Pick<Telemetry, 'trace'>;
}

interface ReadActionTrace {
  readonly actionId: string;
  readonly actor: Actor;
}

/**
 * What the agent was told, thought, did and said around an action. DomainError `not-found` says why it may be missing. Who
 * reads it stands in the journal: it may be anybody's letters. Where that cannot be written, it is shouted and told all the
 * same, for whoever reads traces on a full disk has an incident.
 */
export async function readActionTrace(
  deps: TraceSources,
  { actionId: asked, actor }: ReadActionTrace,
): Promise<ActionTrace> {
  const { store, telemetry } = deps;
  const actionId = spelledActionId(asked);
  const { material, keeping } = await telemetry.trace(actionId);
  const agentId = material.about[0]?.agentId ?? null;
  const held =
    (await heldOf(store, { actionId: asked, agentId })) ?? (await heldOf(store, { actionId, agentId }));
  const trace = assembleTrace(actionId, material, held);
  if (trace === undefined) throw new DomainError('not-found', whyMissing(actionId, keeping));
  requireOwn(trace, actor);
  await journalRead(deps, trace, actor);
  return trace;
}

/** A token that is bound to an agent speaks for that agent only, and hears of no other. */
function requireOwn({ agentId }: ActionTrace, { boundTo }: Actor): void {
  if (boundTo === undefined || boundTo === agentId) return;
  throw new DomainError('not-allowed', `This token is ${boundTo}’s: it reads traces of ${boundTo} only.`);
}

async function journalRead(
  { store, now, log }: Pick<Deps, 'store' | 'now' | 'log'>,
  trace: ActionTrace,
  actor: Actor,
): Promise<void> {
  const { actionId, agentId, traceId, parts } = trace;
  const digest = createHash('sha256').update(canonicalJson(trace)).digest('hex');
  const data = { actionId, agentId, traceId, parts: parts.length, digest };
  const at = now();
  const events: TraceRead[] = [{ type: 'trace:read', data }];
  try {
    await store.transact((tx) =>
      tx.append({ stream: TRACE_READS_STREAM, events, actor, occurredAt: at, recordedAt: at }),
    );
  } catch (error) {
    log.error({ err: error, actionId, actor: actor.id }, 'a trace was read, and the journal does not say so');
  }
}

/** One action may have been held more than once: a release that nobody took up in time is asked for anew. */
const MOST_HOLDS = 1_000;

/**
 * What its quarantine knows, newest first. The agent's own item counts before one of another agent with the same id: a
 * sub-agent's attempt waits under the name of the agent that it works for, and whoever makes up ids must not decide here.
 */
async function heldOf(
  store: Reader,
  { actionId, agentId }: { readonly actionId: string; readonly agentId: string | null },
): Promise<HeldAttempt | null> {
  const rows = await store.heldAttempts({ actionId, limit: MOST_HOLDS });
  const row = rows.findLast((each) => each.agentId === agentId) ?? rows.at(-1);
  return row === undefined ? null : (await findAttempt(store, row.id)).item;
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
