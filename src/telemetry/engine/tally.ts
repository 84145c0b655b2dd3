/** What went through since the start, in numbers. */
import type { HealthSample } from '../metrics/exposition.js';
import type { Beside } from '../reading/read-ingest.js';
import type { Kept } from './keep-batch.js';

export interface Tally {
  took(batch: readonly Pick<Beside, 'accepted' | 'rejected'>[], kept: Kept): void;
  samples(): readonly HealthSample[];
}

export function createTally(): Tally {
  const total = { accepted: 0, rejected: 0, records: 0, duplicates: 0, findings: 0, moved: 0, batches: 0 };
  return {
    took(batch, kept) {
      for (const { accepted, rejected } of batch) {
        total.accepted += accepted;
        total.rejected += rejected;
      }
      total.records += kept.records;
      total.duplicates += kept.duplicates;
      total.findings += kept.findings;
      total.moved += kept.moved;
      total.batches += 1;
    },
    samples: () => [
      {
        name: 'haltline_telemetry_items_total',
        help: 'Spans, log records and reports that were understood, or refused.',
        type: 'counter',
        values: [
          { labels: { outcome: 'accepted' }, value: total.accepted },
          { labels: { outcome: 'rejected' }, value: total.rejected },
        ],
      },
      {
        name: 'haltline_telemetry_records_total',
        help: 'Records that were stored, or known already.',
        type: 'counter',
        values: [
          { labels: { outcome: 'stored' }, value: total.records },
          { labels: { outcome: 'duplicate' }, value: total.duplicates },
        ],
      },
      sample('haltline_telemetry_findings_total', 'What tripwires said.', total.findings),
      sample(
        'haltline_telemetry_moved_records_total',
        'Records that a late enclosing span gave to another agent; counters of both have counted them.',
        total.moved,
      ),
      sample(
        'haltline_telemetry_transactions_total',
        'Durable writes, each of all that waited.',
        total.batches,
      ),
    ],
  };
}

function sample(name: string, help: string, value: number): HealthSample {
  return { name, help, type: 'counter', values: [{ value }] };
}
