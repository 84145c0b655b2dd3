/** How the status of an incident is said, the same on every card, list and command line. */
import type { IncidentStatus } from './incident-events.js';
import type { Incident } from './incident.js';

const STATUS_WORDS: Readonly<Record<IncidentStatus, string>> = {
  open: 'nobody on it yet',
  acknowledged: 'acknowledged',
  contained: 'contained',
  recovered: 'recovered',
  closed: 'closed',
};

/** A status that somebody set by hand proves nothing, and "contained" is never said without proof. */
export function statusWords({
  status,
  isContainmentProven,
}: Pick<Incident, 'status' | 'isContainmentProven'>): string {
  if (status === 'contained' && !isContainmentProven) return 'set to contained by hand, not proven';
  return STATUS_WORDS[status];
}
