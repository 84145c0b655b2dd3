/** Which rules watch without telling anybody. */
import type { TripwireRule } from './finding.js';
import { WIRE_OF } from './finding.js';
import { tripwireParameters, type RuleOverrides, type WireRegistry } from './parameters.js';

export interface RuleInShadow {
  readonly rule: TripwireRule;
  /** For these agents only; null where for all of whom nothing else is said. */
  readonly agents: readonly string[] | null;
  /** Somebody has put it there: a rule that no file mentions is in shadow too. */
  readonly isWritten: boolean;
}

const RULES = Object.keys(WIRE_OF).filter((rule): rule is TripwireRule => rule in WIRE_OF);

export function rulesInShadow(registry: WireRegistry): RuleInShadow[] {
  const { rules, agents } = registry.tripwires;
  // No agent is named '': these are the parameters of nobody in particular.
  const general = tripwireParameters(registry, '');
  return RULES.flatMap((rule): RuleInShadow[] => {
    if (general[rule].mode === 'shadow')
      return [{ rule, agents: null, isWritten: rules[rule] !== undefined }];
    const some = [...agents.keys()].filter((agentId) => isInShadowFor(registry, agentId, rule));
    return some.length === 0 ? [] : [{ rule, agents: some, isWritten: true }];
  });
}

/** For the agent, or for one of its tools. */
function isInShadowFor(registry: WireRegistry, agentId: string, rule: TripwireRule): boolean {
  const tools = registry.tripwires.agents.get(agentId)?.tools ?? new Map<string, RuleOverrides>();
  return [null, ...tools.keys()].some(
    (tool) => tripwireParameters(registry, agentId, tool)[rule].mode === 'shadow',
  );
}
