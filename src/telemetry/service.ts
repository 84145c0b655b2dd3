/** The store's loop: what was read and waits is stored together, and everything else is asked in between. */
import type { PurgeReport } from '../core/retention.js';
import type { Registry } from '../registry/registry.js';
import type { Engine } from './engine/engine.js';
import type {
  FromReader,
  FromWorker,
  Question,
  QueueState,
  ToReader,
  ToWorker,
  WorkerLimits,
} from './messages.js';
import { learningSample, writeExposition, type HealthSample } from './metrics/exposition.js';
import { unpackRead } from './reading/brought.js';

export interface ServeParts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly limits: WorkerLimits;
  readonly say: (message: FromWorker, transfer?: readonly ArrayBuffer[]) => void;
  /** Ends the thread. */
  readonly end: () => void;
  readonly now: () => number;
}

type Waiting = Extract<FromReader, { kind: 'read' }>;

/** Agents that time passes for at a time: a slice takes milliseconds, and ten thousand agents have their turn in 5 s. */
const SLICE = { everyMs: 250, agents: 500 };
const SUMS_EVERY_MS = 15_000;
const PURGE_EVERY_MS = 3_600_000;
/** Between two steps of a purge. */
const PURGE_PAUSE_MS = 5;
const WOKEN_AT_ONCE = 20;
/** Findings on their way at once. */
const IN_HAND = 50;
const RECORDS_A_PAGE = 1_000;

export class Service {
  readonly #parts: ServeParts;
  readonly #waiting: Waiting[] = [];
  readonly #inHand = new Set<number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #newestInHand = 0;
  #lagMs = 0;
  #isDue = false;
  #isClosed = false;

  constructor(parts: ServeParts) {
    this.#parts = parts;
  }

  /** Hands over what was found before the start, and lets time pass from now on. */
  begin(): void {
    const { engine } = this.#parts;
    this.#timers.push(
      setInterval(() => this.#tick(), SLICE.everyMs),
      setInterval(() => engine.writeSums(), SUMS_EVERY_MS),
      setInterval(() => this.#purgeAll(0), PURGE_EVERY_MS),
    );
    this.#handOver();
    this.#wakeAll();
  }

  hear(message: ToWorker): void {
    if (message.kind === 'confirm') return this.#confirm(message.findingId);
    try {
      this.#answer(message);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      this.#parts.say({ kind: 'fault', id: message.id, message: said });
    }
  }

  hearReader(message: FromReader): void {
    if (message.kind === 'close') return this.#close(message.id);
    this.#waiting.push(message);
    this.#soon();
  }

  /** After everything that has arrived by now has been heard. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => this.#work());
  }

  #work(): void {
    const { engine, limits, now, say } = this.#parts;
    this.#isDue = false;
    const batch = takeBatch(this.#waiting, limits.batchBytes);
    const [first] = batch;
    if (first === undefined) return;
    const taken = engine.take(batch.map(({ read }) => unpackRead(read)));
    this.#lagMs = now() - first.sinceMs;
    for (const [index, { id }] of batch.entries()) {
      const answer = taken[index];
      if (answer !== undefined) say({ kind: 'answer', id, answer });
    }
    this.#handOver();
    if (this.#waiting.length > 0) this.#soon();
  }

  #tick(): void {
    this.#parts.engine.advance(SLICE.agents);
    this.#handOver();
  }

  /** In small steps, so that nobody waits for it. */
  #wakeAll(): void {
    if (!this.#isClosed && this.#parts.engine.wakeSome(WOKEN_AT_ONCE)) setImmediate(() => this.#wakeAll());
  }

  #purgeAll(after: number): void {
    const next = this.#isClosed ? null : this.#parts.engine.purgeSome(after);
    if (next !== null) setImmediate(() => this.#purgeAll(next));
  }

  #handOver(): void {
    const room = IN_HAND - this.#inHand.size;
    for (const { findingId, finding } of this.#parts.engine.waiting(this.#newestInHand, room)) {
      this.#inHand.add(findingId);
      this.#newestInHand = findingId;
      this.#parts.say({ kind: 'finding', findingId, finding });
    }
  }

