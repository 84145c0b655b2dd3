/** A vendor's kill switch that really listens: it verifies every signature and answers as it is told to. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { bodyOf, switchable } from './listening.js';
import { freePort } from './processes.js';

export const SECRET = `whsec_${Buffer.from('a-secret-of-at-least-24-bytes').toString('base64')}`;

/** One request as it came in. */
export interface Told {
  readonly method: string;
  readonly id: string;
  readonly isSigned: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly type: string | undefined;
  readonly haltId: string | undefined;
  readonly sequence: number | undefined;
  readonly text: string;
}

export type Reply = (response: ServerResponse, told: Told) => void;

export interface Receiver {
  readonly url: string;
  readonly statusUrl: string;
  /** Orders, in the order in which they came; polls are not among them. */
  readonly told: readonly Told[];
  readonly polls: readonly Told[];
  /** From now on orders are answered so. */
  answer(reply: Reply): void;
  /** As at the beginning: halts and releases as told. */
  obey(): void;
  answerPolls(reply: Reply): void;
  /** Nobody listens on its port any more. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Status and body, as JSON where it is an object. */
export function says(status: number, body: object | string, headers: Record<string, string> = {}): Reply {
  return (response) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
  };
}

export const STOPPED = says(200, { state: 'stopped' });
export const RUNNING = says(200, { state: 'running' });

/** Halts and releases as told; obeys nothing older than the newest that it has obeyed. */
export function obedientSwitch(noteState: (state: string) => void = () => undefined): Reply {
  let state = 'running';
  let newest = 0;
  return (response, { type, sequence = 0 }) => {
    if (sequence >= newest) {
      newest = sequence;
      state = type === 'halt.ordered' ? 'stopped' : 'running';
      noteState(state);
    }
    says(200, { state })(response, NOTHING);
  };
}

const NOTHING: Told = {
  method: '',
  id: '',
  isSigned: true,
  at: 0,
  type: undefined,
  haltId: undefined,
  sequence: undefined,
  text: '',
};

/** A receiver on a port of its own, until the test ends. */
export async function openReceiver(obedient?: Reply): Promise<Receiver> {
  const receiver = await createReceiver(obedient);
  onTestFinished(() => receiver.stop());
  return receiver;
}

/** As `openReceiver`, for whoever stops it. */
export async function createReceiver(obedient = obedientSwitch()): Promise<Receiver> {
  const port = await freePort();
  const told: Told[] = [];
  const polls: Told[] = [];
  let reply: Reply = obedient;
  let pollReply: Reply = STOPPED;
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = await read(request);
    (seen.method === 'GET' ? polls : told).push(seen);
    (seen.method === 'GET' ? pollReply : reply)(response, seen);
  };
  const { start, stop } = switchable(port, (request, response) => void take(request, response));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/halt`,
    statusUrl: `http://127.0.0.1:${port}/status`,
    told,
    polls,
    answer: (next) => void (reply = next),
    obey: () => void (reply = obedient),
    answerPolls: (next) => void (pollReply = next),
    start,
    stop,
  };
  await start();
  return receiver;
}

async function read(request: IncomingMessage): Promise<Told> {
  const at = Date.now();
  const text = (await bodyOf(request)).toString('utf8');
  const body = parsed(text);
  return {
    method: request.method ?? '',
    id: header(request, 'webhook-id'),
    isSigned: isSigned(request, text),
    at,
    type: typeof body['type'] === 'string' ? body['type'] : undefined,
    haltId: typeof body['haltId'] === 'string' ? body['haltId'] : undefined,
    sequence: typeof body['sequence'] === 'number' ? body['sequence'] : undefined,
    text,
  };
}

function parsed(text: string): Record<string, unknown> {
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function header({ headers }: IncomingMessage, name: string): string {
  return String(headers[name] ?? '');
}

/** As the specification of Standard Webhooks says, by hand: https://www.standardwebhooks.com */
function isSigned(request: IncomingMessage, text: string): boolean {
  const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    header(request, name),
  );
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const wanted = `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64')}`;
  return signature?.length === wanted.length && timingSafeEqual(Buffer.from(signature), Buffer.from(wanted));
}
