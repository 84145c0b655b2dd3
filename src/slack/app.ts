/** The Slack door: Bolt over two sockets or signed HTTP, the same listeners behind both. */
import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import { inAHurry, type Deps, type Log } from '../operations/deps.js';
import type { SlackClients } from './clients.js';
import { InFlightWork } from './door/answer.js';
import { IdentityKeeper } from './door/identity.js';
import { inPatience } from './door/patience.js';
import type { Door } from './door/press.js';
import { RecentKeys } from './door/recent-keys.js';
import { registerEvents } from './door/register-events.js';
import { registerPresses } from './door/register-presses.js';
import { registerViews } from './door/register-views.js';
import { SocketReceiver } from './door/socket-receiver.js';

export type DoorKind =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string };

export interface SlackDoor {
  /** Begins to listen and returns; Slack may be away. Rejects (BadTokenError) only when the token will never work. */
  start(): Promise<void>;
  /** Takes nothing new, answers what is in flight, and only then hangs up. */
  stop(): Promise<void>;
  /** Waits for what is in flight. In HTTP mode requests arrive until the server is closed: call it after that. */
  drain(): Promise<void>;
  describe(): { ready: boolean; detail: string };
  /** For HTTP: mounted by the server at /slack/events. */
  readonly listener: RequestListener | undefined;
}

export interface SlackDoorOptions {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly door: DoorKind;
  readonly clients: SlackClients;
  /** Called when Slack turns out to refuse the token after start. */
  readonly onBadToken: (error: Error) => void;
}

/** Presses that are remembered in memory, to notice a second delivery. */
const RECENT_PRESSES = 2000;

/** How long start waits for Slack's word on the token before it goes on without. */
const FIRST_WORD_MS = 5000;

export function createSlackDoor(deps: Deps, options: SlackDoorOptions): SlackDoor {
  const { log } = deps;
  const identity = new IdentityKeeper(options.clients.halt, log);
  const work = new InFlightWork();
  const { clients } = options;
  const door: Door = { deps: inAHurry(deps), clients, work, recent: new RecentKeys(RECENT_PRESSES) };
  const way = wayIn(options, log);
  const app = createApp(way.receiver, { ...options, identity, log });
  registerPresses(app, door);
  registerViews(app, door);
  registerEvents(app, door);
  return {
    listener: way.listener,
    describe: () => describe(way.socket, identity),
    start: async () => {
      const learned = identity.learn((ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()));
      await inPatience(learned, FIRST_WORD_MS, undefined);
      learned.catch(options.onBadToken);
      await way.socket?.start();
    },
    stop: async () => {
      identity.stop();
      await way.socket?.stop(() => work.drain());
      await work.drain();
    },
    drain: () => work.drain(),
  };
}

interface WayIn {
  readonly receiver: Receiver;
  readonly socket?: SocketReceiver;
  readonly listener?: RequestListener;
}

function wayIn({ door, apiUrl }: SlackDoorOptions, log: Log): WayIn {
  if (door.kind === 'socket') {
    const socket = new SocketReceiver({ appToken: door.appToken, apiUrl, log });
    return { receiver: socket, socket };
  }
  const receiver = httpReceiver(door.signingSecret, log);
  return { receiver, listener: onlyPosts(receiver.requestListener) };
}

function createApp(
  receiver: Receiver,
  { botToken, identity, log, apiUrl }: SlackDoorOptions & { identity: IdentityKeeper; log: Log },
): App {
  const app = new App({
    receiver,
    convoStore: false,
    // Never waits: an order to halt must not fail because auth.test does.
    authorize: () => Promise.resolve({ botToken, ...identity.known }),
    clientOptions: {
      slackApiUrl: apiUrl,
      retryConfig: { retries: 0 },
      timeout: 5000,
      rejectRateLimitedCalls: true,
    },
    logger: quiet(log),
  });
  // Rejecting keeps the delivery unacknowledged, so that Slack sends the event again. Presses never get here.
  app.error((error) => {
    log.error({ err: error }, 'a slack listener failed');
    return Promise.reject(error);
  });
  return app;
}

/** Answers are sent when the listener returns, so that an event lost in a crash is delivered again. */
function httpReceiver(signingSecret: string, log: Log): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret,
    processBeforeResponse: true,
    bodyLimit: '1mb',
    logger: quiet(log),
  });
}

/** What Slack never sends makes the receiver throw, and its parser knows no parameters of a content type. */
function onlyPosts(listener: RequestListener): RequestListener {
  return (request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405, { allow: 'POST' }).end();
      return;
    }
    const type = request.headers['content-type'];
    if (type !== undefined) request.headers['content-type'] = type.split(';')[0]?.trim() ?? type;
    listener(request, response);
  };
}

function describe(
  socket: SocketReceiver | undefined,
  identity: IdentityKeeper,
): { ready: boolean; detail: string } {
  if (identity.known === undefined) return { ready: false, detail: 'slack has not answered auth.test yet' };
  return socket?.describe() ?? { ready: true, detail: 'signed HTTP at /slack/events' };
}

type BoltLogger = App['logger'];

/** Bolt logs payloads at debug; its warnings and errors go to our log as one line. */
function quiet(log: Log): BoltLogger {
  const level = 'warn';
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => log.warn({ from: 'bolt' }, String(parts[0])),
    error: (...parts) => log.warn({ from: 'bolt' }, String(parts[0])),
    setLevel: () => undefined,
    getLevel: () => level as ReturnType<BoltLogger['getLevel']>,
    setName: () => undefined,
  };
}
