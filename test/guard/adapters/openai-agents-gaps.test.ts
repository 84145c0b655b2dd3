import { setTimeout as sleep } from 'node:timers/promises';
import {
  Agent,
  Runner,
  shellTool,
  webSearchTool,
  type Model,
  type ShellAction,
  type StreamEvent,
} from '@openai/agents';
import { describe, expect, it } from 'vitest';
import {
  guardMethods,
  guardModel,
  guardProvider,
  guardTool,
  haltIn,
} from '../../../src/guard/adapters/openai-agents.js';
import { openFrameworkAgent } from '../../support/framework-agent.js';
import {
  aModel,
  anAgent,
  giving,
  outcome,
  says,
  usesTools,
  type ScriptedModel,
} from '../../support/openai-model.js';

describe('what tool guardrails miss', () => {
  it('a handoff hands over to an agent whose first turn is refused', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = aModel(usesTools('transfer_to_payer'), says('never said'));
    const payer = new Agent({ name: 'payer', model: 'scripted' });
    const agent = new Agent({ name: 'billing', model: 'scripted', handoffs: [payer] });
    const halting = haltingAt(model, 1, () => halt({ kind: 'agent', agentId: 'billing-agent' }));

    const ended = await outcome(agent, guardProvider(guard, giving(halting)));

    expect(ended).toMatchObject({ name: 'HaltedError' });
    expect(model.requests).toHaveLength(1);
  });

  it('an agent as a tool is refused like any tool, and its own turns are', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const inner = aModel(says('never said'));
    const payer = new Agent({ name: 'payer', model: guardModel(guard, inner) });
    const asTool = guardTool(guard, payer.asTool({ toolName: 'payer', toolDescription: 'pays' }));
    const haltId = await halt({ kind: 'tool', tool: 'payer' });
    const model = aModel([
      {
        type: 'function_call',
        callId: 'c',
        name: 'payer',
        status: 'completed',
        arguments: '{"input":"pay"}',
      },
    ]);

    const ended = await outcome(
      new Agent({ name: 'billing', model: 'scripted', tools: [asTool] }),
      guardProvider(guard, giving(model)),
    );

    expect(ended).toMatchObject({ haltId });
    expect(inner.requests).toHaveLength(0);
  });

  it('a hosted tool is part of the model call: an order for it refuses the calls that offer it', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const model = aModel(says('found it'));
    const haltId = await halt({ kind: 'tool', tool: 'web_search' });
    const agent = new Agent({ name: 'billing', model: 'scripted', tools: [webSearchTool()] });

    const ended = await outcome(agent, guardProvider(guard, giving(model)));

    expect(ended).toMatchObject({ haltId });
    expect(model.requests).toHaveLength(0);
  });

  it('a shell is asked about at every command, and the model is told what was refused', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const ran: string[] = [];
    const shell = guardMethods(
      guard,
      { run: async ({ commands }: ShellAction) => ({ output: [], ran: ran.push(...commands) }) },
      { name: 'shell', tools: { shell: { actionClass: 'code-deployment' } } },
    );
    const model = aModel(
      [{ type: 'shell_call', callId: 'c-1', action: { commands: ['date'] } }],
      [{ type: 'shell_call', callId: 'c-2', action: { commands: ['rm -r .'] } }],
      says('I was not let.'),
    );
    const halting = haltingAt(model, 2, () => halt({ kind: 'class', actionClass: 'code-deployment' }));
    const agent = new Agent({ name: 'billing', model: 'scripted', tools: [shellTool({ shell })] });

    const said = await outcome(agent, guardProvider(guard, giving(halting)));

    expect(said).toBe('I was not let.');
    expect(ran).toEqual(['date']);
    expect(JSON.stringify(model.requests[2]?.input)).toContain('shell was not run. Do not retry it');
  });

  it('pitfall 14: a streaming answer is cut where it is', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const talking: Model = {
      ...aModel(),
      async *getStreamedResponse({ signal }): AsyncIterable<StreamEvent> {
        for (;;) {
          yield { type: 'output_text_delta', delta: 'and ' };
          begin();
          await sleep(5, undefined, { signal });
        }
      },
    };
    const runner = new Runner({
      modelProvider: guardProvider(guard, giving(talking)),
      tracingDisabled: true,
    });
    const result = await runner.run(anAgent([]), 'go on for ever', { stream: true });
    const reading = (async () => {
      for await (const event of result) expect(event.type).toBe('raw_model_stream_event');
    })();
    reading.catch(() => undefined);
    result.completed.catch(() => undefined);
    await begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(reading.catch((error: unknown) => haltIn(error))).resolves.toMatchObject({ haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(1);
  });
});

/** The same model, but an order is given before it answers for the n-th time. */
function haltingAt(model: ScriptedModel, turn: number, halt: () => Promise<unknown>): Model {
  let turns = 0;
  return {
    ...model,
    async getResponse(request) {
      turns += 1;
      const response = await model.getResponse(request);
      if (turns === turn) await halt();
      return response;
    },
  };
}
