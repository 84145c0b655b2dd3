/**
 * `GET /v1/halts`: what is in force, for clients that cannot stream, and the key it is signed with.
 *
 * A client that names itself holds a lease by asking: `connection.at` is our monotonic clock between accepting this
 * request and writing the answer. It sent the request before that, so its own clock at sending plus `at` is never
 * later than the moment we wrote; from there its lease runs. An answer without `connection` renews nothing.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { newerThan, pollPoint } from '../../operations/points/poll-point.js';
import type { HttpDeps } from '../http-deps.js';
import { pointOf } from '../named-point.js';
import { requireScope } from '../require-scope.js';
import { shoutIfNewer } from './halts-stream.js';

const name = z.string().min(1).max(200);

/** Query of `GET /v1/halts`. With `agent`, `point` and `instance` (all three) it is a leased enforcement point. */
export const Poll = z.object({
  since: z.coerce.number().int().nonnegative().optional(),
  wait: z.coerce.number().min(0).max(30).default(0),
  agent: name.optional(),
  point: name.optional(),
  instance: name.optional(),
  /** Comes back in `connection`: an answer that a cache kept from another request has another one. */
  nonce: name.optional(),
});
type Poll = z.infer<typeof Poll>;

/** No proxy may keep such an answer: it would renew a lease that has run out. */
const UNCACHED = { 'cache-control': 'no-store, no-transform', pragma: 'no-cache' };

export function haltsPollRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { plane } = http.deps;
  const listen = { onRequest: requireScope(http, 'guard', 'gateway', 'read') };
  const closing = new AbortController();
  server.addHook('preClose', async () => closing.abort());
  const asking = (reply: FastifyReply): Asking => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const ends = (waitMs: number): AbortSignal =>
      AbortSignal.any([AbortSignal.timeout(waitMs), closing.signal, gone.signal]);
    return { acceptedMs: performance.now(), isThere: () => !gone.signal.aborted, ends };
  };

  server.get('/v1/halts', listen, async (request, reply) => {
    const asked = asking(reply);
    const poll = Poll.parse(request.query);
    const point = pointOf(request, poll);
    shoutIfNewer(http, { epoch: poll.since, point: poll.point });
    if (point !== undefined) return answerPoint(http, { ...asked, reply, poll, point });
    await newerThan(plane, poll.since, asked.ends(poll.wait * 1000));
    return reply.headers(UNCACHED).send(plane.current());
  });

  server.get('/v1/halts/key', listen, async (_request, reply) =>
    reply
      .headers(UNCACHED)
      .send({ planeId: plane.current().planeId, algorithm: 'Ed25519', publicKey: plane.publicKey }),
  );
}

interface Asking {
  readonly acceptedMs: number;
  readonly isThere: () => boolean;
  /** Aborts after that time, or when the client has gone, or when we close. */
  readonly ends: (waitMs: number) => AbortSignal;
}

interface AskingPoint extends Asking {
  readonly reply: FastifyReply;
  readonly poll: Poll;
  readonly point: NonNullable<ReturnType<typeof pointOf>>;
}

async function answerPoint(
  { deps }: HttpDeps,
  { reply, poll, point, acceptedMs, isThere, ends }: AskingPoint,
): Promise<FastifyReply> {
  const { heartbeatMs, leaseMs } = deps.plane.timing;
  const { since, nonce } = poll;
  // Half a lease is left for the way back and the next question.
  const patience = ends(Math.min(poll.wait * 1000, leaseMs / 2));
  await pollPoint(deps, { ...point, since, patience, isThere }, ({ snapshot, renews }) => {
    const connection = { at: performance.now() - acceptedMs, heartbeatMs, leaseMs, nonce };
    reply.headers(UNCACHED).send(renews ? { ...snapshot, connection } : snapshot);
  });
  return reply;
}
