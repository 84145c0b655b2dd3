import { describe, expect, it } from 'vitest';
import { TELEMETRY_STREAM } from '../../src/core/telemetry-events.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import type { Deps } from '../../src/operations/deps.js';
import { purgeTelemetry } from '../../src/operations/detection/purge-telemetry.js';
import { readHolds } from '../../src/operations/detection/read-holds.js';
import { releaseHold } from '../../src/operations/detection/release-hold.js';
import { openByAlert, openDesk, person } from '../support/desk.js';
import { closing } from '../support/rollback.js';
import { ACTION, aContentKey, aRefund, openTelemetryDesk } from '../support/telemetry-desk.js';

const DAY = 86_400_000;
const LEGAL = { kind: 'token', id: 'tok_legal', roles: ['legal'], via: 'http' } as const;

async function closedIncident(deps: Deps): Promise<string> {
  const name = await openByAlert(deps, {
    agentId: 'support-agent',
    tool: 'email.send',
    dedupKey: 'outcome/support-agent',
  });
  await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
  await closeIncident(deps, closing(name, 'a test of the support team'));
  return name;
}

const release = (deps: Deps, incident: string, change: object = {}) =>
  releaseHold(deps, {
    incident,
    reason: 'the case is settled',
    actor: { ...LEGAL, roles: ['legal'] },
    person: 'U0LEGAL1',
    ...change,
  });

describe('what an incident holds', () => {
  it('is its agent’s; of an agent that nobody has declared, what the alert called it', async () => {
    const { deps } = await openDesk();
    await openByAlert(deps, { agentId: 'support-agent', dedupKey: 'outcome/support-agent' });
    await openByAlert(deps, { agentId: 'Support (prod)', dedupKey: 'outcome/prod' });

    const holds = await readHolds(deps);

    expect(new Map(holds.map(({ agentId, isLabel }) => [agentId, isLabel]))).toEqual(
      new Map([
        ['Support (prod)', true],
        ['support-agent', undefined],
      ]),
    );
  });
});

describe('the purge of telemetry', () => {
  it('keeps what an incident is about until somebody releases it, and journals what it kept', async () => {
    const { deps, clock } = await openDesk();
    const { telemetry, sends, trace } = await openTelemetryDesk({ contentKeys: [aContentKey()] });
    const name = await closedIncident(deps);
    const atMs = Date.parse(clock.now()) - 3_600_000;
    const spans = aRefund({ atMs }).map((span) => ({
      ...span,
      attributes: { ...span.attributes, 'gen_ai.agent.name': 'support-agent' },
    }));
    await sends(spans, atMs);
    clock.advance(120 * DAY);

    await purgeTelemetry(deps, telemetry);

    expect(await trace(ACTION)).toBeDefined();
    const [entry] = await deps.store.readStream(TELEMETRY_STREAM);
    expect(entry).toMatchObject({
      type: 'telemetry:purged',
      data: { deleted: { records: 0 }, kept: { incident: { records: 3 } }, holds: 1 },
    });
    await release(deps, name);
    clock.advance(DAY);
    await purgeTelemetry(deps, telemetry);
    const entries = await deps.store.readStream(TELEMETRY_STREAM);
    expect(entries.map(({ type }) => type)).toEqual([
      'telemetry:purged',
      'hold:released',
      'telemetry:purged',
    ]);
    expect(entries.at(-1)).toMatchObject({ data: { deleted: { records: 3 }, holds: 0 } });
  });

  it('happens once a day, and a day that was purged but not journaled is journaled', async () => {
    const { deps } = await openDesk();
    const { telemetry } = await openTelemetryDesk();
    await telemetry.purge({ nowMs: Date.parse(deps.now()), holds: [] });

    expect(await purgeTelemetry(deps, telemetry)).not.toBeNull();
    expect(await purgeTelemetry(deps, telemetry)).toBeNull();

    expect(await deps.store.readStream(TELEMETRY_STREAM)).toHaveLength(1);
  });

  it('deletes nothing where the holds cannot be read', async () => {
    const { deps } = await openDesk();
    const { telemetry } = await openTelemetryDesk();
    const store = { ...deps.store, incidents: () => Promise.reject(new Error('the disk is gone')) };
    const nowMs = Date.parse(deps.now());

    await expect(purgeTelemetry({ ...deps, store }, telemetry)).rejects.toThrow('the disk is gone');

    // Nobody has begun today's purge.
    expect(await telemetry.purge({ nowMs, holds: [] })).not.toBeNull();
  });
});

describe('a hold', () => {
  it('reaches from a day before the first sign of the incident to a day after its end', async () => {
    const { deps, clock } = await openDesk();
    const actionAt = '2026-11-18T00:00:00.000Z';
    await openByAlert(deps, { agentId: 'support-agent', tool: 'email.send', actionAt });

    expect(await readHolds(deps)).toEqual([
      {
        incident: 'INC-1',
        agentId: 'support-agent',
        fromMs: Date.parse(actionAt) - DAY,
        toMs: null,
        dedupKeys: ['cost-rate/billing-agent'],
      },
    ]);
    expect(clock.now()).toBe('2026-11-20T03:12:00.000Z');
  });

  it('is released by a person of legal with a reason, once the incident is closed, and once only', async () => {
    const { deps } = await openDesk();
    const open = await openByAlert(deps);
    const closed = await closedIncident(deps);

    await expect(release(deps, open)).rejects.toThrow(/still open/u);
    await expect(release(deps, closed, { reason: ' ' })).rejects.toThrow(/Say why/u);
    await expect(release(deps, closed, { person: null })).rejects.toThrow(/Only a person/u);
    await expect(
      release(deps, closed, { actor: { ...LEGAL, roles: ['on-call-sre'] } }),
    ).rejects.toMatchObject({ code: 'not-allowed' });
    await release(deps, closed);
    await expect(release(deps, closed)).rejects.toMatchObject({ code: 'already-done' });

    expect((await readHolds(deps)).map(({ incident }) => incident)).toEqual([open]);
  });
});
