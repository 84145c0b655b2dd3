/** Posts of alerts over a real connection, signed as their senders sign. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Registry } from '../../src/registry/registry.js';
import { plainSource, type AlertFormat, type SourceSettings } from '../../src/core/source-settings.js';
import type { HttpDesk } from './http-desk.js';

/** A sender: posts bytes and gets the answer. */
export type Post = (
  path: string,
  body: string | Uint8Array,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly headers: Headers; readonly json: Answer }>;

/** What is asked of answers in tests. */
export interface Answer {
  readonly post?: string;
  readonly detail?: string;
  readonly outcomes?: readonly { outcome: string; incident: string | null; note: string | null }[];
  readonly reports?: readonly { outcome: string; incident: string | null }[];
  readonly notes?: readonly { note: string }[];
}

/** Opens the door on a port of this machine. */
export async function sender({ server }: HttpDesk): Promise<Post> {
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return async (path, body, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    return { status: response.status, headers: response.headers, json: (await response.json()) as Answer };
  };
}

export function fixture(path: string): string {
  return readFileSync(`test/fixtures/alerts/${path}.json`, 'utf8');
}

export function hexHmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** The shipped registry with further settings for one source. */
export function withSource(
  format: AlertFormat,
  change: Partial<SourceSettings>,
): (registry: Registry) => Registry {
  const source = { ...plainSource(format), ...change };
  return (registry) => ({ ...registry, sources: new Map([...registry.sources, [source.name, source]]) });
}
