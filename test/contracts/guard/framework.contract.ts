/** What an adapter has to keep, whatever the framework: agents with tools, on a model that says what it is told to. */
import { describe, expect, it } from 'vitest';
import type { HandedAction } from '../../../src/guard/adapters/handed-action.js';
import type { AdapterGuard } from '../../../src/guard/adapters/on-halted.js';
import { listAttempts } from '../../../src/operations/quarantine/list-attempts.js';
import {
  contained,
  containedInTheEnd,
  openFrameworkAgent,
  slowWork,
  stubbornWork,
} from '../../support/framework-agent.js';
import { eventually } from '../../support/halting.js';
import { only, release } from '../../support/quarantine.js';

type Work = (signal: AbortSignal | undefined, action?: HandedAction) => Promise<string>;

export interface AgentSetting {
  readonly guard: AdapterGuard;
  /** By the framework's names; `TOOLS` says what orders call them. */
  readonly tools: Readonly<Record<string, Work>>;
  /** The tools that the model calls in its first turn. */
  readonly calls: readonly string[];
  /** What it says in its second turn. */
  readonly last?: string;
  readonly onHalted?: 'tell';
}

export interface AgentRun {
  /** Its last words, or the refusal. */
  readonly outcome: Promise<unknown>;
  /** How often the model was called. */
  turns(): number;
  /** What the model heard last. */
  heard(): string;
}

export function describeFramework(name: string, start: (setting: AgentSetting) => AgentRun): void {
  describe(`an agent of ${name} under a guard`, () => {
    it('runs its tools while nothing is halted', async () => {
      const { guard } = await openFrameworkAgent();
      const tools = { refund: async () => 'refunded' };

      const run = start({ guard, tools, calls: ['refund'], last: 'all done' });

      expect(await run.outcome).toBe('all done');
      expect(run.heard()).toContain('refunded');
    });

    it('begins no model call while the agent is halted', async () => {
      const { guard, halt } = await openFrameworkAgent();
      const haltId = await halt({ kind: 'agent', agentId: 'billing-agent' });

      const run = start({ guard, tools: {}, calls: [], last: 'hello' });

      expect(await run.outcome).toMatchObject({ name: 'HaltedError', haltId });
      expect(run.turns()).toBe(0);
    });

    it('ends its run at a refused tool, before the model can argue', async () => {
      const { guard, halt } = await openFrameworkAgent();
      const executed: string[] = [];
      const tools = { refund: async () => `${executed.push('refund')}` };
      const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

      const run = start({ guard, tools, calls: ['refund'], last: 'let me try again' });

      expect(await run.outcome).toMatchObject({ name: 'HaltedError', haltId });
      expect(executed).toEqual([]);
      expect(run.turns()).toBe(1);
    });

    it('hands the order to a tool that runs, through the signal that the framework knows', async () => {
      const agent = await openFrameworkAgent();
      const work = slowWork();
      const run = start({ guard: agent.guard, tools: { refund: work.run }, calls: ['refund'] });
      await work.begun;

      const { haltId, order } = await contained(agent);

      expect(await run.outcome).toMatchObject({ name: 'HaltedError', haltId });
      expect(work.signals[0]?.aborted).toBe(true);
      expect(order.points[0]?.inflight.aborted).toHaveLength(1);
    });

    it('hands a tool what it was released with, for a gateway, and nothing of the kind to one that was not held', async () => {
      const { desk, guard, halt } = await openFrameworkAgent();
      const handed: (HandedAction | undefined)[] = [];
      const work: Work = async (_signal, action) => `done ${handed.push(action)}`;
      await halt({ kind: 'tool', tool: 'stripe.refund' }, 'hold');
      const run = start({
        guard,
        tools: { refund: work, lookup: work },
        calls: ['lookup', 'refund'],
        last: 'all done',
      });
      const { attempts } = await eventually(
        () => listAttempts(desk.deps, { states: ['held'], limit: 10 }),
        (seen) => seen.attempts.length === 1,
      );

      const { id, actionId } = only(attempts);
      await release(desk.deps, only(attempts));

      expect(await run.outcome).toBe('all done');
      expect(handed).toEqual([
        { actionId: expect.stringMatching(/^[0-9a-f-]{36}$/u) as string },
        { actionId, release: expect.stringMatching(new RegExp(`^${id}/.`, 'u')) as string },
      ]);
    });

    it('pitfall 13: stops all tools that one step has started', async () => {
      const agent = await openFrameworkAgent();
      const [first, second] = [slowWork(), slowWork()];
      const tools = { refund: first.run, lookup: second.run };
      const run = start({ guard: agent.guard, tools, calls: ['refund', 'lookup'] });
      await Promise.all([first.begun, second.begun]);

      const { haltId, order } = await contained(agent);

      expect(await run.outcome).toMatchObject({ haltId });
      expect(order.points[0]?.inflight.aborted).toHaveLength(2);
    });

    it('pitfall 10: is not contained while a tool ignores its signal', async () => {
      const agent = await openFrameworkAgent();
      const work = stubbornWork();
      const run = start({ guard: agent.guard, tools: { refund: work.run }, calls: ['refund'] });

      const { haltId, during, after } = await containedInTheEnd(agent, work);

      expect(during.contained).toBeNull();
      expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
      expect(await run.outcome).toMatchObject({ haltId });
    });

    it.each(['an agent', 'a sub-agent'])(
      'goes on with what is left of it when %s is told of a paused class, and knows why',
      async (who) => {
        const { guard, halt } = await openFrameworkAgent();
        const executed: string[] = [];
        const tools = { refund: async () => `${executed.push('refund')}` };
        const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

        const run = start({
          guard: who === 'an agent' ? guard : guard.child({ agentId: 'support-agent' }),
          tools,
          calls: ['refund'],
          last: 'I could not refund it.',
          onHalted: 'tell',
        });

        expect(await run.outcome).toBe('I could not refund it.');
        expect(executed).toEqual([]);
        expect(run.heard()).toContain(
          `Halted by ${haltId}: it spends too much. stripe.refund was not run. Do not retry it; go on without it.`,
        );
      },
    );

    it('works again after two people have lifted the order', async () => {
      const { guard, halt, lift } = await openFrameworkAgent();
      const setting = {
        guard,
        tools: { refund: async () => 'refunded' },
        calls: ['refund'],
        last: 'all done',
      };
      const haltId = await halt();
      const before = await start(setting).outcome;

      await lift(haltId);

      expect(before).toMatchObject({ haltId });
      expect(await start(setting).outcome).toBe('all done');
    });
  });
}
