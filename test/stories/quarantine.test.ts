/** Refunds are held for a person: a real server, real agents and real people, any of which may die while they wait. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isObject } from '../../src/sandbox/slack/json.js';
import type { Message } from '../../src/sandbox/slack/reads.js';
import { waitFor } from '../../src/sandbox/slack/wait-for.js';
import { ask, BOT_TOKEN, makeToken } from '../support/bot-process.js';
import { startCli } from '../support/processes.js';
import { withBot } from '../support/story-bot.js';
import { messageWithButton, offers, textOf } from '../support/story-workspace.js';

const AGENT = fileURLToPath(new URL('../support/held-agent.mjs', import.meta.url));
const agents: ChildProcess[] = [];

const story = withBot();
let token = '';
let channel = '';
let firstAgent: ReturnType<typeof startAgent> | undefined;

beforeAll(async () => {
  token = await makeToken(story.url, { scopes: ['guard'], agentId: 'billing-agent' });
  channel = (await story.workspace.channelNamed('agent-incidents'))?.id ?? '';
});

afterAll(() => {
  for (const agent of agents) agent.kill('SIGKILL');
});

/** An agent that wants to refund, and what it has said. */
function startAgent(actionId: string, amount: number) {
  const parameters = { amount, customer: 'cus_1', email: 'ada@example.org' };
  const wish = { tool: 'stripe.refund', actionClass: 'refund', actionId, parameters };
  const about = JSON.stringify({ url: story.url, token, agentId: 'billing-agent', ...wish });
  const process_ = spawn(process.execPath, [AGENT, about], { stdio: ['ignore', 'pipe', 'inherit'] });
  agents.push(process_);
  const said: Record<string, unknown>[] = [];
  createInterface({ input: process_.stdout }).on('line', (line) =>
    said.push(JSON.parse(line) as Record<string, unknown>),
  );
  const ended = new Promise<void>((resolve) => void process_.once('close', () => resolve()));
  return {
    said,
    /** What became of it. */
    outcome: async () => {
      await until(async () => said.find((line) => 'ran' in line || 'refused' in line), `${actionId} to end`);
      await ended;
      return said.filter((line) => !('ready' in line));
    },
    kill: async () => {
      process_.kill('SIGKILL');
      await ended;
    },
  };
}

function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  return waitFor(look, { timeoutMs: 20_000, everyMs: 50, what });
}

/** The list, once it offers this press about this item. */
function listWith(action: string, id: string): Promise<{ message: Message; value: string }> {
  return until(async () => {
    const message = await messageWithButton(story.workspace, channel, action);
    const value = message === undefined ? undefined : valueOf(message.blocks, action, id);
    return message === undefined || value === undefined ? undefined : { message, value };
  }, `${action} for ${id}`);
}

/** The value of the button that is about this item. */
function valueOf(blocks: unknown, action: string, id: string): string | undefined {
  if (Array.isArray(blocks))
    return blocks.map((block) => valueOf(block, action, id)).find((value) => value !== undefined);
  if (!isObject(blocks)) return undefined;
  const { action_id: own, value } = blocks;
  if (own === action && typeof value === 'string' && value.includes(`"${id}"`)) return value;
  return valueOf(Object.values(blocks), action, id);
}

async function press(who: string, action: string, id: string) {
  const { message, value } = await listWith(action, id);
  return story.workspace.person(who).press(message, action, { value });
}

const heard = (who: string, words: string): Promise<string> =>
  until(
    async () =>
      [...story.workspace.ephemerals(who), ...(await story.workspace.dms(who))]
        .map(textOf)
        .findLast((text) => text.includes(words)),
    `${who} to hear ${words}`,
  );

const listSays = (words: string): Promise<Message> =>
  until(
    async () =>
      (await story.workspace.messages(channel)).findLast((message) => textOf(message).includes(words)),
    `the list to say ${words}`,
  );

it('holds a refund instead of denying it, and shows it to people without its parameters', async () => {
  const ordered = await story.workspace
    .person('U0SRE1')
    .slash('/halt', 'quarantine class refund look at each', { channel });
  expect(textOf(ordered.ephemeral ?? { text: '', blocks: [] })).toContain('H-1');

  firstAgent = startAgent('act-1', 10);

  const { message } = await listWith('held:release', 'Q-1');
  expect(textOf(message)).toContain('1 waiting');
  expect(textOf(message)).not.toMatch(/cus_1|ada@/);
  expect(firstAgent.said.some((line) => 'ran' in line)).toBe(false);
  await press('U0SRE1', 'held:show', 'Q-1');
  const shown = JSON.stringify(story.workspace.openView('U0SRE1'));
  expect(shown).toContain('cus_1');
  expect(shown).not.toContain('ada@');
  await story.workspace.person('U0SRE1').closeView();
});

