/** How a request may show its token. */

export interface Scheme {
  /** The token that it shows; undefined where it shows none in this way. */
  readonly tokenIn: (authorization: string | undefined) => string | undefined;
  /** What to tell one that shows none. */
  readonly challenge: string;
  readonly advice: string;
}

const REALM = 'realm="haltline"';

export const BEARER: Scheme = {
  tokenIn: (authorization) => /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1],
  challenge: `Bearer ${REALM}`,
  advice: 'Send `authorization: Bearer <token>` with a token from `haltline token create`.',
};

/**
 * For doors at which senders knock that know HTTP Basic only (an SNS subscription has nothing but `https://any:TOKEN@host`):
 * the password is the token, the name is theirs to choose. Basic comes first, for SNS sends it only when it is asked for.
 * Nobody orders a halt this way: a browser that has it once would send it along with whatever a page makes it post.
 */
export const BEARER_OR_BASIC: Scheme = {
  tokenIn: (authorization) => BEARER.tokenIn(authorization) ?? passwordIn(authorization),
  challenge: `Basic ${REALM}, ${BEARER.challenge}`,
  advice: `${BEARER.advice} HTTP Basic will do as well, with any user name and the token as the password.`,
};

/** Does it show a token, and not a password that may be meant for a proxy on the way? */
export function saysBearer(authorization: string | undefined): boolean {
  return /^Bearer +\S/i.test(authorization ?? '');
}

function passwordIn(authorization: string | undefined): string | undefined {
  const base64 = /^Basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization ?? '')?.[1];
  if (base64 === undefined) return undefined;
  const pair = Buffer.from(base64, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const password = colon === -1 ? '' : pair.slice(colon + 1);
  return /^\S+$/.test(password) ? password : undefined;
}
