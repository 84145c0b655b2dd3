/** What the headers of a gateway's question say. Read by hand: this is the hot path, and every value is only a claim. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { GatewayRequest } from '../../operations/points/gateway-request.js';

/** Gateways ask here. Envoy appends the address that it asks about. */
export const AUTHZ_PATH = '/v1/authz';

const AGENT = ['x-halt-agent', 'x-agent-id'] as const;
const URIS = ['x-original-uri', 'x-original-url', 'x-forwarded-uri', 'x-envoy-original-path'] as const;
const METHODS = ['x-original-method', 'x-forwarded-method'] as const;
const TOOL = ['x-halt-tool'] as const;
const CLASS = ['x-halt-class'] as const;
const RELEASE = 'x-halt-release';

/** Is this a question of a gateway? */
export function isAuthz(url: string | undefined): boolean {
  if (url === undefined || !url.startsWith(AUTHZ_PATH)) return false;
  const next = url[AUTHZ_PATH.length];
  return next === undefined || next === '?' || next === '/';
}

/** The claims of a question to `/v1/authz`. */
export function claimsOf({ headers, url = '', method }: IncomingMessage): GatewayRequest {
  const appended = url[AUTHZ_PATH.length] === '/' ? url.slice(AUTHZ_PATH.length) : undefined;
  const uris = valuesOf(headers, URIS).map(withoutOrigin);
  const methods = valuesOf(headers, METHODS);
  return headerClaims(headers, {
    release: valueOf(headers, RELEASE),
    uris: appended === undefined ? uris : [...uris, appended],
    methods: appended === undefined || method === undefined ? methods : [...methods, method],
  });
}

export interface HeaderClaims extends GatewayRequest {
  readonly tools: readonly string[];
}

const ELSEWHERE: Pick<GatewayRequest, 'release' | 'uris' | 'methods'> = {
  release: undefined,
  uris: [],
  methods: [],
};

/** The claims that do not depend on how a gateway passes addresses on. Member by member: copying costs more than reading. */
export function headerClaims(
  headers: IncomingHttpHeaders,
  { release, uris, methods } = ELSEWHERE,
): HeaderClaims {
  return {
    agents: valuesOf(headers, AGENT),
    tools: valuesOf(headers, TOOL),
    classes: valuesOf(headers, CLASS),
    actionId: valueOf(headers, 'x-halt-action'),
    readOnly: valueOf(headers, 'x-halt-read-only')?.toLowerCase() === 'true',
    release,
    uris,
    methods,
  };
}

/**
 * The token of the gateway. Its own header comes first: `authorization` may be the agent's, meant for the server
 * behind. `x-api-key` is how LiteLLM sends the key of a guardrail.
 */
export function bearerOf(headers: IncomingHttpHeaders): string | undefined {
  const own = valueOf(headers, 'x-haltline-token');
  if (own !== undefined) return own;
  const bearer = /^Bearer +(\S+) *$/iu.exec(headers.authorization ?? '')?.[1];
  return bearer ?? valueOf(headers, 'x-api-key');
}

function valuesOf(headers: IncomingHttpHeaders, names: readonly string[]): string[] {
  const values: string[] = [];
  for (const name of names) {
    const value = valueOf(headers, name);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** A header that came twice arrives here as `one, other`: a name that nobody has, which is what we want. */
function valueOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = (typeof value === 'string' ? value : value?.join(', '))?.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** Some gateways send the whole address. */
function withoutOrigin(uri: string): string {
  return uri.startsWith('/') ? uri : uri.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/iu, '');
}
