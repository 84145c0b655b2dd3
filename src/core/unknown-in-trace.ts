/** What a trace does not tell, and why: nothing is left out in silence. */
import type { JoinedTrace } from './join-trace.js';
import type { ContentState, TraceMaterial, TracePart, TracePartName, TraceUnknown } from './trace.js';

interface Told {
  readonly material: TraceMaterial;
  readonly parts: readonly TracePart[];
  readonly hasCheck: boolean;
}

export function unknownInTrace(told: Told): TraceUnknown[] {
  return [...ofSpans(told), ...ofClock(told), ...ofCheck(told), ...ofContent(told), ...ofParts(told)];
}

/** As much as clocks that are kept in step differ, and nobody minds. */
const IN_STEP_MS = 1_000;

function ofClock({ material: { clockBehindMs } }: Told): TraceUnknown[] {
  if (clockBehindMs < IN_STEP_MS) return [];
  const behind = (clockBehindMs / 1_000).toFixed(1);
  return [
    {
      what: 'clock',
      why: `Spans began before the span around them: a clock is ${behind} s behind at least. Times are as they were told; the order is by what led to what.`,
    },
  ];
}

function ofSpans(told: Told): TraceUnknown[] {
  const { span, ancestors, reachesRoot, traceId, decision, otherAgents } = told.material.joined;
  const unknown: TraceUnknown[] = [];
  if (span === null) unknown.push({ what: 'span', why: traceId === null ? NO_TRACE : NO_SPAN });
  if (span !== null && otherAgents.length > 0)
    unknown.push({
      what: 'span',
      why: `Spans of ${otherAgents.join(', ')} bear this id too. Right where the call was carried on there (MCP); else somebody uses an id that is not theirs.`,
    });
  if (!reachesRoot) {
    const which = ancestors.length === 0 ? 'The span around it' : 'A span further out';
    unknown.push({
      what: 'ancestors',
      why: `${which} is not stored: it has not ended, was not sent, or has nothing to do with an agent.`,
    });
  }
  if (decision === null && traceId !== null) unknown.push({ what: 'decision', why: whyUndecided(told) });
  return unknown;
}

const NO_TRACE =
  'No span bears this action id, and its guard was handed no trace context. Set `agent.action.id` on the span of the tool ' +
  'call (`attributesOf` of haltline/guard), and send spans to /v1/traces.';
const NO_SPAN = 'No span bears this action id. It may still run: spans are sent when they end.';

function whyUndecided(told: Told): string {
  if (stateOf(told)?.kind !== 'stored') return UNREADABLE;
  return told.material.joined.toolCallId === null
    ? 'Its span tells no id of a tool call (`gen_ai.tool.call.id`), so that no answer of a model can be tied to it.'
    : 'No answer of a model that is stored asks for this call.';
}

/** Of the action's own trace. */
function stateOf({ material }: Pick<Told, 'material'>): ContentState | undefined {
  return material.content.find(({ traceId }) => traceId === material.joined.traceId)?.state;
}

const UNREADABLE = 'Nothing that was said in this trace can be read: see `content`.';

function ofCheck({ hasCheck, material: { gaps } }: Told): TraceUnknown[] {
  if (hasCheck) return [];
  const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
  if (lost > 0)
    return [
      { what: 'check', why: `Its guard lost ${lost} reports around this time: this may be one of them.` },
    ];
  return [{ what: 'check', why: 'No guard reported that it was asked.' }];
}

function ofContent({ material }: Told): TraceUnknown[] {
  const { content, isCut, leftOut, joined } = material;
  const unknown = content
    .filter(({ traceId }) => traceId === joined.traceId)
    .flatMap(({ state }) => (state.kind === 'none' ? [whyNone(material)] : sentencesOf(state)));
  const cut = [
    ...(leftOut > 0
      ? [
          `${leftOut} pieces of what was said, those furthest from the action, are more than one answer holds.`,
        ]
      : []),
    ...(isCut ? ['More spans are stored than one answer holds: some were left out.'] : []),
  ];
  return [...unknown, ...cut].map((why): TraceUnknown => ({ what: 'content', why }));
}

/** What a purge has taken looks like what never came. */
function whyNone({ purge, about, joined }: TraceMaterial): string {
  const at = joined.span?.atMs ?? about[0]?.atMs;
  if (purge === null || at === undefined || at >= purge.keptSinceMs) return NO_CONTENT;
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  return `None is stored any more: what is older than ${day(purge.keptSinceMs)} and not held was purged, last on ${day(purge.endedAtMs)}. Or its spans held none.`;
}

function sentencesOf(state: Exclude<ContentState, { kind: 'none' }>): string[] {
  switch (state.kind) {
    case 'unstored':
      return [`${state.unstored} pieces came while HALTLINE_CONTENT_KEY was not set: they were not kept.`];
    case 'key-missing':
      return [`It is sealed under the key ${state.keyId}, which is not among HALTLINE_CONTENT_KEY.`];
    case 'unreadable':
      return ['It does not open: the database was changed, or is damaged.'];
    case 'stored':
      return [
        ...(state.unstored > 0
          ? [
              `${state.unstored} pieces came while HALTLINE_CONTENT_KEY held no key that opens this trace: they were not kept.`,
            ]
          : []),
        ...(state.unreadable > 0
          ? [`${state.unreadable} parts do not open: the database was changed, or is damaged.`]
          : []),
      ];
  }
}

const NO_CONTENT =
  'Its spans hold none: most instrumentations send what was said only when they are told to.';

const EXPECTED: readonly TracePartName[] = ['prompt', 'reasoning', 'tool-call', 'tool-result', 'output'];

function ofParts({ parts, material }: Told): TraceUnknown[] {
  const there = new Set(parts.map(({ part }) => part));
  const state = stateOf({ material });
  return EXPECTED.filter((part) => !there.has(part)).map((what) => ({
    what,
    why: whyMissing(what, state, material.joined),
  }));
}

function whyMissing(what: TracePartName, state: ContentState | undefined, { span }: JoinedTrace): string {
  if (state === undefined) return 'No trace is known for this action.';
  if (state.kind !== 'stored') return UNREADABLE;
  if (what === 'reasoning') return 'The model gave none, or its instrumentation does not record it.';
  if (what === 'tool-result' && span === null) return 'The span of the call is not stored: it may still run.';
  return 'No span of this trace tells it.';
}
