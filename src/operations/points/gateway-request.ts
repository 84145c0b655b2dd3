/** What a gateway says of one request, and what that makes of the attempt. */
import { ANYTHING, type UnsureAttempt } from '../../core/decide-unsure.js';
import { gatewayRouteOf, type GatewayRoute } from '../../core/gateway.js';
import type { Registry } from '../../registry/registry.js';
import type { Caller } from '../access/authenticate.js';

/** Everything that was said, from whatever header: two different names are a contradiction. */
export interface GatewayRequest {
  readonly agents: readonly string[];
  /** `none` for what is certainly no tool call, such as a call of the model. */
  readonly tools: readonly string[] | 'none';
  readonly classes: readonly string[];
  readonly actionId: string | undefined;
  readonly readOnly: boolean;
  /** `X-Halt-Release`, as it came; only what `/v1/authz` is asked may bring one. */
  readonly release?: string | undefined;
  /** Addresses as the client sent them, for gateways.yml. */
  readonly uris: readonly string[];
  readonly methods: readonly string[];
}

/** The registry as the hot path asks it: by name. */
export interface KnownNames {
  /** tool → agent → class, and under `''` every class that any agent uses it in. */
  readonly classesOf: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
  readonly routed: ReadonlySet<string>;
}

export function knownNames({ agents, gateways }: Registry): KnownNames {
  const classesOf = new Map<string, Map<string, string[]>>();
  for (const agent of agents.values())
    for (const { name, actionClass } of agent.tools) {
      const ofTool = classesOf.get(name) ?? new Map<string, string[]>();
      classesOf.set(name, ofTool.set(agent.id, [actionClass]));
      ofTool.set('', [...new Set([...(ofTool.get('') ?? []), actionClass])]);
    }
  const routed = [...gateways.values()].flatMap(({ routes }) => routes.flatMap(({ tool }) => tool ?? []));
  return { classesOf, routed: new Set(routed) };
}

/** The agent that asks: null where no name, an unknown one, or two different ones are given. */
export function agentOf(
  registry: Registry,
  caller: Pick<Caller, 'name' | 'agentId'>,
  request: GatewayRequest,
): { readonly agentId: string | null; readonly route: GatewayRoute | undefined } {
  const route = routeOf(registry, caller.name, request);
  const [agentId, ...others] = distinct([...request.agents, caller.agentId, route?.agent]);
  const isKnown = agentId !== undefined && others.length === 0 && registry.agents.has(agentId);
  return { agentId: isKnown ? agentId : null, route };
}

/**
 * What it may be about. Whoever is not known may be any agent doing anything. A tool that nobody has declared may be
 * any tool; a class that is not known may be any class.
 */
export function attemptOf(
  { registry, names }: { readonly registry: Registry; readonly names: KnownNames },
  { agentId, route }: ReturnType<typeof agentOf>,
  request: GatewayRequest,
): UnsureAttempt {
  if (agentId === null) return ANYTHING;
  const readOnly = request.readOnly || route?.readOnly === true;
  const said = { agents: [agentId], actionId: request.actionId, readOnly };
  if (request.tools === 'none') return { ...said, tools: [], classes: [] };
  const tools = distinct([...request.tools, route?.tool]);
  const areKnown = tools.every((tool) => names.classesOf.has(tool) || names.routed.has(tool));
  const inherited = tools.flatMap((tool) => classesOf(names, tool, agentId));
  const classes = distinct([...request.classes, route?.class, ...inherited]);
  const classesKnown = classes.length > 0 && classes.every((each) => registry.actionClasses.has(each));
  return {
    ...said,
    tools: tools.length > 0 && areKnown ? tools : undefined,
    classes: classesKnown ? classes : undefined,
  };
}

/** A tool in another agent's inventory is known by name; in which class this agent uses it, by theirs. */
function classesOf({ classesOf: known }: KnownNames, tool: string, agentId: string): readonly string[] {
  const ofTool = known.get(tool);
  return ofTool?.get(agentId) ?? ofTool?.get('') ?? [];
}

function routeOf(
  { gateways }: Registry,
  gateway: string,
  { uris, methods }: GatewayRequest,
): GatewayRoute | undefined {
  const routes = gateways.get(gateway);
  const [uri, ...others] = uris;
  if (routes === undefined || uri === undefined || others.some((other) => other !== uri)) return undefined;
  const [method, ...more] = methods;
  return gatewayRouteOf(routes, { method: more.every((each) => each === method) ? method : undefined, uri });
}

function distinct(names: readonly (string | null | undefined)[]): string[] {
  const found: string[] = [];
  for (const name of names) if (name && !found.includes(name)) found.push(name);
  return found;
}