  #confirm(findingId: number): void {
    this.#parts.engine.confirm(findingId);
    this.#inHand.delete(findingId);
    this.#handOver();
  }

  #answer({ kind, id, ask }: Exclude<Question, ToReader>): void {
    const { engine, say } = this.#parts;
    switch (kind) {
      case 'exposition':
        return this.#expose(id, ask);
      case 'periods':
        engine.excludePeriods(ask);
        return say({ kind: 'answer', id, answer: null });
      case 'findings':
        return say({ kind: 'answer', id, answer: engine.findings(ask) });
      case 'purge':
        return this.#purge(id, engine.forgetOld(ask));
      case 'purgeReported':
        engine.purgeReported(ask.purgeId);
        return say({ kind: 'answer', id, answer: null });
      case 'trace':
        return say({ kind: 'answer', id, answer: engine.trace(ask.actionId) });
      case 'read':
        return say({ kind: 'answer', id, answer: engine.page(ask.range, ask.after, RECORDS_A_PAGE) });
    }
  }

  /** In small steps: between two of them everybody else is heard. */
  #purge(id: number, steps: Generator<void, PurgeReport | null>): void {
    const { say } = this.#parts;
    if (this.#isClosed) return;
    try {
      const { done, value } = steps.next();
      if (done === true) say({ kind: 'answer', id, answer: value });
      else setTimeout(() => this.#purge(id, steps), PURGE_PAUSE_MS);
    } catch (error) {
      say({ kind: 'fault', id, message: error instanceof Error ? error.message : String(error) });
    }
  }

  #expose(id: number, queue: QueueState): void {
    const { engine, registry, say } = this.#parts;
    const text = writeExposition(registry, engine.counters(), this.#health(queue));
    const answer = new TextEncoder().encode(text);
    say({ kind: 'answer', id, answer }, [answer.buffer]);
  }

  #health({ bytes, refused }: QueueState): HealthSample[] {
    const { engine, now } = this.#parts;
    const { fleet, counting } = engine.sums;
    const overflows = [...counting.counters.overflows()];
    return [
      learningSample(fleet.learning(now())),
      ...engine.tally.samples(),
      gauge('haltline_telemetry_queue_bytes', 'Bytes that wait to be stored.', bytes),
      {
        name: 'haltline_telemetry_refused_total',
        help: 'Requests that were told to come back.',
        type: 'counter',
        values: [{ value: refused }],
      },
      gauge('haltline_telemetry_lag_seconds', 'How long the last batch had waited.', this.#lagMs / 1000),
      gauge('haltline_telemetry_agents', 'Agents whose wires are watched.', fleet.size),
      gauge('haltline_telemetry_findings_waiting', 'Findings that nobody has raised yet.', this.#inHand.size),
      {
        name: 'haltline_telemetry_series_overflow_total',
        help: 'Counts that had no room for a label value and went to _other.',
        type: 'counter',
        values: overflows.map(([metric, value]) => ({ labels: { metric }, value })),
      },
    ];
  }

  #close(id: number): void {
    const { engine, end, say } = this.#parts;
    for (const timer of this.#timers) clearInterval(timer);
    while (this.#waiting.length > 0) this.#work();
    this.#isClosed = true;
    engine.close();
    say({ kind: 'answer', id, answer: null });
    end();
  }
}

function gauge(name: string, help: string, value: number): HealthSample {
  return { name, help, type: 'gauge', values: [{ value }] };
}

/** From the front of the queue: as many as fit into one transaction, but one at least. */
function takeBatch(waiting: Waiting[], mostBytes: number): Waiting[] {
  let bytes = 0;
  const end = waiting.findIndex((each, index) => {
    bytes += each.bytes;
    return index > 0 && bytes > mostBytes;
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}
