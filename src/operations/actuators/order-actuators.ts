/** Puts what actuators have to be told into the outbox, in the transaction that records why. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Order } from '../../core/containment.js';
import { HaltMode, HaltScope } from '../../core/halt.js';
import { Instant } from '../../core/ids.js';
import type { Transaction } from '../../store/types.js';
import type { OrderEvent } from '../halting/standing-orders.js';

export const HALT_EFFECT = 'actuator:halt';
export const RELEASE_EFFECT = 'actuator:release';

/** One order for one actuator, as the outbox keeps it. */
export const ActuatorJob = z.object({
  pointId: z.string(),
  haltId: z.string(),
  scope: HaltScope,
  mode: HaltMode,
  reasonDigest: z.string(),
  at: Instant,
  sequence: z.number().int(),
  /** When it was found running again: it is told under a new id, for the old one is answered already. */
  again: Instant.optional(),
});
export type ActuatorJob = z.infer<typeof ActuatorJob>;

/** One effect for each actuator that the order expects. They run side by side and behind nothing else. */
export async function tellActuatorsIn(
  tx: Transaction,
  event: Pick<OrderEvent, 'data' | 'private'>,
): Promise<void> {
  for (const job of haltJobs(event)) await addIn(tx, HALT_EFFECT, job);
}

/** The jobs of an order, whether it is recorded or not. */
export function haltJobs({ data, private: secret }: Pick<OrderEvent, 'data' | 'private'>): ActuatorJob[] {
  const { haltId, scope, mode, at, epoch: sequence, expected } = data;
  const about = { haltId, scope, mode, at, sequence, reasonDigest: digestOf(secret?.reason ?? '') };
  return actuatorsOf(expected).map((pointId) => ({ ...about, pointId }));
}

/** The order is lifted under `epoch`. */
export async function releaseActuatorsIn(
  tx: Transaction,
  { haltId, scope, mode, reason, points }: Order,
  { epoch, at }: { readonly epoch: number; readonly at: Instant },
): Promise<void> {
  const about = { haltId, scope, mode, at, sequence: epoch, reasonDigest: digestOf(reason) };
  for (const pointId of actuatorsOf(points)) await addIn(tx, RELEASE_EFFECT, { ...about, pointId });
}

/** What an order in force has for one of its actuators. */
export function jobOf(
  { haltId, scope, mode, at, epoch: sequence, reason }: Order,
  { pointId, again }: { readonly pointId: string; readonly again: Instant },
): ActuatorJob {
  return { haltId, scope, mode, at, sequence, reasonDigest: digestOf(reason), pointId, again };
}

/** It had stopped and runs again: the order goes out anew. */
export async function tellAgainIn(
  tx: Transaction,
  order: Order,
  found: { readonly pointId: string; readonly again: Instant },
): Promise<void> {
  await addIn(tx, HALT_EFFECT, jobOf(order, found));
}

function actuatorsOf(points: readonly { readonly pointId: string; readonly kind: string }[]): string[] {
  return points.flatMap(({ pointId, kind }) => (kind === 'actuator' ? [pointId] : []));
}

async function addIn(tx: Transaction, kind: string, job: ActuatorJob): Promise<void> {
  const again = job.again === undefined ? '' : `:again:${job.again}`;
  const key = `${kind}:${job.haltId}:${job.pointId}${again}`;
  await tx.addEffect({ key, kind, lane: 'actuator', incident: null, payload: job });
}

function digestOf(reason: string): string {
  return createHash('sha256').update(reason).digest('hex');
}
