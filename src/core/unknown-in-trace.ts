/** What a trace does not tell, and why: nothing is left out in silence. */
import type { JoinedTrace } from './join-trace.js';
import type {
  ActionTrace,
  ContentState,
  TraceMaterial,
  TracePart,
  TracePartName,
  TraceUnknown,
} from './trace.js';

interface Told extends Pick<ActionTrace, 'check'> {
  readonly material: TraceMaterial;
  readonly joined: JoinedTrace;
  readonly parts: readonly TracePart[];
}

export function unknownInTrace(told: Told): TraceUnknown[] {
  return [...ofSpans(told), ...ofCheck(told), ...ofContent(told), ...ofParts(told)];
}

function ofSpans(told: Told): TraceUnknown[] {
  const { span, ancestors, reachesRoot, traceId, decision } = told.joined;
  const unknown: TraceUnknown[] = [];
  if (span === null) unknown.push({ what: 'span', why: traceId === null ? NO_TRACE : NO_SPAN });
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
  return told.joined.toolCallId === null
    ? 'Its span tells no id of a tool call (`gen_ai.tool.call.id`), so that no answer of a model can be tied to it.'
    : 'No answer of a model that is stored asks for this call.';
}

/** Of the action's own trace. */
function stateOf({ material, joined }: Pick<Told, 'material' | 'joined'>): ContentState | undefined {
  return material.content.find(({ traceId }) => traceId === joined.traceId)?.state;
}

const UNREADABLE = 'Nothing that was said in this trace can be read: see `content`.';

function ofCheck({ check, material: { gaps } }: Told): TraceUnknown[] {
  if (check !== null) return [];
  const lost = gaps.reduce((sum, gap) => sum + gap.lost, 0);
  if (lost > 0)
    return [
      { what: 'check', why: `Its guard lost ${lost} reports around this time: this may be one of them.` },
    ];
  return [{ what: 'check', why: 'No guard reported that it was asked.' }];
}

function ofContent({ material: { content, isCut }, joined }: Told): TraceUnknown[] {
  const unknown = content
    .filter(({ traceId }) => traceId === joined.traceId)
    .flatMap(({ state }) => sentencesOf(state).map((why): TraceUnknown => ({ what: 'content', why })));
  return isCut
    ? [...unknown, { what: 'content', why: 'More is stored than one answer holds: the rest was left out.' }]
    : unknown;
}

function sentencesOf(state: ContentState): string[] {
  switch (state.kind) {
    case 'none':
      return [NO_CONTENT];
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

function ofParts({ parts, joined, material }: Told): TraceUnknown[] {
  const there = new Set(parts.map(({ part }) => part));
  const state = stateOf({ material, joined });
  return EXPECTED.filter((part) => !there.has(part)).map((what) => ({
    what,
    why: whyMissing(what, state, joined),
  }));
}

function whyMissing(what: TracePartName, state: ContentState | undefined, { span }: JoinedTrace): string {
  if (state === undefined) return 'No trace is known for this action.';
  if (state.kind !== 'stored') return UNREADABLE;
  if (what === 'reasoning') return 'The model gave none, or its instrumentation does not record it.';
  if (what === 'tool-result' && span === null) return 'The span of the call is not stored: it may still run.';
  return 'No span of this trace tells it.';
}
