/** Rollback: per class the operator, the budgets and the verification; per step who, when and what proves it. */
import { budgetState, stepState, type Checklist } from '../rollback.js';
import { requiredSteps } from '../rollback-rules.js';
import { say, quoted, type Markdown } from './markdown.js';
import type { Block, Evidence, OpenItem, Row, Statement } from './post-mortem.js';
import type { ClassExtract } from './runbook-extract.js';
import { absence, entry, factsOf, roleOf, runbooks, type Fact, type Story } from './story.js';
import type { IncidentEvent } from '../incident-events.js';

export function rollbackBlocks(story: Story): Block[] {
  const { checklists, kind } = story.incident;
  if (checklists.length === 0)
    return [
      {
        kind: 'statements',
        items: [
          {
            text: say`No rollback checklist was opened.`,
            evidence: [absence(story)],
          },
        ],
      },
    ];
  const practice: Block[] =
    kind === 'drill'
      ? [{ kind: 'prose', text: 'In a drill anybody may press, and one person may verify their own step.' }]
      : [];
  return [...practice, ...checklists.flatMap((checklist) => checklistBlocks(story, checklist))];
}

function checklistBlocks(story: Story, checklist: Checklist): Block[] {
  const profile = story.runbooks.classes.find(({ name }) => name === checklist.actionClass);
  const head: Statement[] = [opening(story, checklist, profile), ...substitution(story, checklist)];
  const blocks: Block[] = [{ kind: 'statements', items: [...head, verification(story, checklist)] }];
  if (profile !== undefined) {
    blocks.push(stepTable(story, checklist, profile), budgetTable(story, checklist, profile));
  }
  const open = openItems(checklist, profile);
  return open.length === 0 ? blocks : [...blocks, { kind: 'open', items: open }];
}

type ChecklistFact = Extract<IncidentEvent, { data: { actionClass: string } }>['type'];

function factOf(
  { facts }: Story,
  type: ChecklistFact,
  { actionClass }: Checklist,
): Fact<IncidentEvent> | undefined {
  return facts.find(
    ({ event }) =>
      event.type === type && 'actionClass' in event.data && event.data.actionClass === actionClass,
  );
}

function opening(story: Story, checklist: Checklist, profile: ClassExtract | undefined): Statement {
  const fact = factOf(story, 'checklist:opened', checklist);
  const title = profile === undefined ? 'no longer in the runbooks' : profile.title;
  const changed =
    checklist.registryHash === story.runbooks.hash ? '' : ' The runbooks were changed while it was open.';
  return {
    text: say`**${checklist.actionClass}** (${title}): opened at ${checklist.openedAt}, operator ${checklist.operator}.${changed}`,
    evidence: [...entry(fact?.seq), runbooks(story)],
  };
}

function substitution(story: Story, checklist: Checklist): Statement[] {
  const fact = factOf(story, 'checklist:substituted', checklist);
  if (fact === undefined || checklist.substituted === null) return [];
  const { at, why } = checklist.substituted;
  return [
    {
      text: say`${checklist.actionClass} could not be undone; ${roleOf(fact.actor)} chose the substitute at ${at}: ${quoted(why)}`,
      evidence: entry(fact.seq),
    },
  ];
}

function verification(story: Story, checklist: Checklist): Statement {
  const fact = factOf(story, 'checklist:verified', checklist);
  if (fact === undefined || checklist.verified === null)
    return { text: say`${checklist.actionClass}: **not verified**.`, evidence: [absence(story)] };
  return {
    text: say`${checklist.actionClass}: verified by ${roleOf(fact.actor)} at ${checklist.verified.at}; evidence: ${quoted(checklist.verified.evidence)}`,
    evidence: entry(fact.seq),
  };
}

