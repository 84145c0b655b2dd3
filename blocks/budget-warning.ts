/** A time budget that runs out: posted, not edited, because only a new message reaches anybody. */
import type { TimeBudget } from '../src/core/action-class.js';
import type { Incident } from '../src/core/incident.js';
import type { Instant } from '../src/core/ids.js';
import { say, timeText } from './escape.js';
import { section, surface } from './parts.js';
import type { Rendered } from './rendered.js';
import { peopleText } from './words.js';

export interface BudgetWarning {
  readonly incident: Incident;
  readonly actionClass: string;
  readonly budget: TimeBudget;
  readonly percent: 50 | 80 | 100;
  readonly dueAt: Instant;
  /** The operators of the checklist. */
  readonly operators: readonly string[];
}

const SYMBOL: Readonly<Record<BudgetWarning['percent'], string>> = { 50: '⏱️', 80: '⚠️', 100: '⛔' };

export function budgetWarning({
  incident,
  actionClass,
  budget,
  percent,
  dueAt,
  operators,
}: BudgetWarning): Rendered {
  const spent = percent === 100 ? 'is spent' : `is ${percent} % gone`;
  const text = say`${SYMBOL[percent]} ${incident.name} ${actionClass}: the time for ${budget.covers} ${spent}, due ${timeText(dueAt)} ${peopleText(operators, 'nobody holds the role: see roles.yml')}`;
  return surface({ text, blocks: [section(text)], drill: incident.kind === 'drill' });
}
