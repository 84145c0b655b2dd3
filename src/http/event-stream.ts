/**
 * One open Server-Sent Events answer, written past Fastify. What everybody hears is encoded once, chunk frame
 * included, and handed to each socket as it is: through `response.write` the same takes twice the time. A client
 * that gets no chunks (HTTP/1.0, as nginx speaks to us by default) gets the bare bytes.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyReply } from 'fastify';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A cached or buffered stream would replay old orders, or none at all.
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};
/** A comment first: proxies hand the head of an answer on with its first bytes, and people with curl see that it is open. */
const GREETING = ': open; every state is whole, and heartbeats renew the lease\n';
/** A reader this far behind is not reading. */
const BACKLOG_BYTES = 262_144;

/** An event as it goes over the wire. */
export interface WireEvent {
  readonly bytes: Buffer;
  /** The same as one chunk of a chunked answer. */
  readonly chunk: Buffer;
}

export interface EventStream {
  readonly isOpen: boolean;
  open(retryMs: number): void;
  /** False where it could not be handed to the network. */
  write(event: WireEvent): boolean;
  /** Resolves when the connection is gone, from whichever side. */
  ended(): Promise<void>;
  /** Cuts the connection at once. */
  cut(): void;
}

export function createEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply;
  raw.on('error', () => raw.destroy());
  const ended = new Promise<void>((resolve) => void raw.once('close', resolve));
  return {
    get isOpen() {
      return raw.headersSent && !raw.destroyed && !raw.writableEnded;
    },
    open(retryMs) {
      reply.hijack();
      raw.writeHead(200, HEADERS);
      raw.socket?.setNoDelay(true);
      raw.write(`${GREETING}retry: ${retryMs}\n\n`);
    },
    write({ bytes, chunk }) {
      if (!this.isOpen) return false;
      if (raw.writableLength > BACKLOG_BYTES) {
        raw.destroy();
        return false;
      }
      const socket = bareSocket(raw);
      if (socket === undefined) raw.write(bytes);
      else socket.write(chunk);
      return true;
    },
    ended: () => ended,
    cut: () => void raw.destroy(),
  };
}

/** The socket, where the answer is sent in chunks and nothing of it waits anywhere else. */
function bareSocket(raw: ServerResponse): Socket | undefined {
  const { socket } = raw;
  if (socket === null || !raw.chunkedEncoding) return undefined;
  return raw.writableLength === socket.writableLength ? socket : undefined;
}

/** One event in the wire's form; `data` is one line. */
export function encodeEvent(event: string, data: string, id?: number): WireEvent {
  const head = id === undefined ? '' : `id: ${id}\n`;
  const text = `${head}event: ${event}\ndata: ${data}\n\n`;
  const length = Buffer.byteLength(text);
  const frame = length.toString(16);
  const chunk = Buffer.from(`${frame}\r\n${text}\r\n`);
  const start = frame.length + 2;
  return { bytes: chunk.subarray(start, start + length), chunk };
}
