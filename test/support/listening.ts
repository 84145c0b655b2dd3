/** Servers of the tests: where they listen on this machine, and an end that waits for nobody. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Server as TcpServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Where it listens, until the test ends. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => stopServer(server));
  return `http://127.0.0.1:${await listenOn(server)}`;
}

/** Listens on this port, or on a free one, and resolves with it. */
export async function listenOn(server: TcpServer, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Closes the door, and hangs up on everybody inside. */
export async function stopServer(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** A server that goes away and comes back on the same port. */
export interface Switchable {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export function switchable(port: number, listener: RequestListener): Switchable {
  let server: Server | undefined;
  return {
    start: async () => {
      if (server !== undefined) return;
      server = createServer(listener);
      await listenOn(server, port);
    },
    stop: async () => {
      const running = server;
      server = undefined;
      if (running !== undefined) await stopServer(running);
    },
  };
}

/** Everything that was sent with a request. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
