/**
 * The post-mortem as the journal alone can tell it: every section that a post-mortem of an agent incident
 * needs, facts with their entries, and what nobody has recorded marked as open with who has to fill it.
 * The same entries and runbooks give the same draft, to the byte.
 */
import {
  blastRadiusBlocks,
  communicationBlocks,
  costBlocks,
  regulatoryBlocks,
  vendorBlocks,
} from './consequences.js';
import { containmentBlocks } from './containment.js';
import { detectionBlocks } from './detection.js';
import { figuresOf } from './figures.js';
import {
  actionBlocks,
  contributingBlocks,
  controlReviewBlocks,
  detectionThresholdBlocks,
  failureModeBlocks,
  lessonBlocks,
  reasoningTraceBlocks,
  recurrenceBlocks,
  runbookDeltaBlocks,
} from './learning.js';
import { say } from './markdown.js';
import { headerBlocks, impactBlocks, summaryBlocks } from './overview.js';
import {
  SECTIONS,
  type Block,
  type OpenItem,
  type PostMortem,
  type Section,
  type SectionId,
} from './post-mortem.js';
import { rollbackBlocks } from './rollback.js';
import { tellStory, type Story, type StoryInput } from './story.js';
import { evidenceBlocks } from './supporting-evidence.js';
import { timelineBlocks } from './timeline.js';
import { tripwireDeltaBlocks } from './tripwire-delta.js';

type Writer = (story: Story) => Block[];

/** Exhaustive: a section without a writer does not compile. Open questions are gathered from the others. */
const WRITERS: Readonly<Record<Exclude<SectionId, 'open-questions'>, Writer>> = {
  header: headerBlocks,
  summary: summaryBlocks,
  impact: impactBlocks,
  'detection-chain': detectionBlocks,
  timeline: timelineBlocks,
  'failure-mode': failureModeBlocks,
  'reasoning-trace': reasoningTraceBlocks,
  containment: containmentBlocks,
  vendor: vendorBlocks,
  rollback: rollbackBlocks,
  'blast-radius': blastRadiusBlocks,
  cost: costBlocks,
  communications: communicationBlocks,
  regulatory: regulatoryBlocks,
  'contributing-factors': contributingBlocks,
  lessons: lessonBlocks,
  'tripwire-delta': tripwireDeltaBlocks,
  'detection-threshold': detectionThresholdBlocks,
  'runbook-delta': runbookDeltaBlocks,
  'control-review': controlReviewBlocks,
  actions: actionBlocks,
  recurrence: recurrenceBlocks,
  evidence: evidenceBlocks,
};

/** Undefined where the facts do not begin with an opening. */
export function draftPostMortem(input: StoryInput): PostMortem | undefined {
  const story = tellStory(input);
  if (story === undefined) return undefined;
  const { incident, newest, status } = story;
  const written = SECTIONS.flatMap(({ id, title }): Section[] =>
    id === 'open-questions' ? [] : [{ id, title, blocks: WRITERS[id](story) }],
  );
  return {
    incident: incident.name,
    kind: incident.kind,
    status,
    title: say`${incident.title}`,
    upTo: { seq: newest.seq, hash: newest.hash, at: newest.recordedAt },
    figures: figuresOf(story),
    sections: SECTIONS.flatMap(({ id, title }) =>
      id === 'open-questions' ? [openQuestions(title, written)] : written.filter((each) => each.id === id),
    ),
  };
}

/** Everything that is open, by whom it waits for. */
function openQuestions(title: string, written: readonly Section[]): Section {
  const items = written.flatMap((section) =>
    openItemsOf(section).map(({ role, what }) => ({ role, what: `${what} (${section.title})` })),
  );
  const byRole = items.toSorted((a, b) => (a.role === b.role ? 0 : a.role < b.role ? -1 : 1));
  return { id: 'open-questions', title, blocks: [{ kind: 'open', items: byRole }] };
}

/** The open items of one section. */
export function openItemsOf({ blocks }: Section): OpenItem[] {
  return blocks.flatMap((block) => (block.kind === 'open' ? [...block.items] : []));
}
