import { DomainError } from '../../core/errors.js';
import type { HaltScope } from '../../core/halt.js';
import { incidentName, parseIncidentName } from '../../core/ids.js';
import type { Door } from '../door/press.js';

/** The incident whose channel this is; undefined elsewhere. */
export async function incidentOfChannel(
  { deps }: Door,
  channelId: string | null,
): Promise<string | undefined> {
  if (channelId === null) return undefined;
  const row = await deps.store.incidentByChannel(channelId);
  return row === undefined ? undefined : incidentName(row.kind, row.number);
}

/** The named incident where the first word is a name, else that of the channel; refuses when there is neither. */
export async function requireIncident(door: Door, channelId: string | null, word?: string): Promise<string> {
  const named = word === undefined ? undefined : parseIncidentName(word);
  if (named !== undefined) return incidentName(named.kind, named.number);
  const here = await incidentOfChannel(door, channelId);
  if (here !== undefined) return here;
  throw new DomainError(
    'invalid-input',
    'This is not an incident channel. Go to one, or name it: `INC-7` as the first word.',
  );
}

/**
 * The incident an order belongs to: the channel's, else the only open one (of the agent, where the order names
 * one). Undefined when that would be a guess.
 */
export async function incidentOfOrder(
  door: Door,
  channelId: string | null,
  scope: HaltScope,
): Promise<string | undefined> {
  const here = await incidentOfChannel(door, channelId);
  if (here !== undefined) return here;
  const open = await door.deps.store.incidents({ kind: 'incident', open: true, limit: 50 });
  const agentId = 'agentId' in scope ? scope.agentId : undefined;
  const candidates = open.filter((row) => agentId === undefined || row.agentId === agentId);
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? incidentName(only.kind, only.number) : undefined;
}
