/**
 * The Model Context Protocol (`@modelcontextprotocol/sdk` 1.x), on either side of `tools/call`. The client refuses by itself
 * and has a running call cancelled; a server refuses by itself whoever calls. Both speak of an action by one id.
 */
import type { Acting, ActionContext } from '../guard.js';
import { HaltedError } from '../halted-error.js';
import { readRefused, toldOf } from '../refused-on-wire.js';
import { eitherSignal } from './either-signal.js';
import { handed } from './handed-action.js';
import { haltIn, runTelling, type AdapterGuard, type AdapterOptions } from './on-halted.js';
import { overlay } from './overlay.js';
import { isObject, memberOf, signalOf, textIn } from './members.js';
import { attemptOf } from './tool-table.js';

export { actionIn, type HandedAction } from './handed-action.js';
export { haltIn, type AdapterGuard, type AdapterOptions } from './on-halted.js';
export type { ToolInfo, ToolTable } from './tool-table.js';

/** In `_meta` of a call: the id under which both sides speak of it. Trace context stays as it is. */
export const ACTION_ID = 'haltline/actionId';
/** The same under the name that spans have it by, for servers that put `_meta` on theirs. */
export const ACTION_ATTRIBUTE = 'agent.action.id';
/**
 * In `_meta` of a call that was held and released: what the server shows to a gateway on its own way out, in the header
 * `X-Halt-Release`. It lets one request for that tool pass.
 */
export const RELEASE = 'haltline/release';
/** Code of the JSON-RPC error that a halted server answers with. */
export const HALTED_CODE = -32_030;

/** A `Client` of the SDK. */
export interface GuardableClient {
  readonly callTool: (params: never, resultSchema?: never, options?: never) => Promise<unknown>;
  readonly request: (request: never, resultSchema: never, options?: never) => Promise<unknown>;
}

/**
 * The same client, asking the guard before each tool call. A halt cancels what runs (`notifications/cancelled`) and stops
 * waiting for it; whether the server has stopped is only known where the server is guarded too. Tasks
 * (`client.experimental.tasks`) go around it.
 */
export function guardClient<C extends GuardableClient>(
  guard: AdapterGuard,
  client: C,
  options: AdapterOptions = {},
): C {
  const call = (params: object, requestOptions: object | undefined, send: Send): Promise<unknown> => {
    const given = signalOf(requestOptions);
    const input = memberOf(params, 'arguments');
    const attempt = attemptOf(options.tools, { name: textIn(params, 'name') ?? '', input, signal: given });
    return runTelling<unknown>(
      { guard, attempt, onHalted: options.onHalted, tell: toldResult },
      async (action) =>
        send(withAction(params, action), {
          ...requestOptions,
          signal: eitherSignal(given, action.signal),
        }).catch((error: unknown) => {
          throw refusalOf(error) ?? error;
        }),
    );
  };
  return overlay(client, {
    callTool: async (params: object, resultSchema?: unknown, requestOptions?: object): Promise<unknown> =>
      call(params, requestOptions, async (sent, rest) =>
        Reflect.apply(client.callTool, client, [sent, resultSchema, rest]),
      ),
    request: async (request: object, resultSchema: unknown, requestOptions?: object): Promise<unknown> => {
      const params = memberOf(request, 'params');
      const isCall = textIn(request, 'method') === 'tools/call' && isObject(params);
      if (!isCall) return Reflect.apply(client.request, client, [request, resultSchema, requestOptions]);
      return call(params, requestOptions, async (sent, rest) =>
        Reflect.apply(client.request, client, [{ ...request, params: sent }, resultSchema, rest]),
      );
    },
  });
}

type Send = (params: object, options: object) => Promise<unknown>;

/** A `Server` of the SDK, or the one inside an `McpServer`. */
export interface GuardableServer {
  readonly setRequestHandler: (schema: never, handler: never) => void;
  assertCanSetRequestHandler(method: string): void;
}

