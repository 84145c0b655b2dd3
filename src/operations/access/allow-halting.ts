import { doneBy, type Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { HaltEvent } from '../../core/halt-events.js';
import type { HaltScope } from '../../core/halt.js';
import type { Permission } from '../../core/role.js';
import { authorise } from './authorise.js';
import type { Deps } from '../deps.js';
import { PLANE_STREAM } from '../halting/read-plane.js';

/** Checks the right and journals a refusal, which is a fact about who tried. Parts of the system have every right. */
export async function allowHalting(
  deps: Deps,
  permission: Permission,
  { actor, scope }: { actor: Actor; scope: HaltScope },
): Promise<Actor> {
  if (actor.kind === 'system') return actor;
  try {
    return authorise(deps, permission, actor, { scope });
  } catch (error) {
    if (error instanceof DomainError) await recordRefusal(deps, permission, { actor, why: error.code });
    throw error;
  }
}

/**
 * Who may order a halt. Where roles.yml says `breakGlass: true`, whoever holds no role may as well: the order says
 * so everywhere, and somebody in command has to review it.
 */
export async function allowOrder(
  deps: Deps,
  { actor, scope }: { actor: Actor; scope: HaltScope },
): Promise<{ actor: Actor; breakGlass: boolean }> {
  if (!deps.registry.breakGlass || actor.kind === 'system')
    return { actor: await allowHalting(deps, 'halt', { actor, scope }), breakGlass: false };
  try {
    return { actor: authorise(deps, 'halt', actor, { scope }), breakGlass: false };
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not-allowed') return { actor, breakGlass: true };
    throw error;
  }
}

/** A refusal stays a refusal where it cannot be written down. */
export async function recordRefusal(
  deps: Deps,
  what: string,
  { actor, why }: { actor: Actor; why: string },
): Promise<void> {
  const at = deps.now();
  const refused: HaltEvent = { type: 'halt:refused', data: { what, by: doneBy(actor), why } };
  const append = { stream: PLANE_STREAM, events: [refused], actor, occurredAt: at, recordedAt: at };
  try {
    await deps.store.transact((tx) => tx.append(append));
  } catch (error) {
    deps.log.warn({ err: error, what }, 'a refusal could not be recorded');
  }
}
