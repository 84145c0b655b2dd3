/** What `haltline doctor` looks at: everything that would fail at 3 a.m. and can be known now. */
import { createActuators } from './actuators/registry.js';
import type { Actuator } from './actuators/types.js';
import type { Config } from './config.js';
import { pagerTitle } from './core/pager.js';
import { rolesThatMay } from './core/role.js';
import { listSources } from './operations/alerts/list-sources.js';
import { readPagerHealth } from './operations/paging/pager-health.js';
import { createPagers } from './pagers/registry.js';
import type { Pager } from './pagers/types.js';
import { loadRegistry } from './registry/load-registry.js';
import type { Registry } from './registry/registry.js';
import { createSlackClients, type SlackClients } from './slack/clients.js';
import { createDirectory } from './slack/directory.js';
import { fetchIdentity } from './slack/door/identity.js';
import { configureSources } from './sources/configure-sources.js';
import { createWebReader } from './sources/web-reader.js';
import { openSqliteStore } from './store/sqlite.js';
import type { Store } from './store/types.js';
import type { Log } from './operations/deps.js';

export interface Finding {
  readonly ok: boolean;
  readonly what: string;
}

/** The seed's minimum (RES-003, phase 2): one role that can halt is a single point of failure. */
const LEAST_HALTING_ROLES = 3;

/** Rejects with a ConfigError or RegistryError where nothing further can be looked at. */
export async function checkUp(config: Config, log: Log, { probe = false } = {}): Promise<Finding[]> {
  const registry = loadRegistry(config.runbooks);
  const store = await openSqliteStore(config.databasePath);
  const clients = createSlackClients({ botToken: config.slack.botToken, apiUrl: config.slack.apiUrl, log });
  try {
    return [
      found(
        `runbooks: ${registry.agents.size} agents, ${registry.actionClasses.size} action classes, ${registry.drills.size} drills`,
      ),
      await journalFinding(store),
      await tokenFinding(clients),
      await announceFinding(clients, config.announceChannel),
      await haltersFinding({ registry, store, clients, log }),
      ...(await actuatorFindings(registry, config, probe)),
      ...sourceFindings(registry, config),
      ...(await pausedFindings(registry, store)),
      ...(await pagerFindings(store, config, probe)),
    ];
  } finally {
    await store.close();
  }
}

async function journalFinding(store: Store): Promise<Finding> {
  const { broken, entries } = await store.verify();
  return broken === null
    ? found(`journal: ${entries} entries, chain holds`)
    : { ok: false, what: `journal: broken at entry ${broken.seq}: ${broken.what}` };
}

async function tokenFinding({ halt }: SlackClients): Promise<Finding> {
  return fetchIdentity(halt).then(
    ({ botUserId }) => found(`Slack knows the bot as ${botUserId}`),
    (error: unknown) => ({
      ok: false,
      what: `Slack: ${error instanceof Error ? error.message : String(error)}`,
    }),
  );
}

