/**
 * What was decided of the same question under the same orders. Agents ask about the same few tools thousands of times a
 * second, and an order must not make each of these answers slower.
 */
import type { Decision } from '../../core/decide.js';
import type { Halt } from '../../core/halt.js';
import type { GatewayRequest, agentOf } from './gateway-request.js';

export type DecidedBefore = (
  halts: readonly Halt[],
  asked: { readonly asking: ReturnType<typeof agentOf>; readonly request: GatewayRequest },
  decide: () => Decision,
) => Decision;

/** Names of tools are what clients say: whoever makes up new ones all the time has it start anew. */
const KEPT = 10_000;

export function createDecidedBefore(): DecidedBefore {
  let under: readonly Halt[] | undefined;
  let aboutActions = false;
  let kept = 0;
  const byAgent = new Map<string, Map<string, Decision>>();
  const begin = (halts: readonly Halt[]): void => {
    under = halts;
    aboutActions = halts.some(({ scope }) => scope.kind === 'action');
    kept = 0;
    byAgent.clear();
  };
  return (halts, { asking, request }, decide) => {
    if (halts !== under || kept >= KEPT) begin(halts);
    const { agentId, route } = asking;
    const tool = aboutActions || route !== undefined ? undefined : onlyTool(request);
    if (agentId === null || tool === undefined) return decide();
    const ofAgent = byAgent.get(agentId) ?? new Map<string, Decision>();
    const known = ofAgent.get(tool);
    if (known !== undefined) return known;
    const decision = decide();
    byAgent.set(agentId, ofAgent.set(tool, decision));
    kept += 1;
    return decision;
  };
}

/** The tool, where nothing else of the request has a say in the decision. */
function onlyTool({ tools, classes, readOnly }: GatewayRequest): string | undefined {
  if (tools === 'none' || tools.length !== 1 || classes.length > 0 || readOnly) return undefined;
  return tools[0];
}
