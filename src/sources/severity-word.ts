import type { Severity } from '../core/severity.js';

/** Written as one word, without what may stand between its parts: `SEV-1`, `Sev 1` and `sev1` are one. */
const WORDS: Readonly<Record<string, Severity>> = {
  critical: 'sev1',
  crit: 'sev1',
  fatal: 'sev1',
  emergency: 'sev1',
  emerg: 'sev1',
  disaster: 'sev1',
  sev0: 'sev1',
  sev1: 'sev1',
  p0: 'sev1',
  p1: 'sev1',
  error: 'sev2',
  err: 'sev2',
  high: 'sev2',
  major: 'sev2',
  sev2: 'sev2',
  p2: 'sev2',
  warning: 'sev3',
  warn: 'sev3',
  minor: 'sev3',
  sev3: 'sev3',
  p3: 'sev3',
};

/** Severity as senders word it; undefined for words that promise nothing. It can raise an incident, never lower it. */
export function severityOf(word: string | null | undefined): Severity | undefined {
  const known = word?.toLowerCase().replaceAll(/[\s_-]+/g, '') ?? '';
  return Object.hasOwn(WORDS, known) ? WORDS[known] : undefined;
}

/** OpenTelemetry's numbers, 1 to 24, which an extension of CloudEvents uses as well. */
export function severityOfNumber(number: string | null | undefined): Severity | undefined {
  if (!/^\d{1,2}$/.test(number ?? '')) return undefined;
  const value = Number(number);
  if (value >= 21) return 'sev1';
  if (value >= 17) return 'sev2';
  return value >= 13 ? 'sev3' : undefined;
}
