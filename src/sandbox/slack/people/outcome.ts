/** What came of something a person did. */
import type { Ack, PayloadKind } from '../delivery/delivery.js';
import { textIn, type Json } from '../json.js';
import type { Ephemeral } from '../state/ephemerals.js';
import type { World } from '../world.js';

export interface Outcome {
  /** The body of the acknowledgement; undefined when there was none. */
  readonly ack: unknown;
  readonly elapsedMs: number;
  /** Nobody acknowledged within three seconds. */
  readonly timedOut: boolean;
  /** What Slack would tell the person: `operation_timeout`, `dispatch_failed`, or why a view or message was refused. */
  readonly error?: string;
  /** What the acknowledgement showed to this person alone. */
  readonly ephemeral?: Ephemeral;
  /** Complaints about a modal's fields, by block id. */
  readonly errors?: Json;
  readonly triggerId: string;
}

/** Sends a payload and waits for what becomes of it. */
export async function dispatch(world: World, kind: PayloadKind, payload: Json): Promise<Outcome> {
  const startedAt = performance.now();
  const ack = await world.delivery.send(kind, payload);
  return outcomeOf([ack], performance.now() - startedAt, textIn(payload, 'trigger_id'));
}

/** The outcome of one or more deliveries: the first that went wrong, else the first. */
export function outcomeOf(acks: readonly Ack[], elapsedMs: number, triggerId = ''): Outcome {
  const ack = acks.find(({ kind }) => kind !== 'acked') ?? acks[0];
  const about = { elapsedMs, triggerId, timedOut: ack?.kind === 'timed-out' };
  if (ack === undefined || ack.kind === 'acked') return { ...about, ack: ack?.body };
  return {
    ...about,
    ack: undefined,
    error: ack.kind === 'timed-out' ? 'operation_timeout' : 'dispatch_failed',
  };
}
