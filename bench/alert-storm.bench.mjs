/**
 * Claims: 10,000 alerts in 10 seconds over 50 dedup keys open at most 50 incidents with at most one channel each (and
 * one umbrella where they have one cause), every alert is counted, no alert is lost, Slack is called no more often than
 * it allows, and a halt typed in Slack meanwhile is not held up. ALERTS, SECONDS, KEYS and ROUNDS by environment.
 *
 * Somebody presses in one rhythm for as long as a storm lasts, before it and in it, each round in a new server: of the
 * 40 presses of one storm the 99th percentile would be the slowest. Those in the storm find more orders standing.
 */
import { median, ms, quantile } from './support/figures.mjs';
import { nowMs, startHelper } from './support/processes.mjs';
import { openStage } from './support/stage.mjs';

const ALERTS = Number(process.env.ALERTS ?? 10_000);
const SECONDS = Number(process.env.SECONDS ?? 10);
const KEYS = Number(process.env.KEYS ?? 50);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
/** Between the answer to one press and the next press. */
const PAUSE_MS = 50;
/** How long Slack is watched after the last storm. */
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
  const pressed = { idle: [], loaded: [] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    const stage = await openStage({ port, workspace: { limitMessageRate: true } });
    const helper = startHelper('alert-storm.process.mjs');
    await press(stage, 'warm', sleep(2_000));
    pressed.idle.push(...(await press(stage, 'idle', sleep(SECONDS * 1_000))));
    const about = { port, token: stage.alertToken, alerts: ALERTS, seconds: SECONDS, keys: KEYS, causes };
    const storm = helper.ask('storm', about);
    pressed.loaded.push(...(await press(stage, 'loaded', storm)));
    const figures = await storm;
    await sleep(round === ROUNDS ? AFTER_MS : 0);
    print(`${name}, ${round} of ${ROUNDS}`, { ...figures, ...(await outcomeOf(stage)) });
    await helper.kill();
    await stage.close();
  }
  printPresses(name, pressed);
}

function sleep(forMs) {
  return new Promise((resolve) => setTimeout(resolve, forMs));
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
    calls: calls.length,
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
  console.log(
    [
      `storm of ${name}: ${f.taken} of ${ALERTS} alerts taken (${f.lost} lost, ${f.again} told to come again) in ${f.seconds.toFixed(1)} s, sent in ${f.sentSeconds.toFixed(1)} s; ratio ${(f.seconds / f.sentSeconds).toFixed(2)} (target ≤ 1.1)`,
      `  ${f.incidents} incidents (${f.umbrellas} of them an umbrella), ${f.channels} channels so far; ${f.opened} opened + ${f.repeated} repeated = ${f.opened + f.repeated}`,
      `  answer to a sender: median ${ms(median(f.waits))}, p99 ${ms(quantile(f.waits, 0.99))}`,
      `  calls to Slack in the busiest minute: ${f.busiest.join(', ')}; Slack refused ${f.refusedBySlack} of ${f.calls}`,
    ].join('\n'),
  );
}

function printPresses(name, { idle, loaded }) {
  const at = (share) => {
    const [calm, busy] = [quantile(idle, share), quantile(loaded, share)];
    return `${ms(busy)} in the storm, ${ms(calm)} idle; ratio ${(busy / calm).toFixed(2)}`;
  };
  console.log(
    `storm of ${name}: /halt in Slack → order stands, ${loaded.length} presses in the storm and ${idle.length} idle: median ${at(0.5)}; p99 ${at(0.99)} (target ≤ 2)`,
  );
}

/** Presses until `over`: from the command to the answer that says what became of the order, which is durable and broadcast by then. */
async function press({ workspace }, word, over) {
  const times = [];
  let isOver = false;
  void over.finally(() => (isOver = true)).catch(() => undefined);
  while (!isOver) {
    const startedAt = nowMs();
    await workspace
      .person('U0SRE1')
      .slash('/halt', `tool storm.${word}.${times.length} bench`, { channel: 'agent-incidents' });
    times.push(nowMs() - startedAt);
    await sleep(PAUSE_MS);
  }
  return times;
}
