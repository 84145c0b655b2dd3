/**
 * A halt is a standing order: attempts within its scope are denied (or held) until two people lift it.
 * Halts never expire on their own. Guards do not receive commands but converge on a whole, small snapshot
 * under a lease, so a guard that was away for a month ends up right.
 */
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import type {
  Attempt,
  Halt as HaltShape,
  HaltMode as ModeShape,
  HaltScope as ScopeShape,
  Snapshot as SnapshotShape,
} from './halt-shapes.js';
import { Instant } from './ids.js';
import { UNKNOWN_CLASS } from './unknown-class.js';

export type { Attempt };

/** What a halt stops, from widest to narrowest. `tool` and `class` may be narrowed to one agent. */
export const HaltScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('agent'), agentId: z.string().min(1) }),
  z.object({ kind: z.literal('tool'), tool: z.string().min(1), agentId: z.string().min(1).optional() }),
  z.object({
    kind: z.literal('class'),
    actionClass: z.string().min(1),
    agentId: z.string().min(1).optional(),
  }),
  z.object({ kind: z.literal('action'), actionId: z.string().min(1) }),
]) satisfies z.ZodType<ScopeShape>;
export type HaltScope = ScopeShape;

/** deny: refuse. hold: queue for approval. degraded: refuse all but reads. */
export const HaltMode = z.enum(['deny', 'hold', 'degraded']) satisfies z.ZodType<ModeShape>;
export type HaltMode = ModeShape;

export const Halt = z.object({
  id: z.string(),
  scope: HaltScope,
  mode: HaltMode,
  reason: z.string(),
  orderedBy: z.string(),
  at: Instant,
  /** A rehearsal: held, acknowledged and measured like any order, and nothing is denied for it. */
  drill: z.literal(true).optional(),
}) satisfies z.ZodType<HaltShape>;
export type Halt = HaltShape;

/** All orders in force. `epoch` is durable, never reused, and only grows within one `planeId`. */
export const Snapshot = z.object({
  epoch: z.number().int().nonnegative(),
  planeId: z.string(),
  issuedAt: Instant,
  leaseMs: z.number().int().positive(),
  halts: z.array(Halt),
  /** Base64 Ed25519 over `snapshotText`; a lift is believed only when it verifies. */
  signature: z.string(),
}) satisfies z.ZodType<SnapshotShape>;
export type Snapshot = SnapshotShape;

/** The signed text of a snapshot: everything in it but the signature. */
export function snapshotText(snapshot: Omit<Snapshot, 'signature'>): string {
  const { epoch, planeId, issuedAt, leaseMs, halts } = snapshot;
  return canonicalJson({ epoch, planeId, issuedAt, leaseMs, halts });
}

/** Does the order concern this attempt? No default branch: a new scope must not compile until answered. */
export function covers(scope: HaltScope, attempt: Attempt): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'agent':
      return scope.agentId === attempt.agentId;
    case 'tool':
      return scope.tool === attempt.tool && withinAgent(scope.agentId, attempt);
    case 'class':
      return isOfClass(scope.actionClass, attempt) && withinAgent(scope.agentId, attempt);
    case 'action':
      return scope.actionId === attempt.actionId;
  }
}

function isOfClass(actionClass: string, attempt: Attempt): boolean {
  return attempt.actionClass === actionClass || attempt.actionClass === UNKNOWN_CLASS;
}

function withinAgent(agentId: string | undefined, attempt: Attempt): boolean {
  return agentId === undefined || agentId === attempt.agentId;
}

/** Could an order of this scope stop anything the agent does? Decides which enforcement points must answer. */
export function touchesAgent(scope: HaltScope, agentId: string): boolean {
  switch (scope.kind) {
    case 'all':
    case 'action':
      return true;
    case 'agent':
      return scope.agentId === agentId;
    case 'tool':
    case 'class':
      return scope.agentId === undefined || scope.agentId === agentId;
  }
}

/** Could one attempt be within both? Errs towards yes. */
export function overlaps(a: HaltScope, b: HaltScope): boolean {
  const [mine, theirs] = [limitsOf(a), limitsOf(b)];
  return LIMITS.every(
    (limit) => mine[limit] === undefined || theirs[limit] === undefined || mine[limit] === theirs[limit],
  );
}

/** Is everything within `inner` within `outer` as well? Errs towards no. */
export function widerOrEqual(outer: HaltScope, inner: HaltScope): boolean {
  const [theirs, mine] = [limitsOf(outer), limitsOf(inner)];
  return LIMITS.every((limit) => theirs[limit] === undefined || theirs[limit] === mine[limit]);
}

const LIMITS = ['agentId', 'tool', 'actionClass', 'actionId'] as const;

function limitsOf(scope: HaltScope): Partial<Record<(typeof LIMITS)[number], string | undefined>> {
  const { kind: _, ...limits } = scope;
  return limits;
}

/** A scope as people say it: `all`, `agent billing-agent`, `tool stripe.refund (billing-agent)`. */
export function describeScope(scope: HaltScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all agents';
    case 'agent':
      return `agent ${scope.agentId}`;
    case 'tool':
      return `tool ${scope.tool}${inAgent(scope.agentId)}`;
    case 'class':
      return `class ${scope.actionClass}${inAgent(scope.agentId)}`;
    case 'action':
      return `action ${scope.actionId}`;
  }
}

function inAgent(agentId: string | undefined): string {
  return agentId === undefined ? '' : ` of ${agentId}`;
}
