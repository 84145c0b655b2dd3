import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { ACTION_ID, actionIn, guardClient, guardServer, RELEASE } from '../../../src/guard/adapters/mcp.js';
import { listAttempts } from '../../../src/operations/quarantine/list-attempts.js';
import {
  containedInTheEnd,
  openFrameworkAgent,
  slowWork,
  stubbornWork,
  TOOLS,
  type FrameworkAgent,
} from '../../support/framework-agent.js';
import { eventually } from '../../support/halting.js';
import { only, release } from '../../support/quarantine.js';

const options = { tools: TOOLS };
const REFUND = { name: 'refund', arguments: { amount: 1 } };

interface Seen {
  readonly amount: number;
  readonly signal: AbortSignal;
  readonly meta: Readonly<Record<string, unknown>> | undefined;
  readonly action: ReturnType<typeof actionIn>;
}

type Work = (seen: Seen) => Promise<string>;

/** A server with one tool, `refund`, and a client that is connected to it. */
async function connect(
  work: Work,
  prepare: (server: McpServer) => unknown = () => undefined,
): Promise<Client> {
  const server = new McpServer({ name: 'payments', version: '1.0.0' });
  prepare(server);
  server.registerTool('refund', { inputSchema: { amount: z.number() } }, async ({ amount }, extra) => {
    const { signal, _meta: meta } = extra;
    return {
      content: [{ type: 'text', text: await work({ amount, signal, meta, action: actionIn(extra) }) }],
    };
  });
  const client = new Client({ name: 'agent', version: '1.0.0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(theirs), client.connect(ours)]);
  onTestFinished(() => client.close());
  return client;
}

const textOf = (result: unknown): string =>
  CallToolResultSchema.parse(result)
    .content.map((part) => (part.type === 'text' ? part.text : ''))
    .join('');

describe('an MCP client under a guard', () => {
  it('calls tools while nothing is halted, and names each action to the server', async () => {
    const { guard } = await openFrameworkAgent();
    const seen: Seen[] = [];
    const client = guardClient(guard, await connect(async (call) => `refunded ${seen.push(call)}`), options);

    const result = await client.callTool({ ...REFUND, _meta: { traceparent: '00-a-b-01' } });

    expect(textOf(result)).toBe('refunded 1');
    expect(seen[0]?.meta).toMatchObject({ traceparent: '00-a-b-01' });
    expect(seen[0]?.meta?.[ACTION_ID]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is refused before anything is sent, by callTool and by request', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const seen: Seen[] = [];
    const client = guardClient(guard, await connect(async (call) => `${seen.push(call)}`), options);
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const called = client.callTool(REFUND);
    const requested = client.request({ method: 'tools/call', params: REFUND }, CallToolResultSchema);

    await expect(called).rejects.toMatchObject({ name: 'HaltedError', haltId });
    await expect(requested).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(seen).toEqual([]);
    expect((await client.listTools()).tools).toHaveLength(1);
  });

  it('pitfall 13: has all calls that run cancelled at the server', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const [first, second] = [slowWork(), slowWork()];
    const works = [first, second];
    const client = guardClient(
      guard,
      await connect(async ({ signal, amount }) => works[amount]?.run(signal) ?? ''),
      options,
    );
    const calls = [0, 1].map((amount) => client.callTool({ name: 'refund', arguments: { amount } }));
    for (const call of calls) call.catch(() => undefined);
    await Promise.all([first.begun, second.begun]);

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'HaltedError', haltId });
    expect(order.points[0]?.inflight.aborted).toHaveLength(2);
    await eventually(
      () => works.map(({ signals }) => signals[0]?.aborted),
      (aborted) => aborted.every((each) => each === true),
    );
  });

  it('has a call cancelled in a server that is another process', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const plain = new Client({ name: 'agent', version: '1.0.0' });
    const args = ['test/fixtures/slow-mcp-server.mjs'];
    await plain.connect(new StdioClientTransport({ command: process.execPath, args }));
    onTestFinished(() => plain.close());
    const client = guardClient(guard, plain, options);
    const running = client.callTool({ name: 'refund' });
    running.catch(() => undefined);
    await eventually(
      () => guard.inflight.length,
      (running) => running === 1,
    );
    await plain.ping();

    const haltId = await halt();

    await expect(running).rejects.toMatchObject({ haltId });
    const cancelled = await eventually(
      async () => textOf(await plain.callTool({ name: 'cancelled' })),
      (said) => said === '1',
    );
    expect(cancelled).toBe('1');
  });

  it('tells the model of a paused class in the result, and goes on', async () => {
    const { guard, halt, lift } = await openFrameworkAgent();
    const plain = await connect(async () => 'refunded');
    const client = guardClient(guard, plain, { ...options, onHalted: 'tell' });
    const haltId = await halt({ kind: 'class', actionClass: 'external-api-call' });

    const told = await client.callTool(REFUND);
    await lift(haltId);
    const after = await client.callTool(REFUND);

    expect(told.isError).toBe(true);
    expect(textOf(told)).toContain(`Halted by ${haltId}: it spends too much. stripe.refund was not run.`);
    expect(textOf(after)).toBe('refunded');
  });
});

/** The refund waits; a person releases it. */
async function releaseHeld({ desk }: Pick<FrameworkAgent, 'desk'>): Promise<string> {
  const { attempts } = await eventually(
    () => listAttempts(desk.deps, { states: ['held'], limit: 10 }),
    (seen) => seen.attempts.length === 1,
  );
  await release(desk.deps, only(attempts));
  return only(attempts).id;
}

