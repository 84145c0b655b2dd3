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
  const response = await request(connection, { method, path, body });
  const text = await response.text();
  const parsed = parse(text);
  if (response.ok) return parsed;
  const problem = Problem.safeParse(parsed);
  const words = problem.success ? wordsOf(problem.data) : undefined;
  throw new CallError(words ?? `${method} ${path} answered ${response.status}.`, { answer: parsed });
}

/** With each fault below it: people at a terminal see nothing else of the answer. */
function wordsOf({ detail, title, errors }: z.infer<typeof Problem>): string | undefined {
  const words = detail ?? title;
  return words && [words, ...errors.map((fault) => `  ${fault.pointer}: ${fault.detail}`)].join('\n');
}

/** The body as it came, for files. */
export async function download(connection: Connection, path: string): Promise<string> {
  const response = await request(connection, { method: 'GET', path, body: undefined });
  if (!response.ok) throw new CallError(`GET ${path} answered ${response.status}.`);
  return response.text();
}

async function request(
  { url, token, patienceMs = 15_000 }: Connection,
  { method, path, body }: { method: string; path: string; body: object | undefined },
): Promise<Response> {
  if (token === undefined) {
    throw new CallError(
      'HALTLINE_TOKEN is not set: make one with `haltline token create`, or set HALTLINE_BOOTSTRAP_TOKEN.',
    );
  }
  try {
    return await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'haltline-client': 'cli',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patienceMs),
    });
  } catch (cause) {
    throw new CallError(`No Haltline answers at ${url}. Is it running, and is HALTLINE_URL right?`, {
      cause,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
