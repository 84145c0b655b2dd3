/**
 * Rollback checklists, one per action class involved, folded from the incident's stream.
 *
 * A step: open → started → done. A checklist: working → (substituted, where undoing is impossible: the
 * substitute's steps replace what is left) → verified. Budgets run from containment; before it they stand still.
 */
import { addMinutes, differenceInMilliseconds } from 'date-fns';
import type { TimeBudget } from './action-class.js';
import type { Instant } from './ids.js';
import type { IncidentEvent } from './incident-events.js';

export interface StepState {
  readonly stepId: string;
  readonly substitute: boolean;
  readonly startedBy: string | null;
  readonly startedAt: Instant | null;
  readonly doneBy: string | null;
  readonly doneAt: Instant | null;
  readonly evidence: string | null;
}

/** Which of an incident's checklists stands where; the texts come from the registry by `actionClass`. */
export interface Checklist {
  readonly actionClass: string;
  readonly operator: string;
  readonly registryHash: string;
  readonly openedAt: Instant;
  readonly budgetsFrom: Instant | null;
  readonly steps: readonly StepState[];
  readonly substituted: { readonly by: string; readonly at: Instant; readonly why: string } | null;
  readonly verified: { readonly by: string; readonly at: Instant; readonly evidence: string } | null;
  /** Budget id → highest percentage warned about. */
  readonly warned: Readonly<Record<string, 50 | 80 | 100>>;
}

const OF_CHECKLISTS = [
  'checklist:opened',
  'step:started',
  'step:done',
  'checklist:substituted',
  'checklist:verified',
  'budget:warned',
  'containment:reached',
] as const satisfies readonly IncidentEvent['type'][];
const TYPES: ReadonlySet<IncidentEvent['type']> = new Set(OF_CHECKLISTS);

export type ChecklistEvent = Extract<IncidentEvent, { type: (typeof OF_CHECKLISTS)[number] }>;

export function isChecklistEvent(event: IncidentEvent): event is ChecklistEvent {
  return TYPES.has(event.type);
}

/**
 * Events about a checklist that is not open change nothing, and a fact that comes twice counts once: the first
 * press is the one that was made. `at` is when the event happened.
 */
export function applyToChecklists(
  checklists: readonly Checklist[],
  event: ChecklistEvent,
  at: Instant,
): readonly Checklist[] {
  switch (event.type) {
    case 'checklist:opened':
      return checklists.some(({ actionClass }) => actionClass === event.data.actionClass)
        ? checklists
        : [...checklists, openedChecklist(event.data, at)];
    case 'containment:reached':
      return startBudgets(checklists, event.data.at);
    case 'step:started':
    case 'step:done':
      return withChecklist(checklists, event.data.actionClass, (checklist) =>
        withStep(checklist, event.data, (step) => worked(step, event)),
      );
    case 'checklist:substituted':
      return withChecklist(checklists, event.data.actionClass, (checklist) => ({
        ...checklist,
        substituted: checklist.substituted ?? {
          by: event.data.by,
          at: event.data.at,
          why: event.private?.why ?? '(erased)',
        },
      }));
    case 'checklist:verified':
      return withChecklist(checklists, event.data.actionClass, (checklist) => ({
        ...checklist,
        verified: checklist.verified ?? {
          by: event.data.by,
          at: event.data.at,
          evidence: event.private?.evidence ?? '(erased)',
        },
      }));
    case 'budget:warned':
      return withChecklist(checklists, event.data.actionClass, (checklist) => ({
        ...checklist,
        warned: { ...checklist.warned, [event.data.budgetId]: higher(checklist, event.data) },
      }));
  }
}

function worked(
  step: StepState,
  event: Extract<ChecklistEvent, { type: 'step:started' | 'step:done' }>,
): StepState {
  const { by, at } = event.data;
  if (event.type === 'step:started')
    return { ...step, startedBy: step.startedBy ?? by, startedAt: step.startedAt ?? at };
  if (step.doneAt !== null) return step;
  return { ...step, doneBy: by, doneAt: at, evidence: event.private?.evidence ?? '(erased)' };
}