export interface ServerOptions extends AdapterOptions {
  /**
   * On whose behalf a call is made, from what the transport has proven of the caller (`extra.authInfo`): orders for that
   * agent then stop it here as well. Never from what the caller says of itself.
   */
  readonly callerOf?: ((extra: object) => string | undefined) | undefined;
}

type Handler = (request: object, extra: object) => unknown;

/**
 * The same server, which from now on refuses tool calls by itself; give it before its first tool is registered. Of a task only the beginning is
 * guarded.
 */
export function guardServer<S extends GuardableServer | { readonly server: GuardableServer }>(
  guard: AdapterGuard & Pick<Acting, 'child'>,
  server: S,
  options: ServerOptions = {},
): S {
  const target: GuardableServer = 'server' in server ? server.server : server;
  target.assertCanSetRequestHandler('tools/call');
  const set = target.setRequestHandler;
  const value = (schema: unknown, handler: Handler): unknown =>
    Reflect.apply(set, target, [schema, guardHandler(guard, handler, options)]);
  Object.defineProperty(target, 'setRequestHandler', { value, configurable: true, writable: true });
  return server;
}

function guardHandler(
  guard: AdapterGuard & Pick<Acting, 'child'>,
  handler: Handler,
  options: ServerOptions,
): Handler {
  return async (request, extra) => {
    if (textIn(request, 'method') !== 'tools/call') return handler(request, extra);
    const params = memberOf(request, 'params');
    const given = signalOf(extra);
    const attempt = attemptOf(options.tools, {
      name: textIn(params, 'name') ?? '',
      input: memberOf(params, 'arguments'),
      actionId: actionIdIn(params),
      signal: given,
    });
    const caller = options.callerOf?.(extra);
    const acting = caller === undefined ? guard : guard.child({ agentId: caller });
    return runTelling<unknown>(
      { guard: acting, attempt, onHalted: options.onHalted, tell: toldResult },
      async (action) => {
        const { signal } = action;
        const release = action.release ?? textIn(memberOf(params, '_meta'), RELEASE);
        const own = handed({ ...action, signal, release });
        const result = await handler(request, { ...extra, ...own, signal: eitherSignal(given, signal) });
        // The SDK's own handler makes a result of what a tool throws.
        if (signal.aborted && memberOf(result, 'isError') === true) throw signal.reason;
        return result;
      },
    ).catch((error: unknown) => {
      const halted = haltIn(error);
      throw halted === undefined ? error : jsonRpcError(halted);
    });
  };
}

/** A release of an earlier call is not sent again: it is spent, or not for this one. */
function withAction(params: object, { actionId, release }: ActionContext): object {
  const given = Object.entries(memberOf(params, '_meta') ?? {});
  const meta = Object.fromEntries(given.filter(([name]) => name !== RELEASE));
  const named = { [ACTION_ID]: actionId, [ACTION_ATTRIBUTE]: actionId };
  return { ...params, _meta: { ...meta, ...named, ...(release !== undefined && { [RELEASE]: release }) } };
}

/** What a caller may name an action. */
const NAME = /^[\w.:-]{1,128}$/;

function actionIdIn(params: unknown): string | undefined {
  const meta = memberOf(params, '_meta');
  const named = textIn(meta, ACTION_ID) ?? textIn(meta, ACTION_ATTRIBUTE);
  return named !== undefined && NAME.test(named) ? named : undefined;
}

function toldResult(text: string): object {
  return { content: [{ type: 'text', text }], isError: true };
}

function jsonRpcError(halted: HaltedError): Error {
  const data = { haltline: toldOf(halted) };
  return Object.assign(new Error(halted.message, { cause: halted }), { code: HALTED_CODE, data });
}

/** The refusal of a guarded server, as a client hears of it. */
function refusalOf(error: unknown): HaltedError | undefined {
  if (memberOf(error, 'code') !== HALTED_CODE) return undefined;
  const refused = readRefused(memberOf(memberOf(error, 'data'), 'haltline'));
  return new HaltedError(refused, { cause: error });
}
