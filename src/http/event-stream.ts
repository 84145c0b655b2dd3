/** One open Server-Sent Events answer, written past Fastify: encoded once, sent as it is. */
import type { FastifyReply } from 'fastify';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // A cached or buffered stream would replay old orders, or none at all.
  'cache-control': 'no-cache, no-store, no-transform',
  'x-accel-buffering': 'no',
};
/** A reader this far behind is not reading. */
const BACKLOG_BYTES = 262_144;

export interface EventStream {
  readonly isOpen: boolean;
  open(retryMs: number): void;
  /** False where it could not be handed to the network. */
  write(event: Buffer | string): boolean;
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
      return reply.sent && !raw.destroyed && !raw.writableEnded;
    },
    open(retryMs) {
      reply.hijack();
      raw.writeHead(200, HEADERS);
      raw.socket?.setNoDelay(true);
      raw.write(`retry: ${retryMs}\n\n`);
    },
    write(event) {
      if (!this.isOpen) return false;
      if (raw.writableLength > BACKLOG_BYTES) {
        raw.destroy();
        return false;
      }
      raw.write(event);
      return true;
    },
    ended: () => ended,
    cut: () => void raw.destroy(),
  };
}

/** One event in the wire's form. */
export function encodeEvent(event: string, data: object, id?: number): string {
  const head = id === undefined ? '' : `id: ${id}\n`;
  return `${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
