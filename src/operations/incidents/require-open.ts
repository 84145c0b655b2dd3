import { DomainError } from '../../core/errors.js';
import type { Incident } from '../../core/incident.js';

/** Closed is final. DomainError `conflict` says what is still possible. */
export function requireOpen({ name, status }: Incident): void {
  if (status !== 'closed') return;
  throw new DomainError(
    'conflict',
    `${name} is closed. Add a note for what came to light later, or declare a new incident.`,
  );
}
