import { declares } from '../core/tripwire/authorisation.js';
import { faultAt } from './check-file.js';
import { found } from './issue-wording.js';
import type { Path } from './locate.js';
import { nearestWord } from './nearest-word.js';
import type { Fault } from './registry-error.js';
import type { RunbookFiles } from './runbook-files.js';
import { textsAt, valuesAt } from './values-at.js';
import type { YamlFile } from './yaml-file.js';

/** Something that can be referred to; `names` is undefined where its file cannot be read, so nothing is known. */
interface Target {
  readonly what: string;
  readonly names: ReadonlySet<string> | undefined;
  readonly orElse: (name: string) => string;
}

/** Names that one file uses and another has to define. */
export function checkReferences(files: RunbookFiles): Fault[] {
  const { actionClass, role, agent } = targetsOf(files);
  return [
    ...unknownNames(files.agents, 'agents.*.tools.*.actionClass', actionClass),
    ...unknownNames(files.agents, 'agents.*.actuators.*.stops.actionClasses.*', actionClass),
    ...actuatedToolsUnknown(files.agents),
    ...consumersUnknown(files.agents, agent),
    ...unknownNames(files.tripwires, 'routes.*.roles.*', role),
    ...unknownKeys(files.tripwires, 'agents.*', agent),
    ...limitedToolsUnknown(files),
    ...[...files.actionClasses.values()].flatMap((file) => unknownNames(file, 'operator', role)),
    ...[...files.actionClasses.values()].flatMap(budgetsWithoutStep),
    ...[...files.drills.values()].flatMap((file) => unknownNames(file, 'agentId', agent)),
    ...unknownNames(files.gateways, 'gateways.*.agents.*', agent),
    ...unknownNames(files.gateways, 'gateways.*.routes.*.agent', agent),
    ...unknownNames(files.gateways, 'gateways.*.routes.*.class', actionClass),
    ...unknownNames(files.sources, 'sources.*.rules.*.agent', agent),
    ...unknownNames(files.sources, 'sources.*.rules.*.class', actionClass),
  ];
}

function targetsOf(files: RunbookFiles): Record<'actionClass' | 'role' | 'agent', Target> {
  const { actionClasses, roles, agents } = files;
  return {
    actionClass: {
      what: 'action class',
      names: actionClasses.size === 0 ? undefined : new Set(actionClasses.keys()),
      orElse: (name) => `add action-classes/${name}.yml`,
    },
    role: {
      what: 'role',
      names: roles && new Set(valuesAt(roles.data, 'roles.*').map(({ path }) => String(path.at(-1)))),
      orElse: () => 'add it to roles.yml',
    },
    agent: {
      what: 'agent',
      names: agents && new Set(textsAt(agents.data, 'agents.*.id').map(({ value }) => value)),
      orElse: () => 'add it to agents.yml',
    },
  };
}

function unknownNames(file: YamlFile | undefined, pattern: string, target: Target): Fault[] {
  if (file === undefined) return [];
  return textsAt(file.data, pattern).flatMap((each) => unknownName(file, each, target));
}

/** A budget's clock is stopped by a step of the same file. */
function budgetsWithoutStep(file: YamlFile | undefined): Fault[] {
  if (file === undefined) return [];
  const names = new Set(textsAt(file.data, 'steps.*.id').map(({ value }) => value));
  return unknownNames(file, 'budgets.*.stoppedBy', {
    what: 'step',
    names,
    orElse: () => 'leave it out: then the verification stops the clock',
  });
}

function consumersUnknown(file: YamlFile | undefined, agent: Target): Fault[] {
  if (file === undefined) return [];
  return valuesAt(file.data, 'agents.*.consumers.*')
    .filter(({ value }) => textsAt(value, 'kind').some((kind) => kind.value === 'agent'))
    .flatMap(({ path, value }) =>
      textsAt(value, 'name').flatMap((name) =>
        unknownName(file, { path: [...path, 'name'], value: name.value }, agent),
      ),
    );
}

/** As `unknownNames`, for names that are keys. */
function unknownKeys(file: YamlFile | undefined, pattern: string, target: Target): Fault[] {
  if (file === undefined) return [];
  return valuesAt(file.data, pattern).flatMap(({ path }) =>
    unknownName(file, { path, value: String(path.at(-1)), part: 'key' }, target),
  );
}

/** A tool with limits of its own is one that its agent declares, itself or by a name with `*`. */
function limitedToolsUnknown({ agents, tripwires }: RunbookFiles): Fault[] {
  if (agents === undefined || tripwires === undefined) return [];
  return valuesAt(agents.data, 'agents.*').flatMap(({ value }) => {
    const names = new Set(textsAt(value, 'tools.*.name').map((tool) => tool.value));
    const target: Target = { what: 'tool of this agent', names, orElse: () => 'add it to its tools' };
    return textsAt(value, 'id').flatMap((id) =>
      valuesAt(tripwires.data, `agents.${id.value}.tools.*`).flatMap(({ path }) =>
        limitedToolFault(tripwires, path, target),
      ),
    );
  });
}

/** Limits are held against what one tool is called: those of a name with `*` would never be. */
function limitedToolFault(file: YamlFile, path: Path, target: Target): Fault[] {
  const tool = String(path.at(-1));
  if (tool.includes('*')) {
    const advice = `${tool}: limits are of one tool; write each tool that * stands for by its own name`;
    return [faultAt(file, { path, part: 'key', advice })];
  }
  if (target.names !== undefined && declares(target.names, tool)) return [];
  return unknownName(file, { path, value: tool, part: 'key' }, target);
}

/** What an actuator stops is a tool of the same agent. */
function actuatedToolsUnknown(file: YamlFile | undefined): Fault[] {
  if (file === undefined) return [];
  return valuesAt(file.data, 'agents.*').flatMap(({ path, value }) => {
    const names = new Set(textsAt(value, 'tools.*.name').map((tool) => tool.value));
    const target: Target = { what: 'tool of this agent', names, orElse: () => 'add it to its tools' };
    return textsAt(value, 'actuators.*.stops.tools.*').flatMap((tool) =>
      unknownName(file, { path: [...path, ...tool.path], value: tool.value }, target),
    );
  });
}

/** A name where it is used: as a value, or as a key. */
interface Named {
  readonly path: Path;
  readonly value: string;
  readonly part?: 'key' | 'value';
}

function unknownName(
  file: YamlFile,
  { path, value, part = 'value' }: Named,
  { names, what, orElse }: Target,
): Fault[] {
  if (names === undefined || names.has(value)) return [];
  const nearest = nearestWord(value, names);
  const hint = nearest === undefined ? '' : ` (nearest: ${nearest})`;
  const known = [...names].join(', ');
  const key = path.findLast((segment) => typeof segment === 'string') ?? '';
  const advice = `${String(key)}: ${found(value)}; there is no such ${what}; write one of ${known}${hint}, or ${orElse(value)}`;
  return [faultAt(file, { path, part, advice })];
}
