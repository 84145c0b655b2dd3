import { z } from 'zod';
import type { BlastRadius } from './agent.js';
import type { TripwireName } from './alert.js';

/** `sev1` worst. Severity decides who is invited and how loud the announcement is. */
export const Severity = z.enum(['sev1', 'sev2', 'sev3']);
export type Severity = z.infer<typeof Severity>;

/**
 * Severity from what the agent can reach and what fired. Unknown counts as the worst: an alert that names no
 * known agent may come from one that nobody has registered.
 */
export function severityOf(blastRadius: BlastRadius | 'unknown', tripwire: TripwireName | null): Severity {
  if (blastRadius === 'high' || blastRadius === 'unknown') return 'sev1';
  if (tripwire === 'outcome' || tripwire === 'authorisation') return 'sev1';
  return blastRadius === 'medium' ? 'sev2' : 'sev3';
}

/** What an alert says of itself can raise an incident, never lower it. `sev1` sorts before `sev2`. */
export function worseOf(ours: Severity, theirs: Severity | undefined): Severity {
  return theirs !== undefined && theirs < ours ? theirs : ours;
}

/** The severity from now on, and the worst there has been. */
export function severitySet(
  to: Severity,
  worstBefore: Severity,
): { readonly severity: Severity; readonly worstSeverity: Severity } {
  return { severity: to, worstSeverity: worseOf(to, worstBefore) };
}
