/** What every effector on an incident's channel is handed, and what they have in common. */
import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { systemActor } from '../../core/actor.js';
import type { Incident } from '../../core/incident.js';
import { appendToIncident } from '../../operations/incidents/append-to-incident.js';
import type { Deps } from '../../operations/deps.js';
import type { Outcome } from '../../operations/outbox/outbox-types.js';
import { readIncident } from '../../operations/incidents/read-incident.js';
import type { EffectRow } from '../../store/types.js';
import { retryOf, type Failure } from '../failure.js';
import { channelOf, type Places } from '../surfaces/places.js';

export interface EffectParts {
  readonly deps: Deps;
  readonly client: WebClient;
  readonly places: Places;
}

export const ACTOR = systemActor('slack');

/** An effect on one incident, with the incident as it stands now. */
export interface Target {
  readonly incident: Incident;
  /** Where its messages go; null while it has no channel. */
  readonly channelId: string | null;
  /** True where the workspace refused a channel: its messages go to one that belongs to everybody. */
  readonly isFallback: boolean;
}

const Payload = z.object({ incident: z.string() });

export async function targetOf({ deps }: EffectParts, effect: EffectRow): Promise<Target> {
  const { incident } = await readIncident(deps.store, Payload.parse(effect.payload).incident);
  const channelId = await channelOf(deps.store, incident.name);
  return { incident, channelId, isFallback: incident.channelId === null && channelId !== null };
}

export interface Degradation {
  readonly incident: string;
  /** What is missing: one entry for each, however often it is refused. */
  readonly part: string;
  readonly error: string;
  /** What that means for people, and what to do instead. */
  readonly consequence: string;
}

/** Puts on record, and so on the card, what the workspace refused. The rest goes on. */
export async function degrade({ deps }: EffectParts, { incident, ...data }: Degradation): Promise<void> {
  await deps.store.transact((tx) =>
    appendToIncident(tx, {
      incident,
      events: [{ type: 'channel:degraded', data, private: null }],
      actor: ACTOR,
      at: deps.now(),
      idempotencyKey: `degraded:${incident}:${data.part}`,
    }),
  );
  deps.wake();
}

/** The end of an effect that is one call: done, again later, or on record as refused. */
export async function settle(
  parts: EffectParts,
  result: { readonly kind: 'ok' } | Failure,
  refusal: Omit<Degradation, 'error'>,
): Promise<Outcome> {
  if (result.kind === 'ok') return { kind: 'done' };
  if (result.kind !== 'refused') return retryOf(result, false);
  await degrade(parts, { ...refusal, error: result.error });
  return { kind: 'drop', error: result.error };
}

const WAIT_MS = 1_000;
/** A message that has not been posted after so many looks never will be: later effects of the incident wait behind. */
const LOOKS_MAX = 90;

/** Waits for a message that another part of us posts; gives up in the end, on record. */
export async function waitFor(
  parts: EffectParts,
  effect: EffectRow,
  refusal: Omit<Degradation, 'error'>,
): Promise<Outcome> {
  const error = 'the message it belongs to is not posted';
  if (effect.attempts < LOOKS_MAX) return { kind: 'retry', afterMs: WAIT_MS, error, began: effect.begun };
  await degrade(parts, { ...refusal, error });
  return { kind: 'drop', error };
}
