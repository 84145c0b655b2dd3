/** Header, summary and impact: what somebody reads who reads nothing else. */
import { CONTAINMENT_TARGET_SECONDS } from '../containment.js';
import { describeSpan, detectionOf } from './figures.js';
import { joined, say, type Markdown } from './markdown.js';
import type { Block, Evidence, Row, Statement } from './post-mortem.js';
import { absence, entry, factsOf, roleOf, runbooks, type Story } from './story.js';

export function headerBlocks(story: Story): Block[] {
  const rows = [...identity(story), ...moments(story)];
  const practice: Block[] =
    story.incident.kind === 'drill'
      ? [{ kind: 'prose', text: '**This was a drill.** No agent was stopped, and nothing in it happened.' }]
      : [];
  return [
    ...practice,
    { kind: 'table', title: 'What this is about', columns: ['Field', 'Value'], rows },
    {
      kind: 'open',
      items: [
        { role: 'incident-commander', what: 'who owns this post-mortem and who reviewed it' },
        { role: 'incident-commander', what: 'who approved it, with the date; until then it is a draft' },
      ],
    },
  ];
}

function field(name: string, value: Markdown, evidence: readonly Evidence[]): Row {
  return { cells: [say`${name}`, value], evidence };
}

function identity(story: Story): Row[] {
  const { incident, runbooks: extract } = story;
  const opening = entry(story.facts[0]?.seq);
  const agent =
    extract.agent === null
      ? say`${incident.agentId ?? incident.agentLabel ?? 'unknown'} (not in the registry)`
      : say`${extract.agent.id} (${extract.agent.title})`;
  const known = incident.agentId === null && incident.agentLabel === null ? say`**unknown**` : agent;
  const severity = factsOf(story, 'severity:changed').at(-1);
  const detected =
    incident.declared === null
      ? say`${incident.tripwire ?? 'unknown'} tripwire`
      : say`consequence (${incident.declared.surfaced}); **no tripwire**`;
  return [
    field('Incident', say`${incident.name}`, opening),
    field('Status of this document', say`${story.status}, not reviewed`, [absence(story)]),
    field('Severity', say`${incident.severity}`, severity === undefined ? opening : entry(severity.seq)),
    field('Agent', known, extract.agent === null ? opening : [...opening, runbooks(story)]),
    field('Detected by', detected, opening),
    field('Channel', say`${incident.channelName}`, channelEvidence(story)),
    ...family(story),
    ...responders(story),
  ];
}

/** What belonged together: each has a post-mortem of its own. */
function family(story: Story): Row[] {
  const { isUmbrella, members, umbrella } = story.incident;
  if (isUmbrella) {
    const shown = members.map(({ incident, agent }) => `${incident} (${agent ?? 'unknown agent'})`);
    const evidence = factsOf(story, 'member:linked').flatMap(({ seq }) => entry(seq));
    return [field('Umbrella of', say`${shown.join(', ')}`, evidence)];
  }
  const linked = factsOf(story, 'umbrella:linked').at(-1);
  if (umbrella === null || linked === undefined) return [];
  return [field('Below the umbrella', say`${umbrella.incident}`, entry(linked.seq))];
}

function channelEvidence(story: Story): Evidence[] {
  return entry(factsOf(story, 'channel:created')[0]?.seq ?? story.facts[0]?.seq);
}

/** Roles, not people: who held them is in the journal for those who have to know. */
function responders(story: Story): Row[] {
  const assigned = factsOf(story, 'role:assigned');
  if (assigned.length === 0) return [field('Responders', say`no role was taken`, [absence(story)])];
  const roles = [...new Set(assigned.map(({ event }) => event.data.role))];
  return [
    field(
      'Responders',
      say`${roles.join(', ')}`,
      assigned.flatMap(({ seq }) => entry(seq)),
    ),
  ];
}

function moments(story: Story): Row[] {
  const contained = factsOf(story, 'containment:reached')[0];
  const byHand = factsOf(story, 'status:changed').find(({ event }) => event.data.to === 'contained');
  const acknowledged = factsOf(story, 'page:acknowledged')[0];
  const closed = factsOf(story, 'incident:closed')[0];
  const moment = (name: string, at: string | undefined, seq: number | undefined): Row =>
    at === undefined
      ? field(name, say`**unknown**: not recorded`, [absence(story)])
      : field(name, say`${at}`, entry(seq));
  return [
    moment('Opened', story.incident.openedAt, story.facts[0]?.seq),
    moment('Acknowledged', acknowledged?.event.data.at, acknowledged?.seq),
    moment('Contained', contained?.event.data.at ?? byHand?.occurredAt, contained?.seq ?? byHand?.seq),
    moment('Closed', closed?.event.data.at, closed?.seq),
  ];
}

