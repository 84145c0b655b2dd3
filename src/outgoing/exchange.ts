/**
 * One request and its whole answer, within one deadline and one size. By node's own client on a connection of its
 * own: it follows no redirect, reads no proxy from the environment, and unpacks nothing.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Exchange {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For everything from the look-up of the name to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type Exchanged =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter: string | null;
      readonly text: string;
    }
  | { readonly kind: 'failed'; readonly error: string };

/** Far more than `{"state":"stopped"}` needs. */
const LARGEST_ANSWER = 16 * 1024;

class TooLarge extends Error {}

/** Never rejects. */
export async function exchange(input: Exchange): Promise<Exchanged> {
  const end = new AbortController();
  let isLate = false;
  const abort = (): void => end.abort();
  const deadline = setTimeout(() => {
    isLate = true;
    abort();
  }, input.timeoutMs);
  input.signal?.addEventListener('abort', abort, { once: true });
  if (input.signal?.aborted === true) abort();
  try {
    const answer = await send(input, end.signal);
    const text = await readAll(answer);
    const retryAfter = answer.headers['retry-after'] ?? null;
    return { kind: 'answer', status: answer.statusCode ?? 0, retryAfter, text };
  } catch (error) {
    return { kind: 'failed', error: wordsFor(error, isLate, input) };
  } finally {
    clearTimeout(deadline);
    input.signal?.removeEventListener('abort', abort);
  }
}

function send({ url, method, headers, body }: Exchange, signal: AbortSignal): Promise<IncomingMessage> {
  const request = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false, signal }, resolve);
    outgoing.on('error', reject);
    outgoing.end(body === '' ? undefined : body);
  });
}

async function readAll(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > LARGEST_ANSWER) throw new TooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Codes only: what an error quotes may be what the other side sent. */
function wordsFor(error: unknown, isLate: boolean, { timeoutMs }: Exchange): string {
  if (isLate) return `no answer within ${timeoutMs / 1000} s`;
  if (error instanceof TooLarge) return `answered with more than ${LARGEST_ANSWER / 1024} KiB`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]{2,50}$/u.test(code) ? `unreachable (${code})` : 'unreachable';
}
