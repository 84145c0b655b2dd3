/** What ties a span to an action: set these on the span of the tool call, and the trace is found by the action's id. */

/** The attributes as OpenTelemetry takes them. */
export interface ActionAttributes {
  readonly 'agent.action.id': string;
  readonly 'agent.action.class'?: string;
  /** As orders and agents.yml name it, whatever the framework calls it. */
  readonly 'agent.action.tool'?: string;
}

/**
 * The attributes of an action, for `span.setAttributes(attributesOf(context))` within `guard.run`. A guard that was given
 * `activeSpan` does it by itself.
 */
export function attributesOf({
  actionId,
  actionClass,
  tool,
}: {
  readonly actionId: string;
  readonly actionClass?: string | undefined;
  readonly tool?: string | undefined;
}): ActionAttributes {
  return {
    'agent.action.id': actionId,
    ...(actionClass !== undefined && { 'agent.action.class': actionClass }),
    ...(tool !== undefined && { 'agent.action.tool': tool }),
  };
}

/** Of a span of OpenTelemetry, what a guard needs; `trace.getActiveSpan()` gives one. */
export interface ActiveSpan {
  spanContext(): { readonly traceId: string; readonly spanId: string };
  setAttributes(attributes: Record<string, string>): unknown;
}
