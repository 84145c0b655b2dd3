/** What a start knows of the time before it: how long somebody has listened, who was heard last, what was told and how. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/core/tripwire/finding.js';
import type { RuleOverrides } from '../../src/core/tripwire/parameters.js';
import type { Registry } from '../../src/registry/registry.js';
import { openEngine, type EngineDesk } from '../support/engine.js';
import { aChat } from '../support/otlp-requests.js';
import { registryWith } from '../support/registry-with.js';
import { telemetryPath } from '../support/telemetry.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-11-02T00:00:00.000Z');

function registryOf(rules: RuleOverrides): Registry {
  const registry = registryWith(['busy-agent', 'calm-agent'], ['email.send']);
  return { ...registry, tripwires: { lateMinutes: 5, rules, agents: new Map() } };
}

/** A clock, and a database that outlives the engines on it. */
function aHouse(registry: Registry) {
  let at = START;
  const path = telemetryPath();
  const open = (other: Registry = registry): EngineDesk => {
    const desk = openEngine({ path, now: () => at, registry: other });
    while (desk.engine.wakeSome(20));
    return desk;
  };
  return {
    open,
    pass: (ms: number): void => {
      at += ms;
    },
    hear: (desk: EngineDesk, agent: string, usd = 0.01) => desk.take([aChat({ agent, usd, endMs: at })]),
    /** `busy-agent` is heard every ten minutes. */
    live: (desk: EngineDesk, ms: number): void => {
      for (const end = at + ms; at < end; at += 10 * MINUTE) {
        desk.engine.advance(100);
        desk.take([aChat({ agent: 'busy-agent', endMs: at })]);
      }
    },
  };
}

const silences = (desk: EngineDesk): Finding[] =>
  desk.findings().filter(({ rule, agentId }) => rule === 'silence' && agentId === 'calm-agent');

describe('a start', () => {
  it('after a crash and hours without power calls nobody silent for them', () => {
    const house = aHouse(registryOf({ silence: { mode: 'page', afterMinutes: 60 } }));
    const first = house.open();
    house.hear(first, 'calm-agent');
    first.engine.writeSums();
    house.pass(5 * MINUTE);
    house.hear(first, 'busy-agent');
    first.die();
    house.pass(2 * HOUR);

    const second = house.open();
    house.live(second, HOUR);
    const atFirst = silences(second);
    house.live(second, 20 * MINUTE);

    expect(atFirst).toEqual([]);
    expect(silences(second).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /^calm-agent: nothing heard for 3 h 15 min, last at .* \(1 h 10 min of it count: /u,
      ),
    ]);
  });

  it('every day keeps no silence from being told that takes longer', () => {
    const house = aHouse(registryOf({ silence: { mode: 'page', afterMinutes: 2 * 1440 } }));
    let desk = house.open();
    house.hear(desk, 'calm-agent');
    for (let day = 0; day < 3; day += 1) {
      house.live(desk, DAY);
      desk.engine.close();
      desk = house.open();
    }

    expect(silences(desk).map(({ firedAtMs }) => firedAtMs)).toEqual([START + 2 * DAY + 10 * MINUTE]);
  });

  it('tells of no silence twice, and does not call an agent unheard of that was heard last week', () => {
    const house = aHouse(registryOf({ silence: { mode: 'page', afterMinutes: 30 } }));
    const first = house.open();
    house.hear(first, 'calm-agent');
    house.live(first, HOUR);
    house.pass(9 * DAY);
    first.engine.purgeSome(0);
    const before = silences(first);
    first.engine.close();
    house.pass(HOUR);

    const second = house.open();
    house.live(second, 2 * HOUR);

    expect(before).toHaveLength(1);
    expect(silences(second)).toEqual(before);
  });

  it('with a rule that has left the shadow tells of what is still going on', () => {
    const shadow = registryOf({ 'cost-cap': { mode: 'shadow', capUsd: 20 } });
    const house = aHouse(shadow);
    const first = house.open();
    house.hear(first, 'calm-agent', 30);
    first.engine.close();
    house.pass(MINUTE);

    const second = house.open(registryOf({ 'cost-cap': { mode: 'page', capUsd: 20 } }));
    house.hear(second, 'calm-agent', 1);
    second.engine.close();
    house.pass(MINUTE);
    const third = house.open(registryOf({ 'cost-cap': { mode: 'page', capUsd: 20 } }));
    house.hear(third, 'calm-agent', 1);

    const said = third.findings().filter(({ rule }) => rule === 'cost-cap');
    expect(said.map(({ mode }) => mode)).toEqual(['shadow', 'page']);
  });
});
