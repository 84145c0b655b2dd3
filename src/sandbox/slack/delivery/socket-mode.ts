/**
 * Socket Mode as Slack serves it: a single-use URL, `hello`, envelopes that are acknowledged by their id, at most ten
 * connections, each payload on one of them in turn, pings, and connections that Slack takes away.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { isObject, parseJson, textIn, type Json } from '../json.js';
import { APP_ID } from '../options.js';
import type { Ack, Delivery, PayloadKind, Retry } from './delivery.js';

/** What Slack says before it takes a connection away; `abrupt` says nothing. */
export type DisconnectReason = 'warning' | 'refresh_requested' | 'link_disabled' | 'abrupt';

export interface SocketMode extends Delivery {
  /** The path for one connection, as apps.connections.open hands it out. */
  newPath(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  disconnect(reason: DisconnectReason): void;
  connections(): number;
}

const MAX_CONNECTIONS = 10;
const PING_EVERY_MS = 5_000;

/** Serves Socket Mode on whatever HTTP server hands its upgrades over. */
export function createSocketMode(ackTimeoutMs: number): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = createTickets();
  const live: WebSocket[] = [];
  const envelopes = createEnvelopes(ackTimeoutMs);
  let turn = 0;
  let copies = 1;
  const pings = setInterval(() => live.forEach((socket) => socket.ping()), PING_EVERY_MS).unref();

  function welcome(socket: WebSocket): void {
    if (takeIn(live, socket)) socket.on('message', (raw) => envelopes.settle(textOf(raw)));
  }

  function post(kind: PayloadKind, payload: Json, retry: Retry | undefined): Promise<Ack> {
    const socket = live[(turn += 1) % live.length];
    if (socket === undefined) return Promise.resolve({ kind: 'failed', reason: 'no_connection' });
    const id = crypto.randomUUID();
    const acknowledged = envelopes.sent(id);
    socket.send(JSON.stringify(envelope(id, kind, payload, retry)));
    return acknowledged;
  }

  return {
    newPath: () => tickets.newPath(),
    upgrade: (request, socket, head) => {
      if (tickets.take(request.url ?? '/')) server.handleUpgrade(request, socket, head, welcome);
      else socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    },
    send: async (kind, payload, retry) => {
      const extra = Array.from({ length: copies - 1 }, (_, copy) => ({
        attempt: copy + 1,
        reason: 'timeout',
      }));
      copies = 1;
      const first = post(kind, payload, retry);
      for (const again of extra) void post(kind, payload, again);
      return first;
    },
    duplicateNext: () => {
      copies = 2;
    },
    disconnect: (reason) => [...live].forEach((socket) => takeAway(socket, reason)),
    connections: () => live.length,
    stop: () => {
      clearInterval(pings);
      envelopes.stop();
      return closeAll(server, live);
    },
  };
}

/** Each is good for one connection. */
function createTickets() {
  const tickets = new Set<string>();
  return {
    newPath(): string {
      const ticket = crypto.randomUUID();
      tickets.add(ticket);
      return `/link/?ticket=${ticket}&app_id=${APP_ID}`;
    },
    take: (url: string): boolean =>
      tickets.delete(new URL(url, 'http://sandbox').searchParams.get('ticket') ?? ''),
  };
}

/** False where there are too many connections already, and this one is sent away. */
function takeIn(live: WebSocket[], socket: WebSocket): boolean {
  socket.on('error', () => undefined);
  if (live.length >= MAX_CONNECTIONS) {
    socket.send(JSON.stringify(farewell('too_many_websockets')));
    socket.close();
    return false;
  }
  live.push(socket);
  socket.on('close', () => live.splice(live.indexOf(socket), 1));
  socket.send(JSON.stringify(hello(live.length)));
  return true;
}

/** What was sent and is not acknowledged yet, by its id. */
function createEnvelopes(ackTimeoutMs: number) {
  const pending = new Map<string, (body: unknown) => void>();
  return {
    sent: (id: string): Promise<Ack> =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          pending.delete(id);
          resolve({ kind: 'timed-out' });
        }, ackTimeoutMs);
        pending.set(id, (body) => {
          clearTimeout(timer);
          resolve(body === STOPPED ? { kind: 'failed', reason: 'stopped' } : { kind: 'acked', body });
        });
      }),
    /** A frame that came back: of what is not waited for, nothing. */
    settle(raw: string): void {
      const frame = parseJson(raw);
      if (!isObject(frame)) return;
      const id = textIn(frame, 'envelope_id');
      pending.get(id)?.(frame['payload']);
      pending.delete(id);
    },
    stop(): void {
      for (const resolve of pending.values()) resolve(STOPPED);
      pending.clear();
    },
  };
}

const STOPPED = Symbol('stopped');

function textOf(raw: RawData): string {
  return Buffer.isBuffer(raw) ? raw.toString('utf8') : '';
}

const GOODBYE_MS = 500;

/** Says goodbye, and hangs up on whoever does not say it back. */
async function closeAll(server: WebSocketServer, live: readonly WebSocket[]): Promise<void> {
  const gone = [...live].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of live) socket.close(1_001);
  const hangUp = setTimeout(() => [...live].forEach((socket) => socket.terminate()), GOODBYE_MS);
  await Promise.all(gone);
  clearTimeout(hangUp);
  await new Promise((resolve) => server.close(resolve));
}

function takeAway(socket: WebSocket, reason: DisconnectReason): void {
  if (reason === 'abrupt') socket.terminate();
  else socket.send(JSON.stringify(farewell(reason)));
}

function hello(connections: number): Json {
  return {
    type: 'hello',
    num_connections: connections,
    connection_info: { app_id: APP_ID },
    debug_info: { host: 'sandbox', approximate_connection_time: 18_060 },
  };
}

function farewell(reason: string): Json {
  return { type: 'disconnect', reason, debug_info: { host: 'sandbox' } };
}

function envelope(id: string, kind: PayloadKind, payload: Json, retry: Retry | undefined): Json {
  const attempt = { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' };
  return {
    envelope_id: id,
    type: kind,
    payload,
    accepts_response_payload: kind !== 'events_api',
    ...(kind === 'events_api' ? attempt : {}),
  };
}
