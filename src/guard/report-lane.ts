/**
 * The reports of one agent on their way: in batches, a bounded number of them, tried until they are taken. Where more come
 * than can be sent, the oldest are dropped and counted, and the gap is reported in their place. Nothing waits for it.
 */
import { PlaneError, type HttpClient } from './http-client.js';
import { madeOf, type Report } from './report.js';
import { gapReport, joined, type Gap } from './report-gap.js';

export interface ReportLaneOptions {
  readonly agentId: string;
  readonly client: Pick<HttpClient, 'post'>;
  /** Told when reports are lost, once until some are taken again. */
  readonly onTrouble: (error: unknown) => void;
}

interface Waiting {
  readonly make: () => Report;
  readonly atMs: number;
}

const MOST_WAITING = 10_000;
/** Half a megabyte at the most, whatever names are in them. */
const AT_ONCE = 500;
/** Gathered for so long before they are sent. */
const PAUSE_MS = 200;
const BACKOFF_MS = { first: 500, most: 30_000 };
const REQUEST_MS = 10_000;

export class ReportLane {
  readonly #options: ReportLaneOptions;
  readonly #stopped = new AbortController();
  #waiting: Waiting[] = [];
  #gap: Gap | undefined;
  #sending: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  #isTold = false;

  constructor(options: ReportLaneOptions) {
    this.#options = options;
  }

  /** `make` is called when it is sent, if it is. */
  add(make: () => Report, atMs: number): void {
    this.#waiting.push({ make, atMs });
    // In one stroke now and then: taking them off one by one would cost each action.
    if (this.#waiting.length >= MOST_WAITING + AT_ONCE)
      this.#lose(this.#waiting.splice(0, AT_ONCE), TOO_MANY);
    if (this.#waiting.length === 1) this.#soon(PAUSE_MS);
  }

  /** Resolves when everything is sent, or after `patienceMs`. */
  async flush(patienceMs: number): Promise<void> {
    const until = performance.now() + patienceMs;
    while (this.#isBusy() && performance.now() < until && this.#failures < 2) {
      const late = new Promise((resolve) => setTimeout(resolve, until - performance.now()).unref());
      await Promise.race([this.#begin(), late]);
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#stopped.abort();
  }

  #isBusy(): boolean {
    return this.#waiting.length > 0 || this.#gap !== undefined || this.#sending !== undefined;
  }

  #soon(delayMs: number): void {
    if (this.#timer !== undefined || this.#sending !== undefined || this.#stopped.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#begin(), delayMs);
    this.#timer.unref();
  }

  #begin(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
      if (this.#waiting.length > 0) this.#soon(this.#failures === 0 ? PAUSE_MS : backoffMs(this.#failures));
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { agentId, client, onTrouble } = this.#options;
    const sent = this.#waiting.splice(0, AT_ONCE);
    const gap = this.#gap;
    this.#gap = undefined;
    const body = [...gapReport(agentId, gap), ...sent.flatMap(({ make }) => madeOf(make, onTrouble))];
    if (body.length === 0) return;
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(REQUEST_MS)]);
      await client.post('/v1/actions', body, signal);
      this.#failures = 0;
      this.#isTold = false;
    } catch (error) {
      this.#failures += 1;
      this.#gap = joined(gap, this.#gap);
      if (isFinal(error)) this.#lose(sent, error);
      else this.#requeue(sent);
    }
  }

  /** In their old place, as far as there is room. */
  #requeue(sent: readonly Waiting[]): void {
    this.#waiting = [...sent, ...this.#waiting];
    const tooMany = this.#waiting.length - MOST_WAITING;
    if (tooMany > 0) this.#lose(this.#waiting.splice(0, tooMany), TOO_MANY);
  }

  #lose(lost: readonly Waiting[], why: unknown): void {
    const [first, last] = [lost[0], lost.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#gap = joined(this.#gap, { fromMs: first.atMs, toMs: last.atMs, lost: lost.length });
    if (this.#isTold) return;
    this.#isTold = true;
    this.#options.onTrouble(why);
  }
}

const TOO_MANY = new Error(
  'there is more to report than the control plane takes: the oldest reports were dropped',
);

/** Refused for what it is: sending it again would not help. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof PlaneError)) return false;
  const { status } = error;
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && status !== 401;
}

function backoffMs(failures: number): number {
  const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** Math.min(failures, 10));
  return most * (0.5 + Math.random() / 2);
}
