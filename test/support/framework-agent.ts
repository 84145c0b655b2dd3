/** A guard that is let in at a real control plane, for agents built with a framework; orders reach it before a test goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Order } from '../../src/core/containment.js';
import type { HaltMode, HaltScope } from '../../src/core/halt.js';
import type { Guard } from '../../src/guard/index.js';
import { approveLift } from '../../src/operations/halting/approve-lift.js';
import { orderHalt } from '../../src/operations/halting/order-halt.js';
import { requestLift } from '../../src/operations/halting/request-lift.js';
import { person } from './desk.js';
import { eventually, openHaltDesk, OPERATOR, type HaltDesk } from './halting.js';

export interface FrameworkAgent {
  readonly desk: HaltDesk;
  readonly guard: Guard;
  /** Resolves when the guard holds to the order. */
  readonly halt: (scope?: HaltScope, mode?: HaltMode) => Promise<string>;
  /** Two people lift it; resolves when the guard knows. */
  readonly lift: (haltId: string) => Promise<void>;
  readonly until: (haltId: string, wanted: (order: Order) => boolean) => Promise<Order>;
}

export const REASON = 'it spends too much';

/** The tools of the tests, as orders name them. */
export const TOOLS = {
  refund: { tool: 'stripe.refund', actionClass: 'external-api-call' },
  lookup: { tool: 'crm.lookup', actionClass: 'database-read', readOnly: true },
} as const;

export async function openFrameworkAgent(agentId = 'billing-agent'): Promise<FrameworkAgent> {
  // A framework's first run keeps a busy machine longer than the short lease of other tests.
  const desk = await openHaltDesk({ timing: { leaseMs: 5_000 } });
  const guard = desk.guard({ agentId });
  await guard.ready();
  const knows = (epoch: number): Promise<number> =>
    eventually(
      () => guard.epoch,
      (held) => held >= epoch,
    );
  return {
    desk,
    guard,
    async halt(scope = { kind: 'all' }, mode = 'deny') {
      const { haltId, epoch } = await orderHalt(desk.deps, {
        scope,
        mode,
        reason: REASON,
        incident: null,
        originChannel: null,
        actor: { ...OPERATOR, roles: [...OPERATOR.roles] },
      });
      await knows(epoch);
      return haltId;
    },
    async lift(haltId) {
      const by = { haltId, reason: 'rolled back' };
      const { digest } = await requestLift(desk.deps, { ...by, actor: person('U0SRE1'), person: 'U0SRE1' });
      const { epoch } = await approveLift(desk.deps, {
        haltId,
        digest,
        actor: person('U0SEC1'),
        person: 'U0SEC1',
      });
      await knows(epoch);
    },
    until: (haltId, wanted) => desk.until(haltId, wanted),
  };
}

/** Everything is halted: which order it was, and how it stood when it was contained. */
export async function contained({ halt, until }: Pick<FrameworkAgent, 'halt' | 'until'>) {
  const haltId = await halt();
  return { haltId, order: await until(haltId, (seen) => seen.contained !== null) };
}

/** Everything is halted while this goes on: how the order stood then, and when it had been let go. */
export async function containedInTheEnd(
  { halt, until }: Pick<FrameworkAgent, 'halt' | 'until'>,
  work: Pick<ReturnType<typeof stubbornWork>, 'begun' | 'finish'>,
) {
  await work.begun;
  const haltId = await halt();
  const during = await until(haltId, ({ points }) => points[0]?.inflight.uncancellable.length === 1);
  work.finish();
  const after = await until(haltId, (seen) => seen.contained !== null);
  return { haltId, during, after };
}

/** A tool at work until it is told to stop: it resolves `begun` and waits. */
export function slowWork() {
  const signals: (AbortSignal | undefined)[] = [];
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  return {
    begun,
    /** Of each call, as the tool was given it. */
    signals,
    run: async (signal: AbortSignal | undefined): Promise<string> => {
      signals.push(signal);
      begin();
      await sleep(20_000, undefined, { signal });
      return 'done';
    },
  };
}

/** A tool that takes no notice of anything until it is let go. */
export function stubbornWork() {
  let begin = (): void => undefined;
  let finish = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const finished = new Promise<void>((resolve) => (finish = resolve));
  return {
    begun,
    finish: () => finish(),
    run: async (): Promise<string> => {
      begin();
      await finished;
      return 'sent anyway';
    },
  };
}
