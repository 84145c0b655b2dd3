/**
 * What an open incident is found by. An agent of the registry is its id; one that nobody registered is its
 * label, marked as such, so that its alerts join one incident instead of opening one each.
 */
export interface NamedAgent {
  readonly agentId: string | null;
  /** What it was called, where the registry knows no such agent. */
  readonly agentLabel: string | null;
}

const UNREGISTERED = 'unregistered:';
const LONGEST_LABEL = 200;

/** Null where nothing names an agent. */
export function agentKey({ agentId, agentLabel }: NamedAgent): string | null {
  if (agentId !== null || agentLabel === null) return agentId;
  return `${UNREGISTERED}${agentLabel.slice(0, LONGEST_LABEL)}`;
}

/** The inverse of `agentKey`; long labels come back cut. */
export function parseAgentKey(key: string | null): NamedAgent {
  if (key === null || !key.startsWith(UNREGISTERED)) return { agentId: key, agentLabel: null };
  return { agentId: null, agentLabel: key.slice(UNREGISTERED.length) };
}
