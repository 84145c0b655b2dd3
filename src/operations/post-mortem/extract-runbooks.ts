import type { Incident } from '../../core/incident.js';
import { RunbookExtract } from '../../core/post-mortem/runbook-extract.js';
import type { Registry } from '../../registry/registry.js';

/** What the post-mortem of this incident needs of the runbooks; parsing leaves out the rest (owners, for one). */
export function extractRunbooks(registry: Registry, incident: Incident): RunbookExtract {
  return RunbookExtract.parse({
    hash: registry.hash,
    agent: incident.agentId === null ? null : (registry.agents.get(incident.agentId) ?? null),
    classes: incident.checklists.flatMap(({ actionClass }) => registry.actionClasses.get(actionClass) ?? []),
    drill: incident.drillId === null ? null : (registry.drills.get(incident.drillId) ?? null),
  });
}
