import type { Actor } from '../../core/actor.js';
import { DomainError } from '../../core/errors.js';
import type { Incident } from '../../core/incident.js';
import type { Permission } from '../../core/role.js';
import { authorise } from './authorise.js';
import type { Deps } from '../deps.js';
import { recordRefusal } from './record-refusal.js';

export interface AllowPress {
  readonly actor: Actor;
  /** Who presses: a Slack user, or what stands for one. */
  readonly userId: string;
  /** What was asked for: an action id, a command, a right. */
  readonly what: string;
  /** In which roles may have been claimed; null for what concerns none. */
  readonly incident: Incident | null;
}

/** Checks the right, and journals a refusal whichever door it came through; it stays one where it cannot be written. */
export async function allowPress(
  deps: Deps,
  permission: Permission,
  { actor, userId, what, incident }: AllowPress,
): Promise<Actor> {
  try {
    return authorise(deps, permission, actor, incident === null ? {} : { incident });
  } catch (error) {
    if (error instanceof DomainError) {
      const refusal = { incident: incident?.name ?? null, what, userId, why: error.message, actor };
      await recordRefusal(deps, refusal).catch((failed: unknown) =>
        deps.log.warn({ err: failed, what }, 'a refusal could not be recorded'),
      );
    }
    throw error;
  }
}