it('an MCP call that was held and released tells the server with what, and no call tells of an earlier one', async () => {
  const agent = await openFrameworkAgent();
  const seen: Seen[] = [];
  const client = guardClient(agent.guard, await connect(async (call) => `${seen.push(call)}`), options);
  const haltId = await agent.halt({ kind: 'tool', tool: 'stripe.refund' }, 'hold');
  const held = client.callTool(REFUND);
  const id = await releaseHeld(agent);
  await held;
  await agent.lift(haltId);

  await client.callTool({ ...REFUND, _meta: { ...seen[0]?.meta } });

  expect(seen[0]?.meta?.[RELEASE]).toMatch(new RegExp(`^${id}/.`, 'u'));
  expect(seen[1]?.meta).not.toHaveProperty([RELEASE]);
});

describe('an MCP server under a guard', () => {
  it('hands its tool what its own guard has released, else what the caller has shown', async () => {
    const agent = await openFrameworkAgent();
    const seen: Seen[] = [];
    const client = await connect(
      async (call) => `${seen.push(call)}`,
      (server) => guardServer(agent.guard, server, options),
    );

    await client.callTool({ ...REFUND, _meta: { [ACTION_ID]: 'act-1', [RELEASE]: 'Q-9/claim' } });
    await agent.halt({ kind: 'tool', tool: 'stripe.refund' }, 'hold');
    const held = client.callTool({ ...REFUND, _meta: { [ACTION_ID]: 'act-2', [RELEASE]: 'Q-9/claim' } });
    const id = await releaseHeld(agent);
    await held;

    expect(seen.map(({ action }) => action)).toEqual([
      { actionId: 'act-1', release: 'Q-9/claim' },
      { actionId: 'act-2', release: expect.stringMatching(new RegExp(`^${id}/.`, 'u')) as string },
    ]);
  });

  it('refuses by itself, and the run of whoever calls ends with the order', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const calling = await openFrameworkAgent('support-agent');
    const seen: Seen[] = [];
    const plain = await connect(
      async (call) => `${seen.push(call)}`,
      (server) => guardServer(guard, server, options),
    );
    const haltId = await halt({ kind: 'tool', tool: 'stripe.refund' });

    const unguarded = plain.callTool(REFUND);
    const guarded = guardClient(calling.guard, plain, options).callTool(REFUND);

    await expect(unguarded).rejects.toMatchObject({ code: -32_030, data: { haltline: { haltId } } });
    await expect(guarded).rejects.toMatchObject({
      name: 'HaltedError',
      haltId,
      reason: 'it spends too much',
    });
    expect(seen).toEqual([]);
  });

  it('answers everything else as ever', async () => {
    const { guard, halt } = await openFrameworkAgent();
    const client = await connect(
      async () => 'refunded',
      (server) => guardServer(guard, server, options),
    );
    await halt();

    const { tools } = await client.listTools();

    expect(tools.map(({ name }) => name)).toEqual(['refund']);
  });

  it('stops what runs, and reports it under the id that its caller gave it', async () => {
    const { guard, halt, until } = await openFrameworkAgent();
    const work = slowWork();
    const client = await connect(
      ({ signal }) => work.run(signal),
      (server) => guardServer(guard, server, options),
    );
    const running = client.callTool({ ...REFUND, _meta: { [ACTION_ID]: 'act-7' } });
    running.catch(() => undefined);
    await work.begun;

    const haltId = await halt();
    const order = await until(haltId, ({ contained }) => contained !== null);

    await expect(running).rejects.toMatchObject({ data: { haltline: { haltId } } });
    expect(order.points[0]?.inflight.aborted).toEqual(['act-7']);
  });

  it('pitfall 10: is not contained while a tool ignores its signal', async () => {
    const agent = await openFrameworkAgent();
    const work = stubbornWork();
    const client = await connect(
      () => work.run(),
      (server) => guardServer(agent.guard, server, options),
    );
    const running = client.callTool(REFUND);

    const { during, after } = await containedInTheEnd(agent, work);

    expect(during.contained).toBeNull();
    expect(after.points[0]?.inflight.completedAfter).toHaveLength(1);
    expect(textOf(await running)).toBe('sent anyway');
  });

  it('pitfall 17: takes a caller for whom its transport has proven it is, not for whom it says it is', async () => {
    const { guard, halt } = await openFrameworkAgent('support-agent');
    const caller = () => 'billing-agent';
    const client = await connect(
      async () => 'refunded',
      (server) => guardServer(guard, server, { ...options, callerOf: caller }),
    );
    const before = await client.callTool(REFUND);
    const haltId = await halt({ kind: 'agent', agentId: 'billing-agent' });

    const after = client.callTool({ ...REFUND, _meta: { 'haltline/agentId': 'catalogue-agent' } });

    expect(textOf(before)).toBe('refunded');
    await expect(after).rejects.toMatchObject({ data: { haltline: { haltId } } });
  });

  it('is told when it is guarded too late', async () => {
    const { guard } = await openFrameworkAgent();
    const server = new McpServer({ name: 'payments', version: '1.0.0' });
    server.registerTool('refund', {}, async () => ({ content: [] }));

    expect(() => guardServer(guard, server)).toThrow('tools/call');
  });
});
