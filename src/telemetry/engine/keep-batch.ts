import type { ActionRecord } from '../../core/action-record.js';
import type { Finding } from '../../core/tripwire/finding.js';
import { storable, type Storable } from '../database/storable.js';
import type { Brought } from '../reading/brought.js';
import type { Correction, NestedCall } from '../wire/types.js';
import type { EngineLog } from './engine.js';
import type { Sums } from './sums.js';
import type { Tables } from './tables.js';

interface Keeping {
  readonly tables: Tables;
  readonly sums: Sums;
  /** Corrections of batches that could not be stored. */
  readonly owed: readonly Correction[];
  readonly nowMs: number;
  readonly log: EngineLog;
}

/** How much of a batch was new, and what it tripped. */
export interface Kept {
  readonly records: number;
  readonly duplicates: number;
  readonly findings: number;
  /** Stored before, and now given to the agent whose they turned out to be. */
  readonly moved: number;
}

/** Stores what is new, holds it against the wires and stores what they say. Within one transaction. */
export function keepBatch(batch: readonly Brought[], keeping: Keeping): Kept {
  const { tables, sums } = keeping;
  const all = batch.flatMap(({ records }) => records);
  const added = addAll(all, tables);
  tables.traces.noteConversations(added);
  tables.tellers.note(
    batch.flatMap(({ tellers }) => tellers),
    added,
  );
  for (const { bundles, gaps } of batch) {
    tables.content.keep(bundles, keeping.nowMs);
    tables.gaps.add(gaps);
  }
  const corrections = [...keeping.owed, ...batch.flatMap((brought) => brought.corrections)];
  const nested = corrections.filter(isNested);
  for (const call of nested) if (tables.records.isCall(call)) sums.isCounted(call);
  const findings: Finding[] = [];
  for (const record of added) {
    const said = judge(keeping, () => sums.observe(record, keeping.nowMs));
    if (said.length > 0) findings.push(...said);
  }
  const moved = corrections.flatMap((each) => (isNested(each) ? [] : tables.records.move(each)));
  for (const each of moved) findings.push(...judge(keeping, () => sums.correct(each, keeping.nowMs)));
  // Last: whose they are, the corrections before may have told.
  for (const each of nested.flatMap((call) => tables.records.absorb(call)))
    findings.push(...judge(keeping, () => sums.correct(each, keeping.nowMs)));
  tables.findings.add(findings);
  for (const { agentId, rows } of sums.fleet.takeEpisodes()) tables.episodes.put(agentId, rows);
  return {
    records: added.length,
    duplicates: all.length - added.length,
    findings: findings.length,
    moved: moved.length,
  };
}

function isNested(correction: Correction): correction is NestedCall {
  return 'within' in correction;
}

/** Reviews go before the artifacts that they are of. */
function addAll(all: readonly Storable[], { records }: Tables): ActionRecord[] {
  if (!all.some(lacksReview)) return records.add(all);
  const reviews = records.add(all.filter(isReview));
  const reviewed = (each: Storable): Storable => {
    const { record } = each;
    if (!lacksReview(each) || record.actionId === null) return each;
    const review = records.reviewOf(record.agentId, record.actionId);
    return review === null ? each : storable({ ...record, review });
  };
  const rest = all.filter((each) => !isReview(each)).map(reviewed);
  return [...reviews, ...records.add(rest)];
}

/** Whatever people outside see may have been reviewed under its action id: a letter as well as the call that sends it. */
function lacksReview({ record: { kind, customerVisible, review, actionId } }: Storable): boolean {
  const isUndecided = review === null || review.decidedAtMs === null;
  return (kind === 'artifact' || customerVisible) && actionId !== null && isUndecided;
}

function isReview({ record: { kind, review } }: Storable): boolean {
  return kind === 'other' && review !== null;
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
