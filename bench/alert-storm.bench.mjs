/**
 * Claims: 10,000 alerts in 10 seconds over 50 dedup keys open at most 50 incidents with at most one channel each (and
 * one umbrella where they have one cause), every alert is counted, no alert is lost, Slack is called no more often than
 * it allows, and a halt typed in Slack meanwhile is not held up. ALERTS, SECONDS, KEYS and PRESSES by environment.
 */
import { ms, quantile } from './support/figures.mjs';
import { nowMs, startHelper } from './support/processes.mjs';
import { openStage } from './support/stage.mjs';

const ALERTS = Number(process.env.ALERTS ?? 10_000);
const SECONDS = Number(process.env.SECONDS ?? 10);
const KEYS = Number(process.env.KEYS ?? 50);
const PRESSES = Number(process.env.PRESSES ?? 30);
/** How long Slack is watched after the storm. */
const AFTER_MS = 20_000;
const PER_MINUTE = {
  'chat.update': 50,
  'conversations.create': 20,
  'conversations.setTopic': 20,
  'pins.add': 20,
};

await told('50 causes', { causes: KEYS, port: 18_797 });
await told('one cause', { causes: 1, port: 18_798 });

async function told(name, { causes, port }) {
  const stage = await openStage({ port, workspace: { limitMessageRate: true } });
  const helper = startHelper('alert-storm.process.mjs');
  await pressed(stage, 'warm', 3);
  const idle = await pressed(stage, 'idle', PRESSES);
  const storm = helper.ask('storm', {
    port,
    token: stage.alertToken,
    alerts: ALERTS,
    seconds: SECONDS,
    keys: KEYS,
    causes,
  });
  const loaded = await pressed(stage, 'loaded', PRESSES);
  const figures = await storm;
  await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
  print(name, { ...figures, idle, loaded, ...(await outcomeOf(stage)) });
  await helper.kill();
  await stage.close();
}

async function outcomeOf({ bot, workspace }) {
  const { incidents } = await bot.api('GET', '/v1/incidents?limit=1000');
  const details = await Promise.all(incidents.map(({ name }) => bot.api('GET', `/v1/incidents/${name}`)));
  const channels = (await workspace.channels()).filter(({ name }) => name.startsWith('inc-'));
  const calls = workspace.calls({});
  return {
    incidents: incidents.length,
    umbrellas: details.filter(({ isUmbrella }) => isUmbrella).length,
    channels: channels.length,
    refusedBySlack: calls.filter(({ error }) => error === 'ratelimited').length,
    busiest: Object.entries(PER_MINUTE).map(([method, allowed]) => {
      const most = mostInAMinute(calls.filter((call) => call.method === method).map(({ at }) => at));
      return `${method} ${most} (allowed ${allowed} at once and ${allowed} a minute)`;
    }),
  };
}

function mostInAMinute(times) {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

function print(name, f) {
  const [calm, busy] = [quantile(f.idle, 0.99), quantile(f.loaded, 0.99)];
  console.log(
    [
      `storm of ${name}: ${f.taken} of ${ALERTS} alerts taken (${f.lost} lost, ${f.again} told to come again) in ${f.seconds.toFixed(1)} s, sent in ${f.sentSeconds.toFixed(1)} s; ratio ${(f.seconds / f.sentSeconds).toFixed(2)} (target ≤ 1.1)`,
      `  ${f.incidents} incidents (${f.umbrellas} of them an umbrella), ${f.channels} channels so far; ${f.opened} opened + ${f.repeated} repeated = ${f.opened + f.repeated}`,
      `  answer to a sender: median ${ms(quantile(f.waits, 0.5))}, p99 ${ms(quantile(f.waits, 0.99))}`,
      `  /halt in Slack → order stands: p99 ${ms(busy)} in the storm, ${ms(calm)} idle; ratio ${(busy / calm).toFixed(2)} (target ≤ 2)`,
      `  calls to Slack in the busiest minute: ${f.busiest.join(', ')}; Slack refused ${f.refusedBySlack}`,
    ].join('\n'),
  );
}

/** From the command to the answer that says what became of the order, which is durable and broadcast by then. */
async function pressed({ workspace }, word, presses) {
  const times = [];
  for (let index = 0; index < presses; index += 1) {
    const startedAt = nowMs();
    await workspace
      .person('U0SRE1')
      .slash('/halt', `tool storm.${word}.${index} bench`, { channel: 'agent-incidents' });
    times.push(nowMs() - startedAt);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return times;
}
