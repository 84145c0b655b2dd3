import type { Actor } from '../../core/actor.js';
import type { LinkName } from '../../core/detection-chain.js';
import { DomainError } from '../../core/errors.js';
import type { Instant } from '../../core/ids.js';
import type { Incident } from '../../core/incident.js';
import { appendToIncident } from './append-to-incident.js';
import { authorise } from '../access/authorise.js';
import type { Deps } from '../deps.js';
import { pastInstant } from './past-instant.js';
import { readIncident } from './read-incident.js';
import { requireText } from './require-text.js';

export interface SupplyLink {
  readonly incident: string;
  readonly link: LinkName;
  readonly at: Instant;
  /** What says so: a log line, a query, a ticket. */
  readonly source: string;
  readonly actor: Actor;
}

/**
 * Fills in, or corrects, a link that no machine of ours records: when the agent acted, and when the evidence
 * could be seen. It needs a source, since a chain without sources is a guess. A correction is one more fact.
 */
export async function supplyLink(
  deps: Deps,
  input: SupplyLink,
): Promise<{ incident: string; link: LinkName; at: Instant; corrected: boolean }> {
  const recordedAt = deps.now();
  const link = requireOurs(input.link);
  const source = requireText(
    input.source,
    'Say what shows it: a log line, a query, a ticket. No link without a source.',
  );
  const at = pastInstant(input.at, recordedAt, `The ${link}`);
  const result = await deps.store.transact(async (tx) => {
    const { incident, version } = await readIncident(tx, input.incident);
    const actor = authorise(deps, 'supply-link', input.actor, { incident });
    requirePossible(incident, { link, at, source });
    await appendToIncident(tx, {
      incident: incident.name,
      events: [{ type: 'link:supplied', data: { link, at }, private: { source } }],
      actor,
      at: recordedAt,
      expectedVersion: version,
    });
    return { incident: incident.name, link, at, corrected: incident.chain[link] !== null };
  });
  deps.wake();
  return result;
}

function requireOurs(link: LinkName): LinkName {
  if (link === 'action' || link === 'signal') return link;
  throw new DomainError(
    'invalid-input',
    `The ${link} is recorded by Haltline when it happens. Only the action and the signal can be supplied.`,
  );
}

function requirePossible(
  { name, chain }: Incident,
  { link, at, source }: { link: LinkName; at: Instant; source: string },
): void {
  const acknowledged = chain.acknowledgement?.at;
  if (acknowledged !== undefined && at > acknowledged) {
    throw new DomainError(
      'invalid-input',
      `The ${link} cannot be later than the acknowledgement at ${acknowledged}: somebody had heard of it by then.`,
    );
  }
  const known = chain[link];
  if (known?.at !== at || known.source !== source) return;
  throw new DomainError('already-done', `${name} has this ${link} already, from the same source.`);
}