it('refuses a passer-by, and says who may', async () => {
  await press('U0GUEST1', 'held:release', 'Q-1');

  await heard('U0GUEST1', 'needs one of these roles');
});

it('runs exactly once when it is released', async () => {
  await press('U0SRE2', 'held:release', 'Q-1');

  await heard('U0SRE2', 'Released: *Q-1*');
  expect(await firstAgent?.outcome()).toMatchObject([{ ran: { amount: 10 } }]);
  await listSays('1 released and taken up');
  const { attempts } = (await ask(story.url, '/v1/quarantine?state=used')).json as { attempts: object[] };
  expect(attempts).toMatchObject([{ id: 'Q-1', decidedBy: 'U0SRE2' }]);
});

it('tells the agent why it was rejected', async () => {
  const agent = startAgent('act-2', 20);

  await press('U0SRE1', 'held:reject', 'Q-2');
  await story.workspace.person('U0SRE1').submit({ reason: 'not this customer' });

  await heard('U0SRE1', 'Rejected: *Q-2*');
  expect(await agent.outcome()).toMatchObject([
    { refused: 'hold', haltId: 'H-1', heldId: 'Q-2', reason: 'rejected by U0SRE1: not this customer' },
  ]);
});

it('waits through the death of the server', async () => {
  const agent = startAgent('act-3', 30);
  await listWith('held:release', 'Q-3');

  await story.bot.stop('SIGKILL');
  await story.startAgain();
  await press('U0SRE1', 'held:release', 'Q-3');

  expect(await agent.outcome()).toMatchObject([{ ran: { amount: 30 } }]);
});

it('waits through the death of the agent, which learns the outcome when it asks again, and never runs it twice', async () => {
  const first = startAgent('act-4', 40);
  await listWith('held:release', 'Q-4');
  await first.kill();
  await press('U0SRE1', 'held:release', 'Q-4');
  await listSays('1 released, not yet taken up');

  const second = await startAgent('act-4', 40).outcome();
  const third = await startAgent('act-4', 40).outcome();

  expect(first.said.some((line) => 'ran' in line)).toBe(false);
  expect(second).toMatchObject([{ ran: { amount: 40 } }]);
  expect(third).toMatchObject([{ refused: 'hold', heldId: 'Q-4' }]);
});

it('runs no changed parameter under the same action', async () => {
  const changed = startAgent('act-4', 4_000);

  await press('U0SRE1', 'held:reject', 'Q-5');
  await story.workspace.person('U0SRE1').submit({});

  expect(await changed.outcome()).toMatchObject([{ refused: 'hold', heldId: 'Q-5' }]);
});

it('is no longer released once a halt has come', async () => {
  const first = startAgent('act-6', 60);
  await listWith('held:release', 'Q-6');
  await first.kill();
  await press('U0SRE1', 'held:release', 'Q-6');
  await story.workspace.person('U0SRE1').slash('/halt', 'agent billing-agent it is all wrong', { channel });

  const second = await startAgent('act-6', 60).outcome();

  expect(second).toMatchObject([{ refused: 'deny', haltId: 'H-2' }]);
  await listSays('1 refused');
  expect(offers((await listSays('0 waiting')).blocks, 'held:release')).toBe(false);
});

it('says the same on the command line', async () => {
  const cli = async (...args: readonly string[]) => {
    const run = startCli(args, { HALTLINE_URL: story.url, HALTLINE_TOKEN: BOT_TOKEN });
    return { code: await run.ended, said: run.said() };
  };

  expect(await cli('quarantine', 'list')).toMatchObject({
    code: 0,
    said: expect.stringContaining('0 waiting'),
  });
  expect(await cli('quarantine', 'show', 'Q-4')).toMatchObject({
    code: 0,
    said: expect.stringContaining('"email": "[hidden]"'),
  });
  const held = await cli('halt', 'quarantine', 'tool', 'mail.send', '--reason', 'look at each', '--no-wait');
  expect(held).toMatchObject({ code: 0, said: expect.stringContaining('H-3 (tool mail.send, quarantined') });
}, 90_000);

it('counts what waits where people look first', async () => {
  const { halts } = (await ask(story.url, '/v1/status')).json as { halts: object[] };

  expect(halts).toContainEqual(
    expect.objectContaining({ haltId: 'H-1', mode: 'hold', held: { waiting: 0, released: 0 } }),
  );
});
