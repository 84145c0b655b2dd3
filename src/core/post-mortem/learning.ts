/** What is to be learned. The journal gives the starting points; the conclusions are for people. */
import { largestGap } from '../detection-chain.js';
import { CONTAINMENT_TARGET_SECONDS } from '../containment.js';
import { describeSpan, detectionOf } from './figures.js';
import { say } from './markdown.js';
import type { Block, OpenItem, Statement } from './post-mortem.js';
import { absence, entry, factsOf, type Story } from './story.js';

export function failureModeBlocks(): Block[] {
  return open(
    'incident-commander',
    'the failure mode: hallucination, tool-routing error, authorisation misuse, instruction-following failure, reasoning drift, resource runaway or data disclosure, and what shows it',
  );
}

export function reasoningTraceBlocks(story: Story): Block[] {
  const links = story.incident.alerts.flatMap(({ link }, index) => {
    const seq = factsOf(story, 'alert:received')[index]?.seq;
    return link === null ? [] : [{ text: say`The alert points to ${link}`, evidence: entry(seq) }];
  });
  return [
    ...statements(links),
    ...open(
      'agent-owner',
      'the prompt, the intermediate conclusions, the tool calls in sequence, what each returned, and the final output, with trace ids and digests',
    ),
  ];
}

export function contributingBlocks(story: Story): Block[] {
  const gap = largestGap(detectionOf(story).chain);
  const candidate: Statement[] =
    gap === undefined
      ? []
      : [
          {
            text: say`Candidate: ${gap.points} (the ${gap.name} gap took ${describeSpan(gap.ms)}).`,
            evidence: [...entry(story.linkSeq[gap.from]), ...entry(story.linkSeq[gap.to])],
          },
        ];
  return [
    ...statements(candidate),
    ...open('incident-commander', 'the contributing factors, more than one, each with what shows it'),
  ];
}

export function lessonBlocks(story: Story): Block[] {
  return [
    ...statements([...wentWell(story), ...wentBadly(story)]),
    {
      kind: 'open',
      items: [
        { role: 'scribe', what: 'what else went well and what else went badly' },
        { role: 'scribe', what: 'at least one thing where we were lucky' },
      ],
    },
  ];
}

function wentWell(story: Story): Statement[] {
  const contained = factsOf(story, 'containment:reached').filter(({ event }) => event.data.withinTarget);
  return contained.map(({ seq, event }) => ({
    text: say`Went well: ${event.data.haltId} was contained within ${CONTAINMENT_TARGET_SECONDS} s.`,
    evidence: entry(seq),
  }));
}

function wentBadly(story: Story): Statement[] {
  const late = factsOf(story, 'containment:reached').filter(({ event }) => !event.data.withinTarget);
  const spent = factsOf(story, 'budget:warned').filter(({ event }) => event.data.percent === 100);
  const failed = factsOf(story, 'page:failed');
  return [
    ...late.map(({ seq, event }) => ({
      text: say`Went badly: ${event.data.haltId} took longer than ${CONTAINMENT_TARGET_SECONDS} s.`,
      evidence: entry(seq),
    })),
    ...spent.map(({ seq, event }) => ({
      text: say`Went badly: the time for ${event.data.budgetId} (${event.data.actionClass}) was spent before the work was done.`,
      evidence: entry(seq),
    })),
    ...(failed.length === 0
      ? []
      : [
          {
            text: say`Went badly: pages failed (${failed.length}).`,
            evidence: failed.flatMap(({ seq }) => entry(seq)),
          },
        ]),
  ];
}

export function detectionThresholdBlocks(): Block[] {
  return open(
    'on-call-sre',
    'the signal that came before this incident and the threshold at which it is watched from now on',
  );
}

export function runbookDeltaBlocks(story: Story): Block[] {
  const substituted = factsOf(story, 'checklist:substituted').map(({ seq, event }) => ({
    text: say`The procedure for ${event.data.actionClass} could not be carried out; its substitute was.`,
    evidence: entry(seq),
  }));
  const changed = factsOf(story, 'checklist:opened')
    .filter(({ event }) => event.data.registryHash !== story.runbooks.hash)
    .map(({ seq, event }) => ({
      text: say`The runbooks were changed while ${event.data.actionClass} was being worked on.`,
      evidence: entry(seq),
    }));
  return [
    ...statements([...substituted, ...changed]),
    ...open(
      'incident-commander',
      'which rollback procedure was missing or wrong, and the change to its action class',
    ),
  ];
}

/** The three questions of the playbook; the first is the only one that the journal can answer. */
export function controlReviewBlocks(story: Story): Block[] {
  const reached = factsOf(story, 'containment:reached')[0];
  const worked: Statement =
    reached === undefined
      ? {
          text: say`Did containment work? **Unknown**: it was not proven.`,
          evidence: [absence(story)],
        }
      : {
          text: say`Did containment work? It was proven after ${reached.event.data.seconds} s.`,
          evidence: entry(reached.seq),
        };
  const items: OpenItem[] = [
    { role: 'agent-owner', what: 'did the reasoning trace retain what was needed?' },
    { role: 'agent-owner', what: 'did the dependency graph predict where the output went?' },
    { role: 'security-on-call', what: 'which control should have prevented this, and why it did not' },
  ];
  return [...statements([worked]), { kind: 'open', items }];
}

export function actionBlocks(): Block[] {
  return open(
    'incident-commander',
    'actions: each specific and bounded, with owner, date, ticket and type (prevent, detect, mitigate); at least one of them detects',
  );
}

export function recurrenceBlocks(): Block[] {
  return open(
    'incident-commander',
    'the single change that, if made, would prevent this exact incident, with its owner and date',
  );
}

function statements(items: readonly Statement[]): Block[] {
  return items.length === 0 ? [] : [{ kind: 'statements', items }];
}

function open(role: string, what: string): Block[] {
  return [{ kind: 'open', items: [{ role, what }] }];
}
