/**
 * `GET /v1/halts/stream`: the state, whole, whenever it changes, and heartbeats that renew a guard's lease.
 *
 * `at` in the first event and in each heartbeat is our monotonic clock since we accepted this request. The
 * guard sent it before that, so its own clock at sending plus `at` is never later than the moment we wrote.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Snapshot } from '../../core/halt.js';
import { inAHurry } from '../../operations/deps.js';
import { connectPoint, type PointConnection } from '../../operations/points/connect-point.js';
import type { HaltPlane } from '../../operations/halting/halt-plane.js';
import { createEventStream } from '../event-stream.js';
import { createHeartbeats } from '../heartbeats.js';
import type { HttpDeps } from '../http-deps.js';
import { pointOf } from '../named-point.js';
import { HttpProblem } from '../problem.js';
import { callerOf, requireScopeInCrowd } from '../require-scope.js';
import { endWithToken } from '../streams-of-token.js';
import { WatchedStream } from '../watched-stream.js';

const name = z.string().min(1).max(200);

/** Query of `GET /v1/halts/stream`. All three make an enforcement point with a lease; none of them, somebody who only watches. */
export const StreamQuery = z
  .object({
    agent: name,
    point: name,
    instance: name,
    epoch: z.coerce.number().int().nonnegative(),
    /** Comes back with the first state: an answer that a cache kept from another request has another one. */
    nonce: name,
  })
  .partial();

export function haltsStreamRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { deps, limits } = http;
  const { plane } = deps;
  /** Each open stream, and when its end will have been written down. */
  const streams = new Map<WatchedStream, Promise<void>>();
  let opening = 0;
  // Ten thousand beats take a tenth of a second: they follow the answers to an order.
  const heartbeats = createHeartbeats(plane.timing.heartbeatMs, () => plane.lull.isQuiet());
  const unsubscribe = plane.subscribe(({ epoch }) => {
    const cutTheDeaf = (): void => streams.forEach((_, watched) => watched.cutIfDeaf(epoch));
    heartbeats.after(plane.timing.ackPatienceMs, cutTheDeaf);
  });
  server.addHook('preClose', async () => {
    heartbeats.stop();
    unsubscribe();
    for (const { stream } of streams.keys()) stream.cut();
    await Promise.all(streams.values());
  });

  const open = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const acceptedMs = performance.now();
    const { epoch, nonce, ...query } = StreamQuery.parse(request.query);
    const point = pointOf(request, query);
    shoutIfNewer(http, { epoch, point: query.point });
    const { timing } = plane;
    const watched = new WatchedStream(createEventStream(reply), { acceptedMs, nonce, timing });
    const forget = endWithToken(http, callerOf(request).tokenId, () => watched.stream.cut());
    void watched.stream.ended().then(forget);
    const deliver = (snapshot: Snapshot): void => watched.deliver(snapshot);
    const connection =
      point === undefined ? followed(plane, deliver) : await connectPoint(deps, { ...point, deliver });
    watched.connected(connection);
    const stopBeating = heartbeats.add(() => watched.beat());
    const ended = watched.stream.ended().then(async () => {
      stopBeating();
      await connection.disconnect();
      streams.delete(watched);
    });
    streams.set(watched, ended);
  };

  // All guards come back at once after a restart, often many under one token.
  const admit = requireScopeInCrowd({ http, deps: inAHurry(deps) }, 'guard', 'gateway', 'read');
  // To HEAD no event would ever be sent, though its connection would renew a lease.
  server.get('/v1/halts/stream', { onRequest: admit, exposeHeadRoute: false }, async (request, reply) => {
    refuseOverload(opening >= limits.openingStreams || streams.size + opening >= limits.streams);
    opening += 1;
    await open(request, reply).finally(() => (opening -= 1));
  });
}

/** Who has a stream keeps it: newcomers wait, each for another while, so that they do not come back together. */
function refuseOverload(isOverloaded: boolean): void {
  if (!isOverloaded) return;
  const detail = 'More streams are being opened than we can take on at this moment. Try again shortly.';
  throw new HttpProblem(503, detail, { 'retry-after': String(1 + Math.floor(Math.random() * 3)) });
}

/** Somebody knows a state that we have never issued. */
export function shoutIfNewer(
  { deps: { plane, log } }: HttpDeps,
  held: { epoch: number | undefined; point: string | undefined },
): void {
  const { epoch } = plane.current();
  if (held.epoch === undefined || held.epoch <= epoch) return;
  log.error(
    { held: held.epoch, epoch, point: held.point },
    'a guard holds a newer epoch than this control plane: was an old database restored?',
  );
}

/** Somebody who watches: holds no lease, owes no answer. */
function followed(plane: HaltPlane, deliver: (snapshot: Snapshot) => void): PointConnection {
  deliver(plane.current());
  const unsubscribe = plane.subscribe(deliver);
  return {
    renewed: () => undefined,
    acknowledgedEpoch: () => Number.POSITIVE_INFINITY,
    disconnect: async () => unsubscribe(),
  };
}
