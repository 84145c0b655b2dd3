/** One `tripwires.yml` that is not in force, held against the runbooks that are. */
import { checkFile } from './check-file.js';
import { checkReferences } from './references.js';
import type { Fault } from './registry-error.js';
import type { Registry } from './registry.js';
import type { RunbookFiles } from './runbook-files.js';
import { TripwiresFile } from './schema.js';
import { tripwireRulesOf } from './tripwire-rules-file.js';
import { parseYamlFile, type YamlFile } from './yaml-file.js';

/** What the wires read of it, or every reason why it would not be accepted. */
export type ReadTripwires =
  | { readonly kind: 'read'; readonly rules: Pick<Registry, 'tripwires' | 'routes'> }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] };

/** Reads it as a start would; `path` is what faults call it. */
export function readTripwires(registry: Registry, path: string, bytes: Uint8Array): ReadTripwires {
  const { file, faults: inYaml } = parseYamlFile(path, bytes);
  if (file === undefined) return { kind: 'faults', faults: inYaml };
  const { value, faults: inFile } = checkFile(file, TripwiresFile);
  const faults = [...inYaml, ...inFile, ...checkReferences(besideOthers(registry, file))];
  if (value === undefined || faults.length > 0) return { kind: 'faults', faults: faults.toSorted(byPlace) };
  const routes = new Map([...registry.routes.keys()].map((name) => [name, value.routes[name]]));
  return { kind: 'read', rules: { tripwires: tripwireRulesOf(value), routes } };
}

/** The names that are in force, as the files that they came from. Those have no faults, so that none is told. */
function besideOthers({ agents, roles }: Registry, tripwires: YamlFile): RunbookFiles {
  const named = [...agents.values()].map(({ id, tools }) => ({
    id,
    tools: tools.map(({ name }) => ({ name })),
  }));
  return {
    agents: fileOf('agents.yml', { agents: named }),
    roles: fileOf('roles.yml', { roles: Object.fromEntries([...roles.keys()].map((name) => [name, {}])) }),
    tripwires,
    gateways: undefined,
    sources: undefined,
    prices: undefined,
    retention: undefined,
    actionClasses: new Map(),
    drills: new Map(),
  };
}

/** JSON is YAML. */
function fileOf(path: string, data: object): YamlFile | undefined {
  return parseYamlFile(path, new TextEncoder().encode(JSON.stringify(data))).file;
}

function byPlace(one: Fault, other: Fault): number {
  return (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0);
}