function stepTable(story: Story, checklist: Checklist, profile: ClassExtract): Block {
  const own = profile.steps.map((step) => ({ step, substitute: false }));
  const instead = profile.substitute.steps.map((step) => ({ step, substitute: true }));
  const steps = checklist.substituted === null ? own : [...own, ...instead];
  const rows = steps.map(({ step, substitute }): Row => {
    const state = stepState(checklist, step.id, substitute);
    const found = stepFacts(story, checklist, { stepId: step.id, substitute });
    const seqs = found.flatMap(({ seq }) => entry(seq));
    const done = found.find(({ event }) => event.type === 'step:done');
    return {
      cells: [
        say`${substitute ? 'Substitute: ' : ''}${step.instruction}`,
        state.startedAt === null ? say`not recorded` : say`${state.startedAt}`,
        state.doneAt === null ? say`**not done**` : say`${state.doneAt}`,
        done === undefined ? say`nobody` : say`${roleOf(done.actor)}`,
        state.evidence === null ? say`none` : quoted(state.evidence),
      ],
      evidence: seqs.length === 0 ? [absence(story), runbooks(story)] : [...seqs, runbooks(story)],
    };
  });
  const columns = ['Procedure', 'Started', 'Done', 'By', 'Evidence'];
  return { kind: 'table', title: `Steps of ${checklist.actionClass}`, columns, rows };
}

/** The first press of each kind: the later ones changed nothing. */
function stepFacts(
  story: Story,
  { actionClass }: Checklist,
  { stepId, substitute }: { stepId: string; substitute: boolean },
): Fact<IncidentEvent>[] {
  const matches = [...factsOf(story, 'step:started'), ...factsOf(story, 'step:done')].filter(
    ({ event: { data } }) =>
      data.actionClass === actionClass && data.stepId === stepId && data.substitute === substitute,
  );
  return matches.filter(
    (fact, index) => matches.findIndex(({ event }) => event.type === fact.event.type) === index,
  );
}

function budgetTable(story: Story, checklist: Checklist, profile: ClassExtract): Block {
  const rows = profile.budgets.map((budget): Row => {
    const state = budgetState(checklist, budget, story.newest.recordedAt);
    return {
      cells: [
        say`${budget.covers}`,
        say`${budget.minutes} min`,
        state === null ? say`the clock never started` : say`${state.dueAt}`,
        budgetVerdict(state),
      ],
      evidence: [runbooks(story), ...budgetEvidence(story, checklist, budget)],
    };
  });
  const columns = ['Time budget', 'Allowed', 'Due', 'Met'];
  return { kind: 'table', title: `Budgets of ${checklist.actionClass}`, columns, rows };
}

function budgetVerdict(state: ReturnType<typeof budgetState>): Markdown {
  if (state === null) return say`unknown: containment was not recorded`;
  if (state.stoppedAt === null)
    return state.percentSpent >= 100 ? say`**missed**: not finished` : say`running at the time of drafting`;
  return state.stoppedAt <= state.dueAt
    ? say`**met**, finished at ${state.stoppedAt}`
    : say`**missed**, finished at ${state.stoppedAt}`;
}

function budgetEvidence(
  story: Story,
  checklist: Checklist,
  budget: { stoppedBy?: string | undefined },
): Evidence[] {
  const step =
    budget.stoppedBy === undefined
      ? []
      : stepFacts(story, checklist, { stepId: budget.stoppedBy, substitute: false });
  const contained =
    factsOf(story, 'containment:reached')[0] ??
    factsOf(story, 'status:changed').find(({ event }) => event.data.to === 'contained');
  return [
    ...entry(contained?.seq),
    ...entry(step.at(-1)?.seq ?? factOf(story, 'checklist:verified', checklist)?.seq),
  ];
}

function openItems(checklist: Checklist, profile: ClassExtract | undefined): OpenItem[] {
  if (checklist.verified !== null) return [];
  const missing = profile === undefined ? [] : requiredSteps(checklist, profile).map(({ id }) => id);
  const steps = missing.length === 0 ? '' : ` and its steps (${missing.join(', ')})`;
  return [{ role: checklist.operator, what: `the verification of ${checklist.actionClass}${steps}` }];
}
