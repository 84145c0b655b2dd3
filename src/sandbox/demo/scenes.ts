/** The scenes of the demo, in order. Each presses what a responder would press and checks what must be true. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '../slack/people/person.js';
import { aPayload } from './alert.js';
import type { Stage } from './run-demo.js';
import { startChild } from './child.js';
import { messageWith, messageWithButton, textOf } from './story.js';

/** The alert arrives, a channel opens, the owner is paged and acknowledges. Returns the channel's id. */
export async function alertBecomesIncident({ workspace, bot, narrator }: Stage): Promise<string> {
  narrator.say(
    'Alertmanager posts: billing-agent spends 4× its median; it has been refunding the wrong people.',
  );
  const postedAt = performance.now();
  await bot.api('POST', '/v1/alerts/alertmanager', aPayload(new Date()));
  narrator.say(`  the alert is durable after ${ms(performance.now() - postedAt)}`);
  const channel = await workspace.waitFor(
    async () => (await workspace.channels()).find(({ name }) => name.startsWith('inc-1')),
    { timeoutMs: 20_000 },
  );
  const page = await workspace.waitFor(async () => (await workspace.dms('U0OWNER1')).at(-1), {
    timeoutMs: 20_000,
  });
  narrator.say(
    `  #${channel.name} is open and the owner has a page after ${ms(performance.now() - postedAt)}`,
  );
  await messageWithButton(workspace, channel.id, 'halt:all');

  await workspace.person('U0OWNER1').press(page, 'page:acknowledge');
  const card = await messageWith(workspace, channel.id, 'ACKNOWLEDGED');
  narrator.check(
    'one tap on "I\'m on it" completes the detection chain',
    !/acknowledg[^"]{0,40}unknown/i.test(textOf(card)),
  );
  await bot.api('POST', '/v1/alerts/alertmanager', aPayload(new Date(Date.now() - 1000)));
  const channels = (await workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
  narrator.check('the alert again for the same agent opens no second channel', channels.length === 1);
  return channel.id;
}

/** `/halt all`, measured at the agents themselves. Returns the id of the order. */
export async function haltEverything(
  { workspace, agents, narrator }: Stage,
  channelId: string,
): Promise<string> {
  const passerBy = await workspace
    .person('U0GUEST1')
    .slash('/halt', 'all they are at it again', { channel: channelId });
  narrator.check(
    'somebody without the role is refused and told who may',
    (passerBy.ephemeral?.text ?? '').includes('role'),
  );
  narrator.check(
    'and nothing stopped by that',
    agents.every((agent) => agent.refusals() === 0),
  );

  const orderedAt = Date.now();
  const answer = await workspace
    .person('U0SRE1')
    .slash('/halt', 'all refunds to the wrong people', { channel: channelId });
  const haltId = /H-\d+/.exec(answer.ephemeral?.text ?? '')?.[0] ?? 'H-1';
  narrator.say(
    `The on-call SRE types /halt all: Slack has an answer after ${ms(answer.elapsedMs)}: ${answer.ephemeral?.text ?? 'nothing'}`,
  );
  narrator.check('the answer came within Slack’s three seconds', answer.elapsedMs < 3000);
  const card = await messageWith(workspace, channelId, 'Contained at 4 of 4');
  narrator.say(`  the card says: ${/Contained at [^"\\[]*/.exec(textOf(card))?.[0] ?? ''}`);
  const saidAt = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  for (const agent of agents) {
    const last = Math.max(...agent.began().filter((at) => at >= orderedAt - 60_000));
    narrator.say(
      `  ${agent.agentId}: last action began ${last <= orderedAt ? `${orderedAt - last} ms before` : `${last - orderedAt} ms after`} the order, ${agent.refusals()} attempts refused since`,
    );
    narrator.check(
      `${agent.agentId} began nothing after it was shown as contained`,
      agent.began().every((at) => at <= saidAt),
    );
    narrator.check(`${agent.agentId} is alive and being refused`, agent.refusals() > 0);
  }
  return haltId;
}

/** Every step of every checklist, by the operator whose presses count. */
export async function rollBack({ workspace, narrator }: Stage, channelId: string): Promise<void> {
  narrator.say('Containment started the rollback clocks. The operators work their checklists.');
  const stranger = await workspace
    .person('U0GUEST1')
    .press(await messageWithButton(workspace, channelId, 'step:start'), 'step:start');
  narrator.check(
    'a press by somebody who is not the operator is answered, and does not count',
    stranger.timedOut === false,
  );
  // Money moved: whoever did the last step may not verify it.
  const [operator, verifier] = [workspace.person('U0PAY1'), workspace.person('U0PAY2')];
  await workChecklist({ workspace, channelId, operator, verifier });
  const open = (await workspace.messages(channelId)).filter((message) =>
    /"action_id":"step:(start|done)"/.test(JSON.stringify(message.blocks)),
  );
  narrator.check('no step of any checklist is open', open.length === 0);
}

interface Work {
  readonly workspace: Stage['workspace'];
  readonly operator: Person;
  readonly verifier: Person;
  readonly channelId: string;
}

async function workChecklist({ workspace, operator, verifier, channelId }: Work): Promise<void> {
  const mine = async (button: string) =>
    (await workspace.messages(channelId)).find(
      (message) =>
        textOf(message).includes(`<@${operator.id}>`) &&
        JSON.stringify(message.blocks).includes(`"action_id":"${button}"`),
    );
  for (let presses = 0; presses < 40; presses += 1) {
    const toStart = await mine('step:start');
    if (toStart !== undefined) {
      await operator.press(toStart, 'step:start');
      await settled(workspace, async () => !sameButtons(await mine('step:start'), toStart));
      continue;
    }
    const toFinish = await mine('step:done');
    if (toFinish !== undefined) {
      await operator.press(toFinish, 'step:done');
      await operator.submit({ evidence: `https://tickets.example.com/rollback/${presses}` });
      await settled(workspace, async () => !sameButtons(await mine('step:done'), toFinish));
      continue;
    }
    break;
  }
  await verifyChecklist(workspace, channelId, verifier);
}

async function verifyChecklist(
  workspace: Stage['workspace'],
  channelId: string,
  operator: Person,
): Promise<void> {
  const verifiable = await workspace.waitFor(
    async () =>
      (await workspace.messages(channelId)).find(
        (message) =>
          textOf(message).includes(`<@${operator.id}>`) &&
          JSON.stringify(message.blocks).includes('"action_id":"checklist:verify"'),
      ),
    { timeoutMs: 10_000 },
  );
  await operator.press(verifiable, 'checklist:verify');
  await operator.submit({
    evidence: 'ledger and provider agree to the cent: https://tickets.example.com/reconciled',
  });
}

async function settled(workspace: Stage['workspace'], look: () => Promise<boolean>): Promise<void> {
  await workspace.waitFor(async () => (await look()) || undefined, { timeoutMs: 10_000 });
}

function sameButtons(
  now: { blocks: readonly unknown[] } | undefined,
  before: { blocks: readonly unknown[] },
): boolean {
  return now !== undefined && JSON.stringify(now.blocks) === JSON.stringify(before.blocks);
}

/** One asks, the same one is refused, another approves, and the agents act again. */
export async function liftWithTwoPeople(
  { workspace, agents, narrator }: Stage,
  channelId: string,
  haltId: string,
): Promise<void> {
  const sre = workspace.person('U0SRE1');
  await sre.slash('/halt', `lift ${haltId} the wrong refunds are reversed, the tool is fixed`, {
    channel: channelId,
  });
  const request = await messageWithButton(workspace, channelId, 'lift:approve');
  await sre.press(request, 'lift:approve');
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = agents.map((agent) => agent.began().length);
  narrator.check(
    'whoever asked cannot approve',
    agents.every((agent, index) => agent.began().length === before[index]),
  );
  const approvedAt = performance.now();
  await workspace
    .person('U0SEC1')
    .press(await messageWithButton(workspace, channelId, 'lift:approve'), 'lift:approve');
  await workspace.waitFor(
    () => agents.every((agent, index) => agent.began().length > (before[index] ?? 0)) || undefined,
    { timeoutMs: 15_000 },
  );
  narrator.say(
    `Security approves the lift; all four agents act again ${ms(performance.now() - approvedAt)} later`,
  );
}

/** The incident closes and the draft is in the channel. */
export async function closeAndLearn(
  { workspace, bot, narrator, databasePath, folder }: Stage,
  channelId: string,
): Promise<void> {
  const closed = await workspace
    .person('U0IC1')
    .slash('/incident', 'close refunds reversed, customers told', { channel: channelId });
  narrator.say(`The incident commander closes: ${closed.ephemeral?.text ?? 'no answer'}`);
  const file = await workspace.waitFor(async () => (await workspace.files()).at(-1), { timeoutMs: 20_000 });
  const markdown = file.bytes.toString('utf8');
  const path = join(folder, file.name);
  writeFileSync(path, markdown);
  narrator.check(
    'the post-mortem has the five links of the detection chain',
    ['Action', 'Signal', 'Trigger', 'Page', 'Acknowledgement'].every((link) => markdown.includes(link)),
  );
  narrator.check('and MTTD-for-Agents', markdown.includes('MTTD-for-Agents'));
  const verified = startChild('cli/main.js', ['verify', '--database', databasePath], {});
  narrator.check('haltline verify finds the journal whole', (await verified.ended) === 0);
  narrator.say(`  ${verified.lines.at(-1) ?? ''}`);
  narrator.say(`Post-mortem: ${path}   Journal: ${databasePath}   API: ${bot.url}/openapi.json`);
}

function ms(duration: number): string {
  return `${Math.round(duration)} ms`;
}
