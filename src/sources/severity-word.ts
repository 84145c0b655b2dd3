import type { Severity } from '../core/severity.js';

const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'sev1',
  fatal: 'sev1',
  emergency: 'sev1',
  sev1: 'sev1',
  p1: 'sev1',
  error: 'sev2',
  high: 'sev2',
  sev2: 'sev2',
  p2: 'sev2',
  warning: 'sev3',
  sev3: 'sev3',
  p3: 'sev3',
};

/** Severity as senders word it; undefined for words that promise nothing. It can raise an incident, never lower it. */
export function severityOf(word: string | null | undefined): Severity | undefined {
  const known = word?.trim().toLowerCase() ?? '';
  return Object.hasOwn(WORDS, known) ? WORDS[known] : undefined;
}
