/** Series in Prometheus' text format. Made in the worker: ten thousand agents are some megabytes of text. */
import { matches } from '../../core/tripwire/authorisation.js';
import type { Registry } from '../../registry/registry.js';
import type { CounterRow } from '../database/counter-table.js';
import type { Counters } from './counters.js';
import { FAMILIES, LEARNING_UNTIL, TENANT, TOOL_CALLS, TOOL_DECLARED, type Family } from './families.js';

/** One number about ourselves. */
export interface HealthSample {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

/** Ends every line with `\n`, as the format wants. */
export function writeExposition(
  registry: Pick<Registry, 'agents'>,
  counters: Counters,
  health: readonly HealthSample[],
): string {
  const families = FAMILIES.map((family) =>
    [
      head(family),
      ...(family.name === TOOL_DECLARED ? declared(registry, counters) : lines(family, counters)),
    ].join(''),
  );
  return [...families, ...health.map(healthText)].join('');
}

function head({ name, help, type }: Pick<Family, 'name' | 'help' | 'type'>): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function lines({ name, type, labels }: Family, counters: Counters): string[] {
  const written = (metric: string, names: readonly string[]): string[] =>
    counters.all(metric).map((row) => line(row, names));
  if (type !== 'histogram') return written(name, labels);
  return [
    ...written(`${name}_bucket`, [...labels, 'le']),
    ...written(`${name}_sum`, labels),
    ...written(`${name}_count`, labels),
  ];
}

function line({ metric, labels, value }: CounterRow, names: readonly string[]): string {
  const pairs = names.map((name, index) => `,${name}="${escaped(labels[index] ?? '')}"`);
  return `${metric}{tenant="${TENANT}"${pairs.join('')}} ${value}\n`;
}

/** The inventory, whether used or not; of a name with `*`, each name that was used and fits it. */
function declared({ agents }: Pick<Registry, 'agents'>, counters: Counters): string[] {
  const listed = [...agents.values()].flatMap(({ id, tools }) => tools.map(({ name }) => [id, name]));
  const fitting = counters.all(TOOL_CALLS).flatMap(({ labels: [id = '', name = ''] }) => {
    const tools = agents.get(id)?.tools ?? [];
    const isListed = tools.some((tool) => tool.name === name);
    return !isListed && tools.some((tool) => tool.name.includes('*') && matches(tool.name, name))
      ? [[id, name]]
      : [];
  });
  return [...listed, ...fitting].map((labels) =>
    line({ metric: TOOL_DECLARED, labels, value: 1 }, ['agent', 'tool']),
  );
}

/** Agents that are still learning, so that rules elsewhere know whose first day it is. */
export function learningSample(
  learning: readonly { readonly agentId: string; readonly untilMs: number }[],
): HealthSample {
  return {
    name: LEARNING_UNTIL,
    help: 'When what is new to an agent becomes news; only of agents of which it is not yet.',
    type: 'gauge',
    values: learning.map(({ agentId, untilMs }) => ({
      labels: { tenant: TENANT, agent: agentId },
      value: untilMs / 1000,
    })),
  };
}

function healthText({ name, help, type, values }: HealthSample): string {
  const samples = values.map(({ labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
  });
  return head({ name, help, type }) + samples.join('');
}

/** Names that agents give their tools may hold anything. */
function escaped(text: string): string {
  return /["\\\n]/.test(text)
    ? text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
    : text;
}
