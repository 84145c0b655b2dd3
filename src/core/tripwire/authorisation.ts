/** A tool or API outside what the agent declared, and agents that nobody declared. */
import type { ActionRecord } from '../action-record.js';
import type { Broken } from './outcome.js';
import type { WireSettings } from './wire-settings.js';
import { counted, named } from './wording.js';

/** What it used that it did not declare: the tool, or the address where no tool is named; null where all is well. */
export function undeclaredUse(record: ActionRecord, { inventory }: WireSettings): string | null {
  if (inventory === null || record.kind !== 'tool') return null;
  const used = [record.tool, record.endpoint].filter((name) => name !== null);
  const [name] = used;
  if (name === undefined || isDeclared(used, inventory)) return null;
  // Addresses are judged only where addresses are declared: else every call of a model's API would be one too many.
  return record.tool === null && !declaresAddresses(inventory) ? null : name;
}

export function undeclaredSentence(record: ActionRecord, name: string, settings: WireSettings): string {
  const tried = record.outcome === 'denied' || record.outcome === 'held' ? 'tried to use' : 'used';
  const declared = counted(settings.inventory?.size ?? 0, 'tool');
  return `${named(settings.agentId)} ${tried} ${named(name)}, which is not among the ${declared} that it declared in agents.yml.`;
}

/** Anything that acts, asks a model or writes is an agent; what else sends spans may be any program. */
export function unknownAgent(record: ActionRecord, { inventory, agentId }: WireSettings): Broken | null {
  if (inventory !== null || record.kind === 'other') return null;
  const did = { inference: 'asked a model', tool: 'used a tool', artifact: 'wrote something' }[record.kind];
  const what = record.tool === null ? '' : ` (${named(record.tool)})`;
  return {
    rule: 'unknown-agent',
    sentence: `${named(agentId)} ${did}${what}, and agents.yml knows no agent of that name: nobody owns it.`,
  };
}

function isDeclared(used: readonly string[], inventory: ReadonlyMap<string, string>): boolean {
  return used.some((name) => declares(inventory, name));
}

/** Does the inventory list this name, itself or by a name with `*`? */
export function declares(
  inventory: { has(name: string): boolean; keys(): Iterable<string> },
  name: string,
): boolean {
  if (inventory.has(name)) return true;
  for (const declared of inventory.keys()) if (declared.includes('*') && matches(declared, name)) return true;
  return false;
}

/** The class of a tool, as the inventory lists it, itself or by a name with `*`; undefined for one that it does not list. */
export function declaredClass(inventory: ReadonlyMap<string, string>, tool: string): string | undefined {
  const itself = inventory.get(tool);
  if (itself !== undefined) return itself;
  for (const [declared, actionClass] of inventory)
    if (declared.includes('*') && matches(declared, tool)) return actionClass;
  return undefined;
}

function declaresAddresses(inventory: ReadonlyMap<string, string>): boolean {
  for (const declared of inventory.keys()) if (declared.includes('/')) return true;
  return false;
}

/** `*` stands for any text, also for none. Without backtracking: agents choose the names. */
export function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false;
  let from = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return from <= name.length - last.length;
}
