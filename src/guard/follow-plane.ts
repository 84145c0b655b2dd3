/**
 * Follows the control plane's stream for ever: nothing it answers, and no silence, ends the trying. Every
 * stream begins with the whole state, so nothing has to be remembered about what was missed.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Snapshot } from '../core/halt.js';
import { jumpMs, type Clock, type Moment } from './clock.js';
import { PlaneError, type HttpClient } from './http-client.js';
import { readEvents, type ServerEvent } from './read-events.js';

export interface Follower {
  /** Runs before each stream is opened; a throw counts as a failed attempt. */
  prepare(signal: AbortSignal): Promise<void>;
  /** True where we hold what the snapshot says: then, and only then, it may renew the lease. */
  accept(snapshot: Snapshot): boolean;
  renew(sent: Moment, atMs: number, leaseMs: number): void;
  onTrouble(error: unknown): void;
}

export interface FollowOptions {
  readonly client: HttpClient;
  /** Path and query of the stream, each time it is opened. */
  readonly path: () => string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const BACKOFF_MS = { first: 250, most: 4_000 };
const CONNECT_MS = 5_000;
/** Long before two honest clocks drift apart by as much as the control plane allows for. */
const STREAM_MS = 300_000;
const JUMP_MS = 1_000;

/** Resolves when `signal` is aborted. */
export async function followPlane(options: FollowOptions, follower: Follower): Promise<void> {
  const { signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      await followOnce(options, {
        ...follower,
        accept: (snapshot) => {
          const held = follower.accept(snapshot);
          if (held) failures = 0;
          return held;
        },
      });
    } catch (error) {
      if (signal.aborted) return;
      follower.onTrouble(error);
      const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.first * 2 ** failures);
      failures = Math.min(failures + 1, 10);
      await sleep(Math.random() * most, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** One stream, until it is time for another. Rejects when it breaks. */
async function followOnce({ client, path, clock, signal }: FollowOptions, follower: Follower): Promise<void> {
  const watchdog = createWatchdog(signal);
  try {
    watchdog.expect(CONNECT_MS);
    await follower.prepare(watchdog.signal);
    const sent = clock();
    const response = await client.get(path(), watchdog.signal);
    const session = createSession(sent, follower);
    for await (const event of readEvents(bodyOf(response), () => watchdog.expect(session.silenceMs()))) {
      session.take(event);
      const now = clock();
      if (now.monotonicMs - sent.monotonicMs > STREAM_MS * (0.8 + Math.random() * 0.2)) return;
      if (jumpMs(sent, now) > JUMP_MS) return;
    }
    throw new Error('the stream ended');
  } finally {
    watchdog.stop();
  }
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  const type = response.headers.get('content-type') ?? 'nothing';
  if (response.body === null || !/^text\/event-stream\b/i.test(type))
    throw new PlaneError(response.status, `the stream answered with ${type}: is there a proxy in between?`);
  return response.body;
}

/** What the control plane says of itself in the first event. */
interface Connection {
  readonly heartbeatMs: number;
  readonly leaseMs: number;
}

function createSession(sent: Moment, follower: Follower) {
  let connection: Connection | undefined;
  /** The epoch that we hold to, as far as this stream has told; undefined while it tells what we cannot accept. */
  let held: number | undefined;
  function takeState(value: unknown): void {
    const snapshot = Snapshot.parse(value);
    held = follower.accept(snapshot) ? snapshot.epoch : undefined;
    const at = numberIn(memberOf(value, 'connection'), 'at');
    if (at === undefined) return;
    const heartbeatMs = numberIn(memberOf(value, 'connection'), 'heartbeatMs') ?? 2_000;
    connection = { heartbeatMs, leaseMs: snapshot.leaseMs };
    if (held !== undefined) follower.renew(sent, at, snapshot.leaseMs);
  }
  function takeHeartbeat(value: unknown): void {
    const [epoch, at] = [numberIn(value, 'epoch'), numberIn(value, 'at')];
    if (epoch === undefined || at === undefined || connection === undefined || held === undefined) return;
    if (epoch > held) throw new Error(`the control plane is at epoch ${epoch}, this stream told ${held}`);
    if (epoch === held) follower.renew(sent, at, connection.leaseMs);
  }
  return {
    silenceMs: () => (connection === undefined ? CONNECT_MS : connection.heartbeatMs * 3),
    take({ event, data }: ServerEvent): void {
      if (event !== 'state' && event !== 'heartbeat') return;
      const value: unknown = JSON.parse(data);
      if (event === 'state') takeState(value);
      else takeHeartbeat(value);
    },
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function numberIn(value: unknown, name: string): number | undefined {
  const member = memberOf(value, name);
  return typeof member === 'number' && Number.isFinite(member) && member >= 0 ? member : undefined;
}

/** A stream that says nothing for too long is dead, whatever the socket believes. */
function createWatchdog(outer: AbortSignal) {
  const silent = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    signal: AbortSignal.any([outer, silent.signal]),
    expect(withinMs: number): void {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(new Error(`silence for ${withinMs} ms`)), withinMs);
    },
    stop(): void {
      clearTimeout(timer);
      silent.abort(new Error('done'));
    },
  };
}
