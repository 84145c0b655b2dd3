/**
 * Claim: a flood of alerts and telemetry does not delay the halt. From `/halt tool …` typed in Slack to a listener's
 * having heard the new state (which is durable by then), idle and while both are posted as fast as the server answers
 * them. PRESSES by environment.
 */
import { ms, quantile } from './support/figures.mjs';
import { nowMs, startHelper } from './support/processes.mjs';
import { openStage } from './support/stage.mjs';

const PRESSES = Number(process.env.PRESSES ?? 40);
const PAUSE_MS = 150;
const stage = await openStage({ port: 18_793 });
const flood = startHelper('alert-flood.process.mjs');
const heard = listen(stage);
await heard.ready;

await pressed('warm', 5);
const idle = await pressed('idle', PRESSES);
await flood.ask('start', { port: 18_793, token: stage.alertToken, telemetryToken: stage.telemetryToken });
await new Promise((resolve) => setTimeout(resolve, 1_000));
const loaded = await pressed('loaded', PRESSES);
const { answered, accepted, spans, seconds } = await flood.ask('stop');

const [calm, busy] = [quantile(idle, 0.99), quantile(loaded, 0.99)];
console.log(
  [
    `press in Slack → durable and broadcast: p99 ${ms(busy)} under ${(answered / seconds).toFixed(0)} posts of alerts (${accepted} taken, the rest told to wait) and ${(spans / seconds).toFixed(0)} spans a second, p99 ${ms(calm)} idle; ratio ${(busy / calm).toFixed(2)} (target ≤ 2)`,
    `  median ${ms(quantile(loaded, 0.5))} against ${ms(quantile(idle, 0.5))}; ${PRESSES} presses each`,
  ].join('\n'),
);
heard.stop();
await flood.kill();
await stage.close();

async function pressed(word, presses) {
  const times = [];
  for (let index = 0; index < presses; index += 1) {
    const tool = `bench.${word}.${index}`;
    const arrived = heard.until(tool);
    const startedAt = nowMs();
    await stage.workspace
      .person('U0SRE1')
      .slash('/halt', `tool ${tool} bench`, { channel: 'agent-incidents' });
    times.push((await arrived) - startedAt);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return times;
}

/** A stream without a lease, read in this process. */
function listen({ bot, guardToken }) {
  const stopped = new AbortController();
  const waiting = new Map();
  let resolveReady;
  const ready = new Promise((resolve) => (resolveReady = resolve));
  const read = async () => {
    const response = await fetch(`${bot.url}/v1/halts/stream`, {
      headers: { authorization: `Bearer ${guardToken}` },
      signal: stopped.signal,
    });
    let rest = '';
    for await (const bytes of response.body.pipeThrough(new TextDecoderStream())) {
      resolveReady();
      const at = nowMs();
      const blocks = (rest + bytes).split('\n\n');
      rest = blocks.pop();
      for (const block of blocks.filter((each) => each.includes('event: state'))) {
        const { halts } = JSON.parse(/^data: (.*)$/m.exec(block)[1]);
        const tool = halts.at(-1)?.scope.tool;
        waiting.get(tool)?.(at);
      }
    }
  };
  read().catch((error) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    ready,
    until: (tool) => new Promise((resolve) => waiting.set(tool, resolve)),
    stop: () => stopped.abort(),
  };
}
