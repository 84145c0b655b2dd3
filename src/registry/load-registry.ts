import { basename, join } from 'node:path';
import type { z } from 'zod';
import { ActionClassName } from '../core/action-class.js';
import { TripwireName } from '../core/alert.js';
import { checkFile } from './check-file.js';
import { GatewaysFile } from './gateways-file.js';
import { checkMembership } from './membership.js';
import { PricesFile } from './prices-file.js';
import { hashOf, readFolder, type SourceFile } from './read-folder.js';
import { checkReferences } from './references.js';
import { RegistryError, wholeFile, type Fault } from './registry-error.js';
import type { Registry } from './registry.js';
import { DEFAULT_RETENTION } from '../core/retention.js';
import { RetentionFile } from './retention-file.js';
import type { RunbookFiles } from './runbook-files.js';
import { ActionClassFile, AgentsFile, DrillFile, RolesFile, TripwiresFile } from './schema.js';
import { SourcesFile, sourcesOf } from './sources-file.js';
import { tripwireRulesOf } from './tripwire-rules-file.js';
import { checkUniqueness } from './uniqueness.js';
import { parseYamlFile, type YamlFile } from './yaml-file.js';

/** Reads and checks the runbooks. RegistryError lists every fault of every file. */
export function loadRegistry(folder: string): Registry {
  const { files: sources, faults } = readFolder(folder);
  const report: Report = (found) => void faults.push(...found);
  const files = parse(sources, report);
  report(namingFaults(folder, files));
  const values = check(files, report);
  report([...checkReferences(files), ...checkUniqueness(files), ...checkMembership(files.roles)]);
  if (values === undefined || faults.length > 0) throw new RegistryError(folder, faults);
  return assemble(values, hashOf(sources));
}

type Report = (found: readonly Fault[]) => void;

function parse(sources: readonly SourceFile[], report: Report): RunbookFiles {
  const parsed = new Map<string, YamlFile | undefined>();
  for (const { name, path, bytes } of sources) {
    const { file, faults } = parseYamlFile(path, bytes);
    report(faults);
    parsed.set(name, file);
  }
  return {
    agents: parsed.get('agents.yml'),
    roles: parsed.get('roles.yml'),
    tripwires: parsed.get('tripwires.yml'),
    gateways: parsed.get('gateways.yml'),
    sources: parsed.get('sources.yml'),
    prices: parsed.get('prices.yml'),
    retention: parsed.get('retention.yml'),
    actionClasses: inFolder(parsed, 'action-classes/'),
    drills: inFolder(parsed, 'drills/'),
  };
}

function inFolder<T>(files: ReadonlyMap<string, T>, folder: string): Map<string, T> {
  return new Map(
    [...files].flatMap(([name, file]) => (name.startsWith(folder) ? [[basename(name, '.yml'), file]] : [])),
  );
}

/** What the file's name itself has to be: it is the name of the class or the drill. */
function namingFaults(folder: string, { actionClasses, drills }: RunbookFiles): Fault[] {
  const none: Fault[] =
    actionClasses.size > 0
      ? []
      : [wholeFile(join(folder, 'action-classes'), 'holds no .yml file; every action class needs one')];
  const misnamed = [
    ...[...actionClasses.keys()].map((name) => ({ name, sub: 'action-classes' })),
    ...[...drills.keys()].map((name) => ({ name, sub: 'drills' })),
  ].filter(({ name }) => !ActionClassName.safeParse(name).success);
  return [
    ...none,
    ...misnamed.map(({ name, sub }) =>
      wholeFile(join(folder, sub, `${name}.yml`), 'name the file in kebab-case, like database-write.yml'),
    ),
  ];
}

interface Values {
  readonly agents: z.output<typeof AgentsFile>;
  readonly roles: z.output<typeof RolesFile>;
  readonly tripwires: z.output<typeof TripwiresFile>;
  readonly gateways: z.output<typeof GatewaysFile>;
  readonly sources: z.output<typeof SourcesFile>;
  readonly prices: z.output<typeof PricesFile> | undefined;
  readonly retention: z.output<typeof RetentionFile> | undefined;
  readonly actionClasses: ReadonlyMap<string, z.output<typeof ActionClassFile>>;
  readonly drills: ReadonlyMap<string, z.output<typeof DrillFile>>;
}

/** All files against their schemas; undefined when one of the three single files is not usable. */
function check(files: RunbookFiles, report: Report): Values | undefined {
  const agents = checked(files.agents, AgentsFile, report);
  const roles = checked(files.roles, RolesFile, report);
  const tripwires = checked(files.tripwires, TripwiresFile, report);
  const gateways = checked(files.gateways, GatewaysFile, report) ?? { gateways: [] };
  const sources = checked(files.sources, SourcesFile, report) ?? { sources: [] };
  const prices = checked(files.prices, PricesFile, report);
  const retention = checked(files.retention, RetentionFile, report);
  const actionClasses = eachChecked(files.actionClasses, ActionClassFile, report);
  const drills = eachChecked(files.drills, DrillFile, report);
  return (
    agents &&
    roles &&
    tripwires && { agents, roles, tripwires, gateways, sources, prices, retention, actionClasses, drills }
  );
}

function checked<S extends z.ZodType>(file: YamlFile | undefined, schema: S, report: Report) {
  if (file === undefined) return undefined;
  const { value, faults } = checkFile(file, schema);
  report(faults);
  return value;
}

function eachChecked<S extends z.ZodType>(
  files: ReadonlyMap<string, YamlFile | undefined>,
  schema: S,
  report: Report,
): Map<string, z.output<S>> {
  const values = new Map<string, z.output<S>>();
  for (const [name, file] of files) {
    const value = checked(file, schema, report);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

const ROUTE_NAMES = [...TripwireName.options, 'unknown', 'declared'] as const;

function assemble(values: Values, hash: string): Registry {
  const { agents, roles, tripwires, gateways, sources, prices, retention, actionClasses, drills } = values;
  return {
    hash,
    agents: new Map(agents.agents.map((agent) => [agent.id, agent])),
    roles: new Map(Object.entries(roles.roles).map(([name, role]) => [name, { name, ...role }])),
    breakGlass: roles.breakGlass,
    haltsPerHour: tripwires.haltsPerHour,
    umbrella: tripwires.umbrella,
    alertNames: new Map(Object.entries(tripwires.alertNames)),
    routes: new Map(ROUTE_NAMES.map((name) => [name, tripwires.routes[name]])),
    actionClasses: new Map(
      [...actionClasses].map(([name, file]) => [
        name,
        { name, ...file, budgets: file.budgets.map(budgetOf) },
      ]),
    ),
    tripwires: tripwireRulesOf(tripwires),
    retention: retention ?? DEFAULT_RETENTION,
    prices: new Map(Object.entries(prices?.models ?? {})),
    pricesAsOf: prices?.asOf ?? null,
    drills: new Map([...drills].map(([id, drill]) => [id, { id, ...drill }])),
    gateways: new Map(gateways.gateways.map((gateway) => [gateway.name, gateway])),
    sources: sourcesOf(sources),
  };
}

function budgetOf(budget: { id: string; covers: string; within: number; stoppedBy?: string | undefined }) {
  const { within, ...named } = budget;
  return { ...named, minutes: within };
}
