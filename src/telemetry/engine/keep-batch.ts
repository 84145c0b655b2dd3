import type { ActionRecord } from '../../core/action-record.js';
import type { Finding } from '../../core/tripwire/finding.js';
import type { AgentCorrection } from '../wire/types.js';
import type { EngineLog } from './engine.js';
import type { IngestRead } from './read-ingest.js';
import type { Sums } from './sums.js';
import type { Tables } from './tables.js';

type Read = Extract<IngestRead, { kind: 'read' }>;

interface Keeping {
  readonly tables: Tables;
  readonly sums: Sums;
  readonly nowMs: number;
  readonly log: EngineLog;
}

/** How much of a batch was new, and what it tripped. */
export interface Kept {
  readonly records: number;
  readonly duplicates: number;
  readonly findings: number;
}

/** Stores what is new, holds it against the wires and stores what they say. Within one transaction. */
export function keepBatch(batch: readonly Read[], keeping: Keeping): Kept {
  const { tables, sums } = keeping;
  const all = batch.flatMap(({ records }) => records);
  const added = addAll(all, tables);
  tables.traces.noteConversations(added);
  for (const { content, gaps } of batch) {
    tables.content.keep(content, keeping.nowMs);
    tables.gaps.add(gaps);
  }
  const findings = added.flatMap((record) => judge(keeping, () => sums.observe(record, keeping.nowMs)));
  for (const { corrections } of batch)
    for (const correction of corrections) findings.push(...correct(correction, keeping));
  tables.findings.add(findings);
  for (const { agentId, rows } of sums.fleet.takeEpisodes()) tables.episodes.put(agentId, rows);
  return { records: added.length, duplicates: all.length - added.length, findings: findings.length };
}

/** Reviews go before the artifacts that they are of. */
function addAll(records: readonly ActionRecord[], tables: Tables): ActionRecord[] {
  const lacksReview = ({ kind, review, actionId }: ActionRecord): boolean =>
    kind === 'artifact' && actionId !== null && (review === null || review.decidedAtMs === null);
  if (!records.some(lacksReview)) return tables.records.add(records);
  const isReview = ({ kind, review }: ActionRecord): boolean => kind === 'other' && review !== null;
  const reviews = tables.records.add(records.filter(isReview));
  const reviewed = (record: ActionRecord): ActionRecord =>
    lacksReview(record) && record.actionId !== null
      ? { ...record, review: tables.records.reviewOf(record.agentId, record.actionId) ?? record.review }
      : record;
  const rest = records.filter((record) => !isReview(record)).map(reviewed);
  return [...reviews, ...tables.records.add(rest)];
}

/** One record that a wire cannot digest must not keep the others from being stored. */
function judge({ log }: Keeping, work: () => readonly Finding[]): readonly Finding[] {
  try {
    return work();
  } catch (error) {
    log.error({ err: error }, 'a record could not be held against the wires: it is stored all the same');
    return [];
  }
}

function correct(correction: AgentCorrection, keeping: Keeping): Finding[] {
  const { tables, sums, nowMs } = keeping;
  return tables.records.move(correction).flatMap((moved) => judge(keeping, () => sums.correct(moved, nowMs)));
}
