/** The HTTP door over a desk, with a bootstrap token and a log that can be read. */
import type { FastifyBaseLogger, FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import type { HttpDeps } from '../../src/http/http-deps.js';
import { DEFAULT_LIMITS } from '../../src/http/http-deps.js';
import { createHttpServer } from '../../src/http/server.js';
import { hashToken } from '../../src/operations/access/hash-token.js';
import { configureSources } from '../../src/sources/configure-sources.js';
import type { WebReader } from '../../src/sources/types.js';
import { openDesk, type Desk, type DeskOptions, type Logged } from './desk.js';

export const BOOTSTRAP = 'bootstrap-token-of-the-tests-0123456789';

export interface HttpDesk extends Desk {
  readonly server: FastifyInstance;
  /** Everything that the door wrote to its log. */
  readonly doorLog: readonly Logged[];
  /** A request with the bootstrap token, or with the given one; null sends none. */
  ask(request: InjectOptions & { token?: string | null }): Promise<LightMyRequestResponse>;
  post(url: string, payload: unknown, token?: string | null): Promise<LightMyRequestResponse>;
  get(url: string, token?: string | null): Promise<LightMyRequestResponse>;
}

export interface HttpDeskOptions extends DeskOptions {
  readonly http?: Partial<HttpDeps>;
  /** What the environment holds under HALTLINE_SOURCE_…. */
  readonly sourceSecrets?: Readonly<Record<string, string>>;
  /** How sources fetch; from nowhere where left out. */
  readonly web?: WebReader;
}

/** Opens the door without listening; closed when the test ends. */
export async function openHttpDesk(options: HttpDeskOptions = {}): Promise<HttpDesk> {
  const desk = await openDesk(options);
  const doorLog: Logged[] = [];
  const server = createHttpServer({
    deps: desk.deps,
    sources: sourcesOf(desk, options),
    logger: recordingLogger(doorLog),
    bootstrapHash: hashToken(BOOTSTRAP),
    version: '0.1.0',
    readiness: () => Promise.resolve({ ready: true, parts: { slack: 'ok' } }),
    limits: DEFAULT_LIMITS,
    ...options.http,
  });
  onTestFinished(() => server.close());
  const ask: HttpDesk['ask'] = ({ token = BOOTSTRAP, headers, ...request }) =>
    server.inject({
      ...request,
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    });
  return {
    ...desk,
    server,
    doorLog,
    ask,
    get: (url, token) => ask({ method: 'GET', url, ...(token === undefined ? {} : { token }) }),
    post: (url, payload, token) =>
      ask({
        method: 'POST',
        url,
        payload: JSON.stringify(payload),
        headers: { 'content-type': 'application/json' },
        ...(token === undefined ? {} : { token }),
      }),
  };
}

function sourcesOf(
  { deps }: Desk,
  { sourceSecrets = {}, web = NOWHERE }: HttpDeskOptions,
): HttpDeps['sources'] {
  const { sources, faults } = configureSources(deps.registry.sources.values(), {
    secrets: sourceSecrets,
    web,
  });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return sources;
}

const NOWHERE: WebReader = { get: () => Promise.reject(new Error('there is no network here')) };

/** Makes a token over HTTP and returns it. */
export async function aToken(desk: HttpDesk, change: object): Promise<string> {
  const made = await desk.post('/v1/tokens', { name: 'test', scopes: ['read'], ...change });
  return made.json<{ token: string }>().token;
}

function recordingLogger(logged: Logged[]): FastifyBaseLogger {
  const at = (level: Logged['level']) => (data: object, message?: string) =>
    void logged.push({ level, data, message: message ?? '' });
  const logger: FastifyBaseLogger = {
    level: 'debug',
    silent: () => undefined,
    trace: at('debug'),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
    child: () => logger,
  };
  return logger;
}
