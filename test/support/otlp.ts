/** OTLP as tests write it: the JSON form, by hand, and what reading makes of it. */
import type { ActionRecord } from '../../src/core/action-record.js';
import { Ancestry } from '../../src/telemetry/wire/ancestry.js';
import { decodeOtlp } from '../../src/telemetry/wire/decode-otlp.js';
import { readRecords } from '../../src/telemetry/wire/read-records.js';
import type { ReadingContext } from '../../src/telemetry/wire/reading-context.js';
import type { Decoded, ReadTelemetry } from '../../src/telemetry/wire/types.js';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** An AnyValue. Integers are text, as the specification writes them. */
export function anyValue(value: Json): object {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (isList(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { kvlistValue: { values: attributesOf(value) } };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function attributesOf(attributes: Readonly<Record<string, Json>>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

export const TRACE = '5b8efff798038103d269b633813fc60c';

/** `aSpanId(7)` is 0000000000000007. */
export function aSpanId(number: number): string {
  return number.toString(16).padStart(16, '0');
}

export interface SpanFields {
  readonly traceId?: string;
  readonly id?: number;
  readonly parent?: number;
  readonly name?: string;
  readonly kind?: number;
  readonly startMs?: number;
  readonly endMs?: number;
  readonly status?: object;
  readonly events?: readonly object[];
  readonly attributes?: Readonly<Record<string, Json>>;
}

/** 20 November 2026, 03:00 UTC. */
export const START_MS = 1_795_143_600_000;

/** A span of OTLP/JSON. Without times it lasts from START_MS for a second. */
export function aSpan(fields: SpanFields): Record<string, unknown> {
  const startMs = fields.startMs ?? START_MS;
  return {
    traceId: fields.traceId ?? TRACE,
    spanId: aSpanId(fields.id ?? 1),
    ...(fields.parent !== undefined && { parentSpanId: aSpanId(fields.parent) }),
    name: fields.name ?? 'a span',
    kind: fields.kind ?? 1,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${fields.endMs ?? startMs + 1000}000000`,
    attributes: attributesOf(fields.attributes ?? {}),
    events: fields.events ?? [],
    status: fields.status ?? {},
  };
}

/** A request with one resource and one scope. */
export function tracesOf(
  spans: readonly object[],
  resource: Readonly<Record<string, Json>> = SERVICE,
): object {
  return {
    resourceSpans: [
      { resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: { name: 'test' }, spans }] },
    ],
  };
}

const SERVICE = { 'service.name': 'a-service' };

export function logsOf(
  logRecords: readonly object[],
  resource: Readonly<Record<string, Json>> = SERVICE,
): object {
  return {
    resourceLogs: [{ resource: { attributes: attributesOf(resource) }, scopeLogs: [{ logRecords }] }],
  };
}

export function decodeTraces(request: unknown): Decoded {
  return decodeOtlp({ signal: 'traces', format: 'json', body: Buffer.from(JSON.stringify(request)) });
}

export function decodeLogs(request: unknown): Decoded {
  return decodeOtlp({ signal: 'logs', format: 'json', body: Buffer.from(JSON.stringify(request)) });
}

/** A context with nothing in it but what a test names. */
export function aContext(fields: Partial<ReadingContext> = {}): ReadingContext {
  return {
    prices: new Map(),
    registry: { agents: new Map() },
    receivedAtMs: START_MS + 5000,
    boundAgentId: null,
    ancestry: new Ancestry({ maxSpans: 1000 }),
    ...fields,
  };
}

/** Reads spans that came in one request. */
export function readSpans(spans: readonly SpanFields[], fields: Partial<ReadingContext> = {}): ReadTelemetry {
  return readRecords(decodeTraces(tracesOf(spans.map(aSpan))), aContext(fields));
}

/** Two agents, one of them called like the process that sends. */
export const REGISTRY = {
  agents: new Map([
    ['billing-agent', { tools: [{ name: 'stripe.refund', actionClass: 'external-api-call' }] }],
    ['a-service', { tools: [] }],
  ]),
};

/** The record of a span that comes alone; undefined where it makes none. */
export function recordOf(span: SpanFields): ActionRecord | undefined {
  return readSpans([span], { registry: REGISTRY }).records[0];
}