async function announceFinding({ bulk }: SlackClients, channel: string | null): Promise<Finding> {
  if (channel === null) return found('announcements: switched off (HALTLINE_ANNOUNCE_CHANNEL is empty)');
  const wanted = channel.replace(/^#/, '');
  try {
    for await (const page of bulk.paginate('conversations.list', {
      types: 'public_channel,private_channel',
      limit: 200,
    })) {
      const channels = 'channels' in page && Array.isArray(page.channels) ? page.channels : [];
      if (channels.some(({ id, name }) => id === wanted || name === wanted))
        return found(`announcements go to #${wanted}`);
    }
    return {
      ok: false,
      what: `announcements: there is no channel ${wanted} that the bot can see. Create it and invite the bot.`,
    };
  } catch (error) {
    return { ok: false, what: `announcements: Slack does not list channels (${String(error)})` };
  }
}

interface Parts {
  readonly registry: Registry;
  readonly store: Store;
  readonly clients: SlackClients;
  readonly log: Log;
}

async function haltersFinding({ registry, store, clients, log }: Parts): Promise<Finding> {
  const directory = await createDirectory({ store, registry, client: clients.bulk, log });
  await directory.refresh();
  const owned = [...registry.agents.keys()].flatMap((agentId) => directory.membersOf('agent-owner', agentId));
  const roles = rolesThatMay('halt').filter((role) =>
    role === 'agent-owner' ? owned.length > 0 : directory.membersOf(role, null).length > 0,
  );
  const ok = roles.length >= LEAST_HALTING_ROLES;
  const advice = ok
    ? ''
    : `: at least ${LEAST_HALTING_ROLES} are needed, fill them in roles.yml and agents.yml`;
  return { ok, what: `roles with members that can halt: ${roles.join(', ') || 'none'}${advice}` };
}

/** Whether every actuator can be signed for; with `probe` also whether the ones with a status answer. */
async function actuatorFindings(
  registry: Registry,
  { actuatorSecrets }: Config,
  probe: boolean,
): Promise<Finding[]> {
  const { actuators, faults } = createActuators(registry.agents.values(), {
    secrets: actuatorSecrets,
    nowMs: Date.now,
  });
  const signed =
    actuators.size === 0 && faults.length === 0
      ? []
      : [found(`actuators: ${actuators.size} of ${actuators.size + faults.length} can be signed for`)];
  const probed = probe ? await Promise.all([...actuators.values()].map(probeFinding)) : [];
  return [...faults.map((what) => ({ ok: false, what })), ...signed, ...probed];
}

/** Asks how its agent stands and changes nothing. */
async function probeFinding({ pointId, poll }: Actuator): Promise<Finding> {
  if (poll === null)
    return found(`${pointId}: not tried, it has no statusUrl and could only be tried by a halt`);
  const answer = await poll();
  if (answer.kind === 'state') return found(`${pointId}: says that its agent is ${answer.state}`);
  const why = answer.kind === 'received' ? 'its status says nothing about the agent' : answer.error;
  return { ok: false, what: `${pointId}: ${why}. Have statusUrl and secret compared with the vendor's.` };
}

/** Whether each pager can be used, how it answered last, and, with `probe`, whether it answers now. Wakes nobody. */
async function pagerFindings(store: Store, config: Config, probe: boolean): Promise<Finding[]> {
  const { pagers, faults } = createPagers(config.pagers, { nowMs: Date.now });
  if (pagers.size === 0 && faults.length === 0) return [found('pagers: none besides Slack')];
  const findings = await Promise.all(
    [...pagers.values()].map(async (pager) => [
      await lastAnswerOf(store, pager),
      ...(probe ? [await probedPager(pager)] : []),
    ]),
  );
  return [...faults.map((what) => ({ ok: false, what })), ...findings.flat()];
}

async function lastAnswerOf(store: Store, { name }: Pager): Promise<Finding> {
  const { failing, lastAcceptedAt } = await readPagerHealth(store, name);
  const title = pagerTitle(name);
  if (failing !== null)
    return { ok: false, what: `${title}: takes no pages since ${failing.since} (${failing.error})` };
  return found(
    lastAcceptedAt === null
      ? `${title}: configured, and never asked yet (--probe asks it)`
      : `${title}: took what it was told last at ${lastAcceptedAt}`,
  );
}

async function probedPager(pager: Pager): Promise<Finding> {
  const answer = await pager.probe();
  const title = pagerTitle(pager.name);
  if (answer.kind === 'accepted') return found(`${title}: answers, and would take a page`);
  return {
    ok: false,
    what: `${title}: ${answer.error}. Have its address and key compared with the other side's.`,
  };
}

function found(what: string): Finding {
  return { ok: true, what };
}

/** Which sources may be posted to without a token, because their posts are signed. */
function sourceFindings(registry: Registry, { sourceSecrets }: Config): Finding[] {
  const parts = { secrets: sourceSecrets, web: createWebReader() };
  const { sources, faults } = configureSources(registry.sources.values(), parts);
  const signed = [...sources.values()].filter(({ isSigned }) => isSigned).map(({ name }) => name);
  return [
    ...faults.map((what) => ({ ok: false, what })),
    found(`sources: ${sources.size}; believed by their signature: ${signed.join(', ') || 'none'}`),
  ];
}

/** A source that somebody paused and forgot would hide the next incident. */
async function pausedFindings(registry: Registry, store: Store): Promise<Finding[]> {
  const sources = await listSources({ registry, store });
  return sources.flatMap(({ name, paused, held }) =>
    paused === null
      ? []
      : [
          {
            ok: false,
            what: `source ${name}: paused since ${paused.at} by ${paused.by}, ${held} posts wait. \`haltline source resume ${name}\` takes them`,
          },
        ],
  );
}