/** At most five sentences, each from facts. */
export function summaryBlocks(story: Story): Block[] {
  const items = [began(story), noticed(story), stopped(story), undone(story), ended(story)];
  return [{ kind: 'statements', items }];
}

function began(story: Story): Statement {
  const { incident } = story;
  const agent = incident.agentId ?? incident.agentLabel ?? 'an agent that nobody has named';
  const how =
    incident.declared === null
      ? say`the ${incident.tripwire ?? 'unknown'} tripwire fired`
      : say`a consequence surfaced (${incident.declared.surfaced})`;
  const what = incident.kind === 'drill' ? 'drill' : incident.severity;
  return {
    text: say`At ${incident.openedAt} ${incident.name} (${what}) was opened for ${agent} because ${how}.`,
    evidence: entry(story.facts[0]?.seq),
  };
}

function noticed(story: Story): Statement {
  const { mttdForAgentsMs, withinTarget } = detectionOf(story);
  const fact = factsOf(story, 'page:acknowledged')[0];
  if (fact === undefined)
    return {
      text: say`Nobody acknowledged a page.`,
      evidence: [absence(story)],
    };
  const figure =
    mttdForAgentsMs === null
      ? say`MTTD-for-Agents is unknown`
      : say`MTTD-for-Agents is ${describeSpan(mttdForAgentsMs)}`;
  const target = withinTarget === null ? 'unknown' : withinTarget ? 'met' : 'missed';
  return {
    text: say`It was acknowledged by ${roleOf(fact.actor)} at ${fact.event.data.at}; ${figure} (target 4 h: ${target}).`,
    evidence: [...entry(story.linkSeq.action), ...entry(fact.seq)],
  };
}

function stopped(story: Story): Statement {
  const { orders } = story;
  const reached = factsOf(story, 'containment:reached')[0];
  if (reached === undefined) {
    const text =
      orders.length === 0
        ? say`No halt was ordered.`
        : say`${orders.length === 1 ? '1 halt was' : `${orders.length} halts were`} ordered (${orders.map(({ haltId }) => haltId).join(', ')}); containment was not proven.`;
    return { text, evidence: [absence(story)] };
  }
  const { haltId, seconds, withinTarget } = reached.event.data;
  return {
    text: say`${haltId} contained it ${seconds} s after the clock started (target ${CONTAINMENT_TARGET_SECONDS} s: ${withinTarget ? 'met' : 'missed'}).`,
    evidence: entry(reached.seq),
  };
}

function undone(story: Story): Statement {
  const { checklists } = story.incident;
  if (checklists.length === 0)
    return {
      text: say`No rollback checklist was opened.`,
      evidence: [absence(story)],
    };
  const verified = checklists.filter((checklist) => checklist.verified !== null).length;
  const instead = checklists.filter(({ substituted }) => substituted !== null).length;
  return {
    text: say`${verified} of ${checklists.length} rollback ${checklists.length === 1 ? 'checklist' : 'checklists'} verified, ${instead} worked by the substitute.`,
    evidence: [...factsOf(story, 'checklist:opened'), ...factsOf(story, 'checklist:verified')].flatMap(
      ({ seq }) => entry(seq),
    ),
  };
}

function ended(story: Story): Statement {
  const closed = factsOf(story, 'incident:closed')[0];
  if (closed === undefined)
    return {
      text: say`It is still open.`,
      evidence: [absence(story)],
    };
  return {
    text: say`It was closed by ${roleOf(closed.actor)} at ${closed.event.data.at}.`,
    evidence: entry(closed.seq),
  };
}

/** In measurable terms, or open: nobody guesses how many. */
export function impactBlocks(story: Story): Block[] {
  const after = story.orders.flatMap((order) =>
    order.points.flatMap(({ pointId, inflight }) => {
      const ids = [...inflight.completedAfter, ...inflight.uncancellable];
      const evidence = (['received', 'enforced', 'quiesced'] as const).flatMap((level) =>
        entry(story.levelSeq(order.haltId, pointId, level)),
      );
      return ids.map((id) => ({ id, evidence }));
    }),
  );
  const items: Statement[] =
    after.length === 0
      ? [
          {
            text: say`No enforcement point reported an action that ran on after the halt.`,
            evidence: [absence(story)],
          },
        ]
      : [
          {
            text: say`Actions that ran on after the halt: ${joined(
              after.map(({ id }) => say`${id}`),
              ', ',
            )}.`,
            evidence: after.flatMap(({ evidence }) => evidence),
          },
        ];
  const open = ['records', 'money', 'users', 'regulatory surface'].map((measure) => ({
    role: 'incident-commander',
    what: `how much was affected, in ${measure}, with the query or source that gave the number`,
  }));
  return [
    { kind: 'statements', items },
    { kind: 'open', items: open },
  ];
}
