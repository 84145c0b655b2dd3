/** The composition root: the only file that knows every room. Wired by hand, in the order in which things depend. */
import { existsSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createActuators } from './actuators/registry.js';
import type { Actuators } from './actuators/types.js';
import { ConfigError, type Config } from './config.js';
import { createHttpServer } from './http/server.js';
import { DEFAULT_LIMITS, type Readiness } from './http/http-deps.js';
import { acknowledgeGateways } from './operations/points/acknowledge-gateways.js';
import { expectActuators } from './operations/actuators/actuator-points.js';
import { createHaltPlane } from './operations/halting/create-halt-plane.js';
import { checkpointJournal } from './operations/checkpoint-journal.js';
import { inAHurry, type Deps } from './operations/deps.js';
import { actuatorEffectors, createActuatorDrive } from './operations/actuators/drive-actuators.js';
import { describePagers } from './operations/paging/describe-pagers.js';
import { pagerEffectors } from './operations/paging/drive-pagers.js';
import { driveUnrecorded } from './operations/actuators/drive-unrecorded.js';
import { createGatewayPoints, type GatewayPoints } from './operations/points/gateway-points.js';
import { incidentExcluder } from './operations/incidents/exclude-incidents.js';
import { hashToken } from './operations/access/hash-token.js';
import { keepGateways, rememberedGateways } from './operations/points/keep-gateways.js';
import { telemetryPurger } from './operations/detection/purge-telemetry.js';
import { raiseFinding } from './operations/detection/raise-finding.js';
import { shadowReporter } from './operations/detection/report-shadow.js';
import type { Outbox } from './operations/outbox/outbox-types.js';
import { startOutbox } from './operations/outbox/run-outbox.js';
import { createActuatorWatch } from './operations/actuators/watch-actuators.js';
import { createPagers } from './pagers/registry.js';
import type { Pagers } from './pagers/types.js';
import { loadRegistry } from './registry/load-registry.js';
import type { Registry } from './registry/registry.js';
import { startJobs } from './schedule/jobs.js';
import { createSlackDoor, type SlackDoor } from './slack/app.js';
import { createCallBudget } from './slack/call-budget.js';
import { createSlackClients } from './slack/clients.js';
import { createDirectory } from './slack/directory.js';
import { createEffectors } from './slack/effects/registry.js';
import { createReconciler } from './slack/surfaces/reconcile.js';
import { configureSources } from './sources/configure-sources.js';
import type { ConfiguredSource } from './sources/types.js';
import { createWebReader } from './sources/web-reader.js';
import { openSqliteStore } from './store/sqlite.js';
import { createTelemetry } from './telemetry/start-telemetry.js';
import type { Telemetry } from './telemetry/types.js';

export interface App {
  start(): Promise<void>;
  /** Takes nothing new, finishes what is in flight, closes everything. Safe to call once. */
  stop(): Promise<void>;
  /** Where HTTP listens, once started. */
  readonly url: string;
}

/** Opens the store, reads the runbooks and wires the rooms. Rejects with what has to be mended. */
export async function createApp(config: Config, log: Logger): Promise<App> {
  const running: Running = { outbox: undefined, jobs: undefined, url: '' };
  const parts = await openParts(config, { log, wake: () => running.outbox?.wake() });
  const gateways = createGatewayPoints(parts.deps, { remembered: await rememberedGateways(parts.deps) });
  expectActuators(parts.deps);
  const drive = createActuatorDrive(inAHurry(parts.deps), parts.actuators);
  const stopDriving = driveUnrecorded(drive);
  const door = slackDoorOf(parts, config);
  const server = httpServerOf(parts, { config, gateways, door });
  const rooms: Rooms = { ...parts, gateways, drive, door };
  return {
    get url() {
      return running.url;
    },
    start: async () => {
      running.url = await server.listen({ host: config.host, port: config.port, backlog: BACKLOG });
      running.outbox = startDelivery(rooms);
      await door.start();
      running.jobs = startSchedule(rooms);
      parts.telemetry.onFinding((finding) => raiseFinding(parts.deps, finding));
      void parts.directory.refresh();
      log.info({ url: running.url, runbooks: parts.registry.hash.slice(0, 12) }, 'haltline is up');
    },
    stop: async () => {
      await running.jobs?.stop();
      await door.stop();
      await server.close();
      await parts.telemetry.close();
      await door.drain();
      stopDriving();
      await running.outbox?.drain(5000);
      running.outbox?.stop();
      await parts.store.close();
      log.info({}, 'haltline has stopped');
    },
  };
}

/** What there is from start to stop. */
interface Running {
  outbox: Outbox | undefined;
  jobs: { stop(): void | Promise<void> } | undefined;
  url: string;
}

type Parts = Awaited<ReturnType<typeof openParts>>;

interface Rooms extends Parts {
  readonly gateways: GatewayPoints;
  readonly drive: ReturnType<typeof createActuatorDrive>;
  readonly door: SlackDoor;
}

