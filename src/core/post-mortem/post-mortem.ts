/** The draft as data. `toMarkdown` prints it, `rubric` checks it; nothing in it was written by a model. */
import type { Instant } from '../ids.js';
import type { QuarantineFigures } from '../quarantine-figures.js';
import type { Markdown } from './markdown.js';

/** What a statement rests on. */
export type Evidence =
  /** An entry of the journal; `permalink` where the fact is also a message. */
  | { readonly kind: 'journal'; readonly seq: number; readonly permalink: string | null }
  /** The runbooks of this version say so. */
  | { readonly kind: 'runbooks'; readonly hash: string }
  /** The journal up to this entry holds nothing of the kind. */
  | { readonly kind: 'absence'; readonly upTo: number };

/** A statement of fact. */
export interface Statement {
  readonly text: Markdown;
  readonly evidence: readonly Evidence[];
}

export interface Row {
  readonly cells: readonly Markdown[];
  readonly evidence: readonly Evidence[];
}

/** What the journal does not know, and who has to say it. */
export interface OpenItem {
  readonly role: string;
  readonly what: string;
}

export type Block =
  /** Words of ours that state no fact. */
  | { readonly kind: 'prose'; readonly text: string }
  | { readonly kind: 'statements'; readonly items: readonly Statement[] }
  | {
      readonly kind: 'table';
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly Row[];
    }
  | { readonly kind: 'open'; readonly items: readonly OpenItem[] };

/** Every section there is, in the order in which it is printed (union of both seeds and domain-facts §4.1). */
export const SECTIONS = [
  { id: 'header', title: 'Header' },
  { id: 'summary', title: 'Summary' },
  { id: 'impact', title: 'Impact' },
  { id: 'detection-chain', title: 'Detection chain' },
  { id: 'timeline', title: 'Timeline' },
  { id: 'failure-mode', title: 'Failure mode' },
  { id: 'reasoning-trace', title: 'Reasoning-trace summary' },
  { id: 'containment', title: 'Containment' },
  { id: 'vendor', title: 'Vendor implication' },
  { id: 'rollback', title: 'Rollback' },
  { id: 'blast-radius', title: 'Blast radius: downstream agents and systems' },
  { id: 'cost', title: 'Cost' },
  { id: 'communications', title: 'Communication record' },
  { id: 'regulatory', title: 'Regulatory record' },
  { id: 'contributing-factors', title: 'Contributing factors' },
  { id: 'lessons', title: 'What went well, what went badly, where we were lucky' },
  { id: 'tripwire-delta', title: 'Tripwire delta' },
  { id: 'detection-threshold', title: 'Detection-threshold update' },
  { id: 'runbook-delta', title: 'Runbook delta' },
  { id: 'control-review', title: 'Control review' },
  { id: 'actions', title: 'Actions' },
  { id: 'recurrence', title: 'Recurrence prevention' },
  { id: 'open-questions', title: 'Open questions' },
  { id: 'evidence', title: 'Supporting evidence' },
] as const;
export type SectionId = (typeof SECTIONS)[number]['id'];

export interface Section {
  readonly id: SectionId;
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The numbers, for machines; null is unknown, never zero. */
export interface Figures {
  readonly mttdForAgentsMs: number | null;
  readonly withinDetectionTarget: boolean | null;
  readonly standardMttdMs: number | null;
  readonly mttaMs: number | null;
  readonly containmentSeconds: number | null;
  readonly withinContainmentTarget: boolean | null;
  /** Of all orders of the incident that held attempts; null where none did. */
  readonly quarantine: QuarantineFigures | null;
  readonly checklists: { readonly open: number; readonly verified: number; readonly substituted: number };
}

export interface PostMortem {
  readonly incident: string;
  readonly kind: 'incident' | 'drill';
  /** A preview is of an incident that is still open; people review and approve a draft. */
  readonly status: 'preview' | 'draft';
  readonly title: Markdown;
  /** The newest entry that was read. */
  readonly upTo: { readonly seq: number; readonly hash: string; readonly at: Instant };
  readonly figures: Figures;
  readonly sections: readonly Section[];
}
