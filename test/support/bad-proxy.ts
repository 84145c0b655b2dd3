/** Proxies that stand between a guard and its control plane and behave as real ones do on a bad day. */
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { listenOn, stopServer } from './listening.js';

/** Passes bytes on, until it is told to swallow them; no connection is closed, and none is refused. */
export async function swallowingProxy(target: string) {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let swallows = false;
  const server = createTcpServer((socket) => {
    const onward = connect(Number(port), hostname);
    const relay = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on('data', (bytes) => {
        if (!swallows) to.write(bytes);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        sockets.delete(from);
        if (!swallows) to.destroy();
      });
    };
    relay(socket, onward);
    relay(onward, socket);
  });
  const ownPort = await listenOn(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${ownPort}`,
    swallow: (from = true): void => {
      swallows = from;
    },
  };
}

export type StreamTrouble =
  | 'buffers'
  | 'says it is text'
  | 'answers with a page'
  | 'replays'
  | 'refuses all'
  | 'none';

/** Passes everything on but streams, with which it does what it is told. */
export async function streamProxy(target: string, trouble: StreamTrouble) {
  const asked: string[] = [];
  let kept: string | undefined;
  let doing = trouble;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path.split('?')[0] ?? path);
    if (doing === 'refuses all')
      return void response.writeHead([401, 403, 429, 500, 503][asked.length % 5] ?? 500).end();
    const isStream = path.startsWith('/v1/halts/stream');
    if (isStream && doing === 'answers with a page')
      return void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Please log in</h1>');
    if (isStream && doing === 'replays' && kept !== undefined) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      return void response.write(kept);
    }
    return forward(target, { request, response }, (answer) => {
      if (!isStream || doing === 'none' || doing === 'replays') {
        const { statusCode = 502, headers } = answer;
        response.writeHead(statusCode, headers);
        answer.on('data', (bytes: Buffer) => {
          if (isStream) kept = (kept ?? '') + bytes.toString();
          response.write(bytes);
        });
        answer.on('end', () => response.end());
      } else if (doing === 'buffers') response.writeHead(200, answer.headers).flushHeaders();
      else response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders();
    });
  });
  const port = await listenOn(server);
  onTestFinished(() => stopServer(server));
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    /** Cuts everything that is open, and does this from now on. */
    become(next: StreamTrouble): void {
      doing = next;
      server.closeAllConnections();
    },
  };
}

function forward(
  target: string,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
  onAnswer: (answer: IncomingMessage) => void,
): void {
  const { method, headers } = request;
  const onward = ask(new URL(request.url ?? '/', target), { method, headers }, onAnswer);
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
