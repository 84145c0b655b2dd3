/**
 * The stateful half: `emulate`, a Slack Web API in this process, which keeps channels, members, messages, threads,
 * reactions, pins, bookmarks and files. We speak HTTP to it, as a bot would, in the name of one actor at a time.
 */
import { createEmulator } from 'emulate';
import { APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, type Settings } from '../options.js';
import { isObject, parseJson, type Json } from '../json.js';
import { ALL_SCOPES } from '../web-api/scopes.js';
import { createJsonPoster, type Posted } from './post-json.js';
import { RememberedReads } from './remembered-reads.js';

/** Who acts: `bot` with the scopes it was given, `observer` is the bot with all scopes, else a user id. */
export type Actor = string;

/** A running emulate. */
export interface EmulatedSlack {
  call(actor: Actor, method: string, args: Json): Promise<Json>;
  /** Hands on a raw request, such as an upload or a download. */
  raw(
    actor: Actor,
    path: string,
    init: { method: string; contentType?: string; body?: Buffer },
  ): Promise<Response>;
  readonly url: string;
  stop(): Promise<void>;
}

/** emulate allows a token 5,000 calls an hour, so each actor rotates through many. */
const TOKENS_PER_ACTOR = 50;

/** Methods that change nothing; whatever else is called may change what any of them answers. */
const READS: ReadonlySet<string> = new Set([
  'bookmarks.list',
  'conversations.history',
  'conversations.info',
  'conversations.list',
  'conversations.members',
  'conversations.replies',
  'files.list',
  'pins.list',
]);

/** Starts emulate on a free port, with our people and the bot in it. */
export async function startEmulator(settings: Settings): Promise<EmulatedSlack> {
  const emulator = await createEmulator({ service: 'slack', port: 0, seed: { slack: seed(settings) } });
  const origin = emulator.url.replace('localhost', '127.0.0.1');
  const poster = createJsonPoster();
  let turn = 0;
  const authorization = (actor: Actor) => `Bearer ${tokenOf(actor, (turn += 1) % TOKENS_PER_ACTOR)}`;

  const reads = new RememberedReads<Posted>();
  const post = (actor: Actor, method: string, args: Json): Promise<Posted> =>
    poster.post(`${origin}/api/${method}`, { authorization: authorization(actor) }, args);
  const asked = (actor: Actor, method: string, args: Json): Promise<Posted> =>
    READS.has(method)
      ? reads.read(JSON.stringify([actor, method, args]), () => post(actor, method, args))
      : reads.change(() => post(actor, method, args));

  return {
    url: emulator.url,
    call: async (actor, method, args) => {
      const { status, text } = await asked(actor, method, args);
      const reply = parseJson(text);
      if (!isObject(reply) || status !== 200) throw new Error(`emulate answered ${status} to ${method}`);
      return reply;
    },
    raw: (actor, path, { method, contentType, body }) =>
      reads.change(() =>
        fetch(`${origin}${path}`, {
          method,
          headers: {
            authorization: authorization(actor),
            ...(contentType ? { 'content-type': contentType } : {}),
          },
          ...(body ? { body: new Uint8Array(body) } : {}),
        }),
      ),
    stop: async () => {
      poster.stop();
      await emulator.close();
    },
  };
}

/** emulate generates ids for people but takes them for bots, so everybody is seeded as the bot of some app. */
function seed({ users, scopes }: Settings): Json {
  const bot = { id: BOT_USER_ID, name: 'sandbox-bot', realName: 'Sandbox bot' };
  return {
    strict_scopes: true,
    team: { name: 'Sandbox', domain: TEAM_DOMAIN },
    oauth_apps: [bot, ...users].map(({ id, name, realName }) => ({
      client_id: `client-${id}`,
      client_secret: 'unused',
      app_id: id === BOT_USER_ID ? APP_ID : `A-${id}`,
      name: realName ?? name,
      redirect_uris: [],
      bot_id: id === BOT_USER_ID ? BOT_ID : `B-${id}`,
      bot_user_id: id,
      bot_name: name,
    })),
    tokens: [
      ...tokensFor('bot', BOT_USER_ID, emulatedScopes(scopes)),
      ...tokensFor('observer', BOT_USER_ID, ALL_SCOPES),
      ...users.flatMap(({ id }) => tokensFor(id, id, ALL_SCOPES)),
    ],
  };
}

function tokensFor(actor: Actor, userId: string, scopes: readonly string[]): Json[] {
  return Array.from({ length: TOKENS_PER_ACTOR }, (_, turn) => ({
    token: tokenOf(actor, turn),
    user_id: userId,
    scopes,
    ...(userId === BOT_USER_ID ? { app_id: APP_ID, bot_id: BOT_ID } : {}),
  }));
}

function tokenOf(actor: Actor, turn: number): string {
  return `xoxb-${actor}-${turn}`;
}

/** emulate knows no narrower scopes than channels:manage; ours have been checked before it is asked. */
function emulatedScopes(scopes: readonly string[]): readonly string[] {
  const narrow = scopes.some((scope) => /^channels:write\.|^groups:write\./.test(scope));
  return narrow ? [...scopes, 'channels:manage', 'groups:write'] : scopes;
}
