/**
 * The reports of one agent on their way: in batches, a bounded number of them, tried until they are taken. Where more come
 * than can be sent, the oldest are dropped and counted, and the gap is reported in their place. Nothing waits for it.
 */
import { PlaneError, type HttpClient } from './http-client.js';
import type { Report } from './report.js';

export interface ReportLane {
  /** `make` is called when it is sent, if it is. */
  add(make: () => Report, atMs: number): void;
  /** Resolves when everything is sent, or after `patienceMs`. */
  flush(patienceMs: number): Promise<void>;
  stop(): void;
}

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

interface Gap {
  fromMs: number;
  toMs: number;
  lost: number;
}

const MOST_WAITING = 10_000;
/** Half a megabyte at the most, whatever names are in them. */
const AT_ONCE = 500;
/** Gathered for so long before they are sent. */
const PAUSE_MS = 200;
const BACKOFF_MS = { first: 500, most: 30_000 };
const REQUEST_MS = 10_000;

export function createReportLane(options: ReportLaneOptions): ReportLane {
  const stopped = new AbortController();
  let waiting: Waiting[] = [];
  let gap: Gap | undefined;
  let sending: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isTold = false;

  function lose(lost: readonly Waiting[], why: unknown): void {
    const [first, last] = [lost[0], lost.at(-1)];
    if (first === undefined || last === undefined) return;
    gap = {
      fromMs: Math.min(gap?.fromMs ?? first.atMs, first.atMs),
      toMs: Math.max(gap?.toMs ?? last.atMs, last.atMs),
      lost: (gap?.lost ?? 0) + lost.length,
    };
    if (isTold) return;
    isTold = true;
    options.onTrouble(why);
  }

  async function send(): Promise<void> {
    const batch = waiting;
    const sent = batch.slice(0, AT_ONCE);
    const reported = gap;
    waiting = batch.slice(AT_ONCE);
    gap = undefined;
    const body = [...gapReport(options.agentId, reported), ...sent.map(({ make }) => make())];
    try {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(REQUEST_MS)]);
      await options.client.post('/v1/actions', body, signal);
      failures = 0;
      isTold = false;
    } catch (error) {
      failures += 1;
      gap = joined(reported, gap);
      if (isFinal(error)) lose(sent, error);
      else requeue(sent);
    }
  }

  /** In their old place, as far as there is room. */
  function requeue(sent: readonly Waiting[]): void {
    waiting = [...sent, ...waiting];
    if (waiting.length > MOST_WAITING) lose(waiting.splice(0, waiting.length - MOST_WAITING), TOO_MANY);
  }

  function soon(delayMs: number): void {
    if (timer !== undefined || sending !== undefined || stopped.signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      void begin();
    }, delayMs);
    timer.unref();
  }

  function begin(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    sending ??= send().finally(() => {
      sending = undefined;
      if (waiting.length > 0) soon(failures === 0 ? PAUSE_MS : backoffMs(failures));
    });
    return sending;
  }

  return {
    add(make, atMs) {
      waiting.push({ make, atMs });
      // In one stroke now and then: taking them off one by one would cost each action.
      if (waiting.length >= MOST_WAITING + AT_ONCE) lose(waiting.splice(0, AT_ONCE), TOO_MANY);
      if (waiting.length === 1) soon(PAUSE_MS);
    },
    async flush(patienceMs) {
      const until = performance.now() + patienceMs;
      while (
        (waiting.length > 0 || gap !== undefined || sending !== undefined) &&
        performance.now() < until &&
        failures < 2
      )
        await Promise.race([
          begin(),
          new Promise((resolve) => setTimeout(resolve, until - performance.now()).unref()),
        ]);
    },
    stop() {
      clearTimeout(timer);
      stopped.abort();
    },
  };
}

const TOO_MANY = new Error(
  'there is more to report than the control plane takes: the oldest reports were dropped',
);

function gapReport(agentId: string, gap: Gap | undefined): Report[] {
  if (gap === undefined) return [];
  const [from, to] = [new Date(gap.fromMs).toISOString(), new Date(gap.toMs).toISOString()];
  return [{ kind: 'gap', agentId, from, to, lost: gap.lost }];
}

function joined(a: Gap | undefined, b: Gap | undefined): Gap | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs), lost: a.lost + b.lost };
}

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
