/** A control plane that really listens, with a lease of less than a second, and guards that really connect. */
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { createGuard } from '../../src/guard/index.js';
import type { Guard, GuardOptions } from '../../src/guard/index.js';
import type { Order } from '../../src/core/containment.js';
import type { HaltScope } from '../../src/core/halt.js';
import { DEFAULT_LIMITS, type HttpDeps } from '../../src/http/http-deps.js';
import { createHttpServer } from '../../src/http/server.js';
import { createLog } from '../../src/log.js';
import { createHaltPlane } from '../../src/operations/halting/create-halt-plane.js';
import type { Deps } from '../../src/operations/deps.js';
import { hashToken } from '../../src/operations/access/hash-token.js';
import type { HaltTiming } from '../../src/operations/halting/halt-timing.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { readOrder } from '../../src/operations/halting/read-plane.js';
import { settleContainment } from '../../src/operations/points/settle-containment.js';
import type { Store, TokenRow } from '../../src/store/types.js';
import type { Telemetry } from '../../src/telemetry/types.js';
import { openDesk, type Desk, type DeskOptions } from './desk.js';

/** About a tenth of what ships. Shorter, and a busy machine would be taken for a silent guard. */
export const QUICK: HaltTiming = {
  heartbeatMs: 100,
  leaseMs: 800,
  abortDeadlineMs: 150,
  tickMs: 20,
  driftMs: 30,
  ackPatienceMs: 300,
  writePatienceMs: 50,
};

/** May order and mark; stands for nobody. */
export const OPERATOR = {
  kind: 'token',
  id: 'tok_ops',
  roles: ['on-call-sre', 'incident-commander'],
  via: 'http',
} as const;

export interface HaltDesk extends Desk {
  readonly url: string;
  readonly guardToken: string;
  readonly operateToken: string;
  /** For exporters of spans. */
  readonly activityToken: string;
  order(scope?: HaltScope, incident?: string): ReturnType<typeof orderHalt>;
  read(haltId: string): Promise<Order>;
  /** Ticks until the order looks as wanted. */
  until(haltId: string, wanted: (order: Order) => boolean): Promise<Order>;
  /** A guard that is closed when the test ends. */
  guard(options?: Partial<GuardOptions>): Guard;
  /** Stops listening and starts anew over the same store, on the same port. */
  restart(pauseMs?: number): Promise<void>;
}

export interface HaltDeskOptions extends DeskOptions {
  readonly timing?: Partial<HaltTiming>;
  /** Where spans and reports go; without it they are told to come back. */
  readonly telemetry?: Telemetry;
  /** Stands between the operations and the store. */
  readonly through?: (store: Store) => Store;
}

export async function openHaltDesk(options: HaltDeskOptions = {}): Promise<HaltDesk> {
  const now = options.now ?? ((): string => new Date().toISOString());
  const desk = await openDesk({ ...options, now });
  const store = options.through?.(desk.deps.store) ?? desk.deps.store;
  const timing = { ...QUICK, ...options.timing };
  const listen = async (port: number) => {
    const plane = await createHaltPlane(desk.deps.store, {
      now,
      timing,
      ...(options.monotonic && { monotonic: options.monotonic }),
    });
    const deps: Deps = { ...desk.deps, store, plane };
    const server = createHttpServer({ ...httpDepsOf(deps), telemetry: options.telemetry });
    const url = await server.listen({ host: '127.0.0.1', port });
    return { deps, server, url };
  };
  let running = await listen(0);
  onTestFinished(() => running.server.close());
  const { url } = running;
  const tokens = await tokensOf(desk.deps);
  const read = (haltId: string): Promise<Order> => readOrder(desk.deps.store, haltId);
  return {
    ...desk,
    get deps() {
      return running.deps;
    },
    url,
    ...tokens,
    order: (scope = { kind: 'all' }, incident) =>
      orderHalt(running.deps, {
        scope,
        mode: 'deny',
        reason: 'it spends too much',
        incident: incident ?? null,
        originChannel: null,
        actor: { ...OPERATOR, roles: [...OPERATOR.roles] },
      }),
    read,
    async until(haltId, wanted) {
      return eventually(async () => {
        await settleContainment(running.deps);
        return read(haltId);
      }, wanted);
    },
    guard(change = {}) {
      const guard = createGuard({
        url,
        token: tokens.guardToken,
        agentId: 'billing-agent',
        abortDeadlineMs: timing.abortDeadlineMs,
        ...change,
      });
      onTestFinished(() => guard.close());
      return guard;
    },
    async restart(pauseMs = 0) {
      await running.server.close();
      await sleep(pauseMs);
      running = await listen(Number(new URL(url).port));
    },
  };
}

async function tokensOf(
  deps: Deps,
): Promise<Pick<HaltDesk, 'guardToken' | 'operateToken' | 'activityToken'>> {
  return {
    guardToken: await aTokenRow(deps, { scopes: ['guard'] }),
    activityToken: await aTokenRow(deps, { scopes: ['activity'] }),
    operateToken: await aTokenRow(deps, { scopes: ['operate'], roles: [...OPERATOR.roles] }),
  };
}

/** Stores a token and returns it. */
export async function aTokenRow(deps: Deps, change: Partial<TokenRow>): Promise<string> {
  const token = `token-${deps.newId()}`;
  const row = {
    id: deps.newId(),
    name: 'test',
    scopes: [],
    roles: [],
    person: null,
    agentId: null,
    revokedAt: null,
  };
  await deps.store.transact((tx) =>
    tx.addToken({ ...row, createdAt: deps.now(), hash: hashToken(token), ...change }),
  );
  return token;
}

function httpDepsOf(deps: Deps): HttpDeps {
  return {
    deps,
    sources: new Map(),
    logger: createLog('silent'),
    bootstrapHash: null,
    version: '0.1.0',
    readiness: () => Promise.resolve({ ready: true, parts: {} }),
    limits: DEFAULT_LIMITS,
  };
}

/** Looks again until it is so; throws with what it saw last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  wanted: (seen: T) => boolean,
  withinMs = 4_000,
): Promise<T> {
  const beganAt = performance.now();
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    const waited = performance.now() - beganAt;
    if (waited > withinMs) throw new Error(`never came to be: ${JSON.stringify(seen)}`);
    await sleep(Math.max(5, Math.min(waited / 10, 50)));
  }
}

/** An action that goes on until it is told to stop. */
export function obedient({ signal }: { signal: AbortSignal }): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped as told')), { once: true });
  });
}
