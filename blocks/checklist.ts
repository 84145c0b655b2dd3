/** One rollback checklist: who may press, how much time is left, each step with its button and its proof. */
import type { ActionClass, TimeBudget } from '../src/core/action-class.js';
import type { Instant } from '../src/core/ids.js';
import type { Incident } from '../src/core/incident.js';
import { budgetState, type Checklist } from '../src/core/rollback.js';
import { ACTION } from './action-ids.js';
import { join, say, mention, quote, timeText, type Mrkdwn } from './escape.js';
import { button, buttons, context, header, section, surface, when, type Press } from './parts.js';
import type { Block, Rendered } from './rendered.js';
import { listedSteps, rollbackProgress, type ListedStep } from './rollback-progress.js';
import { peopleText } from './words.js';

export interface ChecklistState {
  readonly incident: Incident;
  readonly checklist: Checklist;
  /** Undefined where the runbooks no longer hold the class. */
  readonly profile: ActionClass | undefined;
  /** Slack users whose presses count. */
  readonly operators: readonly string[];
  readonly now: Instant;
}

export function checklistMessage(state: ChecklistState): Rendered {
  const { incident, checklist, profile } = state;
  const title = profile?.title ?? checklist.actionClass;
  return surface({
    text: say`${incident.name} rollback, ${title}: ${progressWords(state)}`,
    blocks: [
      header(
        `↩️ ${incident.name} rollback · ${profile === undefined ? checklist.actionClass : profile.title}`,
      ),
      section(
        join(
          [
            say`Operator: *${checklist.operator}* ${peopleText(state.operators, 'nobody holds this role: see roles.yml')}`,
            ...budgetLines(state),
          ],
          '\n',
        ),
      ),
      ...(profile === undefined
        ? [section(say`⚠️ The runbooks no longer hold the class ${checklist.actionClass}.`)]
        : stepBlocks(state, profile)),
      ...outcomeBlocks(state),
      ...buttons(presses(state)),
      context(say`${progressWords(state)} · runbooks \`${checklist.registryHash.slice(0, 12)}\``),
    ],
    drill: incident.kind === 'drill',
  });
}

function progressWords({ checklist, profile }: ChecklistState): string {
  const profiles = new Map(profile === undefined ? [] : [[checklist.actionClass, profile]]);
  const { done, total, verified } = rollbackProgress([checklist], profiles);
  return `${done}/${total} steps done${verified === 1 ? ', verified' : ''}`;
}

function budgetLines(state: ChecklistState): Mrkdwn[] {
  return (state.profile?.budgets ?? []).map((budget) => budgetLine(state, budget));
}

/** Budgets run from containment. The operators are named once four fifths are gone. */
function budgetLine({ checklist, operators, now }: ChecklistState, budget: TimeBudget): Mrkdwn {
  const spent = budgetState(checklist, budget, now);
  if (spent === null)
    return say`⏱️ ${budget.covers}: ${minutesText(budget.minutes)} from containment, not running yet`;
  if (spent.stoppedAt !== null)
    return say`⏱️ ${budget.covers}: finished ${timeText(spent.stoppedAt)}, due was ${timeText(spent.dueAt)}`;
  const line = say`${bar(spent.percentSpent)} ${budget.covers}: due ${timeText(spent.dueAt)}`;
  if (spent.percentSpent >= 100) return say`⛔ ${line} · *spent* ${peopleText(operators)}`;
  if (spent.percentSpent >= 80) return say`⚠️ ${line} · *over 80 % gone* ${peopleText(operators)}`;
  return spent.percentSpent >= 50 ? say`⏱️ ${line} · half gone` : say`⏱️ ${line}`;
}

function bar(percent: number): string {
  const full = Math.max(0, Math.min(10, Math.floor(percent / 10)));
  return `${'▓'.repeat(full)}${'░'.repeat(10 - full)}`;
}

function minutesText(minutes: number): string {
  if (minutes % 1_440 === 0) return `${minutes / 1_440} d`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}

function stepBlocks(state: ChecklistState, profile: ActionClass): Block[] {
  return listedSteps(state.checklist, profile).map((listed, index) => stepBlock(state, listed, index + 1));
}

function stepBlock(state: ChecklistState, listed: ListedStep, number: number): Block {
  const { step, state: progress } = listed;
  const instead = progress.substitute ? say`_instead:_ ` : say``;
  const lines = [
    say`${symbolOf(listed)} *${number}.* ${instead}${step.instruction}`,
    ...historyLines(listed),
  ];
  const press = isOver(state) ? undefined : stepPress(state, listed);
  return section(join(lines, '\n'), press === undefined ? undefined : button(press));
}

function symbolOf({ state }: ListedStep): string {
  if (state.doneAt !== null) return '✅';
  return state.startedAt === null ? '⬜' : '🔄';
}

function historyLines({ step, state }: ListedStep): Mrkdwn[] {
  const { startedAt, startedBy, doneAt, doneBy, evidence } = state;
  const started = when(
    startedAt !== null,
    say`started by ${mention(startedBy ?? '')} ${timeText(startedAt ?? '')}`,
  );
  if (doneAt === null) return [...started, say`_Proof: ${step.evidence}_`];
  return [...started, say`done by ${mention(doneBy ?? '')} ${timeText(doneAt)}`, quote(evidence ?? '', 300)];
}

function stepPress({ incident, checklist }: ChecklistState, { step, state }: ListedStep): Press | undefined {
  const value = {
    incident: incident.name,
    actionClass: checklist.actionClass,
    stepId: step.id,
    substitute: state.substitute,
  };
  if (state.doneAt !== null) return undefined;
  if (state.startedAt === null) return { words: 'Start', action: ACTION.startStep, value };
  return { words: 'Done…', action: ACTION.finishStep, value, style: 'primary' };
}

function outcomeBlocks({ checklist, profile }: ChecklistState): Block[] {
  const { substituted, verified } = checklist;
  const instead =
    substituted === null
      ? []
      : [
          say`🔀 Cannot be undone, says ${mention(substituted.by)} ${timeText(substituted.at)}`,
          quote(substituted.why, 300),
        ];
  const proof =
    verified === null
      ? [say`🔎 Verify: ${profile?.verification.instruction ?? ''}`]
      : [
          say`✅ *Verified* by ${mention(verified.by)} ${timeText(verified.at)}`,
          quote(verified.evidence, 300),
        ];
  const said = [...instead, ...(profile === undefined && verified === null ? [] : proof)];
  return said.length === 0 ? [] : [section(join(said, '\n'))];
}

function presses(state: ChecklistState): Press[] {
  const { incident, checklist, profile } = state;
  if (isOver(state) || profile === undefined) return [];
  const value = { incident: incident.name, actionClass: checklist.actionClass };
  const isDone = listedSteps(checklist, profile).every(({ state: { doneAt } }) => doneAt !== null);
  return [
    ...when<Press>(checklist.substituted === null && !isDone, {
      words: 'Cannot be undone…',
      action: ACTION.substitute,
      value,
    }),
    ...when<Press>(isDone, { words: 'Verify…', action: ACTION.verify, value, style: 'primary' }),
  ];
}

function isOver({ incident, checklist }: ChecklistState): boolean {
  return checklist.verified !== null || incident.status === 'closed';
}
