/**
 * Follows the control plane for ever: nothing it answers, and no silence, ends the trying. Every answer begins with
 * the whole state, so nothing has to be remembered about what was missed. A stream is the way; where something in
 * between does not let streams through, it asks again and again instead, and tries a stream from time to time.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jumpMs, type Clock } from './clock.js';
import { PlaneError, type HttpClient } from './http-client.js';
import { createPlaneSession, type Follower, type PlaneSession } from './plane-session.js';
import { readEvents, type ServerEvent } from './read-events.js';
import { createWatchdog } from './watchdog.js';

export interface FollowOptions {
  readonly client: HttpClient;
  /** Who asks, each time: the query of the stream and of the single question. */
  readonly query: () => Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const BACKOFF_MS = { first: 250, most: 4_000 };
const CONNECT_MS = 5_000;
/** Long before two honest clocks drift apart by as much as the control plane allows for. */
const STREAM_MS = 300_000;
const JUMP_MS = 1_000;
/** So many that did not come are silence. */
const HEARTBEATS_MISSED = 3;
/** How long we ask singly before a stream is tried again. */
const POLLING_MS = 60_000;
/** An answer may wait half a lease; from nearer than this it is asked again no sooner, whoever answers. */
const POLL_MS = { shortest: 50, longest: 5_000, unleased: 500 };

/** Something answers, and lets no stream through. */
class StreamBlocked extends Error {
  override readonly name = 'StreamBlocked';
}

/** Resolves when `signal` is aborted. */
export async function followPlane(options: FollowOptions, follower: Follower): Promise<void> {
  const { signal } = options;
  let failures = 0;
  let ask = followStream;
  const counting = {
    ...follower,
    accept: (state: Parameters<Follower['accept']>[0]) => {
      const held = follower.accept(state);
      if (held) failures = 0;
      return held;
    },
  };
  while (!signal.aborted) {
    try {
      await ask(options, counting);
      ask = followStream;
    } catch (error) {
      if (signal.aborted) return;
      follower.onTrouble(error);
      ask = error instanceof StreamBlocked ? followByPolling : followStream;
      const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures);
      failures = Math.min(failures + 1, 10);
      await sleep(Math.random() * most, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One stream, until it is time for another. Rejects when it breaks. */
async function followStream(
  { client, query, clock, signal }: FollowOptions,
  follower: Follower,
): Promise<void> {
  const watchdog = createWatchdog(signal);
  let session: PlaneSession | undefined;
  let answered = false;
  try {
    watchdog.expect(CONNECT_MS);
    await follower.prepare(watchdog.signal);
    const [sent, nonce] = [clock(), randomUUID()];
    session = createPlaneSession({ sent, nonce }, follower);
    const response = await client.get(pathOf('/v1/halts/stream', { ...query(), nonce }), watchdog.signal);
    answered = true;
    for await (const event of readEvents(bodyOf(response))) {
      const isOurs = take(session, event);
      const { heartbeatMs } = session.connection() ?? {};
      // Only what a control plane says is a sign of life: a proxy may drip bytes for ever, and hold the rest back.
      if (isOurs && heartbeatMs !== undefined) watchdog.expect(heartbeatMs * HEARTBEATS_MISSED);
      const now = clock();
      if (now.monotonicMs - sent.monotonicMs > STREAM_MS * (0.8 + Math.random() * 0.2)) return;
      if (jumpMs(sent, now) > JUMP_MS) return;
    }
    throw new Error('the stream ended');
  } catch (error) {
    const isSilent = watchdog.signal.aborted;
    if (session?.connection() !== undefined || (!answered && !isSilent)) throw error;
    throw new StreamBlocked('no stream comes through: asking again and again instead', { cause: error });
  } finally {
    watchdog.stop();
  }
}

/** Asks again and again, each time for the whole state. Rejects when one question is not answered. */
async function followByPolling(options: FollowOptions, follower: Follower): Promise<void> {
  const { clock, signal } = options;
  const began = clock();
  let waitMs = 0;
  let since: string | undefined;
  while (!signal.aborted) {
    const asked = clock();
    ({ waitMs, since } = await pollOnce(options, { waitMs, since }, follower));
    const now = clock();
    if (now.monotonicMs - began.monotonicMs > POLLING_MS || jumpMs(began, now) > JUMP_MS) return;
    const restMs = POLL_MS.shortest - (now.monotonicMs - asked.monotonicMs);
    if (restMs > 0) await sleep(restMs, undefined, { signal });
  }
}

interface Polling {
  readonly waitMs: number;
  /** The epoch that the last answer told, where we hold to it. */
  readonly since: string | undefined;
}

async function pollOnce(
  { client, query, clock, signal }: FollowOptions,
  { waitMs, since }: Polling,
  follower: Follower,
): Promise<Polling> {
  const watchdog = createWatchdog(signal);
  try {
    watchdog.expect(CONNECT_MS + waitMs);
    await follower.prepare(watchdog.signal);
    const [sent, nonce] = [clock(), randomUUID()];
    const asking = { ...query(), nonce, wait: String(waitMs / 1000), ...(since !== undefined && { since }) };
    let told: number | undefined;
    const session = createPlaneSession(
      { sent, nonce },
      {
        ...follower,
        accept(state) {
          const held = follower.accept(state);
          told = held ? state.snapshot.epoch : undefined;
          return held;
        },
      },
    );
    const response = await client.get(pathOf('/v1/halts', asking), watchdog.signal);
    session.takeState(await response.json());
    if (told === undefined) throw new Error('what the control plane told renews no lease');
    // It grants none while it waits for our acknowledgement; then the next question is soon enough.
    const { leaseMs = POLL_MS.unleased } = session.connection() ?? {};
    return { waitMs: Math.min(leaseMs / 2, POLL_MS.longest), since: String(told) };
  } finally {
    watchdog.stop();
  }
}

function pathOf(path: string, query: Readonly<Record<string, string>>): string {
  return `${path}?${new URLSearchParams(query).toString()}`;
}

/** True for what a control plane says. */
function take(session: PlaneSession, { event, data }: ServerEvent): boolean {
  if (event !== 'state' && event !== 'heartbeat') return false;
  const value: unknown = JSON.parse(data);
  if (event === 'state') session.takeState(value);
  else session.takeHeartbeat(value);
  return true;
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  const type = response.headers.get('content-type') ?? 'nothing';
  if (response.body === null || !/^text\/event-stream\b/i.test(type))
    throw new PlaneError(response.status, `the stream answered with ${type}: is there a proxy in between?`);
  return response.body;
}
