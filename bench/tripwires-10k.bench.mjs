/**
 * Claim: what a record costs the wires does not grow with the fleet, and 10,000 agents with seven days of history fit into
 * well under 1 GiB and are rebuilt from minute rollups in seconds. The wires alone, each fleet in a process of its own,
 * against a fleet of 10 in the same run. AGENTS, SHARE (of minutes in which each agent acts) and EVENTS by environment.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const AGENTS = Number(process.env.AGENTS ?? 10_000);
const SHARE = process.env.SHARE ?? '0.1';
const EVENTS = process.env.EVENTS ?? '400000';
const HELPER = fileURLToPath(new URL('support/wire-fleet.process.mjs', import.meta.url));

const few = fleet(10);
const many = fleet(AGENTS);
print(few);
print(many);
console.log(
  `  a record: ${(many.perEventUs / few.perEventUs).toFixed(2)} x that of a fleet of ${few.agents}`,
);
console.log(`  a minute passing: ${(many.minuteUs / few.minuteUs).toFixed(2)} x for each agent`);

function fleet(agents) {
  const args = ['--expose-gc', HELPER, String(agents), SHARE, EVENTS];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 20 }));
}

function print({ agents, rows, restartMs, memoryMiB, baselineMs, perEventUs, minuteUs }) {
  console.log(
    `  ${agents} agents: ${rows} rollups rebuilt in ${(restartMs / 1000).toFixed(1)} s, ${memoryMiB.toFixed(0)} MiB, ` +
      `first baselines ${(baselineMs / 1000).toFixed(1)} s, ${perEventUs.toFixed(2)} µs a record, ` +
      `${minuteUs.toFixed(1)} µs an agent and minute`,
  );
}
