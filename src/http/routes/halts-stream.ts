/**
 * `GET /v1/halts/stream`: the state, whole, whenever it changes, and heartbeats that renew a guard's lease.
 *
 * `at` in the first event and in each heartbeat is our monotonic clock since we accepted this request. The
 * guard sent it before that, so its own clock at sending plus `at` is never later than the moment we wrote.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Snapshot } from '../../core/halt.js';
import { connectPoint, type PointConnection } from '../../operations/connect-point.js';
import type { HaltPlane } from '../../operations/halt-plane.js';
import { createEventStream, encodeEvent, type EventStream } from '../event-stream.js';
import type { HttpDeps } from '../http-deps.js';
import { HttpProblem } from '../problem.js';
import { callerOf, requireScope } from '../require-scope.js';

const name = z.string().min(1).max(200);
const RETRY_MS = 1_000;

/** Query of `GET /v1/halts/stream`. All three make an enforcement point with a lease; none of them, somebody who only watches. */
export const StreamQuery = z
  .object({ agent: name, point: name, instance: name, epoch: z.coerce.number().int().nonnegative() })
  .partial();

export function haltsStreamRoutes(server: FastifyInstance, http: HttpDeps): void {
  const { plane, log } = http.deps;
  /** Each open stream, and when its end will have been written down. */
  const streams = new Map<EventStream, Promise<void>>();
  server.addHook('preClose', async () => {
    for (const stream of streams.keys()) stream.cut();
    await Promise.all(streams.values());
  });

  server.get(
    '/v1/halts/stream',
    { onRequest: requireScope(http, 'guard', 'gateway', 'read') },
    async (request, reply) => {
      const acceptedMs = performance.now();
      const { epoch, ...query } = StreamQuery.parse(request.query);
      const point = pointOf(request, query);
      const current = plane.current();
      if (epoch !== undefined && epoch > current.epoch)
        log.error(
          { held: epoch, epoch: current.epoch, point: query.point },
          'a guard holds a newer epoch than this control plane: was an old database restored?',
        );
      const stream = createEventStream(reply);
      const watch = watchOrders(plane, stream, acceptedMs);
      const connection =
        point === undefined
          ? followed(plane, watch)
          : await connectPoint(http.deps, { ...point, deliver: watch.deliver });
      watch.beat(connection);
      const ended = stream.ended().then(async () => {
        watch.stop();
        await connection.disconnect();
        streams.delete(stream);
      });
      streams.set(stream, ended);
    },
  );
}

/** Tells one stream what is in force, and keeps its lease alive as long as it answers. */
function watchOrders({ timing }: HaltPlane, stream: EventStream, acceptedMs: number) {
  let latest = 0;
  let opened = false;
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;
  let connection: Pick<PointConnection, 'renewed' | 'acknowledgedEpoch'> | undefined;
  const at = (): number => performance.now() - acceptedMs;
  const hasAnswered = (epoch: number): boolean => (connection?.acknowledgedEpoch() ?? 0) >= epoch;
  const cutTheDeaf = (epoch: number): void => {
    if (!hasAnswered(epoch)) stream.cut();
  };
  const deliver = (snapshot: Snapshot): void => {
    latest = snapshot.epoch;
    if (!opened) {
      opened = true;
      stream.open(RETRY_MS);
      const { heartbeatMs, leaseMs } = timing;
      stream.write(
        encodeEvent('state', { ...snapshot, connection: { at: at(), heartbeatMs, leaseMs } }, latest),
      );
      return;
    }
    unanswered = snapshot.epoch;
    stream.write(encodedState(snapshot));
    setTimeout(cutTheDeaf, timing.ackPatienceMs, snapshot.epoch).unref();
  };
  const heartbeat = (): void => {
    // Who has not said that it holds the newest state gets no further lease under the old one.
    if (hasAnswered(unanswered) && stream.write(encodeEvent('heartbeat', { epoch: latest, at: at() })))
      connection?.renewed();
    timer = setTimeout(heartbeat, timing.heartbeatMs * (0.8 + Math.random() * 0.4));
  };
  return {
    deliver,
    beat(to: NonNullable<typeof connection>): void {
      connection = to;
      timer = setTimeout(heartbeat, timing.heartbeatMs * Math.random());
    },
    stop: () => clearTimeout(timer),
  };
}

/** Somebody who watches: holds no lease, owes no answer. */
function followed(plane: HaltPlane, { deliver }: { deliver: (snapshot: Snapshot) => void }): PointConnection {
  deliver(plane.current());
  const unsubscribe = plane.subscribe(deliver);
  return {
    renewed: () => undefined,
    acknowledgedEpoch: () => Number.POSITIVE_INFINITY,
    disconnect: async () => unsubscribe(),
  };
}

function pointOf(
  request: FastifyRequest,
  { agent, point, instance }: Omit<z.infer<typeof StreamQuery>, 'epoch'>,
) {
  if (agent === undefined && point === undefined && instance === undefined) return undefined;
  if (agent === undefined || point === undefined || instance === undefined)
    throw new HttpProblem(
      400,
      'An enforcement point names itself by `agent`, `point` and `instance`, all three.',
    );
  const caller = callerOf(request);
  if (!caller.scopes.includes('guard'))
    throw new HttpProblem(403, 'An enforcement point needs a token with the scope `guard`.');
  return { agentId: agent, pointId: point, instance, boundTo: caller.agentId };
}

const encoded = new WeakMap<Snapshot, Buffer>();

/** The same bytes for everybody: ten thousand guards must not cost ten thousand serialisations. */
function encodedState(snapshot: Snapshot): Buffer {
  const known = encoded.get(snapshot);
  if (known !== undefined) return known;
  const bytes = Buffer.from(encodeEvent('state', snapshot, snapshot.epoch));
  encoded.set(snapshot, bytes);
  return bytes;
}
