/**
 * `POST /v1/hooks/claude-code`: a `PreToolUse` hook. Always 200, for any other status lets the tool run there. A tool
 * that no order stops gets no decision: `allow` would skip the permissions of whoever runs the session.
 */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { gatewayReason, type JudgeRequest } from '../../operations/points/judge-request.js';
import { headerClaims } from './claims.js';
import type { IdentifyGateway } from './identify-gateway.js';

/** The members of the hook's input that we use. */
export const PreToolUse = z.object({
  hook_event_name: z.literal('PreToolUse'),
  tool_name: z.string().min(1).max(500),
  tool_use_id: z.string().max(500).optional(),
});

export async function answerClaudeCode(
  request: FastifyRequest,
  { identify, judge }: { identify: IdentifyGateway; judge: JudgeRequest },
): Promise<object> {
  const who = await identify(request.headers);
  if (who.caller === null) return deniedToClaudeCode(who.why);
  const parsed = PreToolUse.safeParse(request.body);
  if (!parsed.success) return deniedToClaudeCode('this is not the input of a PreToolUse hook');
  const { tool_name: tool, tool_use_id: actionId } = parsed.data;
  const claims = headerClaims(request.headers);
  const judged = await judge(who.caller, {
    ...claims,
    tools: [tool, ...claims.tools],
    actionId: actionId ?? claims.actionId,
  });
  return judged.allowed
    ? { hookSpecificOutput: EVENT }
    : deniedToClaudeCode(gatewayReason(judged), judged.halt?.id);
}

const EVENT = { hookEventName: 'PreToolUse' } as const;

/** A refusal in the form that stops the tool. */
export function deniedToClaudeCode(reason: string, haltId?: string): object {
  const by = haltId === undefined ? '' : `${haltId}: `;
  return {
    hookSpecificOutput: {
      ...EVENT,
      permissionDecision: 'deny',
      permissionDecisionReason: `Refused by Haltline: ${by}${reason}`,
    },
  };
}
