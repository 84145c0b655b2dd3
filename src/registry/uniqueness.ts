import { faultAt } from './check-file.js';
import type { Path } from './locate.js';
import { locate } from './locate.js';
import type { Fault } from './registry-error.js';
import type { RunbookFiles } from './runbook-files.js';
import { textsAt, valuesAt } from './values-at.js';
import type { YamlFile } from './yaml-file.js';

interface Text {
  readonly path: Path;
  readonly value: string;
}

/** Ids that have to differ: of agents, of one agent's tools and actuators, of one class's steps and budgets, of gateways and sources. */
export function checkUniqueness({ agents, actionClasses, gateways, sources }: RunbookFiles): Fault[] {
  return [
    ...(agents === undefined ? [] : inAgents(agents)),
    ...(gateways === undefined ? [] : twice(gateways, textsAt(gateways.data, 'gateways.*.name'))),
    ...(sources === undefined ? [] : twice(sources, textsAt(sources.data, 'sources.*.name'))),
    ...[...actionClasses.values()].flatMap((file) => (file === undefined ? [] : inActionClass(file))),
  ];
}

function inAgents(file: YamlFile): Fault[] {
  const named = valuesAt(file.data, 'agents.*').flatMap(({ path, value }) =>
    ['tools.*.name', 'actuators.*.name'].map((pattern) =>
      textsAt(value, pattern).map((each) => ({ ...each, path: [...path, ...each.path] })),
    ),
  );
  return [textsAt(file.data, 'agents.*.id'), ...named].flatMap((texts) => twice(file, texts));
}

/** A substitute's steps share the checklist with the procedure's, so all their ids have to differ. */
function inActionClass(file: YamlFile): Fault[] {
  const steps = [...textsAt(file.data, 'steps.*.id'), ...textsAt(file.data, 'substitute.steps.*.id')];
  return [steps, textsAt(file.data, 'budgets.*.id')].flatMap((texts) => twice(file, texts));
}

function twice(file: YamlFile, texts: readonly Text[]): Fault[] {
  return texts.flatMap(({ path, value }, index) => {
    const first = texts.findIndex((each) => each.value === value);
    const earlier = texts[first];
    if (first === index || earlier === undefined) return [];
    const { line } = locate(file, earlier.path);
    const key = String(path.at(-1));
    const advice = `${key}: "${value}" is taken in line ${line}; write another ${key} here`;
    return [faultAt(file, { path, advice })];
  });
}
