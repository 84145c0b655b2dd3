/** Which connections may be cut when we close, and when. One listener for each request: this is every gateway's way in. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** A server that hands its requests to `listener`. */
  serve(listener: RequestListener): Server;
  /** From now on no connection outlives its last answer. */
  close(): void;
}

/** How soon a connection goes whose answer was under way when we began to close. */
const SWEEP_MS = 20;

/**
 * Node counts connections that have not asked for anything yet as busy, and clients open them in advance: closing would
 * wait until they give up. One whose request was under way would be kept alive for a minute more.
 */
export function createConnections(): Connections {
  const unused = new Set<Socket>();
  const servers: Server[] = [];
  let closing = false;
  return {
    serve(listener) {
      const server = createServer((request, response) => {
        unused.delete(request.socket);
        listener(request, response);
      });
      servers.push(server);
      return server.on('connection', (socket) => {
        if (closing) return void socket.destroy();
        unused.add(socket);
        socket.once('close', () => unused.delete(socket));
      });
    },
    close() {
      closing = true;
      for (const socket of unused) socket.destroy();
      for (const server of servers.filter(({ listening }) => listening)) {
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS).unref();
        server.once('close', () => clearInterval(sweep));
      }
    },
  };
}
