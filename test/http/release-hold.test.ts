import { describe, expect, it } from 'vitest';
import { TELEMETRY_STREAM } from '../../src/core/telemetry-events.js';
import { acknowledgePage } from '../../src/operations/paging/acknowledge-page.js';
import { closeIncident } from '../../src/operations/incidents/close-incident.js';
import { openByAlert, person } from '../support/desk.js';
import { aToken, openHttpDesk, type HttpDesk } from '../support/http-desk.js';
import { closing } from '../support/rollback.js';

const LEGAL = { scopes: ['operate'], roles: ['legal'], person: 'U0LEGAL1' };

async function aClosedIncident({ deps }: HttpDesk): Promise<string> {
  const name = await openByAlert(deps);
  await acknowledgePage(deps, { incident: name, userId: 'U0SRE1', actor: person('U0SRE1') });
  await closeIncident(deps, closing(name, 'a test'));
  return name;
}

const pathOf = (name: string): string => `/v1/incidents/${name}/release-hold`;

describe('POST /v1/incidents/:id/release-hold', () => {
  it('ends the hold for a person of legal, with the reason where it can be erased', async () => {
    const desk = await openHttpDesk();
    const name = await aClosedIncident(desk);

    const answer = await desk.post(pathOf(name), { reason: 'settled' }, await aToken(desk, LEGAL));

    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ incident: name, by: 'U0LEGAL1', at: desk.clock.now() });
    const [entry] = await desk.deps.store.readStream(TELEMETRY_STREAM);
    expect(entry).toMatchObject({ type: 'hold:released', data: { incident: name, by: 'U0LEGAL1' } });
    expect(JSON.stringify(entry?.data)).not.toContain('settled');
  });

  it('refuses whoever may not, says why, and releases nothing', async () => {
    const desk = await openHttpDesk();
    const name = await aClosedIncident(desk);
    const reader = await aToken(desk, { scopes: ['read'] });
    const nobody = await aToken(desk, { ...LEGAL, person: null });
    const sre = await aToken(desk, { ...LEGAL, roles: ['on-call-sre'], person: 'U0SRE1' });

    const answers = await Promise.all(
      [reader, nobody, sre, null].map((token) => desk.post(pathOf(name), { reason: 'settled' }, token)),
    );

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 401]);
    expect(answers[1]?.json<{ detail: string }>().detail).toContain('Only a person releases a hold');
    const entries = await desk.deps.store.readStream(TELEMETRY_STREAM);
    expect(entries.filter(({ type }) => type === 'hold:released')).toEqual([]);
  });

  it('wants a reason, a closed incident, and to be asked once', async () => {
    const desk = await openHttpDesk();
    const token = await aToken(desk, LEGAL);
    const closed = await aClosedIncident(desk);
    const open = await openByAlert(desk.deps, { dedupKey: 'other', agentId: 'support-agent' });
    const ask = async (name: string, body: object) => (await desk.post(pathOf(name), body, token)).statusCode;

    expect(await ask(closed, {})).toBe(400);
    expect(await ask(closed, { reason: '   ' })).toBe(400);
    expect(await ask(open, { reason: 'settled' })).toBe(409);
    expect(await ask('INC-99', { reason: 'settled' })).toBe(404);
    expect(await ask(closed, { reason: 'settled' })).toBe(200);
    expect(await ask(closed, { reason: 'settled' })).toBe(409);
  });
});
