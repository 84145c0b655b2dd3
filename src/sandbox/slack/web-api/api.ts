/** One Web API call from beginning to end: fault, token, policy, scope, the act itself, the record. */
import { isObject, isTrueIn, textIn, type Json } from '../json.js';
import type { Hit } from '../state/faults.js';
import type { World } from '../world.js';
import { findChannel } from './channels.js';
import { METHODS } from './methods.js';
import { refused } from './reply.js';
import { scopesFor, type ChannelKind } from './scopes.js';

export interface ApiRequest {
  readonly method: string;
  readonly token: string;
  readonly args: Json;
}

/** What goes over the wire; `drop` means the connection breaks instead. */
export type ApiAnswer =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly headers: Record<string, string>;
      readonly body: Json;
    }
  | { readonly kind: 'drop' };

/** Answers one call as Slack would, on a good day or a bad one. */
export async function answerCall(world: World, request: ApiRequest): Promise<ApiAnswer> {
  const hit = world.faults.take(request.method);
  const answer = hit ? await answerBadly(world, request, hit) : await answerWell(world, request);
  record(world, request, answer, hit);
  return answer;
}

async function answerWell(world: World, request: ApiRequest): Promise<ApiAnswer> {
  const body = await perform(world, request);
  const retryAfter = body['error'] === 'ratelimited' ? { 'retry-after': '1' } : undefined;
  const granted = { 'x-oauth-scopes': world.settings.scopes.join(',') };
  return { kind: 'reply', status: retryAfter ? 429 : 200, headers: { ...granted, ...retryAfter }, body };
}

async function answerBadly(world: World, request: ApiRequest, { fault, cleared }: Hit): Promise<ApiAnswer> {
  switch (fault.kind) {
    case 'ratelimited': {
      const headers = { 'retry-after': String(fault.retryAfterSeconds ?? 1) };
      return { kind: 'reply', status: 429, headers, body: refused('ratelimited') };
    }
    case 'http_500':
      return { kind: 'reply', status: 500, headers: {}, body: refused('internal_error') };
    case 'http_503':
      return { kind: 'reply', status: 503, headers: {}, body: refused('service_unavailable') };
    case 'error':
      return { kind: 'reply', status: 200, headers: {}, body: refused(fault.error ?? 'fatal_error') };
    case 'timeout':
      await cleared;
      return { kind: 'drop' };
    case 'lost_reply':
      await perform(world, request);
      return { kind: 'drop' };
    case 'refuse_connection':
      return { kind: 'drop' };
  }
}

async function perform(world: World, { method, token, args }: ApiRequest): Promise<Json> {
  const act = METHODS[method];
  if (act === undefined) return refused('unknown_method', { req_method: method });
  return (
    whyBadToken(world, method, token) ??
    whyPolicy(world, method) ??
    (await whyScope(world, method, args)) ??
    act(world, args)
  );
}

function whyBadToken({ settings }: World, method: string, token: string): Json | undefined {
  const { bot, app } = settings.tokens;
  const isAppMethod = method === 'apps.connections.open';
  if (token === '') return refused('not_authed');
  if (token !== bot && token !== app) return refused('invalid_auth');
  return (token === app) === isAppMethod ? undefined : refused('not_allowed_token_type');
}

function whyPolicy({ settings }: World, method: string): Json | undefined {
  const rule = Object.keys(settings.refuse).find((key) => method === key || method.startsWith(`${key}.`));
  return rule === undefined ? undefined : refused(settings.refuse[rule] ?? 'restricted_action');
}

async function whyScope(world: World, method: string, args: Json): Promise<Json | undefined> {
  const provided = world.settings.scopes;
  const needed = scopesFor(method, await kindOf(world, method, args));
  if (needed.length === 0 || needed.some((scope) => provided.includes(scope))) return undefined;
  return refused('missing_scope', { needed: needed.join(','), provided: provided.join(',') });
}

async function kindOf(world: World, method: string, args: Json): Promise<ChannelKind> {
  if (method === 'conversations.create') return isTrueIn(args, 'is_private') ? 'private' : 'public';
  if (method === 'conversations.list')
    return textIn(args, 'types').startsWith('private') ? 'private' : 'public';
  if (!method.startsWith('conversations.')) return 'public';
  return (await findChannel(world, textIn(args, 'channel')))?.kind ?? 'public';
}

function record(
  { calls }: World,
  { method, args }: ApiRequest,
  answer: ApiAnswer,
  hit: Hit | undefined,
): void {
  const body = answer.kind === 'reply' && isObject(answer.body) ? answer.body : {};
  const error = textIn(body, 'error');
  const fault = hit?.fault.kind;
  calls.record({
    method,
    args,
    at: Date.now(),
    ok: body['ok'] === true,
    ...(error && { error }),
    ...(fault && { fault }),
  });
}
