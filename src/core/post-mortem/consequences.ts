/** What it led to: the vendor's promise, who consumed the output, what was said to whom, and what law asks. */
import { clockSeconds, type Order } from '../containment.js';
import { switchStatements } from './kill-switches.js';
import { joined, say, type Markdown } from './markdown.js';
import type { Block, Evidence, Row, Statement } from './post-mortem.js';
import { absence, entry, factsOf, runbooks, type FactOf, type Story } from './story.js';

/** What the vendor documents beside what we measured; whether the vendor's own switch held is for people to say. */
export function vendorBlocks(story: Story): Block[] {
  const { agent } = story.runbooks;
  if (agent === null)
    return [open('agent-owner', 'which vendor runs this agent and what they document about stopping it')];
  const { name, killSwitchSlaSeconds: sla } = agent.vendor;
  const documented: Statement = {
    text:
      sla === null
        ? say`Vendor ${name}: kill-switch time **not documented**.`
        : say`Vendor ${name} documents a kill-switch time of ${sla} s.`,
    evidence: [runbooks(story)],
  };
  const switches = switchStatements(story, agent.id);
  const question =
    switches.length > 0
      ? 'whether the contract with the vendor has to change'
      : 'whether the vendor’s own switch was used, how long it took, and whether the contract has to change';
  return [
    { kind: 'statements', items: [documented, ...switches, ...measured(story, agent.id, sla)] },
    open('agent-owner', question),
  ];
}

function measured(story: Story, agentId: string, sla: number | null): Statement[] {
  const statements = story.orders.flatMap((order) => slowest(story, order, agentId, sla));
  if (statements.length > 0) return statements;
  return [{ text: say`No enforcement point of ${agentId} was measured.`, evidence: [absence(story)] }];
}

function slowest(story: Story, order: Order, agentId: string, sla: number | null): Statement[] {
  const quiesced = order.points.flatMap((point) => {
    const at = point.reached.quiesced;
    const isOurs = point.agentId === agentId && point.kind !== 'actuator';
    return isOurs && at !== undefined ? [{ pointId: point.pointId, at }] : [];
  });
  const last = quiesced.toSorted((a, b) => (a.at < b.at ? -1 : 1)).at(-1);
  if (last === undefined) return [];
  const seconds = clockSeconds(order, last.at);
  const verdict = sla === null ? '' : seconds <= sla ? ', within that time' : ', beyond that time';
  return [
    {
      text: say`Measured at our own enforcement points for ${order.haltId}: ${seconds} s until the last one of ${agentId} was quiesced${verdict}.`,
      evidence: entry(story.levelSeq(order.haltId, last.pointId, 'quiesced')),
    },
  ];
}

/** A decision per consumer: stop, correct or notify. */
export function blastRadiusBlocks(story: Story): Block[] {
  const { agent } = story.runbooks;
  if (agent === null)
    return [open('agent-owner', 'who consumes this agent’s output; the registry does not know it')];
  const rows = agent.consumers.map(({ kind, name }): Row => ({
    cells: [say`${kind}`, say`${name}`, say`**Open**`],
    evidence: [runbooks(story)],
  }));
  const table: Block =
    rows.length === 0
      ? {
          kind: 'statements',
          items: [{ text: say`The registry names no consumer of ${agent.id}.`, evidence: [runbooks(story)] }],
        }
      : { kind: 'table', title: `Consumers of ${agent.id}`, columns: ['Kind', 'Consumer', 'Decision'], rows };
  return [
    table,
    open(
      'incident-commander',
      'per consumer: stop, correct or notify; and consumers that the registry did not name',
    ),
  ];
}

export function costBlocks(): Block[] {
  return [
    open('agent-owner', 'the financial impact, with its source'),
    open('incident-commander', 'the time that people spent, and what was not done meanwhile'),
  ];
}

/** Pages are what the journal knows; notices are written by people and belong here too. */
export function communicationBlocks(story: Story): Block[] {
  const pages = factsOf(story, 'page:ordered');
  const rows = pages.map((fact) => pageRow(story, fact));
  const table: Block[] =
    rows.length === 0
      ? [
          {
            kind: 'statements',
            items: [
              {
                text: say`Nobody was paged.`,
                evidence: [absence(story)],
              },
            ],
          },
        ]
      : [
          {
            kind: 'table',
            title: 'Pages',
            columns: ['Role', 'Attempt', 'Ordered', 'Accepted', 'Failed'],
            rows,
          },
        ];
  const refused = degraded(story);
  const audiences = ['customers', 'counterparties', 'regulators', 'the board'];
  return [
    ...table,
    ...(refused.length === 0 ? [] : [{ kind: 'statements' as const, items: refused }]),
    {
      kind: 'open',
      items: audiences.map((audience) => ({
        role: 'communications-lead',
        what: `what was told to ${audience}, when, in which words, and what they answered; or that no notice was owed`,
      })),
    },
  ];
}

function pageRow(story: Story, { seq, event, occurredAt }: FactOf<'page:ordered'>): Row {
  const { pageId, role, attempt } = event.data;
  const sent = factsOf(story, 'page:sent').filter((fact) => fact.event.data.pageId === pageId);
  const failed = factsOf(story, 'page:failed').filter((fact) => fact.event.data.pageId === pageId);
  const accepted: Markdown =
    sent.length === 0
      ? say`**not recorded**`
      : joined(
          sent.map((fact) => say`${fact.event.data.at}`),
          ', ',
        );
  return {
    cells: [say`${role}`, say`${attempt}`, say`${occurredAt}`, accepted, say`${failed.length}`],
    evidence: [{ seq }, ...sent, ...failed].flatMap((fact): Evidence[] => entry(fact.seq)),
  };
}

function degraded(story: Story): Statement[] {
  return factsOf(story, 'channel:degraded').map(({ seq, event }) => ({
    text: say`The workspace refused ${event.data.part}: ${event.data.consequence}`,
    evidence: entry(seq),
  }));
}

/**
 * The duty to report is Article 73 of the EU AI Act (the provider's), and Article 26(5) the deployer's to tell
 * the provider. Which of these and of the sector rules apply is a decision that somebody has to sign.
 */
export function regulatoryBlocks(): Block[] {
  const regimes = [
    'the EU AI Act (Article 73 for the provider, Article 26(5) for the deployer)',
    'data protection (GDPR and UK GDPR, Article 33 and 34)',
    'the law of the sector (DORA, NIS2, bank and market supervisors, health)',
  ];
  return [
    {
      kind: 'open',
      items: regimes.map((regime) => ({
        role: 'legal',
        what: `whether ${regime} applies, who decided it and why; the event that started the clock, when it was due, when it was submitted`,
      })),
    },
  ];
}

function open(role: string, what: string): Block {
  return { kind: 'open', items: [{ role, what }] };
}
