/** The timeline: one row per fact, by the time it happened, each with its source. */
import { differenceInMilliseconds } from 'date-fns';
import type { HaltEvent } from '../halt-events.js';
import type { Instant } from '../ids.js';
import type { IncidentEvent } from '../incident-events.js';
import { describeEvent } from './describe-event.js';
import { describeHaltEvent } from './describe-halt-event.js';
import { say, type Markdown } from './markdown.js';
import type { Block, Row } from './post-mortem.js';
import { entry, type Fact, type Story } from './story.js';

/** Recorded later than this after it happened, a fact is marked as told from memory. */
const LATE_MS = 60_000;

interface Line {
  readonly at: Instant;
  readonly seq: number;
  readonly row: Row;
}

export function timelineBlocks(story: Story): Block[] {
  const lines = [
    ...story.facts.map((fact) => line(fact, describeEvent(fact), permalinkOf(fact.event))),
    ...story.orderFacts.flatMap((fact) => {
      const text = describeHaltEvent(fact);
      return text === undefined ? [] : [line(fact, text, null)];
    }),
  ];
  const rows = lines
    .toSorted((a, b) => (a.at === b.at ? a.seq - b.seq : a.at < b.at ? -1 : 1))
    .map(({ row }) => row);
  return [{ kind: 'table', title: 'All times in UTC', columns: ['When', 'What', 'Recorded'], rows }];
}

function line(fact: Fact<IncidentEvent | HaltEvent>, text: Markdown, permalink: string | null): Line {
  const at = timeOf(fact);
  const late = differenceInMilliseconds(fact.recordedAt, at) > LATE_MS;
  const recorded = late ? say`late, at ${fact.recordedAt}` : say`at once`;
  return {
    at,
    seq: fact.seq,
    row: { cells: [say`${at}`, text, recorded], evidence: entry(fact.seq, permalink) },
  };
}

/** A note stands where its message was written, not where somebody pinned it. */
function timeOf({ event, occurredAt }: Fact<IncidentEvent | HaltEvent>): Instant {
  return event.type === 'note:added' ? event.data.originalAt : occurredAt;
}

function permalinkOf(event: IncidentEvent): string | null {
  return event.type === 'note:added' ? event.data.permalink : null;
}
