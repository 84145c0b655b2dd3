/** PagerDuty's Events API v2 on this machine: takes what it takes, refuses what it refuses, fails when told to. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { bodyOf, switchable } from './listening.js';
import { freePort } from './processes.js';

export const ROUTING_KEY = '0123456789abcdef0123456789abcdef';

const Event = z.object({
  routing_key: z.literal(ROUTING_KEY),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(255).optional(),
  payload: z
    .object({
      summary: z.string().min(1).max(1024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime({ offset: true }).optional(),
      component: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
  links: z.array(z.object({ href: z.url(), text: z.string().optional() })).optional(),
  client: z.string().optional(),
});
export type PagedEvent = z.infer<typeof Event>;

/** One request as it came in. */
export interface Enqueued {
  readonly at: number;
  readonly text: string;
  /** Undefined where it was refused. */
  readonly event: PagedEvent | undefined;
  readonly status: number;
}

type Trouble = (response: ServerResponse) => number;

export interface EventsApi {
  readonly url: string;
  readonly enqueued: readonly Enqueued[];
  /** What was taken, `trigger haltline:INC-7` each: without the moment at the end of a key. */
  taken(): string[];
  /** How an alert stands there, by its key with or without the moment; undefined where there never was one. */
  alert(dedupKey: string): 'triggered' | 'acknowledged' | 'resolved' | undefined;
  /** From now on every request ends so; left out: well again. */
  trouble(trouble?: Trouble): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Answers with this status, and says when to come back. */
export function failing(status: number, headers: Record<string, string> = {}): Trouble {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end('{"status":"no"}');
    return status;
  };
}

/** Takes the request and never answers. */
export const HANGING: Trouble = () => 0;

const LARGEST = 512 * 1024;

export async function openEventsApi(): Promise<EventsApi> {
  const api = await createEventsApi();
  onTestFinished(() => api.stop());
  return api;
}

/** As `openEventsApi`, for whoever stops it. */
export async function createEventsApi(): Promise<EventsApi> {
  const port = await freePort();
  const enqueued: Enqueued[] = [];
  const alerts = new Map<string, 'triggered' | 'acknowledged' | 'resolved'>();
  let trouble: Trouble | undefined;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = (await bodyOf(request)).toString('utf8');
    const at = Date.now();
    if (trouble !== undefined) {
      enqueued.push({ at, text, event: undefined, status: trouble(response) });
      return;
    }
    const { status, event } = judge(text);
    if (event !== undefined) settle(alerts, event);
    enqueued.push({ at, text, event, status });
    const said =
      status === 202 ? { status: 'success', message: 'Event processed' } : { status: 'invalid event' };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...said, dedup_key: event?.dedup_key }));
  };
  const { start, stop } = switchable(port, (request, response) => void take(request, response));
  const api: EventsApi = {
    url: `http://127.0.0.1:${port}/v2/enqueue`,
    enqueued,
    taken: () =>
      enqueued.flatMap(({ event }) => (event ? [`${event.event_action} ${undated(event.dedup_key)}`] : [])),
    alert: (dedupKey) => [...alerts].findLast(([key]) => key === dedupKey || undated(key) === dedupKey)?.[1],
    trouble: (next) => void (trouble = next),
    start,
    stop,
  };
  await start();
  return api;
}

function undated(key: string = ''): string {
  return key.replace(/:\d{8}T\d{6}Z$/, '');
}

/** https://developer.pagerduty.com/docs/send-alert-event: what a valid event is, and how the others are answered. */
function judge(text: string): { status: number; event?: PagedEvent } {
  if (Buffer.byteLength(text) > LARGEST) return { status: 413 };
  const parsed = Event.safeParse(parseJson(text));
  if (!parsed.success) return { status: 400 };
  const { event_action: action, payload, dedup_key: key } = parsed.data;
  const isWhole = action === 'trigger' ? payload !== undefined : key !== undefined;
  return isWhole ? { status: 202, event: parsed.data } : { status: 400 };
}

/** Without an open alert of that key an acknowledgement is dropped, and nobody is told. */
function settle(
  alerts: Map<string, 'triggered' | 'acknowledged' | 'resolved'>,
  { event_action: action, dedup_key: key = '' }: PagedEvent,
): void {
  const before = alerts.get(key);
  const isOpen = before === 'triggered' || before === 'acknowledged';
  if (action === 'trigger') alerts.set(key, isOpen ? before : 'triggered');
  else if (isOpen) alerts.set(key, action === 'acknowledge' ? 'acknowledged' : 'resolved');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
