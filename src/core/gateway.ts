/**
 * A gateway is a proxy in front of what an agent calls, which asks us for each request whether it may pass. It needs no
 * change to the agent, and knows less than a guard: often only an address. What a request means is therefore read
 * from `runbooks/gateways.yml`.
 */
import type { ActionClassName } from './action-class.js';

/** What requests to some addresses mean. What is left out is unknown, and unknown is treated as the worst it could be. */
export interface GatewayRoute {
  /** An address from its `/`; `*` stands for one segment, `/**` at the end for everything below. */
  readonly path: string;
  /** In capitals; empty for all. */
  readonly methods: readonly string[];
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly class?: ActionClassName | undefined;
  /** True only where such requests cannot change anything. */
  readonly readOnly: boolean;
}

/** One gateway of `runbooks/gateways.yml`. */
export interface Gateway {
  /** The name of the token it asks with. */
  readonly name: string;
  /** Agents that are always behind it: an order expects it for them, whether or not it has asked lately. */
  readonly agents: readonly string[];
  /** It cuts every request after this long; null where it does not: then nobody knows when the last one has ended. */
  readonly maxRequestSeconds: number | null;
  /** The first that fits is what a request means. */
  readonly routes: readonly GatewayRoute[];
}

/** The first route that a request fits, undefined where none does or the address could be read in two ways. */
export function gatewayRouteOf(
  { routes }: Pick<Gateway, 'routes'>,
  { method, uri }: { readonly method: string | undefined; readonly uri: string },
): GatewayRoute | undefined {
  if (routes.length === 0) return undefined;
  const segments = segmentsOf(uri);
  if (segments === undefined) return undefined;
  const verb = method?.toUpperCase();
  return routes.find(
    (route) => fitsMethod(route, verb) && fitsPath(route.path.slice(1).split('/'), segments),
  );
}

/**
 * The segments as the server behind will most likely read them: decoded once, without doubled slashes. An address
 * that is still encoded after that, or climbs, is one that two servers read differently: it fits no route.
 */
function segmentsOf(uri: string): string[] | undefined {
  const path = decoded(uri.split(/[?#]/u, 1)[0] ?? '');
  if (path === undefined || !path.startsWith('/') || /[%\\;\p{Cc}]/u.test(path)) return undefined;
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.some((segment) => segment === '.' || segment === '..') ? undefined : segments;
}

function decoded(path: string): string | undefined {
  if (!path.includes('%')) return path;
  // An encoded slash is a separator to some servers and a letter to others.
  if (/%2f/iu.test(path)) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function fitsMethod({ methods }: GatewayRoute, verb: string | undefined): boolean {
  return methods.length === 0 || (verb !== undefined && methods.includes(verb));
}

function fitsPath(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '**';
  const wanted = (open ? pattern.slice(0, -1) : pattern).filter((each) => each !== '');
  if (open ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((each, index) => each === '*' || each === segments[index]);
}
