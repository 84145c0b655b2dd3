import type { FastifyInstance } from 'fastify';
import type { HttpDeps, Readiness } from '../http-deps.js';

const PROBE_TIMEOUT_MS = 2_000;

/** `/healthz`: the process answers. `/readyz`: it can also do its work. Open to all, and say nothing secret. */
export function healthRoutes(server: FastifyInstance, http: HttpDeps): void {
  server.get('/healthz', async () => ({ status: 'ok' }));

  server.get('/readyz', async (_request, reply) => {
    const readiness = await readinessOf(http);
    return reply
      .code(readiness.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
}

async function readinessOf(http: HttpDeps): Promise<Readiness> {
  const [store, others] = await Promise.all([storeState(http), http.readiness()]);
  return { ready: others.ready && store === 'ok', parts: { store, ...others.parts } };
}

/** Writes, because a full disk still reads. */
async function storeState({ deps }: HttpDeps): Promise<string> {
  const written = deps.store
    .transact((tx) => tx.setSetting('readiness:probed-at', deps.now()))
    .then(() => 'ok')
    .catch((error: unknown) => {
      deps.log.error({ err: error }, 'the store cannot be written');
      return 'cannot be written';
    });
  return Promise.race([written, slowAnswer()]);
}

function slowAnswer(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(resolve, PROBE_TIMEOUT_MS, `no answer within ${PROBE_TIMEOUT_MS} ms`).unref();
  });
}
