import { z } from 'zod';

/** Where a running server is and how to speak to it. */
export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
  /** How long to wait for an answer; 15 s unless said otherwise. */
  readonly patienceMs?: number;
}

/** The server refused, or could not be reached; the message is for people. */
export class CallError extends Error {
  override readonly name = 'CallError';
  /** The body of the refusal; undefined where nobody answered. */
  readonly answer: unknown;

  constructor(message: string, { answer, ...options }: ErrorOptions & { readonly answer?: unknown } = {}) {
    super(message, options);
    this.answer = answer;
  }
}

const Problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).default([]),
});

/** Calls the HTTP API. CallError with the server's own words for a refusal. */
export async function call(
  connection: Connection,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  return parse(await request(connection, { method, path, body }));
}

/** The body as it came, for files. */
export async function download(connection: Connection, path: string): Promise<string> {
  return request(connection, { method: 'GET', path, body: undefined });
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function request(connection: Connection, asked: Asked): Promise<string> {
  const { method, path } = asked;
  const { isOk, status, text } = await exchange(connection, asked);
  if (isOk) return text;
  const answer = parse(text);
  const problem = Problem.safeParse(answer);
  const words = problem.success ? wordsOf(problem.data) : undefined;
  throw new CallError(words ?? `${method} ${path} answered ${status}.`, { answer });
}

/** With each fault below it: people at a terminal see nothing else of the answer. */
function wordsOf({ detail, title, errors }: z.infer<typeof Problem>): string | undefined {
  const words = detail ?? title;
  return words && [words, ...errors.map((fault) => `  ${fault.pointer}: ${fault.detail}`)].join('\n');
}

const PATIENCE_MS = 15_000;

async function exchange(
  { url, token, patienceMs = PATIENCE_MS }: Connection,
  { method, path, body }: Asked,
): Promise<{ readonly isOk: boolean; readonly status: number; readonly text: string }> {
  if (token === undefined) {
    throw new CallError(
      'HALTLINE_TOKEN is not set: make one with `haltline token create`, or set HALTLINE_BOOTSTRAP_TOKEN.',
    );
  }
  let isConnected = false;
  try {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'haltline-client': 'cli',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
    isConnected = true;
    return { isOk: response.ok, status: response.status, text: await response.text() };
  } catch (cause) {
    throw new CallError(whyUnanswered(cause, { url, method, patienceMs, isConnected }), { cause });
  }
}

interface Unanswered {
  readonly url: string;
  readonly method: string;
  readonly patienceMs: number;
  readonly isConnected: boolean;
}

/** Who was heard and has not answered may have done what was asked: that is not the same as nobody there. */
function whyUnanswered(cause: unknown, { url, method, patienceMs, isConnected }: Unanswered): string {
  const isLate = cause instanceof Error && cause.name === 'TimeoutError';
  if (!isLate && !isConnected)
    return `No Haltline answers at ${url}. Is it running, and is HALTLINE_URL right?`;
  const what = isLate
    ? `Haltline at ${url} did not answer within ${patienceMs / 1000} s.`
    : `The answer of Haltline at ${url} broke off.`;
  const done = 'What was asked may have been done all the same: look before you ask again.';
  return method === 'GET' ? what : `${what} ${done}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
