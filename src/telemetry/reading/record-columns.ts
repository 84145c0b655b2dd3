/**
 * Records on their way from the thread that reads to the one that stores. A thread hands objects over one property at a
 * time, name and all, which costs more than reading them did; columns of numbers are handed over whole.
 */
import type {
  ActionRecord,
  Cost,
  RecordKind,
  RecordOrigin,
  RecordOutcome,
  Review,
} from '../../core/action-record.js';
import { bodyOf } from '../database/record-body.js';
import { isSpan, SPAN_KEY_BYTES, textKey } from '../database/record-key.js';
import type { Storable } from '../database/storable.js';

/** Some records, with their keys and bodies. */
export interface RecordColumns {
  readonly count: number;
  /** `SPAN_KEY_BYTES` each: trace and span id; zeros where the key is another. */
  readonly keys: Uint8Array<ArrayBuffer>;
  /** `NUMBERS` each; NaN where there is none. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** `WORDS` each: which text; the first of them stands for none. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** `CODES` each. */
  readonly codes: Uint8Array<ArrayBuffer>;
  readonly texts: readonly (string | null)[];
  readonly bodies: readonly string[];
  /** Of the few that have one. */
  readonly reviews: ReadonlyMap<number, Review>;
}

const NUMBERS = 6;
const WORDS = 13;
const CODES = 6;

const ORIGINS: readonly RecordOrigin[] = ['span', 'check', 'event'];
const KINDS: readonly RecordKind[] = ['other', 'inference', 'tool', 'artifact'];
const OUTCOMES: readonly RecordOutcome[] = ['unknown', 'ok', 'error', 'denied', 'held'];
const SOURCES: readonly Cost['source'][] = ['unknown', 'reported', 'price-table'];
const REASONS: readonly Cost['reason'][] = [undefined, 'other-currency', 'no-usage', 'no-price'];

const VISIBLE = 1;
const COSTS = 2;
const SPAN = 4;
/** Where the span's id begins in its key. */
const SPAN_AT = 16;

/** What may be given away with the message: the columns are not to be used afterwards. */
export function buffersOf({ keys, numbers, words, codes }: RecordColumns): ArrayBuffer[] {
  return [keys.buffer, numbers.buffer, words.buffer, codes.buffer];
}

export function packRecords(records: readonly ActionRecord[]): RecordColumns {
  const packer = new Packer(records.length);
  for (const record of records) packer.add(record);
  return packer.columns();
}

class Packer {
  readonly #keys: Buffer<ArrayBuffer>;
  readonly #numbers: Float64Array<ArrayBuffer>;
  readonly #words: Uint32Array<ArrayBuffer>;
  readonly #codes: Uint8Array<ArrayBuffer>;
  readonly #texts = new Texts();
  readonly #bodies: string[] = [];
  readonly #reviews = new Map<number, Review>();
  /** Of the record before; '' where that was no span. */
  #lastTrace = '';
  #count = 0;

  constructor(most: number) {
    this.#keys = Buffer.from(new ArrayBuffer(most * SPAN_KEY_BYTES));
    this.#numbers = new Float64Array(most * NUMBERS);
    this.#words = new Uint32Array(most * WORDS);
    this.#codes = new Uint8Array(most * CODES);
  }

  add(record: ActionRecord): void {
    const { review } = record;
    this.#addNumbers(record);
    this.#addWords(record);
    this.#addCodes(record);
    if (review !== null) this.#reviews.set(this.#count, review);
    this.#bodies.push(bodyOf(record, isSpan(record)));
    this.#count += 1;
  }

  columns(): RecordColumns {
    return {
      count: this.#count,
      keys: this.#keys,
      numbers: this.#numbers,
      words: this.#words,
      codes: this.#codes,
      texts: this.#texts.all,
      bodies: this.#bodies,
      reviews: this.#reviews,
    };
  }

  #addNumbers({ atMs, startedAtMs, receivedAtMs, cost }: ActionRecord): void {
    const numbers = this.#numbers;
    const at = this.#count * NUMBERS;
    numbers[at] = atMs;
    numbers[at + 1] = startedAtMs;
    numbers[at + 2] = receivedAtMs;
    numbers[at + 3] = cost?.usd ?? Number.NaN;
    numbers[at + 4] = cost?.inputTokens ?? Number.NaN;
    numbers[at + 5] = cost?.outputTokens ?? Number.NaN;
  }

  #addWords(record: ActionRecord): void {
    const words = this.#words;
    const texts = this.#texts;
    const at = this.#count * WORDS;
    words[at] = texts.put(0, record.agentId);
    words[at + 1] = texts.put(1, record.tool);
    words[at + 2] = texts.put(2, record.endpoint);
    words[at + 3] = texts.put(3, record.actionClass);
    words[at + 4] = texts.put(4, record.actionId);
    words[at + 5] = texts.put(5, record.parentSpanId);
    words[at + 6] = texts.put(6, record.parentActionId);
    words[at + 7] = texts.put(7, record.conversationId);
    words[at + 8] = texts.put(8, record.cost?.model ?? null);
    words[at + 9] = texts.put(9, record.traceId);
    words[at + 12] = texts.put(12, record.toolCallId ?? null);
    if (isSpan(record)) return this.#addSpanKey(record.traceId, record.spanId);
    this.#lastTrace = '';
    words[at + 10] = texts.put(10, record.spanId);
    words[at + 11] = texts.put(11, textKey(record));
  }

  #addSpanKey(traceId: string, spanId: string): void {
    const at = this.#count * SPAN_KEY_BYTES;
    if (traceId === this.#lastTrace)
      this.#keys.copyWithin(at, at - SPAN_KEY_BYTES, at - SPAN_KEY_BYTES + SPAN_AT);
    else this.#keys.write(traceId, at, 'hex');
    this.#keys.write(spanId, at + SPAN_AT, 'hex');
    this.#lastTrace = traceId;
  }

  #addCodes(record: ActionRecord): void {
    const { cost } = record;
    const codes = this.#codes;
    const at = this.#count * CODES;
    codes[at] = ORIGINS.indexOf(record.origin);
    codes[at + 1] = KINDS.indexOf(record.kind);
    codes[at + 2] = OUTCOMES.indexOf(record.outcome);
    codes[at + 3] =
      (record.customerVisible ? VISIBLE : 0) | (cost === null ? 0 : COSTS) | (isSpan(record) ? SPAN : 0);
    if (cost === null) return;
    codes[at + 4] = SOURCES.indexOf(cost.source);
    codes[at + 5] = REASONS.indexOf(cost.reason);
  }
}