/** Budgets that stood still run from `at`; those that run already are not moved. */
export function startBudgets(checklists: readonly Checklist[], at: Instant): readonly Checklist[] {
  return checklists.map((checklist) => ({ ...checklist, budgetsFrom: checklist.budgetsFrom ?? at }));
}

function openedChecklist(
  data: Extract<ChecklistEvent, { type: 'checklist:opened' }>['data'],
  openedAt: Instant,
): Checklist {
  return { ...data, openedAt, steps: [], substituted: null, verified: null, warned: {} };
}

function higher(
  { warned }: Checklist,
  { budgetId, percent }: { budgetId: string; percent: 50 | 80 | 100 },
): 50 | 80 | 100 {
  const before = warned[budgetId];
  return before !== undefined && before > percent ? before : percent;
}

function withChecklist(
  checklists: readonly Checklist[],
  actionClass: string,
  change: (checklist: Checklist) => Checklist,
): readonly Checklist[] {
  return checklists.map((checklist) =>
    checklist.actionClass === actionClass ? change(checklist) : checklist,
  );
}

function withStep(
  checklist: Checklist,
  key: { stepId: string; substitute: boolean },
  change: (step: StepState) => StepState,
): Checklist {
  const found = stepState(checklist, key.stepId, key.substitute);
  const others = checklist.steps.filter(
    (step) => step.stepId !== key.stepId || step.substitute !== key.substitute,
  );
  return { ...checklist, steps: [...others, change(found)] };
}

/** Where a step stands; a step nobody touched is open. */
export function stepState(checklist: Checklist, stepId: string, substitute: boolean): StepState {
  return (
    checklist.steps.find((step) => step.stepId === stepId && step.substitute === substitute) ?? {
      stepId,
      substitute,
      startedBy: null,
      startedAt: null,
      doneBy: null,
      doneAt: null,
      evidence: null,
    }
  );
}

export interface BudgetState {
  readonly dueAt: Instant;
  /** 0 to beyond 100; stands still once the clock is stopped. */
  readonly percentSpent: number;
  /** When the work that the budget covers was finished; null while it runs. */
  readonly stoppedAt: Instant | null;
}

/** How much of a budget is spent; null while the clock has not started. */
export function budgetState(checklist: Checklist, budget: TimeBudget, now: Instant): BudgetState | null {
  if (checklist.budgetsFrom === null) return null;
  const stoppedAt = budgetStoppedAt(checklist, budget);
  const spentMs = differenceInMilliseconds(stoppedAt ?? now, checklist.budgetsFrom);
  return {
    dueAt: addMinutes(checklist.budgetsFrom, budget.minutes).toISOString(),
    percentSpent: Math.max(0, (spentMs / (budget.minutes * 60_000)) * 100),
    stoppedAt,
  };
}

/** A substitute has steps of its own, so there only the verification stops a clock. */
function budgetStoppedAt(checklist: Checklist, budget: TimeBudget): Instant | null {
  const step =
    budget.stoppedBy === undefined || checklist.substituted !== null
      ? null
      : stepState(checklist, budget.stoppedBy, false).doneAt;
  return step ?? checklist.verified?.at ?? null;
}

const THRESHOLDS = [100, 80, 50] as const;

/** The warning that is due now and has not been given; undefined when there is none, or the clock is stopped. */
export function dueWarning(
  checklist: Checklist,
  budget: TimeBudget,
  now: Instant,
): 50 | 80 | 100 | undefined {
  const state = budgetState(checklist, budget, now);
  if (state === null || state.stoppedAt !== null) return undefined;
  const reached = THRESHOLDS.find((threshold) => state.percentSpent >= threshold);
  if (reached === undefined || (checklist.warned[budget.id] ?? 0) >= reached) return undefined;
  return reached;
}
