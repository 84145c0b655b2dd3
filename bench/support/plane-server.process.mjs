/** The control plane without Slack: store, plane, HTTP door and the tick of containment, which can be told to die. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DEFAULT_LIMITS } from '../../dist/src/http/http-deps.js';
import { createHttpServer } from '../../dist/src/http/server.js';
import { createLog } from '../../dist/src/log.js';
import { createHaltPlane } from '../../dist/src/operations/halting/create-halt-plane.js';
import { hashToken } from '../../dist/src/operations/access/hash-token.js';
import { orderHalt } from '../../dist/src/operations/halting/order-halt.js';
import { settleContainment } from '../../dist/src/operations/points/settle-containment.js';
import { loadRegistry } from '../../dist/src/registry/load-registry.js';
import { openSqliteStore } from '../../dist/src/store/sqlite.js';
import { serve } from './processes.mjs';

const TOKEN = 'bench-guard-token';
const now = () => new Date().toISOString();
let deps;
let mortal = false;

async function start({ port, databasePath }) {
  const opened = await openSqliteStore(databasePath, { watchNesting: false });
  const store = { ...opened, transact };
  async function transact(work) {
    const result = await opened.transact(work);
    if (mortal) process.kill(process.pid, 'SIGKILL');
    return result;
  }
  const registry = loadRegistry(fileURLToPath(new URL('../../runbooks', import.meta.url)));
  deps = {
    store,
    registry,
    directory: { membersOf: () => [], rolesOf: () => ({ roles: [], owns: [] }) },
    plane: await createHaltPlane(opened, { now }),
    now,
    newId: randomUUID,
    log: createLog('warn'),
    wake: () => undefined,
    settings: { announceChannel: null },
  };
  if ((await opened.token(hashToken(TOKEN))) === undefined)
    await opened.transact((tx) => tx.addToken(tokenRow()));
  const server = createHttpServer({
    deps,
    sources: new Map(),
    logger: createLog('silent'),
    bootstrapHash: null,
    version: '0',
    readiness: () => Promise.resolve({ ready: true, parts: {} }),
    limits: DEFAULT_LIMITS,
  });
  await server.listen({ host: '127.0.0.1', port, backlog: 4_096 });
  setInterval(() => void settleContainment(deps), 500);
  return { token: TOKEN, halts: deps.plane.current().halts.length };
}

function tokenRow() {
  const names = { id: 'bench', name: 'bench', hash: hashToken(TOKEN), scopes: ['guard'], roles: [] };
  return { ...names, person: null, agentId: null, createdAt: now(), revokedAt: null };
}

serve({
  start,
  /** The order is committed, and nobody has heard of it: the next instruction is never reached. */
  orderAndDie: async () => {
    mortal = true;
    await orderHalt(deps, {
      scope: { kind: 'all' },
      mode: 'deny',
      reason: 'bench',
      incident: null,
      originChannel: null,
      actor: { kind: 'token', id: 'bench', roles: ['on-call-sre'], via: 'http' },
    });
  },
  look: async () => ({
    connected: deps.plane.leases.all().filter(({ connections }) => connections > 0).length,
  }),
});
