import type { Actor } from '../../core/actor.js';
import { agentKey } from '../../core/agent-key.js';
import { incidentName, type Instant } from '../../core/ids.js';
import type { Surfaced } from '../../core/incident-events.js';
import type { Transaction } from '../../store/types.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { openIncidentIn } from './open-incident.js';
import { pastInstant } from './past-instant.js';
import { requireText } from './require-text.js';

/** Harm that no tripwire saw, as a person tells it. */
export interface Declaration {
  /** An agent of the registry, what somebody calls another one, or null where nobody knows. */
  readonly agentId: string | null;
  readonly title: string;
  readonly summary: string;
  readonly surfaced: Surfaced;
  readonly surfacedAt: Instant;
  readonly userId: string;
  readonly actor: Actor;
}

/**
 * Opens an incident whose chain starts where the harm surfaced. An open incident of the same agent takes the
 * declaration as a note instead: one agent, one room, and nothing that anybody wrote is lost.
 */
export async function declareIncident(
  deps: Deps,
  input: Declaration,
): Promise<{ incident: string; existed: boolean }> {
  const at = deps.now();
  const declaration = {
    ...input,
    title: requireText(input.title, 'Say in a few words what happened: it becomes the title.'),
    surfacedAt: pastInstant(input.surfacedAt, at, 'When it came to light'),
    actor: authorise(deps, 'declare', input.actor),
  };
  const result = await deps.store.transact((tx) => declareIn(tx, deps, { ...declaration, at }));
  deps.wake();
  return result;
}

type Declaring = Declaration & { readonly at: Instant };

async function declareIn(
  tx: Transaction,
  deps: Deps,
  declaration: Declaring,
): Promise<{ incident: string; existed: boolean }> {
  const agent = identify(deps, declaration.agentId);
  const key = agentKey(agent);
  const open = key === null ? undefined : await tx.openIncidentForAgent(key);
  if (open !== undefined) {
    const incident = incidentName(open.kind, open.number);
    await addToTimeline(tx, incident, declaration);
    return { incident, existed: true };
  }
  const { title, summary, surfaced, surfacedAt, actor, at } = declaration;
  const incident = await openIncidentIn(tx, deps, {
    kind: 'incident',
    ...agent,
    tripwire: null,
    title,
    summary: summary.trim(),
    declared: { surfaced, surfacedAt },
    drillId: null,
    dedupKey: null,
    actor,
    at,
  });
  return { incident, existed: false };
}

function identify(
  { registry }: Deps,
  named: string | null,
): { agentId: string | null; agentLabel: string | null } {
  const name = named?.trim() ?? '';
  if (name === '') return { agentId: null, agentLabel: null };
  return registry.agents.has(name)
    ? { agentId: name, agentLabel: null }
    : { agentId: null, agentLabel: name };
}

async function addToTimeline(tx: Transaction, incident: string, declaration: Declaring): Promise<void> {
  const { title, summary, surfaced, surfacedAt, userId, actor, at } = declaration;
  const text = [`Declared again (${surfaced}): ${title}`, summary.trim()].filter(Boolean).join('\n');
  await appendToIncident(tx, {
    incident,
    events: [
      {
        type: 'note:added',
        data: { by: userId, originalAt: surfacedAt, permalink: null, ts: null, how: 'command' },
        private: { text },
      },
    ],
    actor,
    at,
    occurredAt: surfacedAt,
  });
}
