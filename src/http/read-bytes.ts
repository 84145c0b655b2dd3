/** Bodies that are passed on unread: counted while they come, and for as long as anybody holds them. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

/** Bytes that may be held at once, over all requests. */
export interface ByteBudget {
  /** False where there is no room. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createByteBudget(mostBytes: number): ByteBudget {
  let held = 0;
  return {
    take: (bytes) => {
      if (held + bytes > mostBytes) return false;
      held += bytes;
      return true;
    },
    give: (bytes) => {
      held -= bytes;
    },
  };
}

export interface BytesLimit {
  /** Of one body. */
  readonly bytes: number;
  readonly budget: ByteBudget;
  readonly retryAfterSeconds: number;
}

/** The body in a buffer of its own. Its bytes are given back to the budget once the request has been answered. */
export async function readBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  limit: BytesLimit,
): Promise<Uint8Array> {
  const { raw } = request;
  if (Number(raw.headers['content-length'] ?? 0) > limit.bytes) throw tooLarge(limit);
  let held = 0;
  reply.raw.once('close', () => limit.budget.give(held));
  const chunks: Buffer[] = [];
  for await (const chunk of raw) {
    const bytes = Buffer.from(chunk);
    if (!limit.budget.take(bytes.length)) throw tooBusy(limit);
    held += bytes.length;
    if (held > limit.bytes) throw tooLarge(limit);
    chunks.push(bytes);
  }
  return joined(chunks, held);
}

function joined(chunks: readonly Buffer[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function tooLarge({ bytes }: BytesLimit): HttpProblem {
  return new HttpProblem(413, `A body may have ${bytes} bytes here: send less at once.`);
}

function tooBusy({ retryAfterSeconds }: BytesLimit): HttpProblem {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return new HttpProblem(503, 'Too much is arriving at once. Send it again later.', headers);
}