/** Each text once: names come again and again, and most often right after one another. */
class Texts {
  readonly all: (string | null)[] = [null];
  readonly #numbers = new Map<string, number>();
  readonly #last: string[] = Array.from({ length: WORDS }, () => '');
  readonly #lastNumber = new Uint32Array(WORDS);

  /** Where it stands; 0 for none. */
  put(column: number, text: string | null): number {
    if (text === null) return 0;
    const number = this.#lastNumber[column] ?? 0;
    if (number !== 0 && this.#last[column] === text) return number;
    const known = this.#numbers.get(text) ?? this.#add(text);
    this.#last[column] = text;
    this.#lastNumber[column] = known;
    return known;
  }

  #add(text: string): number {
    const number = this.all.push(text) - 1;
    this.#numbers.set(text, number);
    return number;
  }
}

/** What was packed, ready to be stored. */
export function unpackRecords(columns: RecordColumns): Storable[] {
  const keys = Buffer.from(columns.keys.buffer, columns.keys.byteOffset, columns.keys.byteLength);
  return columns.bodies.map((body, index) => unpack({ columns, keys, index }, body));
}

interface At {
  readonly columns: RecordColumns;
  readonly keys: Buffer;
  readonly index: number;
}

function unpack({ columns, keys, index }: At, body: string): Storable {
  const { codes, numbers } = columns;
  const word = index * WORDS;
  const number = index * NUMBERS;
  const code = index * CODES;
  const flags = codes[code + 3] ?? 0;
  const keyAt = index * SPAN_KEY_BYTES;
  const toolCallId = textAt(columns, word + 12);
  const key =
    (flags & SPAN) === 0 ? (textAt(columns, word + 11) ?? '') : keys.subarray(keyAt, keyAt + SPAN_KEY_BYTES);
  const record: ActionRecord = {
    origin: ORIGINS[codes[code] ?? 0] ?? 'span',
    kind: KINDS[codes[code + 1] ?? 0] ?? 'other',
    actionId: textAt(columns, word + 4),
    agentId: textAt(columns, word) ?? '',
    tool: textAt(columns, word + 1),
    endpoint: textAt(columns, word + 2),
    actionClass: textAt(columns, word + 3),
    atMs: numbers[number] ?? 0,
    startedAtMs: numbers[number + 1] ?? 0,
    receivedAtMs: numbers[number + 2] ?? 0,
    cost: (flags & COSTS) === 0 ? null : costAt(columns, index),
    customerVisible: (flags & VISIBLE) !== 0,
    review: columns.reviews.get(index) ?? null,
    traceId: textAt(columns, word + 9),
    spanId: typeof key === 'string' ? textAt(columns, word + 10) : key.toString('hex', SPAN_AT),
    parentSpanId: textAt(columns, word + 5),
    parentActionId: textAt(columns, word + 6),
    conversationId: textAt(columns, word + 7),
    ...(toolCallId !== null && { toolCallId }),
    outcome: OUTCOMES[codes[code + 2] ?? 0] ?? 'unknown',
  };
  return { record, key, body };
}

function costAt(columns: RecordColumns, index: number): Cost {
  const { numbers, codes } = columns;
  const number = index * NUMBERS;
  const reason = REASONS[codes[index * CODES + 5] ?? 0];
  return {
    usd: amount(numbers[number + 3]),
    source: SOURCES[codes[index * CODES + 4] ?? 0] ?? 'unknown',
    model: textAt(columns, index * WORDS + 8),
    inputTokens: amount(numbers[number + 4]),
    outputTokens: amount(numbers[number + 5]),
    ...(reason !== undefined && { reason }),
  };
}

function textAt({ texts, words }: RecordColumns, at: number): string | null {
  return texts[words[at] ?? 0] ?? null;
}

function amount(number: number | undefined): number | null {
  return number === undefined || Number.isNaN(number) ? null : number;
}
