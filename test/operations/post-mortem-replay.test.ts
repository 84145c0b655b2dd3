import { describe, expect, it } from 'vitest';
import { checkDraft } from '../../src/core/post-mortem/rubric.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { readPostMortem } from '../../src/operations/post-mortem/read-post-mortem.js';
import type { Registry } from '../../src/registry/registry.js';
import { openDesk, START } from '../support/desk.js';
import { closing, finishedIncident } from '../support/rollback.js';
import { aQuietWeek, aRunaway } from '../support/runaway.js';
import { openTelemetry } from '../support/telemetry.js';

const MINUTE = 60_000;
const OPENED_MS = Date.parse(START);

/** Cost in shadow: what it would have done is said all the same. */
function inShadow(registry: Registry): Registry {
  const rules = { ...registry.tripwires.rules, 'cost-rate': { mode: 'shadow', floorUsd: 10 } } as const;
  return { ...registry, tripwires: { ...registry.tripwires, rules } };
}

/** An incident that is ready to be closed, and two hours of spending that led to it. */
async function aStory(registry?: (registry: Registry) => Registry): Promise<{ deps: Deps; name: string }> {
  const telemetry = await openTelemetry();
  const desk = await openDesk({ ...(registry !== undefined && { registry }) });
  await telemetry.takeRecords(aQuietWeek(OPENED_MS - 120 * MINUTE));
  await telemetry.takeRecords(aRunaway({ untilMs: OPENED_MS, minutes: 120, usdPerMinute: 0.25 }));
  return { deps: { ...desk.deps, telemetry }, name: await finishedIncident(desk) };
}

async function deltaOf(deps: Deps, name: string): Promise<string> {
  const { markdown } = await readPostMortem(deps, { incident: name });
  return markdown.split('## Tripwire delta')[1]?.split('\n## ')[0] ?? '';
}

describe('the tripwire delta of a post-mortem', () => {
  it('says when the present wires fire, how long before people knew, and on which records it rests', async () => {
    const { deps, name } = await aStory();

    await closeIncident(deps, closing(name));

    const delta = await deltaOf(deps, name);
    const { json, asDrafted } = await readPostMortem(deps, { incident: name });
    const known = new Set((await deps.store.readStream(name)).map(({ seq }) => seq));
    expect(delta).toMatch(/replayed against \d+ records of billing-agent from 2026-11-19/u);
    expect(delta).toMatch(/cost-rate \(mode page\) would have fired at 2026-11-20T01:5\d/u);
    expect(delta).toMatch(/before the acknowledgement/u);
    expect(delta).toMatch(/Records: actions act-\d+/u);
    expect(delta).toMatch(/journal #\d+/u);
    expect(asDrafted).toBe(true);
    expect(checkDraft(json, known).filter(({ section }) => section === 'tripwire-delta')).toEqual([]);
  });

  it('says of a rule in shadow what it would have been worth', async () => {
    const { deps, name } = await aStory(inShadow);

    await closeIncident(deps, closing(name));

    expect(await deltaOf(deps, name)).toMatch(
      /In shadow, cost-rate would have been met at 2026-11-20T01:5\d/u,
    );
  });

  it('stays what was drafted when telemetry is gone', async () => {
    const { deps, name } = await aStory();
    await closeIncident(deps, closing(name));

    const reading = await readPostMortem({ ...deps, telemetry: undefined }, { incident: name });

    expect(reading.asDrafted).toBe(true);
    expect(reading.markdown).toContain('would have fired at');
  });

  it('leaves unknown what no telemetry tells', async () => {
    const telemetry = await openTelemetry();
    const desk = await openDesk();
    const deps = { ...desk.deps, telemetry };
    const name = await finishedIncident(desk);

    await closeIncident(deps, closing(name));

    const delta = await deltaOf(deps, name);
    expect(delta).toContain('is **unknown**: no telemetry of this agent is stored for that time');
    expect(delta).not.toContain('None of them');
  });

  it('says that nobody replayed them while the incident is open', async () => {
    const { deps, name } = await aStory();

    expect(await deltaOf(deps, name)).toContain('**not been replayed** against this incident yet');
  });

  it('says unknown where telemetry cannot be read, and closes all the same', async () => {
    const desk = await openDesk();
    const telemetry = await openTelemetry();
    await telemetry.close();
    const name = await finishedIncident(desk);
    const deps = { ...desk.deps, telemetry };

    const { first } = await closeIncident(deps, closing(name));

    expect(first).toBe(true);
    expect(await deltaOf(deps, name)).toContain('telemetry could not be read to its end');
  });
});
