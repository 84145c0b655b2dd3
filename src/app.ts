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
import { driveUnrecorded } from './operations/drive-unrecorded.js';
import { createGatewayPoints } from './operations/gateway-points.js';
import { hashToken } from './operations/hash-token.js';
import type { Outbox } from './operations/outbox-types.js';
import { startOutbox } from './operations/run-outbox.js';
import { loadRegistry } from './registry/load-registry.js';
import type { Registry } from './registry/registry.js';
import { startJobs } from './schedule/jobs.js';
import { createSlackDoor } from './slack/app.js';
import { createSlackClients } from './slack/clients.js';
import { createDirectory } from './slack/directory.js';
import { createEffectors } from './slack/effects/registry.js';
import { createReconciler } from './slack/surfaces/reconcile.js';
import { SOURCES } from './sources/registry.js';
import { openSqliteStore } from './store/sqlite.js';

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
  const store = await openSqliteStore(config.databasePath, { log });
  const clients = createSlackClients({ botToken: config.slack.botToken, apiUrl: config.slack.apiUrl, log });
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
    settings: { announceChannel: config.announceChannel },
  };
  const gateways = createGatewayPoints(deps);
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
  const readiness = async (): Promise<Readiness> => {
    const slack = door.describe();
    return { ready: slack.ready, parts: { slack: slack.ready ? `ok: ${slack.detail}` : slack.detail } };
  };
  const server = createHttpServer({
    deps,
    sources: SOURCES,
    logger: log,
    bootstrapHash: config.bootstrapToken === null ? null : hashToken(config.bootstrapToken),
    version: packageVersion(),
    readiness,
    limits: DEFAULT_LIMITS,
    gateways,
    slackListener: door.listener,
  });
  let jobs: { stop(): void | Promise<void> } | undefined;
  let url = '';
  return {
    get url() {
      return url;
    },
    start: async () => {
      url = await server.listen({ host: config.host, port: config.port });
      outbox = startOutbox(deps, {
        effectors: { ...createEffectors(deps, clients), ...actuatorEffectors(drive) },
        reconcile: createReconciler(deps, clients),
      });
      await door.start();
      jobs = startJobs(deps, {
        refreshDirectory: () => directory.refresh(),
        acknowledgeGateways: () => acknowledgeGateways(deps, gateways),
        checkpoint: () => checkpointJournal(deps),
      });
      void directory.refresh();
      log.info({ url, runbooks: registry.hash.slice(0, 12) }, 'haltline is up');
    },
    stop: async () => {
      await jobs?.stop();
      await door.stop();
      await server.close();
      await door.drain();
      stopDriving();
      await outbox?.drain(5000);
      outbox?.stop();
      await store.close();
      log.info({}, 'haltline has stopped');
    },
  };
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

/** The package begins one folder up from the sources, two from what they compile to. */
function packageVersion(): string {
  const places = ['../package.json', '../../package.json'].map((path) => new URL(path, import.meta.url));
  const place = places.find((each) => existsSync(each));
  const parsed: unknown = place === undefined ? null : JSON.parse(readFileSync(place, 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : 'unknown';
}
