/** Every error of this door as problem JSON (RFC 9457). */
import { z } from 'zod';
import { DomainError, type ErrorCode } from '../core/errors.js';

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What went wrong and what to do next. */
  readonly detail: string;
  /** Also in our log, beside the cause. */
  readonly reference: string;
  readonly errors?: readonly Fault[];
}

/** One fault of a body or a query, where it stands. */
export interface Fault {
  /** JSON pointer as a URI fragment, e.g. `#/alerts/0/startsAt`. */
  readonly pointer: string;
  readonly detail: string;
}

/** An answer of this door that is not a DomainError: the request itself was wrong, not what it asked for. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Further members of the answer. */
  readonly extra: object;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}, extra = {}) {
    super(detail);
    this.status = status;
    this.headers = headers;
    this.extra = extra;
  }
}

const STATUS: Readonly<Record<ErrorCode, number>> = {
  'not-allowed': 403,
  'not-found': 404,
  'invalid-input': 400,
  conflict: 409,
  'same-person': 403,
  'gate-closed': 409,
  'already-done': 409,
  expired: 410,
  unavailable: 503,
};

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'A valid token is needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Wrong method',
  409: 'Not in this state',
  410: 'Expired',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'Wrong content type',
  429: 'Too many requests',
  431: 'The headers are too large',
  500: 'Our fault',
  503: 'Not available right now',
};

/** What to answer to anything thrown; `headers` go with it. Unknown errors become a 500 that says nothing of them. */
export function problemOf(
  error: unknown,
  reference: string,
): { problem: Problem; headers: Readonly<Record<string, string>> } {
  if (error instanceof HttpProblem)
    return {
      problem: { ...aProblem(error.status, error.message, reference), ...error.extra },
      headers: error.headers,
    };
  if (error instanceof DomainError) return ofDomain(error, reference);
  if (error instanceof z.ZodError) return ofZod(error, reference);
  const status = statusOf(error);
  if (status >= 400 && status < 500)
    return { problem: aProblem(status, ADVICE[status] ?? 'Check the request.', reference), headers: {} };
  const detail = `Something failed on our side. Ask your operators to look up ${reference} in the log.`;
  return { problem: aProblem(500, detail, reference), headers: {} };
}

/** A problem with the standard title of its status. */
export function aProblem(status: number, detail: string, reference: string): Problem {
  const title = TITLES[status] ?? 'The request was refused';
  return { type: `urn:haltline:problem:${status}`, title, status, detail, reference };
}

function ofDomain(error: DomainError, reference: string): ReturnType<typeof problemOf> {
  const problem = {
    ...aProblem(STATUS[error.code], error.message, reference),
    type: `urn:haltline:problem:${error.code}`,
  };
  return { problem, headers: error.code === 'unavailable' ? { 'retry-after': '5' } : {} };
}

const ADVICE: Readonly<Record<number, string>> = {
  400: 'The address must be a valid one, and the body one valid JSON document.',
  413: 'Send less at once: bodies may have 1 MiB, acknowledgements 4 MiB.',
  414: 'Shorten the address.',
  415: 'Send JSON, with the header `content-type: application/json`.',
};

function ofZod(error: z.ZodError, reference: string): ReturnType<typeof problemOf> {
  const errors = error.issues.slice(0, 50).map((issue) => ({
    pointer: pointerOf(issue.path),
    detail: issue.message,
  }));
  const detail = 'The request does not have the expected shape; `errors` says where.';
  return { problem: { ...aProblem(400, detail, reference), errors }, headers: {} };
}

/** Where in a body something stands. */
export function pointerOf(path: readonly PropertyKey[]): string {
  const parts = path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#${parts.map((part) => `/${encodeURIComponent(wellFormed(part))}`).join('')}`;
}

/** A key of somebody's JSON may hold half a surrogate pair, which `encodeURIComponent` cannot take. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** Fastify's own errors carry their status. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  return typeof error.statusCode === 'number' ? error.statusCode : 500;
}
