/**
 * What a tool is handed of its action beside the signal: frameworks have no place for it, so it stands under a name of ours
 * where they hand on what they do not know.
 */
import type { ActionContext } from '../guard.js';
import { isObject, memberOf, textIn } from './members.js';

/** The action that a tool runs as. */
export interface HandedAction {
  readonly actionId: string;
  /** Of what was held and released: for a gateway on the way, in the header `X-Halt-Release`. It lets one request pass. */
  readonly release?: string | undefined;
}

/** The member of a tool's options, or of their `configurable`. */
export const HANDED = 'haltline';

/** The members to add to what a tool is called with. */
export function handed({ actionId, release }: ActionContext): Readonly<Record<string, HandedAction>> {
  return { [HANDED]: { actionId, ...(release !== undefined && { release }) } };
}

/** The action, in what a guarded tool was called with beside its input; undefined where no guard has let it run. */
export function actionIn(options: unknown): HandedAction | undefined {
  const found = memberOf(options, HANDED) ?? memberOf(memberOf(options, 'configurable'), HANDED);
  const actionId = textIn(found, 'actionId');
  if (!isObject(found) || actionId === undefined) return undefined;
  return { actionId, release: textIn(found, 'release') };
}
