/**
 * `POST /beta/litellm_basic_guardrail_api`: LiteLLM's generic guardrail. Before a call of the model it asks about the
 * agent; after it, about each tool that the model wants to call. Always 200 with an action.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GatewayRequest } from '../../operations/points/gateway-request.js';
import { gatewayReason, type JudgeRequest } from '../../operations/points/judge-request.js';
import { headerClaims } from './claims.js';
import type { IdentifyGateway } from './identify-gateway.js';

const ToolCall = z.object({
  id: z.string().max(500).nullish(),
  function: z.object({ name: z.string().max(500).nullish() }).nullish(),
});

/** The members of the guardrail's input that we use. */
export const GuardrailRequest = z.object({
  input_type: z.enum(['request', 'response']),
  litellm_call_id: z.string().max(500).nullish(),
  request_data: z.object({ user_api_key_alias: z.string().max(500).nullish() }).nullish(),
  tool_calls: z.array(ToolCall).max(1_000).nullish(),
  additional_provider_specific_params: z.object({ agent: z.string().max(500).nullish() }).nullish(),
});
type GuardrailRequest = z.infer<typeof GuardrailRequest>;

export async function answerLiteLlm(
  request: FastifyRequest,
  { identify, judge, isAgent }: LiteLlmParts,
): Promise<object> {
  const who = await identify(request.headers);
  if (who.caller === null) return blockedForLiteLlm(who.why);
  const parsed = GuardrailRequest.safeParse(request.body);
  if (!parsed.success) return blockedForLiteLlm('this is not the input of a generic guardrail');
  for (const claims of questionsOf(parsed.data, headerClaims(request.headers), isAgent)) {
    const judged = await judge(who.caller, claims);
    if (!judged.allowed)
      return blockedForLiteLlm([judged.halt?.id, gatewayReason(judged)].filter(Boolean).join(': '));
  }
  return { action: 'NONE' };
}

export interface LiteLlmParts {
  readonly identify: IdentifyGateway;
  readonly judge: JudgeRequest;
  readonly isAgent: (name: string) => boolean;
}

/** The virtual key is what LiteLLM has checked; parameters may come from the client, so both have to agree. */
function questionsOf(
  body: GuardrailRequest,
  claims: GatewayRequest,
  isAgent: LiteLlmParts['isAgent'],
): GatewayRequest[] {
  const alias = body.request_data?.user_api_key_alias ?? '';
  const named = body.additional_provider_specific_params?.agent ?? '';
  const agents = [...claims.agents, named, ...(isAgent(alias) ? [alias] : [])].filter((name) => name !== '');
  const modelCall: GatewayRequest = {
    ...claims,
    agents,
    // A version that does not know tool calls would not ask about them later either: it may be any tool.
    tools: body.tool_calls === undefined ? [] : 'none',
    classes: [],
    actionId: body.litellm_call_id ?? '',
    readOnly: false,
  };
  const toolCalls = (body.tool_calls ?? []).map(({ id, function: called }): GatewayRequest => {
    const name = called?.name ?? '';
    return { ...modelCall, tools: name === '' ? [] : [name], actionId: id ?? undefined };
  });
  return [modelCall, ...toolCalls];
}

/** A refusal in the form that blocks the call. */
export function blockedForLiteLlm(reason: string): object {
  return { action: 'BLOCKED', blocked_reason: `Refused by Haltline: ${reason}` };
}
