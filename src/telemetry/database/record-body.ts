/** A record as it stands in its row: JSON without what is null, and without what the other columns say. */
import type { ActionRecord, Cost } from '../../core/action-record.js';
import { spanOfKey } from './record-key.js';

export interface RecordRow {
  readonly id: number;
  readonly key: Buffer | string;
  readonly at_ms: number;
  readonly agent_id: number;
  readonly agent: string;
  readonly action_id: string | null;
  readonly body: string;
}

type Body = Partial<Omit<ActionRecord, 'agentId' | 'atMs' | 'actionId'>>;

/** `inKey`: trace and span id are in the row's key. Written by hand: there is no more frequent thing to do here. */
export function bodyOf(record: ActionRecord, inKey: boolean): string {
  const { cost, review, parentSpanId, parentActionId, conversationId, toolCallId } = record;
  let body = `{"origin":"${record.origin}","kind":"${record.kind}","outcome":"${record.outcome}"`;
  body += `,"startedAtMs":${record.startedAtMs},"receivedAtMs":${record.receivedAtMs}`;
  if (record.tool !== null) body += `,"tool":${text(record.tool)}`;
  if (record.endpoint !== null) body += `,"endpoint":${text(record.endpoint)}`;
  if (record.actionClass !== null) body += `,"actionClass":${text(record.actionClass)}`;
  if (cost !== null) body += `,"cost":${costText(cost)}`;
  if (record.customerVisible) body += ',"customerVisible":true';
  if (review !== null) body += `,"review":${JSON.stringify(review)}`;
  if (!inKey && record.traceId !== null) body += `,"traceId":"${record.traceId}"`;
  if (!inKey && record.spanId !== null) body += `,"spanId":"${record.spanId}"`;
  if (parentSpanId !== null) body += `,"parentSpanId":"${parentSpanId}"`;
  if (parentActionId !== null) body += `,"parentActionId":${text(parentActionId)}`;
  if (conversationId !== null) body += `,"conversationId":${text(conversationId)}`;
  if (toolCallId !== undefined) body += `,"toolCallId":${JSON.stringify(toolCallId)}`;
  return `${body}}`;
}

function costText({ usd, source, model, inputTokens, outputTokens, reason }: Cost): string {
  const named = model === null ? 'null' : text(model);
  const why = reason === undefined ? '' : `,"reason":"${reason}"`;
  return `{"usd":${usd},"source":"${source}","model":${named},"inputTokens":${inputTokens},"outputTokens":${outputTokens}${why}}`;
}

const PLAIN = /^[\w .:/{}-]*$/;

/** Names come again and again. */
const written = new Map<string, string>();
const MOST_WRITTEN = 2_000;

/** As JSON; most names need no escaping. */
function text(value: string): string {
  const known = written.get(value);
  if (known !== undefined) return known;
  const json = PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
  if (written.size >= MOST_WRITTEN) written.clear();
  written.set(value, json);
  return json;
}

/** What `bodyOf` wrote, whole again. */
export function recordOf(row: RecordRow): ActionRecord {
  // Our own text, from our own database.
  const body = JSON.parse(row.body) as Body;
  const span = spanOfKey(row.key);
  return {
    origin: body.origin ?? 'span',
    kind: body.kind ?? 'other',
    actionId: row.action_id,
    agentId: row.agent,
    tool: body.tool ?? null,
    endpoint: body.endpoint ?? null,
    actionClass: body.actionClass ?? null,
    atMs: row.at_ms,
    startedAtMs: body.startedAtMs ?? row.at_ms,
    receivedAtMs: body.receivedAtMs ?? row.at_ms,
    cost: body.cost ?? null,
    customerVisible: body.customerVisible ?? false,
    review: body.review ?? null,
    traceId: span?.traceId ?? body.traceId ?? null,
    spanId: span?.spanId ?? body.spanId ?? null,
    parentSpanId: body.parentSpanId ?? null,
    parentActionId: body.parentActionId ?? null,
    conversationId: body.conversationId ?? null,
    ...(body.toolCallId !== undefined && { toolCallId: body.toolCallId }),
    outcome: body.outcome ?? 'unknown',
  };
}
