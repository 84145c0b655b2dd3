/** A gateway that asks over a real socket, with the token it would have. */
import { request } from 'node:http';
import type { Registry } from '../../src/registry/registry.js';
import type { Gateway } from '../../src/core/gateway.js';
import { aTokenRow, type HaltDesk } from './halting.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string | string[]>;
  /** Left out: the gateway's own. Null: none. */
  readonly token?: string | null;
  readonly body?: string;
}

export const EDGE: Gateway = { name: 'edge', agents: [], maxRequestSeconds: null, routes: [] };

/** The shipped runbooks with these gateways. */
export function withGateways(...gateways: Partial<Gateway>[]): (registry: Registry) => Registry {
  const whole = gateways.map((gateway) => ({ ...EDGE, ...gateway }));
  return (registry) => ({ ...registry, gateways: new Map(whole.map((each) => [each.name, each])) });
}

/** Asks as a gateway does: with any method, and headers as they are. */
export async function aGateway(desk: HaltDesk, change: { agentId?: string | null } = {}) {
  const token = await aTokenRow(desk.deps, { name: 'edge', scopes: ['gateway'], ...change });
  const ask = (question: Question = {}): Promise<Answer> =>
    send(desk.url, { ...question, token: question.token === undefined ? token : question.token });
  /** Asks for an agent, and perhaps a tool. */
  const about = (agent: string, tool?: string, more: Record<string, string> = {}): Promise<Answer> =>
    ask({
      headers: { 'x-halt-agent': agent, ...(tool === undefined ? {} : { 'x-halt-tool': tool }), ...more },
    });
  return { token, ask, about };
}

export function send(
  url: string,
  { path = '/v1/authz', method = 'GET', headers = {}, token = null, body }: Question,
): Promise<Answer> {
  const bearer = token === null ? {} : { authorization: `Bearer ${token}` };
  // Node sends no length for methods that rarely have a body, and then the body would be read as a request.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    // As its own option, or Node would resolve the dots of a path before it is sent.
    const asking = request(url, {
      path,
      method,
      headers: { ...bearer, ...length, ...headers },
      agent: false,
    });
    asking.once('error', reject).once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    asking.end(body);
  });
}
