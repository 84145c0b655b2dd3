/** The one HTTP server of the workspace: Web API, uploads, response URLs, Socket Mode, the page, the control door. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl } from './control.js';
import { isObject, parseJson, textIn, type Json } from './json.js';
import { answerPage } from './page/page.js';
import { answerResponseUrl } from './responses.js';
import { answerCall } from './web-api/api.js';
import { readArguments } from './web-api/arguments.js';
import type { World } from './world.js';

export interface Front {
  readonly port: number;
  stop(): Promise<void>;
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly body: Buffer;
}

/** Listens on loopback. The world may be made after the port is known. */
export async function startFront(port: number, world: () => World): Promise<Front> {
  const server = createServer((request, response) => {
    serve(world(), request, response).catch((error: unknown) => fail(response, error));
  });
  server.on('upgrade', (request, socket, head) => {
    if (world().faults.isDown()) socket.destroy();
    else world().socketMode.upgrade(request, socket, head);
  });
  await listen(server, port);
  return { port: addressOf(server).port, stop: () => close(server) };
}

async function serve(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://sandbox');
  const visit = { request, response, url, body: await readBody(request) };
  if (url.pathname.startsWith('/sandbox/')) return serveControl(world, visit);
  if (url.pathname === '/')
    return serveText(response, await answerPage(world, url.searchParams), 'text/html; charset=utf-8');
  if (world.faults.isDown() && !url.pathname.startsWith('/api/')) return void request.socket.destroy();
  if (url.pathname.startsWith('/api/')) return serveApi(world, visit);
  if (url.pathname.startsWith('/response/')) return serveResponseUrl(world, visit);
  if (/^\/(upload\/v1|files-pri)\//.test(url.pathname)) return serveFile(world, visit);
  return serveJson(response, 404, { ok: false, error: 'not_found' });
}

async function serveApi(world: World, { request, response, url, body }: Visit): Promise<void> {
  const args = readArguments(url.searchParams, request.headers['content-type'] ?? '', body);
  const bearer = (request.headers.authorization ?? '').replace(/^Bearer\s+/i, '');
  const { token: inBody, ...rest } = args;
  const token = bearer || (typeof inBody === 'string' ? inBody : '');
  const answer = await answerCall(world, { method: url.pathname.slice('/api/'.length), token, args: rest });
  if (answer.kind === 'drop') request.socket.destroy();
  else serveJson(response, answer.status, answer.body, answer.headers);
}

async function serveResponseUrl(world: World, { response, url, body }: Visit): Promise<void> {
  const parsed = parseJson(body.toString('utf8'));
  const answer = await answerResponseUrl(
    world,
    url.pathname.slice('/response/'.length),
    isObject(parsed) ? parsed : {},
  );
  serveJson(response, answer.status, answer.body);
}

async function serveFile(world: World, { request, response, url, body }: Visit): Promise<void> {
  const init = { method: request.method ?? 'GET', contentType: request.headers['content-type'] ?? '' };
  const reply = await world.emulator.raw(
    'observer',
    url.pathname,
    body.length > 0 ? { ...init, body } : init,
  );
  response.writeHead(reply.status, {
    'content-type': reply.headers.get('content-type') ?? 'application/octet-stream',
  });
  response.end(Buffer.from(await reply.arrayBuffer()));
}

async function serveControl(world: World, { request, response, url, body }: Visit): Promise<void> {
  const type = request.headers['content-type'] ?? '';
  const order = readArguments(url.searchParams, type, body);
  try {
    const result = await answerControl(world, url.pathname.slice('/sandbox/'.length), order);
    const back = textIn(order, 'back');
    if (back === '') return serveJson(response, 200, result);
    response.writeHead(303, { location: back.startsWith('/?') ? back : '/' });
    response.end();
  } catch (error) {
    serveJson(response, 400, { ok: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function serveJson(
  response: ServerResponse,
  status: number,
  body: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function serveText(response: ServerResponse, text: string, type: string): void {
  response.writeHead(200, { 'content-type': type });
  response.end(text);
}

function fail(response: ServerResponse, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`sandbox workspace: ${reason}`);
  if (!response.headersSent) serveJson(response, 500, { ok: false, error: 'fatal_error', reason });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the workspace is not listening');
  return address;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
