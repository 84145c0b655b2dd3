/** Decodes requests and reads what they tell, in the order of their arrival: it remembers the spans of recent traces. */
import type { ActionRecord } from '../../core/action-record.js';
import type { Registry } from '../../registry/registry.js';
import type { Ingest, WorkerLimits } from '../messages.js';
import { Ancestry } from '../wire/ancestry.js';
import { recallSpans } from '../wire/recall-spans.js';
import { readIngest, type IngestRead } from './read-ingest.js';

export interface ReaderParts {
  readonly registry: Registry;
  readonly limits: Pick<WorkerLimits, 'bodyBytes'>;
  readonly log: { error(data: object, message: string): void };
}

/** Spans of recent traces that are remembered, for what their children need of them. */
const REMEMBERED_SPANS = 200_000;

export class Reader {
  readonly #parts: ReaderParts;
  readonly #ancestry = new Ancestry({ maxSpans: REMEMBERED_SPANS });

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** After a restart: what was stored of late. */
  recall(records: Iterable<ActionRecord>): void {
    recallSpans(this.#ancestry, records);
  }

  /** Never throws: what cannot be read is refused, and the next request is not the worse for it. */
  read(ingest: Ingest): IngestRead {
    const { registry, limits, log } = this.#parts;
    try {
      return readIngest(ingest, { prices: registry.prices, registry, ancestry: this.#ancestry, limits });
    } catch (error) {
      log.error({ err: error, kind: ingest.kind }, 'a request made the reader fail: it is refused');
      return { kind: 'answer', answer: { kind: 'invalid', message: 'It could not be read.' } };
    }
  }
}
