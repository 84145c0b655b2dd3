/**
 * A Slack workspace on this machine, for tests, for the demo and for people without an account. The bot cannot tell:
 * it gets another SLACK_API_URL, and everything else is as usual.
 *
 * Two servers stand behind it. `emulate` (an independent implementation of Slack's Web API) keeps the state: channels,
 * members, messages with blocks and metadata, threads, reactions, pins, bookmarks, files. Ours stands in front of it
 * and does what emulate does not: refuses what Slack refuses (Block Kit, scopes, names, lengths, membership,
 * workspace policy), answers for user groups, people, views and Socket Mode, sends commands, interactions and events,
 * keeps ephemeral messages and response URLs, breaks on demand, and writes down every call.
 *
 * A call goes: front.ts → web-api/api.ts (fault, token, policy, scope) → web-api/methods.ts → emulate → events.
 * A person goes: people/person.ts → payload → delivery (Socket Mode or signed HTTP) → the acknowledgement.
 */
import { createEventFeed } from './delivery/events.js';
import { createSignedHttp } from './delivery/signed-http.js';
import { createSocketMode, type DisconnectReason } from './delivery/socket-mode.js';
import { startFront, type Front } from './front.js';
import type { Json } from './json.js';
import { settle, type SandboxOptions, type Settings } from './options.js';
import { createPerson, type Person } from './people/person.js';
import {
  bookmarksIn,
  channelNamed,
  directMessages,
  membersOf,
  messagesIn,
  namedChannels,
  pinsIn,
  storedFiles,
  threadOf,
  type Message,
  type StoredFile,
} from './reads.js';
import { seedChannels } from './seed-channels.js';
import { createCallLog, type Call } from './state/call-log.js';
import { startEmulator, type EmulatedSlack } from './state/emulator.js';
import { createEphemerals, type Ephemeral } from './state/ephemerals.js';
import { createFaultPlan, type Fault, type FaultHandle } from './state/faults.js';
import { createResponseUrls } from './state/response-urls.js';
import { createTriggers } from './state/triggers.js';
import { createViews, type View } from './state/views.js';
import { waitFor, type WaitOptions } from './wait-for.js';
import type { Channel } from './web-api/channels.js';
import type { World } from './world.js';

export interface SandboxWorkspace {
  /** SLACK_API_URL, with its trailing slash. */
  readonly apiUrl: string;
  /** The page for a browser, and the control door under `/sandbox/`. */
  readonly url: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  person(id: string): Person;
  /** Public and private channels; not direct messages. */
  channels(): Promise<readonly Channel[]>;
  channelNamed(name: string): Promise<Channel | undefined>;
  messages(channelId: string): Promise<readonly Message[]>;
  thread(channelId: string, ts: string): Promise<readonly Message[]>;
  dms(userId: string): Promise<readonly Message[]>;
  members(channelId: string): Promise<readonly string[]>;
  pins(channelId: string): Promise<readonly Message[]>;
  bookmarks(channelId: string): Promise<readonly Json[]>;
  files(): Promise<readonly StoredFile[]>;
  ephemerals(userId: string): readonly Ephemeral[];
  /** The topmost modal a person has open. */
  openView(userId: string): View | undefined;
  home(userId: string): View | undefined;
  /** What the bot called, in order; tokens blotted out. */
  calls(filter?: { readonly method?: string }): readonly Call[];
  /** Looks again and again until there is something to see. */
  waitFor<T>(look: () => T | undefined | Promise<T | undefined>, options?: WaitOptions): Promise<T>;
  readonly faults: {
    add(fault: Fault): FaultHandle;
    /** Refuses every call, drops all sockets and takes no new ones, until cleared. */
    downEverything(): FaultHandle;
    clearAll(): void;
  };
  /** The next payload to the bot arrives twice. */
  duplicateNextDelivery(): void;
  disconnectSockets(reason?: DisconnectReason): void;
  /** How many Socket Mode connections are open. */
  socketConnections(): number;
  stop(): Promise<void>;
}

/** Opens a workspace; stop it when done. */
export async function createSandboxWorkspace(options: SandboxOptions): Promise<SandboxWorkspace> {
  const settings = settle(options);
  const emulator = await startEmulator(settings);
  let port = settings.port;
  const world = createWorld(settings, emulator, () => `http://127.0.0.1:${port}`);
  let front: Front | undefined;
  const close = async (): Promise<void> => {
    world.faults.clearAll();
    world.events.stop();
    await Promise.all([world.delivery.stop(), world.socketMode.stop()]);
    await front?.stop();
    await emulator.stop();
  };
  try {
    front = await startFront(settings.port, () => world);
    port = front.port;
    await seedChannels(world);
    return describe(world, close);
  } catch (error) {
    await close();
    throw error;
  }
}

function createWorld(settings: Settings, emulator: EmulatedSlack, origin: () => string): World {
  const socketMode = createSocketMode(settings.ackTimeoutMs);
  const { delivery: way, signingSecret, ackTimeoutMs, now } = settings;
  const delivery =
    way === 'socket' ? socketMode : createSignedHttp({ url: way.http, signingSecret, ackTimeoutMs });
  return {
    settings,
    origin,
    emulator,
    socketMode,
    delivery,
    events: createEventFeed(settings, delivery),
    faults: createFaultPlan(),
    calls: createCallLog(),
    triggers: createTriggers(now),
    responseUrls: createResponseUrls(origin, now),
    views: createViews(),
    ephemerals: createEphemerals(),
    lastPostAt: new Map(),
  };
}

function describe(world: World, stop: () => Promise<void>): SandboxWorkspace {
  const { settings, faults, socketMode } = world;
  return {
    apiUrl: `${world.origin()}/api/`,
    url: `${world.origin()}/`,
    botToken: settings.tokens.bot,
    appToken: settings.tokens.app,
    signingSecret: settings.signingSecret,
    person: (id) => {
      const found = settings.users.find((user) => user.id === id);
      if (found === undefined) throw new Error(`nobody in this workspace has the id ${id}`);
      return createPerson(world, found);
    },
    channels: () => namedChannels(world),
    channelNamed: (name) => channelNamed(world, name),
    messages: (channelId) => messagesIn(world, channelId),
    thread: (channelId, ts) => threadOf(world, channelId, ts),
    dms: (userId) => directMessages(world, userId),
    members: (channelId) => membersOf(world, channelId),
    pins: (channelId) => pinsIn(world, channelId),
    bookmarks: (channelId) => bookmarksIn(world, channelId),
    files: () => storedFiles(world),
    ephemerals: (userId) => world.ephemerals.of(userId),
    openView: (userId) => world.views.top(userId),
    home: (userId) => world.views.home(userId),
    calls: ({ method } = {}) =>
      world.calls.all().filter((call) => method === undefined || call.method === method),
    waitFor,
    faults: {
      add: (fault) => faults.add(fault),
      downEverything: () => {
        const outage = faults.bringDown();
        socketMode.disconnect('abrupt');
        return outage;
      },
      clearAll: () => faults.clearAll(),
    },
    duplicateNextDelivery: () => world.delivery.duplicateNext(),
    disconnectSockets: (reason = 'abrupt') => socketMode.disconnect(reason),
    socketConnections: () => socketMode.connections(),
    stop,
  };
}
