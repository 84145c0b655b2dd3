/** The detection chain: five links, four gaps, and the figures beside their industry namesakes. */
import { gapsOf, largestGap, LINKS, type Gap, type LinkName } from '../detection-chain.js';
import type { IncidentEvent } from '../incident-events.js';
import { pagerTitle } from '../pager.js';
import { describeSpan, detectionOf, type Detection } from './figures.js';
import { say } from './markdown.js';
import type { Block, Evidence, OpenItem, Row, Statement } from './post-mortem.js';
import { absence, entry, roleOf, type Story } from './story.js';

const TITLES: Readonly<Record<LinkName, string>> = {
  action: 'Action',
  signal: 'Signal',
  trigger: 'Trigger',
  page: 'Page',
  acknowledgement: 'Acknowledgement',
};

export function detectionBlocks(story: Story): Block[] {
  const detection = detectionOf(story);
  return [
    linkTable(story, detection),
    gapTable(story, detection),
    { kind: 'statements', items: [...largest(story, detection), ...figures(story, detection)] },
    ...missing(story, detection),
  ];
}

function linkTable(story: Story, { chain }: Detection): Block {
  const rows = LINKS.map((name): Row => {
    const link = chain[name];
    if (link === null)
      return {
        cells: [say`${TITLES[name]}`, say`**unknown**`, say`nobody`, say`none`],
        evidence: [absence(story)],
      };
    const fact = story.facts.find(({ seq }) => seq === story.linkSeq[name]);
    const who = fact === undefined ? 'unknown' : roleOf(fact.actor);
    const source = name === 'acknowledgement' ? acknowledgedWhere(fact?.event) : link.source;
    return {
      cells: [say`${TITLES[name]}`, say`${link.at}`, say`${who}`, say`${source}`],
      evidence: entry(story.linkSeq[name]),
    };
  });
  const columns = ['Link', 'When (UTC)', 'Recorded by', 'From'];
  return { kind: 'table', title: 'Five links', columns, rows };
}

/** Where somebody answered, and not who. */
function acknowledgedWhere(event: IncidentEvent | undefined): string {
  if (event?.type !== 'page:acknowledged') return 'pressed on the page';
  const { pager, umbrella } = event.data;
  const where = pager === undefined ? 'pressed on the page' : `acknowledged in ${pagerTitle(pager)}`;
  return umbrella === undefined ? where : `${where} of the umbrella ${umbrella}`;
}

function gapTable(story: Story, { chain }: Detection): Block {
  const rows = gapsOf(chain).map((gap): Row => ({
    cells: [
      say`${gap.name}`,
      say`${TITLES[gap.from]} → ${TITLES[gap.to]}`,
      gap.ms === null ? say`**unknown**` : say`${describeSpan(gap.ms)}${contradiction(gap)}`,
      say`${gap.points}`,
    ],
    evidence: gap.ms === null ? [absence(story)] : ends(story, gap.from, gap.to),
  }));
  const columns = ['Gap', 'Between', 'Duration', 'A long one points to'];
  return { kind: 'table', title: 'Four gaps', columns, rows };
}

function contradiction({ ms }: Gap): string {
  return ms !== null && ms < 0 ? ' (the recorded times contradict each other)' : '';
}

function ends({ linkSeq }: Story, from: LinkName, to: LinkName): Evidence[] {
  return [...entry(linkSeq[from]), ...entry(linkSeq[to])];
}

function largest(story: Story, { chain }: Detection): Statement[] {
  const gap = largestGap(chain);
  if (gap === undefined)
    return [
      {
        text: say`Largest gap: **unknown**, because no two neighbouring links are known.`,
        evidence: [absence(story)],
      },
    ];
  const partial = gapsOf(chain).some(({ ms }) => ms === null) ? ' among those that are known' : '';
  return [
    {
      text: say`Largest gap${partial}: **${gap.name}**, ${describeSpan(gap.ms)}. It points to ${gap.points}.`,
      evidence: ends(story, gap.from, gap.to),
    },
  ];
}

function figures(story: Story, detection: Detection): Statement[] {
  const { mttdForAgentsMs, withinTarget, standardMttdMs, mttaMs } = detection;
  const from = detection.clockFrom === 'action' ? 'Action' : 'consequence surfaced';
  const verdict = withinTarget === null ? 'unknown' : withinTarget ? 'met' : 'missed';
  const start = detection.clockFrom === 'action' ? entry(story.linkSeq.action) : entry(story.facts[0]?.seq);
  return [
    {
      text: say`MTTD-for-Agents (${from} → Acknowledgement): **${span(mttdForAgentsMs)}**; target 4 h: **${verdict}**.`,
      evidence: cited(story, mttdForAgentsMs, [...start, ...entry(story.linkSeq.acknowledgement)]),
    },
    {
      text: say`Standard MTTD (start → detection, Action → Trigger): ${span(standardMttdMs)}.`,
      evidence: cited(story, standardMttdMs, ends(story, 'action', 'trigger')),
    },
    {
      text: say`Standard MTTA (alert → acknowledgement, Page → Acknowledgement): ${span(mttaMs)}.`,
      evidence: cited(story, mttaMs, ends(story, 'page', 'acknowledgement')),
    },
  ];
}

function span(ms: number | null): string {
  return ms === null ? 'unknown' : describeSpan(ms);
}

function cited(story: Story, ms: number | null, evidence: Evidence[]): Evidence[] {
  return ms === null ? [absence(story)] : evidence;
}

/** What detected by consequence means, and the links that somebody still has to supply. */
function missing(story: Story, { chain }: Detection): Block[] {
  const { declared } = story.incident;
  const unknown = LINKS.filter((name) => chain[name] === null);
  const open: OpenItem[] = unknown.map((name) => ({
    role: 'scribe',
    what: `the ${TITLES[name]} time and the source that shows it`,
  }));
  const blocks: Block[] = open.length === 0 ? [] : [{ kind: 'open', items: open }];
  if (declared === null) return blocks;
  const flag: Statement = {
    text: say`Detected by: **consequence** (${declared.surfaced}, surfaced at ${declared.surfacedAt}). The clock starts there, not at the action. **No tripwire saw it: the upstream tripwire is missing.**`,
    evidence: entry(story.facts[0]?.seq),
  };
  return [{ kind: 'statements', items: [flag] }, ...blocks];
}