/** Whatever can be wrong with the configuration, the runbooks or the store is found here, before anything listens. */
async function openParts(config: Config, { log, wake }: { readonly log: Logger; readonly wake: () => void }) {
  const registry = loadRegistry(config.runbooks);
  const actuators = requireActuators(registry, config);
  const sources = requireSources(registry, config);
  const pagers = requirePagers(config);
  // What nests is found by the tests; watching for it would cost each promise of the process.
  const store = await openSqliteStore(config.databasePath, { log, watchNesting: false });
  const telemetry = openTelemetry(config, registry, log);
  const clients = createSlackClients({
    botToken: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    log,
    budget: createCallBudget({ nowMs: () => performance.now() }),
  });
  const directory = await createDirectory({ store, registry, client: clients.bulk, log });
  const now = (): string => new Date().toISOString();
  const plane = await createHaltPlane(store, { now, log });
  const settings = { announceChannel: config.announceChannel, pagers: [...pagers.keys()] };
  const told = { now, newId: randomUUID, log, wake, settings };
  const deps: Deps = { store, registry, directory, plane, telemetry, ...told };
  return { deps, store, registry, actuators, sources, pagers, telemetry, clients, directory, log };
}

/** It starts beside everything else: halting waits for no tripwire. */
function openTelemetry(config: Config, registry: Registry, log: Logger): Telemetry {
  const { telemetry, up } = createTelemetry({
    databasePath: config.telemetryDatabasePath,
    registry,
    log,
    contentKeys: config.contentKeys,
  });
  up.then(
    () => log.info({}, 'telemetry is up'),
    (error: unknown) =>
      log.error({ err: error }, 'TELEMETRY CANNOT START: no tripwire watches; halting works'),
  );
  return telemetry;
}

function slackDoorOf({ deps, clients, log }: Parts, { slack }: Config): SlackDoor {
  const { botToken, apiUrl, door } = slack;
  const onBadToken = (error: Error): void =>
    log.error({ err: error }, 'slack refuses the token: halting works by CLI and HTTP only');
  return createSlackDoor(deps, { botToken, apiUrl, door, clients, onBadToken });
}

function httpServerOf(
  { deps, sources, log, telemetry }: Parts,
  {
    config,
    gateways,
    door,
  }: { readonly config: Config; readonly gateways: GatewayPoints; readonly door: SlackDoor },
) {
  return createHttpServer({
    deps,
    sources,
    logger: log,
    bootstrapHash: config.bootstrapToken === null ? null : hashToken(config.bootstrapToken),
    version: packageVersion(),
    readiness: () => readinessOf(deps, { slack: door.describe(), watched: telemetry.isUp() }),
    limits: DEFAULT_LIMITS,
    gateways,
    telemetry,
    slackListener: door.listener,
  });
}

function startDelivery({ deps, clients, drive, pagers }: Rooms): Outbox {
  return startOutbox(deps, {
    effectors: {
      ...createEffectors(deps, clients),
      ...actuatorEffectors(drive),
      ...pagerEffectors(inAHurry(deps), pagers),
    },
    reconcile: createReconciler(deps, clients),
  });
}

function startSchedule({ deps, directory, gateways, drive, telemetry }: Rooms) {
  return startJobs(deps, {
    refreshDirectory: () => directory.refresh(),
    acknowledgeGateways: () => acknowledgeGateways(deps, gateways),
    keepGateways: () => keepGateways(deps, gateways),
    watchActuators: createActuatorWatch(drive),
    excludeIncidents: incidentExcluder(deps, telemetry),
    reportShadow: shadowReporter(deps, telemetry),
    purgeTelemetry: telemetryPurger(deps, telemetry),
    checkpoint: () => checkpointJournal(deps),
  });
}

/** After a restart every guard comes back at once; Node's own 511 would have most of them wait for a second knock. */
const BACKLOG = 4_096;

/** Who configures a pager believes to be paged. */
function requirePagers({ pagers: settings }: Config): Pagers {
  const { pagers, faults } = createPagers(settings, { nowMs: Date.now });
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return pagers;
}

/** A pager or a wire that fails is no reason to send alerts elsewhere: it is said, loudly, and does not count. */
async function readinessOf(
  deps: Deps,
  { slack, watched }: { slack: { ready: boolean; detail: string }; watched: boolean },
): Promise<Readiness> {
  const pagers = await describePagers(deps);
  const parts = {
    slack: slack.ready ? `ok: ${slack.detail}` : slack.detail,
    ...(pagers !== undefined && { pagers }),
    ...(!watched && { telemetry: 'not up: no tripwire watches' }),
  };
  return { ready: slack.ready, parts };
}

/** An actuator that cannot sign would be found out in the middle of a halt. */
function requireActuators(registry: Registry, { actuatorSecrets }: Config): Actuators {
  const { actuators, faults } = createActuators(registry.agents.values(), {
    secrets: actuatorSecrets,
    nowMs: Date.now,
  });
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return actuators;
}

/** A sender whose signatures cannot be judged would be found out when its alert is refused. */
function requireSources(
  registry: Registry,
  { sourceSecrets }: Config,
): ReadonlyMap<string, ConfiguredSource> {
  const parts = { secrets: sourceSecrets, web: createWebReader() };
  const { sources, faults } = configureSources(registry.sources.values(), parts);
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return sources;
}

/** The package begins one folder up from the sources, two from what they compile to. */
function packageVersion(): string {
  const places = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const place = places.find((each) => existsSync(each));
  const parsed: unknown = place === undefined ? null : JSON.parse(readFileSync(place, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}
