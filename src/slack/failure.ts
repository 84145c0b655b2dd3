/** What a failed call to Slack means for whoever made it. */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import type { RetryLater } from '../operations/outbox/outbox-types.js';

export type Failure =
  /** Slack did nothing and says when to come back; null leaves it to our backoff. */
  | { readonly kind: 'later'; readonly error: string; readonly afterMs: number | null }
  /** Nobody knows whether Slack did it: look before doing it again. */
  | { readonly kind: 'unknown'; readonly error: string }
  /** Slack said no and did nothing. */
  | Refused;

export interface Refused {
  readonly kind: 'refused';
  readonly error: string;
  /** Where in the blocks, for a developer; holds no text of ours. */
  readonly details: readonly string[];
}

const RATE_LIMITED: ReadonlySet<string> = new Set(['ratelimited', 'rate_limited']);
const RATE_LIMIT_MS = 5_000;

/** A new token ends these, so they are tried on: slowly, for every try is in vain until then. */
const LOCKED_OUT: ReadonlySet<string> = new Set([
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'account_inactive',
]);
const LOCKED_OUT_MS = 60_000;

/** Slack's own trouble; it does not promise that nothing happened. */
const SLACKS_TROUBLE: ReadonlySet<string> = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
]);

const NO_ANSWER = 'no answer';

/** A method that this Slack does not have is a refusal, however it is said. */
const NO_SUCH_METHOD: ReadonlySet<number> = new Set([404, 405, 501]);

/** Anything that is not Slack's or the network's doing is a defect of ours: it is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError)
    return { kind: 'later', error: 'ratelimited', afterMs: error.retryAfter * 1_000 };
  if (error instanceof WebAPIPlatformError) return platformFailure(error);
  if (error instanceof WebAPIHTTPError) return httpFailure(error.statusCode);
  if (error instanceof WebAPIRequestError) return { kind: 'unknown', error: NO_ANSWER };
  if (isTransport(error)) return { kind: 'unknown', error: 'answer cut off' };
  throw error;
}

function platformFailure({ data }: WebAPIPlatformError): Failure {
  const { error } = data;
  if (RATE_LIMITED.has(error)) return { kind: 'later', error, afterMs: RATE_LIMIT_MS };
  if (LOCKED_OUT.has(error)) return { kind: 'later', error, afterMs: LOCKED_OUT_MS };
  if (SLACKS_TROUBLE.has(error)) return { kind: 'unknown', error };
  return { kind: 'refused', error, details: data.response_metadata?.messages ?? [] };
}

function httpFailure(status: number): Failure {
  if (NO_SUCH_METHOD.has(status)) return { kind: 'refused', error: 'unknown_method', details: [] };
  return { kind: 'unknown', error: `HTTP ${status}` };
}

/** The body of an answer may break off, or not be JSON, after its status has been accepted. */
function isTransport(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (['TimeoutError', 'AbortError', 'SyntaxError'].includes(error.name)) return true;
  return error.name === 'TypeError' && /terminated|fetch failed/.test(error.message);
}

/** Not now. `began` is what was known before the call; an unknown outcome always counts as begun. */
export function retryOf(failure: Exclude<Failure, Refused>, began: boolean): RetryLater {
  if (failure.kind === 'unknown')
    return {
      kind: 'retry',
      afterMs: null,
      error: failure.error,
      began: true,
      isAway: failure.error === NO_ANSWER,
    };
  return { kind: 'retry', afterMs: failure.afterMs, error: failure.error, began };
}

/** The failure of `call`, or its result. */
export async function attempt<T>(
  call: () => Promise<T>,
): Promise<{ readonly kind: 'ok'; readonly value: T } | Failure> {
  try {
    return { kind: 'ok', value: await call() };
  } catch (error) {
    return failureOf(error);
  }
}
