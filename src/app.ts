/** The composition root: the only file that knows every room. Wired by hand, in the order in which things depend. */
import { existsSync, readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { createActuators } from './actuators/registry.js';
import type { Actuators } from './actuators/types.js';
import { ConfigError, type Config } from './config.js';
import { createHttpServer } from './http/server.js';
import { DEFAULT_LIMITS, type Readiness } from './http/http-deps.js';
import { acknowledgeGateways } from './operations/acknowledge-gateways.js';
import { expectActuators } from './operations/actuator-points.js';
import { createHaltPlane } from './operations/create-halt-plane.js';
import { checkpointJournal } from './operations/checkpoint-journal.js';
import type { Deps } from './operations/deps.js';
import { actuatorEffectors, createActuatorDrive } from './operations/drive-actuators.js';
import { describePagers } from './operations/describe-pagers.js';
import { pagerEffectors } from './operations/drive-pagers.js';
import { driveUnrecorded } from './operations/drive-unrecorded.js';
import { createGatewayPoints } from './operations/gateway-points.js';
import { incidentExcluder } from './operations/exclude-incidents.js';
import { hashToken } from './operations/hash-token.js';
import { keepGateways, rememberedGateways } from './operations/keep-gateways.js';
import { telemetryPurger } from './operations/purge-telemetry.js';
import { raiseFinding } from './operations/raise-finding.js';
import { shadowReporter } from './operations/report-shadow.js';
import type { Outbox } from './operations/outbox-types.js';
import { startOutbox } from './operations/run-outbox.js';
import { createActuatorWatch } from './operations/watch-actuators.js';
import { createPagers } from './pagers/registry.js';
import type { Pagers } from './pagers/types.js';
import { loadRegistry } from './registry/load-registry.js';
import type { Registry } from './registry/registry.js';
import { startJobs } from './schedule/jobs.js';
import { createSlackDoor } from './slack/app.js';
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

export interface App {
  start(): Promise<void>;
  /** Takes nothing new, finishes what is in flight, closes everything. Safe to call once. */
  stop(): Promise<void>;
  /** Where HTTP listens, once started. */
  readonly url: string;
}

/** Opens the store, reads the runbooks and wires the rooms. Rejects with what has to be mended. */
export async function createApp(config: Config, log: Logger): Promise<App> {
  const registry = loadRegistry(config.runbooks);
  const actuators = requireActuators(registry, config);
  const sources = requireSources(registry, config);
  const pagers = requirePagers(config);
  const store = await openSqliteStore(config.databasePath, { log });
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
  const clients = createSlackClients({
    botToken: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    log,
    budget: createCallBudget({ nowMs: () => performance.now() }),
  });
  const directory = await createDirectory({ store, registry, client: clients.bulk, log });
  const now = (): string => new Date().toISOString();
  const plane = await createHaltPlane(store, { now, log });
  let outbox: Outbox | undefined;
  const deps: Deps = {
    store,
    registry,
    directory,
    plane,
    now,
    newId: randomUUID,
    log,
    wake: () => outbox?.wake(),
    settings: { announceChannel: config.announceChannel, pagers: [...pagers.keys()] },
    telemetry,
  };
  const gateways = createGatewayPoints(deps, { remembered: await rememberedGateways(deps) });
  expectActuators(deps);
  const drive = createActuatorDrive(deps, actuators);
  const stopDriving = driveUnrecorded(drive);
  const door = createSlackDoor(deps, {
    botToken: config.slack.botToken,
    apiUrl: config.slack.apiUrl,
    door: config.slack.door,
    clients,
    onBadToken: (error) =>
      log.error({ err: error }, 'slack refuses the token: halting works by CLI and HTTP only'),
  });
  const server = createHttpServer({
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
  let jobs: { stop(): void | Promise<void> } | undefined;
  let url = '';
  return {
    get url() {
      return url;
    },
    start: async () => {
      url = await server.listen({ host: config.host, port: config.port, backlog: BACKLOG });
      outbox = startOutbox(deps, {
        effectors: {
          ...createEffectors(deps, clients),
          ...actuatorEffectors(drive),
          ...pagerEffectors(deps, pagers),
        },
        reconcile: createReconciler(deps, clients),
      });
      await door.start();
      jobs = startJobs(deps, {
        refreshDirectory: () => directory.refresh(),
        acknowledgeGateways: () => acknowledgeGateways(deps, gateways),
        keepGateways: () => keepGateways(deps, gateways),
        watchActuators: createActuatorWatch(drive),
        excludeIncidents: incidentExcluder(deps, telemetry),
        reportShadow: shadowReporter(deps, telemetry),
        purgeTelemetry: telemetryPurger(deps, telemetry),
        checkpoint: () => checkpointJournal(deps),
      });
      telemetry.onFinding((finding) => raiseFinding(deps, finding));
      void directory.refresh();
      log.info({ url, runbooks: registry.hash.slice(0, 12) }, 'haltline is up');
    },
    stop: async () => {
      await jobs?.stop();
      await door.stop();
      await server.close();
      await telemetry.close();
      await door.drain();
      stopDriving();
      await outbox?.drain(5000);
      outbox?.stop();
      await store.close();
      log.info({}, 'haltline has stopped');
    },
  };
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
