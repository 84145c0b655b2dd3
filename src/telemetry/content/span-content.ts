/** Content as it was sealed before there were bundles, span by span. Nothing is added to it; it goes with its traces. */
import type { Database } from 'better-sqlite3';
import type { Opened, Part } from './bundle.js';
import { unpacked } from './packed.js';
import { open } from './seal.js';
import type { SealedTrace } from './trace-keys.js';

interface SpanRow {
  readonly span: Buffer;
  readonly mark: Buffer;
  readonly sealed: Buffer;
}

export interface SpanContent {
  /** In the order in which it came. */
  read(trace: Pick<SealedTrace, 'id' | 'key'>): Opened[];
}

export function spanContent(database: Database): SpanContent {
  const all = database.prepare<[number], SpanRow>(
    'select span, mark, sealed from content where trace = ? order by id',
  );
  return {
    read: ({ id, key }) =>
      all.all(id).map(({ span, mark, sealed }) => {
        const opened = open(key, Buffer.concat([span, mark]), sealed);
        if (opened === null) return { parts: [], unreadable: 1 };
        // Authenticated just now: our own text.
        const said = JSON.parse(unpacked(opened).toString()) as Part[1];
        return { parts: [[span.toString('hex'), said]], unreadable: 0 };
      }),
  };
}
