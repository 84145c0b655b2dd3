import { z } from 'zod';

/**
 * A kind of thing that agents do, with its own way of being undone. The seven of the runbook seed (RES-003,
 * phase 3) ship as files; the list is data, so an eighth (data disclosure, say) is a file in
 * `runbooks/action-classes/`, not a change here.
 */
export const ActionClassName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,39}$/, 'an action class is named in kebab-case, like database-write');
export type ActionClassName = z.infer<typeof ActionClassName>;

/** One thing to do while rolling back. */
export interface RollbackStep {
  readonly id: string;
  /** What to do, as an instruction to someone who has the system at hand. */
  readonly instruction: string;
  /** What proves that it was done (a query result, a link, a count). */
  readonly evidence: string;
}

/** A deadline that runs from containment. */
export interface TimeBudget {
  readonly id: string;
  /** What has to be finished, e.g. `follow-up dispatched`. */
  readonly covers: string;
  readonly minutes: number;
  /** Id of the step whose completion stops this clock; without one, the verification does. */
  readonly stoppedBy?: string | undefined;
}

/** The rollback profile of one action class (seed: procedure, operator, time budget, substitute, verification). */
export interface ActionClass {
  readonly name: ActionClassName;
  readonly title: string;
  /** Role whose presses count on this class's checklist. */
  readonly operator: string;
  readonly steps: readonly RollbackStep[];
  readonly budgets: readonly TimeBudget[];
  /** What is done instead where undoing is impossible. */
  readonly substitute: { readonly when: string; readonly steps: readonly RollbackStep[] };
  /** How somebody confirms that the rollback took. */
  readonly verification: { readonly instruction: string; readonly evidence: string };
  /** True where an isolated guard may still allow reads of this class (design §6). */
  readonly allowReadsWhenIsolated: boolean;
}
